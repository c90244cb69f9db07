//! From the SDK's errors to our [`AwsError`].

use std::error::Error;

use aws_sdk_sagemaker::config::http::HttpResponse;
use aws_sdk_sagemaker::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use aws_sdk_sagemaker::operation::RequestId;

use super::credentials::Trouble;
use crate::domain::{AwsError, AwsErrorKind};

/// Names a failed call.
pub(super) fn failure<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> AwsError
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
            (kind, format!("HTTP {status}: {}", chain(error)))
        }
        SdkError::TimeoutError(_) => (AwsErrorKind::TimedOut, chain(error)),
        SdkError::DispatchFailure(context) => match find::<Trouble>(error) {
            Some(trouble) => (trouble.kind, trouble.message.clone()),
            None => (
                unsent(context.as_connector_error(), &chain(error)),
                chain(error),
            ),
        },
        _ => (AwsErrorKind::Refused, chain(error)),
    };
    AwsError {
        kind,
        operation,
        code: error.code().map(str::to_owned),
        message,
        request_id: error.request_id().map(str::to_owned),
    }
}

/// What a call that got no answer failed of.
fn unsent(connector: Option<&ConnectorError>, message: &str) -> AwsErrorKind {
    // A connection that was never made cannot have carried a call, unlike one that fell silent.
    match connector {
        Some(error) if error.is_timeout() && !message.contains("connect timeout") => {
            AwsErrorKind::TimedOut
        }
        _ => AwsErrorKind::Unreachable,
    }
}

/// What an error answer means, by its code, else by its HTTP status.
fn answered(
    operation: &str,
    code: Option<&str>,
    message: Option<&str>,
    status: u16,
) -> AwsErrorKind {
    use AwsErrorKind as K;
    match code.unwrap_or_default() {
        "ResourceNotFound" | "ResourceNotFoundException" => K::NotFound,
        "ConflictException" => K::Conflict,
        "ResourceLimitExceeded"
        | "ResourceLimitExceededException"
        | "ServiceQuotaExceededException" => K::LimitExceeded,
        // The job operations have no code of their own for this.
        "ValidationException"
            if operation.starts_with("Describe") && message.is_some_and(says_missing) =>
        {
            K::NotFound
        }
        "ValidationException" => K::Refused,
        "AccessDeniedException"
        | "AccessDenied"
        | "NotAuthorized"
        | "OptInRequired"
        | "UnauthorizedOperation" => K::AccessDenied,
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "LimitExceededException" => K::Throttled,
        "ExpiredTokenException"
        | "ExpiredToken"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidToken"
        | "TokenRefreshRequired"
        | "RequestExpired"
        | "AuthFailure" => K::BadCredentials,
        "UnknownOperationException"
        | "UnknownOperation"
        | "InvalidAction"
        | "NotImplemented"
        | "NotImplementedException"
        | "UnsupportedOperation"
        | "UnsupportedOperationException" => K::UnknownOperation,
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "InternalServerException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => K::Service,
        code => by_status(status, !code.is_empty()),
    }
}

/// What an answer means whose code says nothing to us.
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

/// Whether a message says that the thing asked for is not there.
pub(super) fn says_missing(message: &str) -> bool {
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

/// Whether something below an error is a connection that could not be made or fell silent.
pub(super) fn is_unreachable(error: &(dyn Error + 'static)) -> bool {
    find::<ConnectorError>(error).is_some_and(|error| error.is_io() || error.is_timeout())
}

/// An error's causes, outermost first, in one line without repetition.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let cause = cause.to_string();
        let cause = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        if cause.is_empty() || parts.iter().any(|part| part.contains(&cause)) {
            continue;
        }
        // What only wraps its cause is replaced by it.
        parts.retain(|part| !cause.contains(part.as_str()) && !is_wrapper(part));
        parts.push(cause);
    }
    parts.join(": ")
}

/// Whether a text only says that there is a cause below.
fn is_wrapper(text: &str) -> bool {
    matches!(
        text,
        "dispatch failure"
            | "io error"
            | "service error"
            | "response error"
            | "unhandled error"
            | "client error (Connect)"
            | "client error (SendRequest)"
            | "an error occurred while loading credentials"
    )
}

/// Finds an error of one type among the causes.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

#[cfg(test)]
mod tests;
