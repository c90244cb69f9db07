//! One client per workspace: credentials, retries, time limits, call budget.

use std::error::Error;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_sagemaker as sdk;
use sdk::config::http::HttpResponse;
use sdk::config::retry::{RetryConfig, RetryPartition};
use sdk::config::timeout::TimeoutConfig;
use sdk::config::{AppName, IdentityCache, SharedCredentialsProvider};
use sdk::error::{ProvideErrorMetadata, SdkError};

use super::budget::{Budget, BudgetReport, Priority};
use super::credentials::{self, Handed, Keys};
use super::watch::Watch;
use super::{fault, http};
use crate::execution::{Failure, FailureKind};

/// A connection that takes longer than this leads nowhere.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// The limit of one attempt. The largest answer, a page of Search, comes in about a second.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(6);

/// The limit of one call with all its attempts.
const CALL_LIMIT: Duration = Duration::from_secs(20);

/// How often a call is attempted in all, and the longest pause before the second attempt. Shorter
/// than the SDK's second: a page waits for it, and the budget slows down by itself.
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// How one workspace is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// The AWS Region; with ambient credentials the environment or the profile tells it if unset.
    pub region: Option<String>,
    /// A role to assume for every call.
    pub role_arn: Option<String>,
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
    /// no proxy used. The Region is `us-east-1` if unset, and a role is not assumed.
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
    reads: sdk::Client,
    actions: sdk::Client,
    budget: Arc<Budget>,
    keys: Option<Arc<Keys>>,
    region: Option<String>,
    /// Where the settings send calls, as far as they can be told before the first one.
    expected_endpoint: String,
    /// Where the first call went.
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
    /// Prepares the client. Never fails and calls nothing at SageMaker: without credentials or
    /// Region the calls fail, each with its kind. Takes up to two seconds where the Region
    /// must be asked from an instance metadata service that is not there.
    pub async fn connect(access: Access) -> Self {
        let budget = Arc::new(Budget::new(access.calls_per_second));
        let prepared = match &access.credentials {
            Credentials::Ambient => ambient(&access).await,
            Credentials::Fixed { key, secret } => fixed(&access, key, secret),
        };
        let endpoint = Arc::new(OnceLock::new());
        let config = prepared
            .config
            .app_name(AppName::new("sluicegate").expect("a valid name"))
            .timeout_config(time_limits())
            .interceptor(Watch {
                budget: Arc::clone(&budget),
                endpoint: Arc::clone(&endpoint),
            });
        // Own partitions: what reads were throttled for must not take actions' retries away.
        let client = |name: &'static str| {
            sdk::Client::from_conf(
                config
                    .clone()
                    .retry_config(
                        RetryConfig::standard()
                            .with_max_attempts(ATTEMPTS)
                            .with_initial_backoff(FIRST_PAUSE),
                    )
                    .retry_partition(RetryPartition::custom(name).build())
                    .build(),
            )
        };
        Self(Arc::new(Inner {
            reads: client("sluicegate-reads"),
            actions: client("sluicegate-actions"),
            budget,
            keys: prepared.keys,
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

    /// How the call budget stands.
    pub fn budget(&self) -> BudgetReport {
        self.0.budget.report()
    }

    /// Makes one call that only looks.
    pub(super) async fn read<T, E, F>(
        &self,
        operation: &'static str,
        send: impl FnOnce(&sdk::Client) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(Priority::Read, operation, send).await
    }

    /// Makes one call that a person asked for, before any that waits to look.
    pub(super) async fn act<T, E, F>(
        &self,
        operation: &'static str,
        send: impl FnOnce(&sdk::Client) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(Priority::Action, operation, send).await
    }

    async fn call<T, E, F>(
        &self,
        priority: Priority,
        operation: &'static str,
        send: impl FnOnce(&sdk::Client) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if self.0.region.is_none() {
            return Err(own(operation, FailureKind::NoRegion, "no Region is set"));
        }
        if self.0.budget.take(priority).await.is_err() {
            let message = "the console's own call budget is spent";
            return Err(own(operation, FailureKind::Throttled, message));
        }
        let client = match priority {
            Priority::Action => &self.0.actions,
            Priority::Read => &self.0.reads,
        };
        match send(client).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let failure = fault::failure(operation, &error);
                if failure.kind == FailureKind::BadCredentials
                    && let Some(keys) = &self.0.keys
                {
                    keys.refused().await;
                }
                tracing::debug!(kind = ?failure.kind, "{failure}");
                Err(failure)
            }
        }
    }
}

