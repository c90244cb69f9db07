//! What can go wrong with SageMaker, in our words.

use std::fmt;

/// A kind of failure, by what the reader can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
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
}

/// A failed call, as a person should read it: what was tried, what came back, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// The operation tried, as the API names it: `ListPipelines`.
    pub operation: &'static str,
    /// The service's own error code, where it answered with one.
    pub code: Option<String>,
    /// The service's own message, or what the transport said.
    pub message: String,
    /// The service's request id, where it answered with one.
    pub request_id: Option<String>,
}

impl Failure {
    /// The IAM action the operation needs: `sagemaker:ListPipelines`.
    pub fn iam_action(&self) -> String {
        format!("sagemaker:{}", self.operation)
    }

    /// One sentence for people: what is wrong and what mends it.
    pub fn sentence(&self) -> String {
        match self.kind {
            FailureKind::NotFound => "SageMaker does not know it, or no longer.".into(),
            FailureKind::Refused => "SageMaker refused the request.".into(),
            FailureKind::Conflict => {
                "SageMaker is changing it at this moment. Try again in a few seconds.".into()
            }
            FailureKind::LimitExceeded => {
                "A quota of this account is used up. Wait for running executions to end, or ask for a higher quota.".into()
            }
            FailureKind::AccessDenied => format!(
                "The console's role is not allowed to do this. Allow {} in its IAM policy.",
                self.iam_action()
            ),
            FailureKind::Throttled => {
                "SageMaker is asked too often at the moment. Try again in a few seconds.".into()
            }
            FailureKind::BadCredentials => {
                "The console's AWS credentials are expired or not valid. Renew them; no restart is needed.".into()
            }
            FailureKind::NoCredentials => {
                "The console has no AWS credentials. Give it a profile (AWS_PROFILE), keys in the environment, or run it under a role.".into()
            }
            FailureKind::NoRegion => {
                "No AWS Region is set. Set AWS_REGION, or region in the [[workspace]] of the settings.".into()
            }
            FailureKind::Unreachable => {
                "SageMaker cannot be reached from the console. Check the network, the proxy and the endpoint.".into()
            }
            FailureKind::TimedOut => "SageMaker did not answer in time.".into(),
            FailureKind::UnknownOperation => {
                "This endpoint does not know the operation.".into()
            }
            FailureKind::Service => {
                "SageMaker failed by itself. Try again in a moment.".into()
            }
            FailureKind::Garbled => "SageMaker's answer could not be understood.".into(),
        }
    }

    /// Whether nothing is known of the call's effect: it may have been carried out.
    pub fn is_uncertain(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::TimedOut
                | FailureKind::Unreachable
                | FailureKind::Service
                | FailureKind::Garbled
        )
    }

    /// Whether the endpoint will answer the same to every such call, so that only what the call
    /// fed is taken away.
    pub fn is_lasting(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::AccessDenied | FailureKind::UnknownOperation
        )
    }
}

impl fmt::Display for Failure {
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

impl std::error::Error for Failure {}
