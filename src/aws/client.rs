//! One client per workspace: credentials, retries, time limits, call budget.

use std::error::Error;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_sagemaker as sdk;
use sdk::config::AppName;
use sdk::config::http::HttpResponse;
use sdk::config::retry::{RetryConfig, RetryPartition};
use sdk::error::{ProvideErrorMetadata, SdkError};

use super::acting::WriteRole;
use super::arn::Homes;
use super::budget::{Budget, BudgetReport, Priority};
use super::credentials::Keys;
use super::errors;
use super::settings::{self, TokenService};
use super::watch::Watch;
use crate::domain::{AwsError, AwsErrorKind};

/// The number of clients made so far, which keeps their retries apart.
static CLIENTS: AtomicU64 = AtomicU64::new(0);

/// How often a call is attempted in all, and the longest pause before the second attempt. Shorter
/// than the SDK's second: a page waits for it, and the budget slows down by itself.
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// How one workspace is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// The AWS Region; with ambient credentials the environment or the profile tells it if unset.
    pub region: Option<String>,
    /// A role to assume for every call that only looks, and without a write role for all.
    pub role_arn: Option<String>,
    /// A role to assume anew for every action, in the name of the person who acts and for that
    /// action alone. Actions then never use anything else.
    pub write_role_arn: Option<String>,
    /// Where calls go instead of the Region's own endpoint.
    pub endpoint_url: Option<String>,
    /// The call budget; the burst is twice this.
    pub calls_per_second: f64,
    /// Who calls.
    pub credentials: Credentials,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            region: None,
            role_arn: None,
            write_role_arn: None,
            endpoint_url: None,
            calls_per_second: 8.0,
            credentials: Credentials::Ambient,
        }
    }
}

/// Whose credentials sign the calls.
#[derive(Clone)]
pub enum Credentials {
    /// The ordinary AWS environment: variables, profile, container or instance role.
    Ambient,
    /// These keys and nothing else: no AWS variable, profile or instance role is read at all, and
    /// no proxy used. The Region is `us-east-1` if unset, `role_arn` is not assumed, and the write
    /// role is asked for where all other calls go.
    Fixed {
        /// The access key id.
        key: String,
        /// The secret access key.
        secret: String,
    },
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ambient => "Ambient",
            Self::Fixed { .. } => "Fixed",
        })
    }
}

/// The client of one workspace; clones share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    /// What is looked with.
    eyes: Hand,
    /// What actions are carried out with, save for the signature where there is a write role.
    hand: Hand,
    write_role: Option<WriteRole>,
    budget: Arc<Budget>,
    homes: Homes,
    region: Option<String>,
    /// Where the settings send calls, as far as they can be told before the first one.
    expected_endpoint: String,
    /// Where the first call went.
    endpoint: Arc<OnceLock<String>>,
}

/// A client of the SDK with the keys it signs with.
#[derive(Clone)]
pub(super) struct Hand {
    client: sdk::Client,
    /// Where its keys come from, if others can be found when SageMaker refuses them.
    keys: Option<Arc<Keys>>,
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
    /// Prepares the client. Never fails and calls nothing at SageMaker: without credentials or
    /// Region the calls fail, each with its kind. Takes up to two seconds where the Region
    /// must be asked from an instance metadata service that is not there.
    pub async fn connect(access: Access) -> Self {
        let budget = Arc::new(Budget::new(access.calls_per_second));
        let prepared = settings::prepare(&access).await;
        let endpoint = Arc::new(OnceLock::new());
        let config = prepared
            .config
            .app_name(AppName::new("sluicegate").expect("a valid name"))
            .timeout_config(settings::time_limits())
            .interceptor(Watch {
                budget: Arc::clone(&budget),
                endpoint: Arc::clone(&endpoint),
            });
        // Own partitions: what reads were throttled for must not take actions' retries away, nor one
        // workspace another's.
        let number = CLIENTS.fetch_add(1, Ordering::Relaxed);
        let partition =
            |name: &str| RetryPartition::custom(format!("sluicegate-{number}-{name}")).build();
        let hand = |name: &str| {
            let config = config.clone().retry_config(retries());
            Hand {
                client: sdk::Client::from_conf(config.retry_partition(partition(name)).build()),
                keys: prepared.keys.clone(),
            }
        };
        let write_role = access.write_role_arn.map(|arn| {
            let TokenService { settings, keys } = prepared.token_service;
            WriteRole::new(arn, settings, keys, retries(), partition("roles"))
        });
        Self(Arc::new(Inner {
            eyes: hand("reads"),
            hand: hand("actions"),
            write_role,
            homes: prepared.homes,
            budget,
            region: prepared.region,
            expected_endpoint: prepared.expected_endpoint,
            endpoint,
        }))
    }

