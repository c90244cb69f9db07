//! What can go wrong with SageMaker, in our words.

use std::fmt;

/// The call by which the role that writes is assumed, at the token service (STS). Nothing is sent to
/// SageMaker where it fails.
pub const ASSUME_ROLE: &str = "AssumeRole";

/// A kind of failure, by what the reader can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AwsErrorKind {
    /// The thing does not exist (`ResourceNotFound`).
    NotFound,
    /// SageMaker refused the request as invalid, or for the state of the thing (`ValidationException`).
    Refused,
    /// Something else changed it at the same time (`ConflictException`).
    Conflict,
    /// A quota is used up (`ResourceLimitExceeded`).
    LimitExceeded,
    /// The role is not allowed to (`AccessDeniedException`).
    AccessDenied,
    /// Too many calls (`ThrottlingException`), or our own call budget is spent.
    Throttled,
    /// The credentials are no longer valid, or were never.
    BadCredentials,
    /// No credentials were found.
    NoCredentials,
    /// No region was set.
    NoRegion,
    /// The endpoint could not be reached.
    Unreachable,
    /// The endpoint did not answer in time; the call may have been carried out.
    TimedOut,
    /// The endpoint does not know the operation (another emulator, an old endpoint).
    UnknownOperation,
    /// SageMaker failed by itself (a 5xx).
    Service,
    /// An answer that could not be understood.
    Garbled,
    /// A list whose pages could not be followed to their end: part of it is missing.
    Incomplete,
}

/// A failed call, as a person should read it: what was tried, what came back, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    /// What kind of failure it is.
    pub kind: AwsErrorKind,
    /// The operation tried, as the API names it: `ListPipelines`.
    pub operation: &'static str,
    /// The service's own error code, where it answered with one.
    pub code: Option<String>,
    /// The service's own message, or what the transport said.
    pub message: String,
    /// The service's request id, where it answered with one.
    pub request_id: Option<String>,
}

impl AwsError {
    /// A failure of the console's own, before any call.
    pub fn own(operation: &'static str, kind: AwsErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            code: None,
            message: message.into(),
            request_id: None,
        }
    }

    /// The IAM action the operation needs: `sagemaker:ListPipelines`.
    pub fn iam_action(&self) -> String {
        let set_identity = "sts:SetSourceIdentity";
        match self.operation {
            ASSUME_ROLE if self.message.contains(set_identity) => set_identity.into(),
            ASSUME_ROLE => "sts:AssumeRole".into(),
            operation => format!("sagemaker:{operation}"),
        }
    }

    /// One sentence for people: what is wrong and what mends it.
    pub fn sentence(&self) -> String {
        if self.operation == ASSUME_ROLE {
            return self.sentence_of_the_role();
        }
        match self.kind {
            AwsErrorKind::NotFound => "SageMaker does not know it, or no longer.".into(),
            AwsErrorKind::Refused => "SageMaker refused the request.".into(),
            AwsErrorKind::Conflict => {
                "SageMaker is changing it at this moment. Try again in a few seconds.".into()
            }
            AwsErrorKind::LimitExceeded => {
                "A quota of this account is used up. Wait for running executions to end, or ask for a higher quota.".into()
            }
            AwsErrorKind::AccessDenied => format!(
                "The console's role is not allowed to do this. Allow {} in its IAM policy.",
                self.iam_action()
            ),
            AwsErrorKind::Throttled => {
                "SageMaker is asked too often at the moment. Try again in a few seconds.".into()
            }
            AwsErrorKind::BadCredentials => {
                "The console's AWS credentials are expired or not valid. Renew them; no restart is needed.".into()
            }
            AwsErrorKind::NoCredentials => {
                "The console has no AWS credentials. Give it a profile (AWS_PROFILE), keys in the environment, or run it under a role.".into()
            }
            AwsErrorKind::NoRegion => {
                "No AWS Region is set. Set AWS_REGION, or region in the [[workspace]] of the settings.".into()
            }
            AwsErrorKind::Unreachable => {
                "SageMaker cannot be reached from the console. Check the network, the proxy and the endpoint.".into()
            }
            AwsErrorKind::TimedOut => "SageMaker did not answer in time.".into(),
            AwsErrorKind::UnknownOperation => {
                "This endpoint does not know the operation.".into()
            }
            AwsErrorKind::Service => {
                "SageMaker failed by itself. Try again in a moment.".into()
            }
            AwsErrorKind::Garbled => "SageMaker's answer could not be understood.".into(),
            AwsErrorKind::Incomplete => {
                "SageMaker's list did not come to an end, so part of it is missing.".into()
            }
        }
    }

    /// The sentence where the role that writes could not be assumed.
    fn sentence_of_the_role(&self) -> String {
        match self.kind {
            AwsErrorKind::AccessDenied => {
                "The console may not act in your name, so nothing was sent to SageMaker. Allow sts:AssumeRole and sts:SetSourceIdentity on the workspace's write role, in the console's IAM policy and in that role's trust policy.".into()
            }
            AwsErrorKind::BadCredentials | AwsErrorKind::NoCredentials => {
                "The console has no valid AWS credentials to act in your name with, so nothing was sent to SageMaker.".into()
            }
            _ => "The AWS token service (STS) did not let the console act in your name, so nothing was sent to SageMaker. Try again in a moment.".into(),
        }
    }

    /// Whether SageMaker was never called: for want of a role, of credentials, or of a Region.
    pub fn is_unsent(&self) -> bool {
        self.operation == ASSUME_ROLE
            || matches!(
                self.kind,
                AwsErrorKind::NoCredentials | AwsErrorKind::NoRegion
            )
    }

    /// Whether nothing is known of the call's effect: it may have been carried out.
    pub fn is_uncertain(&self) -> bool {
        !self.is_unsent()
            && matches!(
                self.kind,
                AwsErrorKind::TimedOut
                    | AwsErrorKind::Unreachable
                    | AwsErrorKind::Service
                    | AwsErrorKind::Garbled
            )
    }

    /// Whether the endpoint will answer the same to every such call, so that only what the call
    /// fed is taken away.
    pub fn is_lasting(&self) -> bool {
        matches!(
            self.kind,
            AwsErrorKind::AccessDenied | AwsErrorKind::UnknownOperation
        )
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(id) = &self.request_id {
            write!(f, " (request id {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for AwsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_refused_is_certain_and_names_what_to_allow() {
        let denied = |permission: &str| {
            let message = format!("User: x is not authorized to perform: {permission} on y");
            AwsError::own(ASSUME_ROLE, AwsErrorKind::AccessDenied, message)
        };
        for permission in ["sts:AssumeRole", "sts:SetSourceIdentity"] {
            assert_eq!(denied(permission).iam_action(), permission);
        }
        assert!(denied("sts:AssumeRole").sentence().contains("trust policy"));
        for kind in [AwsErrorKind::TimedOut, AwsErrorKind::Service] {
            assert!(AwsError::own("StopPipelineExecution", kind, "").is_uncertain());
            let failure = AwsError::own(ASSUME_ROLE, kind, "");
            assert!(!failure.is_uncertain() && failure.is_unsent());
            assert!(failure.sentence().contains("nothing was sent"));
        }
    }
}
