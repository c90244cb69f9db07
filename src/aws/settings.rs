//! How the services of one workspace are reached: from the ordinary AWS environment, or from nothing
//! but the given settings.

use std::sync::Arc;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::imds;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sagemaker::config::timeout::TimeoutConfig;
use aws_sdk_sagemaker::config::{IdentityCache, SharedCredentialsProvider};

use super::budget::CallRates;
use super::credentials::{self, CachedCredentials, CachedProvider};
use super::http;
use super::known_accounts::KnownAccounts;
use sluicegate_domain::Service;

/// The time limit for making a connection.
const CONNECT_TIME_LIMIT: Duration = Duration::from_secs(3);

/// The time limit of one attempt. The largest answer, a page of Search, takes about a second.
const ATTEMPT_TIME_LIMIT: Duration = Duration::from_secs(6);

/// The time limit of one call with all its attempts.
const CALL_TIME_LIMIT: Duration = Duration::from_secs(20);

/// How one workspace is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// The AWS Region; if unset, ambient credentials take that of the environment or the profile.
    pub region: Option<String>,
    /// A role to assume for every call that only reads, and without a write role for all calls.
    pub role_arn: Option<String>,
    /// A role to assume anew for every action, in the name of the person who acts and for that
    /// action alone. Actions then never use anything else.
    pub write_role_arn: Option<String>,
    /// Where SageMaker's calls go instead of the Region's own endpoint.
    pub endpoint_url: Option<String>,
    /// The same of other services.
    pub endpoints: Endpoints,
    /// The call budgets; each burst is twice the rate.
    pub call_rates: CallRates,
    /// Who signs the calls.
    pub credentials: Credentials,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            region: None,
            role_arn: None,
            write_role_arn: None,
            endpoint_url: None,
            endpoints: Endpoints::default(),
            call_rates: CallRates::default(),
            credentials: Credentials::Ambient,
        }
    }
}

/// Where the calls of services beside SageMaker go instead of the Region's own endpoints, each a URL. One that is not
/// set is SageMaker's where that is on this machine, so that a local SageMaker never leads to calls to AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// CloudWatch Logs.
    pub logs: Option<String>,
}

/// Whose credentials sign the calls.
#[derive(Clone)]
pub enum Credentials {
    /// The ordinary AWS environment: variables, profile, container or instance role.
    Ambient,
    /// These keys and nothing else: no AWS variable, profile or instance role is read, and no proxy
    /// used. The Region is `us-east-1` if unset, `role_arn` is not assumed, and the token service is
    /// called where all other calls go.
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

/// What a workspace's client needs to know before its first call.
pub(super) struct ClientSettings {
    pub(super) sagemaker: ServiceSettings,
    pub(super) token_service: ServiceSettings,
    pub(super) logs: ServiceSettings,
    pub(super) accounts: KnownAccounts,
    pub(super) region: Option<String>,
    /// Where SageMaker's calls will go.
    pub(super) expected_endpoint: String,
}

/// How one service is reached.
pub(super) struct ServiceSettings {
    pub(super) shared: SdkConfig,
    /// Set for this service alone, over whatever `shared` and the environment name.
    pub(super) endpoint_url: Option<String>,
    /// Where the credentials come from, if newer ones can be found.
    pub(super) credentials: Option<Arc<CachedCredentials>>,
}

/// Resolves the settings. Takes up to two seconds where the Region must be asked from an instance
/// metadata service that is not there.
pub(super) async fn resolve(access: &Access) -> ClientSettings {
    match &access.credentials {
        Credentials::Ambient => ambient(access).await,
        Credentials::Fixed { key, secret } => fixed(access, key, secret),
    }
}

/// Settings that take nothing from the environment.
fn fixed(access: &Access, key: &str, secret: &str) -> ClientSettings {
    let region = access.region.clone().unwrap_or_else(|| "us-east-1".into());
    let keys = aws_credential_types::Credentials::new(key, secret, None, None, "settings");
    let mut shared = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.clone()))
        .http_client(http::client(false))
        .timeout_config(time_limits())
        .credentials_provider(SharedCredentialsProvider::new(keys));
    shared.set_endpoint_url(access.endpoint_url.clone());
    let shared = shared.build();
    let service = || ServiceSettings {
        shared: shared.clone(),
        endpoint_url: None,
        credentials: None,
    };
    let url = access.endpoint_url.clone();
    let logs = ServiceSettings {
        endpoint_url: access.endpoints.logs.clone().or_else(|| url.clone()),
        ..service()
    };
    client_settings([service(), service(), logs], url, Some(region))
}

