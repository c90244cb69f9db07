//! In whose name an action is carried out: the write role, assumed for one action of one person.
//!
//! What is assumed may do that one action on that one thing and nothing else, and CloudTrail tells the
//! person beside every call that is signed with it.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_sts as sts;
use sha2::{Digest, Sha256};
use sts::config::AppName;
use sts::config::retry::{RetryConfig, RetryPartition};

use super::arn::Arn;
use super::credentials::Keys;
use super::errors;
use crate::domain::{ASSUME_ROLE, AwsError, AwsErrorKind};

/// How long what is assumed can be used, in seconds: the shortest the token service gives. An action
/// with all its attempts takes less than a minute.
const LASTS: i32 = 900;

/// The longest session policy the token service takes, in characters.
const LONGEST_POLICY: usize = 2_048;

/// How long a session's name may be, in characters.
const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 2..=64;

/// How many digits of a hash stand for a person whose name the token service would not take.
const DIGITS: usize = 16;

/// The name under which AWS knows a person: `RoleSessionName` and `SourceIdentity`.
///
/// The person's own name where the token service takes it (2 to 64 of letters, digits and
/// `_+=,.@-`), else `u-` and the first 16 hex digits of its SHA-256. A name that looks like such a
/// stand-in is replaced too, so that nobody can be taken for another.
pub fn session_name(person: &str) -> String {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if NAME_LENGTHS.contains(&person.len())
        && person.bytes().all(allowed)
        && !is_stand_in(&person.to_ascii_lowercase())
    {
        return person.to_owned();
    }
    let digest = hex::encode(Sha256::digest(person));
    format!("u-{}", &digest[..DIGITS])
}

fn is_stand_in(name: &str) -> bool {
    name.strip_prefix("u-").is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A session policy that allows one call on one pipeline or execution, and nothing else.
///
/// SageMaker tells the pipeline's part of an ARN in small letters, whatever its name is; where it is
/// told otherwise, both spellings of the same thing are allowed, because it is not written down which
/// one IAM is asked about.
fn policy(operation: &str, arn: &Arn) -> String {
    let told = arn.to_string();
    let small = arn.in_small_letters().to_string();
    let resources: &[&str] = match told == small {
        true => &[&told],
        false => &[&told, &small],
    };
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": [format!("sagemaker:{operation}")],
            "Resource": resources,
        }],
    })
    .to_string()
}

/// The role that writes, and the token service that gives it out.
pub(super) struct WriteRole {
    arn: String,
    /// Where the keys come from that it is asked for with, if others can be found.
    keys: Option<Arc<Keys>>,
    service: sts::Client,
}

impl WriteRole {
    /// `settings` say how the token service is reached and who asks it.
    pub(super) fn new(
        arn: String,
        settings: sts::config::Builder,
        keys: Option<Arc<Keys>>,
        retries: RetryConfig,
        partition: RetryPartition,
    ) -> Self {
        let settings = settings
            .app_name(AppName::new("sluicegate").expect("a valid name"))
            .retry_config(retries)
            .retry_partition(partition);
        Self {
            arn,
            keys,
            service: sts::Client::from_conf(settings.build()),
        }
    }

    /// Keys for one call by one person on one pipeline or execution.
    pub(super) async fn assume(
        &self,
        person: &str,
        operation: &'static str,
        arn: &str,
    ) -> Result<Credentials, AwsError> {
        let Some(target) = Arn::parse(arn) else {
            let message = "it is not named by an ARN of a pipeline, so the write role cannot be narrowed to it";
            return Err(AwsError::own(operation, AwsErrorKind::Refused, message));
        };
        let policy = policy(operation, &target);
        if policy.len() > LONGEST_POLICY {
            let message = "its ARN is too long for the write role to be narrowed to it";
            return Err(AwsError::own(operation, AwsErrorKind::Refused, message));
        }
        let name = session_name(person);
        let asked = self
            .service
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(&name)
            .source_identity(&name)
            .policy(policy)
            .duration_seconds(LASTS)
            .send();
        let answer = match asked.await {
            Ok(answer) => answer,
            Err(error) => return Err(self.refused(errors::failure(ASSUME_ROLE, &error)).await),
        };
        let Some(keys) = answer.credentials else {
            let message = "the token service gave no credentials";
            return Err(AwsError::own(ASSUME_ROLE, AwsErrorKind::Garbled, message));
        };
        let end = keys.expiration.try_into().ok();
        Ok(Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            Some(keys.session_token),
            end,
            "write role",
        ))
    }

    /// To whoever acts, every refusal of the token service means that they may not.
    async fn refused(&self, failure: AwsError) -> AwsError {
        use AwsErrorKind as K;
        if failure.kind == K::BadCredentials
            && let Some(keys) = &self.keys
        {
            keys.refused().await;
        }
        match failure.kind {
            K::Refused | K::NotFound | K::Conflict | K::LimitExceeded | K::UnknownOperation => {
                AwsError {
                    kind: K::AccessDenied,
                    ..failure
                }
            }
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests;
