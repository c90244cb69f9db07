//! The client of one workspace.

use std::sync::{Arc, OnceLock};

use aws_sdk_sagemaker as sagemaker;

use super::budget::{BudgetReport, Budgets};
use super::json_client::JsonClient;
use super::known_accounts::KnownAccounts;
use super::sdk_clients::SdkClients;
use super::settings::{self, Access};
use super::signed_client::SignedClient;
use super::write_role::WriteRole;
use sluicegate_domain::{AwsError, AwsErrorKind, Service};

/// The client of one workspace; clones share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    /// Signs every call that only reads.
    read_client: SignedClient<sagemaker::Client>,
    /// Signs actions; where there is a write role, with its credentials instead.
    write_client: SignedClient<sagemaker::Client>,
    write_role: Option<WriteRole>,
    logs: SignedClient<JsonClient>,
    budgets: Budgets,
    accounts: KnownAccounts,
    region: Option<String>,
    /// Where the settings send SageMaker's calls.
    expected_endpoint: String,
    /// Where SageMaker's first call went.
    endpoint: Arc<OnceLock<String>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("region", &self.0.region)
            .field("endpoint", &self.endpoint())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Prepares the client. Never fails and calls no service: without credentials or Region the
    /// calls fail, each with its kind. Takes up to two seconds where the Region must be asked from
    /// an instance metadata service that is not there.
    pub async fn connect(access: Access) -> Self {
        let settings = settings::resolve(&access).await;
        let budgets = Budgets::new(access.call_rates);
        let endpoint = Arc::default();
        let clients = SdkClients::new(&budgets, settings.region.is_some());
        let read_client = clients.sagemaker(&settings.sagemaker, "reads", &endpoint);
        let write_client = clients.sagemaker(&settings.sagemaker, "actions", &endpoint);
        let write_role = access.write_role_arn.map(|arn| {
            let token_service = clients.token_service(&settings.token_service);
            WriteRole::new(arn, token_service)
        });
        let logs = clients.logs(&settings.logs);
        Self(Arc::new(Inner {
            read_client,
            write_client,
            write_role,
            logs,
            budgets,
            accounts: settings.accounts,
            region: settings.region,
            expected_endpoint: settings.expected_endpoint,
            endpoint,
        }))
    }

    /// The AWS Region of the calls, if one is set.
    pub fn region(&self) -> Option<String> {
        self.0.region.clone()
    }

    /// Where SageMaker's calls go, for people: a URL.
    pub fn endpoint(&self) -> String {
        self.0
            .endpoint
            .get()
            .unwrap_or(&self.0.expected_endpoint)
            .clone()
    }

    /// Whether actions are signed with a role of their own.
    pub fn has_write_role(&self) -> bool {
        self.0.write_role.is_some()
    }

    /// The state of a service's call budget.
    pub fn budget(&self, service: Service) -> BudgetReport {
        self.0.budgets.of(service).report()
    }

    /// The accounts and Regions known to be the workspace's own.
    pub(super) fn accounts(&self) -> &KnownAccounts {
        &self.0.accounts
    }

    /// SageMaker, for calls that only read.
    pub(super) fn sagemaker(&self) -> &SignedClient<sagemaker::Client> {
        &self.0.read_client
    }

    /// CloudWatch Logs.
    pub(super) fn logs(&self) -> &SignedClient<JsonClient> {
        &self.0.logs
    }

    /// SageMaker, for one action of one person on one pipeline or execution. A call that is sent
    /// again goes with the same client.
    pub(super) async fn write_client(
        &self,
        person: &str,
        operation: &'static str,
        arn: &str,
    ) -> Result<SignedClient<sagemaker::Client>, AwsError> {
        let inner = &self.0;
        inner.accounts.check(operation, arn)?;
        let write_client = &inner.write_client;
        let Some(role) = &inner.write_role else {
            return Ok(write_client.clone());
        };
        if inner.region.is_none() {
            return Err(write_client.error(operation, AwsErrorKind::NoRegion, "no Region is set"));
        }
        let assumed = role.assume(person, operation, arn).await;
        let credentials = assumed.inspect_err(|error| {
            tracing::warn!(kind = ?error.kind, "The write role could not be assumed: {error}");
        })?;
        let config = write_client.sdk.config().to_builder();
        let config = config.credentials_provider(credentials).build();
        Ok(SignedClient {
            sdk: sagemaker::Client::from_conf(config),
            credentials: None,
            ..write_client.clone()
        })
    }
}

#[cfg(test)]
mod tests;
