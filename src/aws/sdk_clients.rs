//! The SDK clients of a workspace, one kind per service, all with the same retries and interceptor.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_sagemaker as sagemaker;
use aws_sdk_sts as sts;
use sagemaker::config::AppName;
use sagemaker::config::retry::{RetryConfig, RetryPartition};

use super::budget::Budgets;
use super::json_client::{JsonClient, JsonService, Retries};
use super::settings::{ServiceSettings, regional_endpoint};
use super::signed_client::SignedClient;
use super::throttle::ThrottleInterceptor;
use sluicegate_domain::Service;

/// CloudWatch Logs.
const LOGS: JsonService = JsonService {
    signing_name: "logs",
    target: "Logs_20140328",
};

/// The number of workspaces connected so far, which keeps their retries apart.
static WORKSPACES: AtomicU64 = AtomicU64::new(0);

/// How often a call is attempted in all.
const MAX_ATTEMPTS: u32 = 3;

/// The longest pause before the second attempt. Shorter than the SDK's second: a page waits for it,
/// and the budget slows down by itself.
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// Makes the SDK clients of one workspace.
pub(super) struct SdkClients<'a> {
    number: u64,
    budgets: &'a Budgets,
    has_region: bool,
}

/// An SDK client of the crate `$sdk`.
macro_rules! sdk_client {
    ($sdk:ident, $settings:expr, $partition:expr, $interceptor:expr) => {{
        let mut config = $sdk::config::Builder::from(&$settings.shared)
            .retry_config(retries())
            .retry_partition($partition)
            .interceptor($interceptor);
        config.set_app_name(AppName::new("sluicegate").ok());
        if let Some(url) = &$settings.endpoint_url {
            config = config.endpoint_url(url);
        }
        $sdk::Client::from_conf(config.build())
    }};
}

impl<'a> SdkClients<'a> {
    pub(super) fn new(budgets: &'a Budgets, has_region: bool) -> Self {
        Self {
            number: WORKSPACES.fetch_add(1, Ordering::Relaxed),
            budgets,
            has_region,
        }
    }

    /// A client of SageMaker; `purpose` keeps its retries apart. `endpoint` is filled with the URL of
    /// the first call.
    pub(super) fn sagemaker(
        &self,
        settings: &ServiceSettings,
        purpose: &str,
        endpoint: &Arc<OnceLock<String>>,
    ) -> SignedClient<sagemaker::Client> {
        let interceptor = self.interceptor(Service::SageMaker, endpoint);
        let sdk = sdk_client!(sagemaker, settings, self.partition(purpose), interceptor);
        self.signed(Service::SageMaker, sdk, settings)
    }

    /// A client of the token service.
    pub(super) fn token_service(&self, settings: &ServiceSettings) -> SignedClient<sts::Client> {
        let interceptor = self.interceptor(Service::TokenService, &Arc::default());
        let sdk = sdk_client!(sts, settings, self.partition("roles"), interceptor);
        self.signed(Service::TokenService, sdk, settings)
    }

    /// A client of CloudWatch Logs.
    pub(super) fn logs(&self, settings: &ServiceSettings) -> SignedClient<JsonClient> {
        self.json(Service::Logs, LOGS, settings)
    }

    fn json(
        &self,
        service: Service,
        protocol: JsonService,
        settings: &ServiceSettings,
    ) -> SignedClient<JsonClient> {
        let shared = &settings.shared;
        let retries = Retries {
            config: retries(),
            partition: self.partition(protocol.signing_name),
        };
        let region = shared.region().map_or("<region>", |region| region.as_ref());
        let host = match shared.use_fips() {
            Some(true) => format!("{}-fips", protocol.signing_name),
            _ => protocol.signing_name.to_owned(),
        };
        let endpoint = settings.endpoint_url.clone();
        let endpoint = endpoint.unwrap_or_else(|| regional_endpoint(&host, region));
        let interceptor = self.interceptor(service, &Arc::default());
        let client = JsonClient::new(protocol, &endpoint, shared, &retries, interceptor);
        self.signed(service, client, settings)
    }

    fn signed<C>(&self, service: Service, sdk: C, settings: &ServiceSettings) -> SignedClient<C> {
        SignedClient {
            service,
            sdk,
            credentials: settings.credentials.clone(),
            budget: Arc::clone(self.budgets.of(service)),
            has_region: self.has_region,
        }
    }

    fn interceptor(
        &self,
        service: Service,
        endpoint: &Arc<OnceLock<String>>,
    ) -> ThrottleInterceptor {
        ThrottleInterceptor {
            budget: Arc::clone(self.budgets.of(service)),
            endpoint: Arc::clone(endpoint),
        }
    }

    /// A retry partition of its own: throttled reads must not use up the retries of actions, nor one
    /// workspace those of another.
    fn partition(&self, purpose: &str) -> RetryPartition {
        RetryPartition::custom(format!("sluicegate-{}-{purpose}", self.number)).build()
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
}
