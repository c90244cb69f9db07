//! In whose name an action is carried out: the write role, assumed for one action of one person.
//!
//! The assumed role may do that one action on that one resource and nothing else, and CloudTrail shows
//! the person beside every call that is signed with it.

use aws_credential_types::Credentials;
use aws_sdk_sts as sts;
use sha2::{Digest, Sha256};

use super::signed_client::SignedClient;
use super::token_service::RoleRequest;
use sluicegate_domain::{Arn, AwsError, AwsErrorKind, Service};

/// The longest session policy that the token service accepts, in characters.
const MAX_POLICY_CHARS: usize = 2_048;

/// How long a session's name may be, in characters.
const SESSION_NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=64;

/// How many digits of a hash stand for a person whose name the token service would not accept.
const HASH_DIGITS: usize = 16;

/// The name under which AWS knows a person: `RoleSessionName` and `SourceIdentity`.
///
/// The person's own name where the token service accepts it (2 to 64 of letters, digits and
/// `_+=,.@-`), else `u-` and the first 16 hex digits of its SHA-256. A name that looks like such a
/// hash is replaced too, so that nobody can be taken for another.
pub fn session_name(person: &str) -> String {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if SESSION_NAME_CHARS.contains(&person.len())
        && person.bytes().all(is_allowed)
        && !is_hashed(&person.to_ascii_lowercase())
    {
        return person.to_owned();
    }
    let digest = hex::encode(Sha256::digest(person));
    format!("u-{}", &digest[..HASH_DIGITS])
}

fn is_hashed(name: &str) -> bool {
    name.strip_prefix("u-").is_some_and(|digits| {
        digits.len() == HASH_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A session policy that allows one call on one pipeline or execution, and nothing else.
///
/// SageMaker keeps the case of names in ARNs since 2023, and wrote them in lower case before. Where the
/// spellings differ both are allowed, because it is not documented which one IAM checks.
fn policy(operation: &str, arn: &Arn) -> String {
    let lower_case = arn.with_lower_case_resource();
    let resources: &[&str] = match arn.as_str() == lower_case {
        true => &[arn.as_str()],
        false => &[arn.as_str(), &lower_case],
    };
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": [Service::SageMaker.iam_action(operation)],
            "Resource": resources,
        }],
    })
    .to_string()
}

/// The role that signs actions, and the token service that gives it out.
pub(super) struct WriteRole {
    arn: String,
    token_service: SignedClient<sts::Client>,
}

impl WriteRole {
    pub(super) fn new(arn: String, token_service: SignedClient<sts::Client>) -> Self {
        Self { arn, token_service }
    }

    /// Credentials for one call by one person on one pipeline or execution.
    pub(super) async fn assume(
        &self,
        person: &str,
        operation: &'static str,
        arn: &str,
    ) -> Result<Credentials, AwsError> {
        let refused = |message: &str| {
            let kind = AwsErrorKind::Refused;
            AwsError::new(Service::SageMaker, operation, kind, message)
        };
        let Some(target) = Arn::parse_pipeline(arn) else {
            return Err(refused(
                "its ARN is not a pipeline's, so the write role cannot be limited to it",
            ));
        };
        let policy = policy(operation, &target);
        if policy.len() > MAX_POLICY_CHARS {
            return Err(refused(
                "its ARN is too long for limiting the write role to it",
            ));
        }
        let request = RoleRequest {
            role_arn: &self.arn,
            session_name: &session_name(person),
            policy,
        };
        let assumed = self.token_service.assume_role(request).await;
        assumed.map_err(denied)
    }
}

/// To whoever acts, every refusal of the token service means that they are not allowed to.
fn denied(error: AwsError) -> AwsError {
    use AwsErrorKind as K;
    match error.kind {
        K::Refused | K::NotFound | K::Conflict | K::LimitExceeded | K::UnknownOperation => {
            AwsError {
                kind: K::AccessDenied,
                ..error
            }
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
