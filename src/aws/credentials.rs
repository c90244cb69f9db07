//! The ambient AWS credentials, kept and renewed here rather than by the SDK, so that renewed ones
//! are taken without a restart and missing ones do not cost seconds at every call.

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
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_sdk_sagemaker::config::SharedHttpClient;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::errors;
use crate::domain::AwsErrorKind;

/// How long looking for credentials may take in all, roles and sign-on included.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// For how long a failed look is not repeated.
const FAILURE_STANDS: Duration = Duration::from_secs(5);

/// How long before their end temporary credentials are renewed.
const RENEWED_BEFORE: Duration = Duration::from_secs(120);

/// Credentials that tell no end are looked up again after this long.
const LOOKED_UP_AGAIN: Duration = Duration::from_secs(15 * 60);

/// Credentials younger than this are not dropped when SageMaker refuses them: other calls may have
/// been sent with the ones before.
const YOUNG: Duration = Duration::from_secs(2);

/// The instance metadata service, asked with short time limits: where there is none, the address
/// leads nowhere, and a start without credentials would take half a minute.
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
pub(super) struct Keys {
    pub(super) region: Option<Region>,
    pub(super) http: SharedHttpClient,
    pub(super) metadata: imds::Client,
    /// The role to assume, and the settings its token service is called with.
    pub(super) role: Option<(String, SdkConfig)>,
    pub(super) kept: Mutex<Kept>,
}

/// What the last look brought.
#[derive(Default)]
pub(super) struct Kept {
    found: Option<(Credentials, Instant)>,
    failed: Option<(Trouble, Instant)>,
}

/// Why there are no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What a person can do about it.
    pub(super) kind: AwsErrorKind,
    /// What went wrong.
    pub(super) message: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Trouble {}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

/// Hands the SDK what [`Keys`] keep.
#[derive(Debug, Clone)]
pub(super) struct Handed(pub(super) Arc<Keys>);

impl ProvideCredentials for Handed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.0.get().await.map_err(CredentialsError::provider_error)
        })
    }
}

impl Keys {
    /// The kept credentials while they are fresh, else newly found ones. Whoever asks meanwhile
    /// waits for the same look.
    async fn get(&self) -> Result<Credentials, Trouble> {
        let mut kept = self.kept.lock().await;
        if let Some((found, since)) = &kept.found
            && is_fresh(found, since.elapsed())
        {
            return Ok(found.clone());
        }
        if let Some((trouble, since)) = &kept.failed
            && since.elapsed() < FAILURE_STANDS
        {
            return still_valid(kept.found.as_ref()).ok_or_else(|| trouble.clone());
        }
        match self.look().await {
            Ok(found) => {
                *kept = Kept {
                    found: Some((found.clone(), Instant::now())),
                    failed: None,
                };
                Ok(found)
            }
            Err(trouble) => {
                tracing::warn!(kind = ?trouble.kind, "No AWS credentials: {trouble}");
                kept.failed = Some((trouble.clone(), Instant::now()));
                still_valid(kept.found.as_ref()).ok_or(trouble)
            }
        }
    }

    /// Drops the kept credentials because SageMaker refused them, so that the next call looks for
    /// newer ones.
    pub(super) async fn refused(&self) {
        let mut kept = self.kept.lock().await;
        if kept
            .found
            .as_ref()
            .is_some_and(|(_, since)| since.elapsed() > YOUNG)
        {
            kept.found = None;
        }
    }

    async fn look(&self) -> Result<Credentials, Trouble> {
        match tokio::time::timeout(LONGEST_LOOK, self.provide()).await {
            Ok(provided) => provided.map_err(|error| trouble(&error, self.role.is_some())),
            Err(_) => Err(Trouble {
                kind: AwsErrorKind::NoCredentials,
                message: format!(
                    "looking for credentials took longer than {} seconds",
                    LONGEST_LOOK.as_secs()
                ),
            }),
        }
    }

    /// Asks a chain that is made anew each time, because a chain reads its files only once.
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

/// Whether kept credentials need no look yet.
fn is_fresh(found: &Credentials, age: Duration) -> bool {
    match found.expiry() {
        Some(end) => end > SystemTime::now() + RENEWED_BEFORE,
        None => age < LOOKED_UP_AGAIN,
    }
}

/// Old credentials that still work, where newer ones cannot be had.
fn still_valid(found: Option<&(Credentials, Instant)>) -> Option<Credentials> {
    let (found, _) = found?;
    found
        .expiry()
        .is_none_or(|end| end > SystemTime::now())
        .then(|| found.clone())
}

/// What a failed look means to people.
fn trouble(error: &CredentialsError, with_role: bool) -> Trouble {
    let kind = match error {
        // A profile that does not exist counts here too: the credentials are not wrong, there are
        // none.
        CredentialsError::CredentialsNotLoaded(_)
        | CredentialsError::ProviderTimedOut(_)
        | CredentialsError::InvalidConfiguration(_) => AwsErrorKind::NoCredentials,
        // The last place looked at: whatever went wrong there, nothing before it had any.
        _ if errors::find::<ImdsError>(error).is_some() => AwsErrorKind::NoCredentials,
        _ if errors::is_unreachable(error) => AwsErrorKind::Unreachable,
        _ => AwsErrorKind::BadCredentials,
    };
    let said = errors::chain(error);
    let message = match (kind, std::env::var("AWS_PROFILE")) {
        (AwsErrorKind::NoCredentials, Ok(profile)) => {
            format!("AWS_PROFILE is `{profile}`, and no credentials were found: {said}")
        }
        (AwsErrorKind::NoCredentials, Err(_)) => format!("no credentials were found: {said}"),
        _ if with_role => format!("the role could not be assumed: {said}"),
        _ => format!("the credentials could not be loaded: {said}"),
    };
    Trouble { kind, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(end: Option<SystemTime>) -> Credentials {
        Credentials::new("key", "secret", None, end, "test")
    }

    #[test]
    fn temporary_credentials_are_renewed_before_they_end() {
        let soon = SystemTime::now() + Duration::from_secs(60);
        let later = SystemTime::now() + Duration::from_secs(3_600);
        assert!(!is_fresh(&keys(Some(soon)), Duration::ZERO));
        assert!(is_fresh(&keys(Some(later)), Duration::from_secs(3_000)));
    }

    #[test]
    fn endless_credentials_are_looked_up_again_every_quarter_of_an_hour() {
        assert!(is_fresh(&keys(None), Duration::from_secs(14 * 60)));
        assert!(!is_fresh(&keys(None), Duration::from_secs(16 * 60)));
    }

    #[test]
    fn credentials_near_their_end_serve_until_it() {
        let soon = SystemTime::now() + Duration::from_secs(60);
        let past = SystemTime::now() - Duration::from_secs(60);
        assert!(still_valid(Some(&(keys(Some(soon)), Instant::now()))).is_some());
        assert!(still_valid(Some(&(keys(Some(past)), Instant::now()))).is_none());
    }

    #[test]
    fn a_missing_profile_is_no_credentials_and_a_failed_role_is_bad_ones() {
        let missing = CredentialsError::invalid_configuration("profile `x` was not defined");
        assert_eq!(trouble(&missing, false).kind, AwsErrorKind::NoCredentials);
        assert!(trouble(&missing, false).message.contains("profile `x`"));
        let refused = CredentialsError::provider_error("AccessDenied: not authorized");
        let told = trouble(&refused, true);
        assert_eq!(told.kind, AwsErrorKind::BadCredentials);
        assert!(told.message.starts_with("the role could not be assumed: "));
    }
}