/// A failure of our own, before any call.
fn own(operation: &'static str, kind: FailureKind, message: &str) -> Failure {
    Failure {
        kind,
        operation,
        code: None,
        message: message.to_owned(),
        request_id: None,
    }
}

/// What differs between ambient and fixed credentials.
struct Prepared {
    config: sdk::config::Builder,
    keys: Option<Arc<Keys>>,
    region: Option<String>,
    expected_endpoint: String,
}

/// Settings that take nothing from the environment.
fn fixed(access: &Access, key: &str, secret: &str) -> Prepared {
    let region = access.region.clone().unwrap_or_else(|| "us-east-1".into());
    let mut config = sdk::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.clone()))
        .http_client(http::client(false))
        .credentials_provider(sdk::config::Credentials::new(
            key, secret, None, None, "settings",
        ));
    config.set_endpoint_url(access.endpoint_url.clone());
    Prepared {
        config,
        keys: None,
        expected_endpoint: expected_endpoint(access.endpoint_url.clone(), Some(&region)),
        region: Some(region),
    }
}

/// Settings from the ordinary AWS environment.
async fn ambient(access: &Access) -> Prepared {
    let metadata = credentials::instance_metadata();
    let region = match &access.region {
        Some(region) => Some(Region::new(region.clone())),
        None => {
            RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
                .or_else(ProfileFileRegionProvider::new())
                .or_else(
                    ImdsRegionProvider::builder()
                        .imds_client(metadata.clone())
                        .build(),
                )
                .region()
                .await
        }
    };
    let http = http::client(true);
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(region.clone())
        .http_client(http.clone())
        .timeout_config(time_limits())
        .identity_cache(IdentityCache::no_cache())
        .no_credentials()
        .load()
        .await;
    let keys = Arc::new(Keys {
        region: region.clone(),
        http,
        metadata,
        role: access.role_arn.clone().map(|role| (role, shared.clone())),
        kept: Default::default(),
    });
    let shared = shared
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(Handed(Arc::clone(&keys))))
        .build();
    let mut config = sdk::config::Builder::from(&shared);
    if let Some(url) = &access.endpoint_url {
        // Only here: in the shared settings it would send the token service's calls there too.
        config = config.endpoint_url(url);
    }
    let url = access
        .endpoint_url
        .clone()
        .or_else(|| std::env::var("AWS_ENDPOINT_URL_SAGEMAKER").ok())
        .or_else(|| shared.endpoint_url().map(str::to_owned));
    if url.as_deref().is_some_and(http::is_loopback) {
        config = config.http_client(http::client(false));
    }
    let region = region.map(|region| region.to_string());
    Prepared {
        config,
        keys: Some(keys),
        expected_endpoint: expected_endpoint(url, region.as_deref()),
        region,
    }
}

/// Where calls will go, as the SDK's rules have it for the common partitions.
fn expected_endpoint(url: Option<String>, region: Option<&str>) -> String {
    if let Some(url) = url {
        return url.trim_end_matches('/').to_owned();
    }
    let region = region.unwrap_or("<region>");
    let suffix = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    format!("https://api.sagemaker.{region}.{suffix}")
}

fn time_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT)
        .build()
}

#[cfg(test)]
mod tests;
