//! Failed calls to AWS, with their service. Sentences about them are made where they are shown.

use std::fmt;

use super::Service;

/// The token service's operation that gives out the write role.
pub const ASSUME_ROLE: &str = "AssumeRole";

/// The permission to name the person who acts, which `AssumeRole` needs beside its own.
const SET_SOURCE_IDENTITY: &str = "sts:SetSourceIdentity";

/// What kind of failure it is, by what a person can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AwsErrorKind {
    /// The resource does not exist (`ResourceNotFound`).
    NotFound,
    /// The request is invalid, or the resource's state does not allow it (`ValidationException`).
    Refused,
    /// Something else is changing the resource (`ConflictException`).
    Conflict,
    /// A quota is used up (`ResourceLimitExceeded`).
    LimitExceeded,
    /// A policy does not allow the call (`AccessDeniedException`).
    AccessDenied,
    /// Too many calls (`ThrottlingException`), or the console's own call budget is used up.
    Throttled,
    /// The credentials are expired or not valid.
    BadCredentials,
    /// No credentials were found.
    NoCredentials,
    /// No Region is set.
    NoRegion,
    /// The endpoint could not be reached.
    Unreachable,
    /// The endpoint did not answer in time; the call may have been carried out.
    TimedOut,
    /// The endpoint does not know the operation (another emulator, an old endpoint).
    UnknownOperation,
    /// The service failed (a 5xx).
    Service,
    /// The answer could not be read.
    Garbled,
    /// A list whose pages could not be followed to their end: part of it is missing.
    Incomplete,
}

/// A failed call: what was called, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AwsError {
    /// The service called.
    pub service: Service,
    /// The operation called, as the API names it: `ListPipelines`.
    pub operation: &'static str,
    /// What kind of failure it is.
    pub kind: AwsErrorKind,
    /// The service's own error code, if it answered with one.
    pub code: Option<String>,
    /// The service's own message, or the transport's.
    pub message: String,
    /// The service's request id, if it answered with one.
    pub request_id: Option<String>,
}

impl AwsError {
    /// A failure without an answer of the service: no code, no request id.
    pub fn new(
        service: Service,
        operation: &'static str,
        kind: AwsErrorKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            service,
            operation,
            kind,
            code: None,
            message: message.into(),
            request_id: None,
        }
    }

    /// The IAM action that the call needs: `sagemaker:ListPipelines`.
    pub fn iam_action(&self) -> String {
        match self.service {
            Service::TokenService if self.message.contains(SET_SOURCE_IDENTITY) => {
                SET_SOURCE_IDENTITY.to_owned()
            }
            service => service.iam_action(self.operation),
        }
    }

    /// Whether the operation that was wanted was never called: for want of the write role, of
    /// credentials, or of a Region.
    pub fn is_unsent(&self) -> bool {
        self.service == Service::TokenService
            || matches!(
                self.kind,
                AwsErrorKind::NoCredentials | AwsErrorKind::NoRegion
            )
    }

    /// Whether the call's effect is unknown: it may have been carried out.
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

    /// Whether the endpoint will answer every such call the same way, so that a page loses only
    /// what this call feeds.
    pub fn is_lasting(&self) -> bool {
        matches!(
            self.kind,
            AwsErrorKind::AccessDenied | AwsErrorKind::UnknownOperation
        )
    }
}

/// For logs, and beside sentences: operation, code, message, request id.
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
    fn the_iam_action_follows_from_the_service() {
        let denied = |service, operation, message: &str| {
            AwsError::new(service, operation, AwsErrorKind::AccessDenied, message).iam_action()
        };
        let list = denied(Service::SageMaker, "ListPipelines", "no");
        assert_eq!(list, "sagemaker:ListPipelines");
        for permission in ["sts:AssumeRole", "sts:SetSourceIdentity"] {
            let message = format!("User: x is not authorized to perform: {permission} on y");
            let action = denied(Service::TokenService, ASSUME_ROLE, &message);
            assert_eq!(action, permission);
        }
    }

    #[test]
    fn without_the_write_role_nothing_was_sent_and_that_is_certain() {
        for kind in [AwsErrorKind::TimedOut, AwsErrorKind::Service] {
            let stop = AwsError::new(Service::SageMaker, "StopPipelineExecution", kind, "");
            assert!(stop.is_uncertain() && !stop.is_unsent());
            let role = AwsError::new(Service::TokenService, ASSUME_ROLE, kind, "");
            assert!(role.is_unsent() && !role.is_uncertain());
        }
    }
}