/// Settings from the ordinary AWS environment.
async fn ambient(access: &Access) -> ClientSettings {
    let metadata = credentials::instance_metadata();
    let region = region(access, &metadata).await;
    let proxied = http::client(true);
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(region.clone())
        .http_client(proxied.clone())
        .timeout_config(time_limits())
        .identity_cache(IdentityCache::no_cache())
        .no_credentials()
        .load()
        .await;
    let cached = |role: Option<&String>| {
        Arc::new(CachedCredentials {
            region: region.clone(),
            http: proxied.clone(),
            metadata: metadata.clone(),
            role: role.map(|role| (role.clone(), shared.clone())),
            cache: Default::default(),
        })
    };
    // The role that reads has no part in the one that writes, and cannot lead to it.
    let reading = cached(access.role_arn.as_ref());
    let own = match access.role_arn {
        None => Arc::clone(&reading),
        Some(_) => cached(None),
    };
    let logs = ambient_service(Service::Logs, access, &shared, Arc::clone(&reading));
    let sagemaker = ambient_service(Service::SageMaker, access, &shared, reading);
    let token_service = ambient_service(Service::TokenService, access, &shared, own);
    let url = endpoint_url(Service::SageMaker, access, &shared);
    let region = region.map(|region| region.to_string());
    client_settings([sagemaker, token_service, logs], url, region)
}

/// The Region of the settings, else of the environment, the profile, the instance.
async fn region(access: &Access, metadata: &imds::Client) -> Option<Region> {
    if let Some(region) = &access.region {
        return Some(Region::new(region.clone()));
    }
    let instance = ImdsRegionProvider::builder().imds_client(metadata.clone());
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::new())
        .or_else(instance.build())
        .region()
        .await
}

/// A service that is reached with ambient credentials.
fn ambient_service(
    service: Service,
    access: &Access,
    shared: &SdkConfig,
    credentials: Arc<CachedCredentials>,
) -> ServiceSettings {
    let provider = CachedProvider(Arc::clone(&credentials));
    let mut settings = shared
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider));
    let url = endpoint_url(service, access, shared);
    if url.as_deref().is_some_and(http::is_loopback) {
        settings = settings.http_client(http::client(false));
    }
    ServiceSettings {
        shared: settings.build(),
        endpoint_url: match service {
            // The SDK resolves the rest by itself.
            Service::SageMaker | Service::TokenService => configured_url(service, access).cloned(),
            Service::Logs => url,
        },
        credentials: Some(credentials),
    }
}

/// The endpoint that the workspace's settings name for a service. Where SageMaker's is private, the others need not be
/// there too.
fn configured_url(service: Service, access: &Access) -> Option<&String> {
    match service {
        Service::SageMaker => access.endpoint_url.as_ref(),
        Service::TokenService => None,
        Service::Logs => access.endpoints.logs.as_ref(),
    }
}

/// Where a service's calls go, if not to the Region's own endpoint: by the settings, else by the
/// service's own variable, else by the profile or `AWS_ENDPOINT_URL`.
fn endpoint_url(service: Service, access: &Access, shared: &SdkConfig) -> Option<String> {
    let variable = match service {
        Service::SageMaker => "AWS_ENDPOINT_URL_SAGEMAKER",
        Service::TokenService => "AWS_ENDPOINT_URL_STS",
        Service::Logs => "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    };
    let beside_sagemaker = || match service {
        Service::SageMaker | Service::TokenService => None,
        Service::Logs => {
            endpoint_url(Service::SageMaker, access, shared).filter(|url| http::is_loopback(url))
        }
    };
    configured_url(service, access)
        .cloned()
        .or_else(|| std::env::var(variable).ok())
        .or_else(beside_sagemaker)
        .or_else(|| shared.endpoint_url().map(str::to_owned))
}

/// Puts the settings together; `url` is where SageMaker's calls go, if not to the Region's own endpoint.
fn client_settings(
    [sagemaker, token_service, logs]: [ServiceSettings; 3],
    url: Option<String>,
    region: Option<String>,
) -> ClientSettings {
    // SageMaker's own endpoints hold the pipelines of their Region, an emulator's may hold any.
    let own_region = region.clone().filter(|_| url.is_none());
    ClientSettings {
        sagemaker,
        token_service,
        logs,
        accounts: KnownAccounts::new(own_region),
        expected_endpoint: expected_endpoint(url, region.as_deref()),
        region,
    }
}

/// Where SageMaker's calls will go, by the SDK's rules for the common partitions.
fn expected_endpoint(url: Option<String>, region: Option<&str>) -> String {
    match url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => regional_endpoint("api.sagemaker", region.unwrap_or("<region>")),
    }
}

/// A service's endpoint in a Region; `host` is the first part of its name.
pub(super) fn regional_endpoint(host: &str, region: &str) -> String {
    let suffix = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    format!("https://{host}.{region}.{suffix}")
}

/// The time limits of every call.
fn time_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIME_LIMIT)
        .operation_attempt_timeout(ATTEMPT_TIME_LIMIT)
        .operation_timeout(CALL_TIME_LIMIT)
        .build()
}
