//! The ambient AWS credentials, cached and renewed here rather than by the SDK, so that renewed ones
//! are used without a restart and missing ones do not cost seconds at every call.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::imds;
use aws_config::imds::client::error::ImdsError;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError as ProviderError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_sdk_sagemaker::config::SharedHttpClient;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::causes;
use sluicegate_domain::AwsErrorKind;

/// How long a search for credentials may take, roles and sign-on included.
const SEARCH_TIME_LIMIT: Duration = Duration::from_secs(5);

/// How long a failed search is not repeated.
const FAILURE_MAX_AGE: Duration = Duration::from_secs(5);

/// How long before they expire temporary credentials are renewed.
const RENEWAL_LEAD_TIME: Duration = Duration::from_secs(120);

/// How long credentials without an expiry are used before they are searched for again.
const UNEXPIRING_MAX_AGE: Duration = Duration::from_secs(15 * 60);

/// Credentials younger than this are kept although a service refused a call: it may have been signed
/// with the ones before.
const DISCARD_MIN_AGE: Duration = Duration::from_secs(2);

/// A client of the instance metadata service with short time limits: where there is no such service,
/// its address does not answer, and a start without credentials would take half a minute.
pub(super) fn instance_metadata() -> imds::Client {
    imds::Client::builder()
        .connect_timeout(Duration::from_millis(800))
        .read_timeout(Duration::from_millis(800))
        .operation_attempt_timeout(Duration::from_secs(1))
        .operation_timeout(Duration::from_millis(1_500))
        .max_attempts(2)
        .build()
}

/// The credentials of one workspace.
pub(super) struct CachedCredentials {
    pub(super) region: Option<Region>,
    pub(super) http: SharedHttpClient,
    pub(super) metadata: imds::Client,
    /// The role to assume, and the settings of the token service that gives it out.
    pub(super) role: Option<(String, SdkConfig)>,
    pub(super) cache: Mutex<Cache>,
}

/// The results of the last searches, and when they ended.
#[derive(Default)]
pub(super) struct Cache {
    found: Option<(Credentials, Instant)>,
    failed: Option<(CredentialsError, Instant)>,
}

/// Why there are no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CredentialsError {
    /// By what a person can do about it.
    pub(super) kind: AwsErrorKind,
    /// What failed.
    pub(super) message: String,
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {}

impl fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CachedCredentials")
    }
}

/// Gives the SDK the cached credentials.
#[derive(Debug, Clone)]
pub(super) struct CachedProvider(pub(super) Arc<CachedCredentials>);

impl ProvideCredentials for CachedProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.0.get().await.map_err(ProviderError::provider_error)
        })
    }
}

impl CachedCredentials {
    /// The cached credentials while they are fresh, else newly found ones. Concurrent callers wait
    /// for the same search.
    async fn get(&self) -> Result<Credentials, CredentialsError> {
        let mut cache = self.cache.lock().await;
        if let Some((found, since)) = &cache.found
            && is_fresh(found, since.elapsed())
        {
            return Ok(found.clone());
        }
        if let Some((error, since)) = &cache.failed
            && since.elapsed() < FAILURE_MAX_AGE
        {
            return still_valid(cache.found.as_ref()).ok_or_else(|| error.clone());
        }
        match self.search().await {
            Ok(found) => {
                *cache = Cache {
                    found: Some((found.clone(), Instant::now())),
                    failed: None,
                };
                Ok(found)
            }
            Err(error) => {
                tracing::warn!(kind = ?error.kind, "Cannot load AWS credentials: {error}");
                cache.failed = Some((error.clone(), Instant::now()));
                still_valid(cache.found.as_ref()).ok_or(error)
            }
        }
    }

    /// Drops the cached credentials because a service refused them, so that the next call searches
    /// for newer ones.
    pub(super) async fn discard(&self) {
        let mut cache = self.cache.lock().await;
        let is_old = |(_, since): &(Credentials, Instant)| since.elapsed() > DISCARD_MIN_AGE;
        if cache.found.as_ref().is_some_and(is_old) {
            cache.found = None;
        }
    }

    async fn search(&self) -> Result<Credentials, CredentialsError> {
        match tokio::time::timeout(SEARCH_TIME_LIMIT, self.provide()).await {
            Ok(provided) => provided.map_err(|error| failed(&error, self.role.is_some())),
            Err(_) => Err(CredentialsError {
                kind: AwsErrorKind::NoCredentials,
                message: format!(
                    "looking for credentials took longer than {} seconds",
                    SEARCH_TIME_LIMIT.as_secs()
                ),
            }),
        }
    }

