//! Calls to the AWS Security Token Service (STS).

use aws_credential_types::Credentials;
use aws_sdk_sts as sdk;

use super::signed_client::SignedClient;
use sluicegate_domain::{ASSUME_ROLE, AwsError, AwsErrorKind};

/// How long an assumed role can be used, in seconds: the shortest the token service gives. An action
/// with all its attempts takes less than a minute.
const SESSION_SECONDS: i32 = 900;

/// Which role to assume, for whom, and for what.
pub(super) struct RoleRequest<'a> {
    pub(super) role_arn: &'a str,
    /// `RoleSessionName` and `SourceIdentity`.
    pub(super) session_name: &'a str,
    /// The session policy, which narrows the role.
    pub(super) policy: String,
}

impl SignedClient<sdk::Client> {
    /// Assumes a role for 15 minutes (`AssumeRole`).
    pub(super) async fn assume_role(
        &self,
        request: RoleRequest<'_>,
    ) -> Result<Credentials, AwsError> {
        let answer = self
            .act(ASSUME_ROLE, |client| {
                client
                    .assume_role()
                    .role_arn(request.role_arn)
                    .role_session_name(request.session_name)
                    .source_identity(request.session_name)
                    .policy(request.policy)
                    .duration_seconds(SESSION_SECONDS)
                    .send()
            })
            .await?;
        let Some(keys) = answer.credentials else {
            let message = "the token service returned no credentials";
            return Err(self.error(ASSUME_ROLE, AwsErrorKind::Garbled, message));
        };
        let expiry = keys.expiration.try_into().ok();
        Ok(Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            Some(keys.session_token),
            expiry,
            "write role",
        ))
    }
}
