//! From the SDK's errors to our [`AwsError`].

use std::error::Error;

use aws_sdk_sagemaker::config::http::HttpResponse;
use aws_sdk_sagemaker::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use aws_sdk_sagemaker::operation::RequestId;

use super::causes;
use super::credentials::CredentialsError;
use sluicegate_domain::{AwsError, AwsErrorKind, Service};

/// The error codes that mean the same wherever they occur.
const CODES: [(AwsErrorKind, &[&str]); 8] = [
    (
        AwsErrorKind::NotFound,
        &["ResourceNotFound", "ResourceNotFoundException"],
    ),
    (AwsErrorKind::Conflict, &["ConflictException"]),
    (
        AwsErrorKind::LimitExceeded,
        &[
            "ResourceLimitExceeded",
            "ResourceLimitExceededException",
            "ServiceQuotaExceededException",
        ],
    ),
    (
        AwsErrorKind::AccessDenied,
        &[
            "AccessDeniedException",
            "AccessDenied",
            "NotAuthorized",
            "OptInRequired",
            "UnauthorizedOperation",
        ],
    ),
    (
        AwsErrorKind::Throttled,
        &[
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "LimitExceededException",
        ],
    ),
    (
        AwsErrorKind::BadCredentials,
        &[
            "ExpiredTokenException",
            "ExpiredToken",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidAccessKeyId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "InvalidToken",
            "TokenRefreshRequired",
            "RequestExpired",
            "AuthFailure",
        ],
    ),
    (
        AwsErrorKind::UnknownOperation,
        &[
            "UnknownOperationException",
            "UnknownOperation",
            "InvalidAction",
            "NotImplemented",
            "NotImplementedException",
            "UnsupportedOperation",
            "UnsupportedOperationException",
        ],
    ),
    (
        AwsErrorKind::Service,
        &[
            "InternalFailure",
            "InternalError",
            "InternalServerError",
            "InternalServerException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ],
    ),
];

/// The error of a failed call.
pub(super) fn from_sdk<E>(
    service: Service,
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (kind, message) = match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let message = context.err().message().map(str::to_owned);
            (
                answered(operation, context.err().code(), message.as_deref(), status),
                message.unwrap_or_else(|| format!("HTTP {status} without a message")),
            )
        }
        SdkError::ResponseError(context) => {
            let status = context.raw().status().as_u16();
            let kind = if status >= 500 {
                AwsErrorKind::Service
            } else {
                AwsErrorKind::Garbled
            };
            (kind, format!("HTTP {status}: {}", causes::joined(error)))
        }
        SdkError::TimeoutError(_) => (AwsErrorKind::TimedOut, causes::joined(error)),
        SdkError::DispatchFailure(context) => match causes::find::<CredentialsError>(error) {
            Some(missing) => (missing.kind, missing.message.clone()),
            None => {
                let message = causes::joined(error);
                (unanswered(context.as_connector_error(), &message), message)
            }
        },
        _ => (AwsErrorKind::Refused, causes::joined(error)),
    };
    AwsError {
        service,
        operation,
        kind,
        code: error.code().map(str::to_owned),
        message,
        request_id: error.request_id().map(str::to_owned),
    }
}

/// Why a call got no answer.
fn unanswered(connector: Option<&ConnectorError>, message: &str) -> AwsErrorKind {
    // A connection that was never made cannot have carried a call, unlike one that timed out later.
    match connector {
        Some(error) if error.is_timeout() && !message.contains("connect timeout") => {
            AwsErrorKind::TimedOut
        }
        _ => AwsErrorKind::Unreachable,
    }
}

/// The kind of an error answer, by its code, else by its HTTP status.
fn answered(
    operation: &str,
    code: Option<&str>,
    message: Option<&str>,
    status: u16,
) -> AwsErrorKind {
    let code = code.unwrap_or_default();
    if code == "ValidationException" {
        // The Describe operations of jobs have no code of their own for a job that does not exist.
        let missing = operation.starts_with("Describe") && message.is_some_and(means_missing);
        return if missing {
            AwsErrorKind::NotFound
        } else {
            AwsErrorKind::Refused
        };
    }
    let known = CODES.iter().find(|(_, codes)| codes.contains(&code));
    known.map_or_else(|| by_status(status, !code.is_empty()), |(kind, _)| *kind)
}

/// The kind of an error answer with an unknown code or none.
fn by_status(status: u16, has_code: bool) -> AwsErrorKind {
    match status {
        429 => AwsErrorKind::Throttled,
        501 => AwsErrorKind::UnknownOperation,
        500.. => AwsErrorKind::Service,
        401 if !has_code => AwsErrorKind::BadCredentials,
        403 if !has_code => AwsErrorKind::AccessDenied,
        404 | 405 if !has_code => AwsErrorKind::UnknownOperation,
        _ if has_code => AwsErrorKind::Refused,
        _ => AwsErrorKind::Garbled,
    }
}

/// Whether a message means that the resource does not exist.
fn means_missing(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    [
        "not found",
        "could not find",
        "does not exist",
        "doesn't exist",
        "cannot find",
    ]
    .iter()
    .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests;