    /// Asks a new provider chain each time, because a chain reads its files only once.
    async fn provide(&self) -> Provided {
        let chain = DefaultCredentialsChain::builder()
            .configure(
                ProviderConfig::without_region()
                    .with_behavior_version(Some(BehaviorVersion::v2026_01_12()))
                    .with_http_client(self.http.clone()),
            )
            .region(self.region.clone())
            .imds_client(self.metadata.clone())
            .build()
            .await;
        match &self.role {
            None => chain.provide_credentials().await,
            Some((role, settings)) => {
                AssumeRoleProvider::builder(role)
                    .session_name("sluicegate")
                    .configure(settings)
                    .build_from_provider(chain)
                    .await
                    .provide_credentials()
                    .await
            }
        }
    }
}

/// Whether cached credentials can still be used without a search.
fn is_fresh(found: &Credentials, age: Duration) -> bool {
    match found.expiry() {
        Some(end) => end > SystemTime::now() + RENEWAL_LEAD_TIME,
        None => age < UNEXPIRING_MAX_AGE,
    }
}

/// Older credentials that have not expired, for when no newer ones can be found.
fn still_valid(found: Option<&(Credentials, Instant)>) -> Option<Credentials> {
    let (found, _) = found?;
    found
        .expiry()
        .is_none_or(|end| end > SystemTime::now())
        .then(|| found.clone())
}

/// What a failed search means to people.
fn failed(error: &ProviderError, with_role: bool) -> CredentialsError {
    let kind = match error {
        // A profile that does not exist counts here too: the credentials are not wrong, there are
        // none.
        ProviderError::CredentialsNotLoaded(_)
        | ProviderError::ProviderTimedOut(_)
        | ProviderError::InvalidConfiguration(_) => AwsErrorKind::NoCredentials,
        // The last place searched: whatever failed there, no place before it had any.
        _ if causes::find::<ImdsError>(error).is_some() => AwsErrorKind::NoCredentials,
        _ if causes::is_unreachable(error) => AwsErrorKind::Unreachable,
        _ => AwsErrorKind::BadCredentials,
    };
    let cause = causes::joined(error);
    let message = match (kind, std::env::var("AWS_PROFILE")) {
        (AwsErrorKind::NoCredentials, Ok(profile)) => {
            format!("AWS_PROFILE is `{profile}`, and no credentials were found: {cause}")
        }
        (AwsErrorKind::NoCredentials, Err(_)) => format!("no credentials were found: {cause}"),
        _ if with_role => format!("the role could not be assumed: {cause}"),
        _ => format!("the credentials could not be loaded: {cause}"),
    };
    CredentialsError { kind, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(end: Option<SystemTime>) -> Credentials {
        Credentials::new("key", "secret", None, end, "test")
    }

    #[test]
    fn temporary_credentials_are_renewed_before_they_expire() {
        let soon = SystemTime::now() + Duration::from_secs(60);
        let later = SystemTime::now() + Duration::from_secs(3_600);
        assert!(!is_fresh(&credentials(Some(soon)), Duration::ZERO));
        assert!(is_fresh(
            &credentials(Some(later)),
            Duration::from_secs(3_000)
        ));
    }

    #[test]
    fn credentials_without_an_expiry_are_searched_for_again_every_15_minutes() {
        assert!(is_fresh(&credentials(None), Duration::from_secs(14 * 60)));
        assert!(!is_fresh(&credentials(None), Duration::from_secs(16 * 60)));
    }

    #[test]
    fn credentials_are_used_until_they_expire_where_no_newer_ones_are_found() {
        let soon = SystemTime::now() + Duration::from_secs(60);
        let past = SystemTime::now() - Duration::from_secs(60);
        assert!(still_valid(Some(&(credentials(Some(soon)), Instant::now()))).is_some());
        assert!(still_valid(Some(&(credentials(Some(past)), Instant::now()))).is_none());
    }

    #[test]
    fn a_missing_profile_means_no_credentials_and_a_failed_role_bad_ones() {
        let missing = ProviderError::invalid_configuration("profile `x` was not defined");
        assert_eq!(failed(&missing, false).kind, AwsErrorKind::NoCredentials);
        assert!(failed(&missing, false).message.contains("profile `x`"));
        let refused = ProviderError::provider_error("AccessDenied: not authorized");
        let error = failed(&refused, true);
        assert_eq!(error.kind, AwsErrorKind::BadCredentials);
        assert!(error.message.starts_with("the role could not be assumed: "));
    }
}