    /// The AWS Region calls go to, if one is set.
    pub fn region(&self) -> Option<String> {
        self.0.region.clone()
    }

    /// Where calls go, for people: a URL.
    pub fn endpoint(&self) -> String {
        self.0
            .endpoint
            .get()
            .unwrap_or(&self.0.expected_endpoint)
            .clone()
    }

    /// Whether actions need a role of their own.
    pub fn has_write_role(&self) -> bool {
        self.0.write_role.is_some()
    }

    /// Remembers where a pipeline of the workspace's own is.
    pub(super) fn note_home(&self, pipeline_arn: &str) {
        self.0.homes.note(pipeline_arn);
    }

    /// How the call budget stands.
    pub fn budget(&self) -> BudgetReport {
        self.0.budget.report()
    }

    /// Makes one call that only looks.
    pub(super) async fn read<T, E, F>(
        &self,
        operation: &'static str,
        send: impl FnOnce(&sdk::Client) -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(Priority::Read, &self.0.eyes, operation, send)
            .await
    }

    /// What one action of one person on one pipeline or execution is carried out with. A call that is
    /// sent again goes with the same.
    pub(super) async fn hand(
        &self,
        person: &str,
        operation: &'static str,
        arn: &str,
    ) -> Result<Hand, AwsError> {
        let inner = &self.0;
        inner.homes.holds(operation, arn)?;
        let Some(role) = &inner.write_role else {
            return Ok(inner.hand.clone());
        };
        if inner.region.is_none() {
            return Err(no_region(operation));
        }
        let assumed = role.assume(person, operation, arn).await;
        let keys = assumed.inspect_err(|failure| {
            tracing::warn!(kind = ?failure.kind, "The write role could not be assumed: {failure}");
        })?;
        let settings = inner.hand.client.config().to_builder();
        let settings = settings.credentials_provider(keys);
        Ok(Hand {
            client: sdk::Client::from_conf(settings.build()),
            keys: None,
        })
    }

    /// Makes one call that a person asked for, before any that waits to look.
    pub(super) async fn act<T, E, F>(
        &self,
        hand: &Hand,
        operation: &'static str,
        send: impl FnOnce(&sdk::Client) -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(Priority::Action, hand, operation, send).await
    }

    async fn call<T, E, F>(
        &self,
        priority: Priority,
        hand: &Hand,
        operation: &'static str,
        send: impl FnOnce(&sdk::Client) -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if self.0.region.is_none() {
            return Err(no_region(operation));
        }
        if self.0.budget.take(priority).await.is_err() {
            let message = "the console's own call budget is spent";
            return Err(AwsError::own(operation, AwsErrorKind::Throttled, message));
        }
        match send(&hand.client).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let failure = errors::failure(operation, &error);
                if failure.kind == AwsErrorKind::BadCredentials
                    && let Some(keys) = &hand.keys
                {
                    keys.refused().await;
                }
                tracing::debug!(kind = ?failure.kind, "{failure}");
                Err(failure)
            }
        }
    }
}

fn no_region(operation: &'static str) -> AwsError {
    AwsError::own(operation, AwsErrorKind::NoRegion, "no Region is set")
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
}

#[cfg(test)]
mod tests;
