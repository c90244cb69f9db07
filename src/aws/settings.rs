//! How SageMaker and the token service are reached: from the ordinary AWS environment, or from nothing
//! but what was said.

use std::sync::Arc;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sagemaker as sdk;
use aws_sdk_sts as sts;
use sdk::config::timeout::TimeoutConfig;
use sdk::config::{IdentityCache, SharedCredentialsProvider};

use super::arn::Homes;
use super::client::{Access, Credentials};
use super::credentials::{self, Handed, Keys};
use super::http;

/// A connection that takes longer than this leads nowhere.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// The limit of one attempt. The largest answer, a page of Search, comes in about a second.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(6);

/// The limit of one call with all its attempts.
const CALL_LIMIT: Duration = Duration::from_secs(20);

/// What a client needs to know before its first call.
pub(super) struct Prepared {
    pub(super) config: sdk::config::Builder,
    pub(super) keys: Option<Arc<Keys>>,
    pub(super) token_service: TokenService,
    pub(super) homes: Homes,
    pub(super) region: Option<String>,
    pub(super) expected_endpoint: String,
}

/// How the write role is asked for.
pub(super) struct TokenService {
    pub(super) settings: sts::config::Builder,
    pub(super) keys: Option<Arc<Keys>>,
}

/// Finds out all of it.
pub(super) async fn prepare(access: &Access) -> Prepared {
    match &access.credentials {
        Credentials::Ambient => ambient(access).await,
        Credentials::Fixed { key, secret } => fixed(access, key, secret),
    }
}

/// Settings that take nothing from the environment.
fn fixed(access: &Access, key: &str, secret: &str) -> Prepared {
    let region = access.region.clone().unwrap_or_else(|| "us-east-1".into());
    let mut shared = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.clone()))
        .http_client(http::client(false))
        .timeout_config(time_limits())
        .credentials_provider(SharedCredentialsProvider::new(
            sdk::config::Credentials::new(key, secret, None, None, "settings"),
        ));
    shared.set_endpoint_url(access.endpoint_url.clone());
    let shared = shared.build();
    Prepared {
        config: sdk::config::Builder::from(&shared),
        keys: None,
        token_service: TokenService {
            settings: sts::config::Builder::from(&shared),
            keys: None,
        },
        homes: homes(access.endpoint_url.as_deref(), Some(&region)),
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
    let proxied = http::client(true);
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(region.clone())
        .http_client(proxied.clone())
        .timeout_config(time_limits())
        .identity_cache(IdentityCache::no_cache())
        .no_credentials()
        .load()
        .await;
    let keys = |role: Option<&String>| {
        Arc::new(Keys {
            region: region.clone(),
            http: proxied.clone(),
            metadata: metadata.clone(),
            role: role.map(|role| (role.clone(), shared.clone())),
            kept: Default::default(),
        })
    };
    // The role that only looks has no part in the one that acts, and cannot lead to it.
    let reading = keys(access.role_arn.as_ref());
    let own = match access.role_arn {
        None => Arc::clone(&reading),
        Some(_) => keys(None),
    };
    let token_service = token_service(&signed_with(&shared, &own), own);
    let signed = signed_with(&shared, &reading);
    let mut config = sdk::config::Builder::from(&signed);
    if let Some(url) = &access.endpoint_url {
        // Only here: in the shared settings it would send the token service's calls there too.
        config = config.endpoint_url(url);
    }
    let url = access
        .endpoint_url
        .clone()
        .or_else(|| std::env::var("AWS_ENDPOINT_URL_SAGEMAKER").ok())
        .or_else(|| shared.endpoint_url().map(str::to_owned));
    let homes = homes(url.as_deref(), region.as_ref().map(Region::as_ref));
    if url.as_deref().is_some_and(http::is_loopback) {
        config = config.http_client(http::client(false));
    }
    let region = region.map(|region| region.to_string());
    Prepared {
        config,
        keys: Some(reading),
        token_service,
        homes,
        expected_endpoint: expected_endpoint(url, region.as_deref()),
        region,
    }
}

fn signed_with(shared: &SdkConfig, keys: &Arc<Keys>) -> SdkConfig {
    let provider = SharedCredentialsProvider::new(Handed(Arc::clone(keys)));
    shared.to_builder().credentials_provider(provider).build()
}

/// The token service is the Region's own unless `AWS_ENDPOINT_URL_STS`, the profile, or
/// `AWS_ENDPOINT_URL` says otherwise: where SageMaker has an endpoint of its own (a private one, say),
/// the token service need not be there.
fn token_service(shared: &SdkConfig, keys: Arc<Keys>) -> TokenService {
    let mut settings = sts::config::Builder::from(shared);
    let url = std::env::var("AWS_ENDPOINT_URL_STS").ok();
    let url = url.or_else(|| shared.endpoint_url().map(str::to_owned));
    if url.as_deref().is_some_and(http::is_loopback) {
        settings = settings.http_client(http::client(false));
    }
    TokenService {
        settings,
        keys: Some(keys),
    }
}

/// Where a workspace's pipelines are, as far as its settings tell: SageMaker's own endpoints hold those
/// of their Region, while an emulator's may tell any.
fn homes(url: Option<&str>, region: Option<&str>) -> Homes {
    Homes::new(region.filter(|_| url.is_none()).map(str::to_owned))
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

/// The time limits of every call.
pub(super) fn time_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT)
        .build()
}
