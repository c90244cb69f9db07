//! The errors of the service: those of its model, those that are not in it, and those of its front end.

use serde_json::{Value, json};

/// Which error it is; [`ServiceError::to_wire`] has the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Modelled: the resource is changing, or the token was used for another request.
    Conflict,
    /// Modelled: there is no such resource.
    NotFound,
    /// Modelled: there is a resource of this name.
    InUse,
    /// Modelled: the account has as many resources as it may have.
    LimitExceeded,
    /// Unmodelled: a malformed member, or a state that does not allow the action.
    Validation,
    /// Unmodelled: a policy does not allow the call.
    AccessDenied,
    /// Unmodelled: too many calls.
    Throttling,
    /// The front end: the body is not what the operation takes.
    Serialization,
    /// The front end: there is no operation of this name.
    UnknownOperation,
    /// The front end: the request carries no signature.
    MissingAuthentication,
    /// The front end: the session token does not belong to the access key.
    UnknownToken,
    /// The front end: the session has ended.
    ExpiredToken,
    /// The token service only: a session policy that cannot be read.
    MalformedPolicy,
    /// The front end: something broke inside.
    Internal,
    /// Never sent: what steps created longer ago must be indexed first; the operation is called again then.
    Unindexed,
}

/// Why a call failed: a code and a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    /// Which error it is.
    pub code: ErrorCode,
    /// The sentence for the caller.
    pub message: String,
}

impl ServiceError {
    /// A ValidationException.
    pub fn validation(message: impl Into<String>) -> ServiceError {
        ServiceError::new(ErrorCode::Validation, message)
    }

    /// A ConflictException.
    pub fn conflict(message: impl Into<String>) -> ServiceError {
        ServiceError::new(ErrorCode::Conflict, message)
    }

    /// A ResourceNotFound.
    pub fn not_found(message: impl Into<String>) -> ServiceError {
        ServiceError::new(ErrorCode::NotFound, message)
    }

    /// An InternalFailure.
    pub fn internal() -> ServiceError {
        ServiceError::new(
            ErrorCode::Internal,
            "The request processing has failed because of an unknown error, exception or failure.",
        )
    }

    /// An error of any code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> ServiceError {
        ServiceError {
            code,
            message: message.into(),
        }
    }

    /// The HTTP status and the body.
    ///
    /// Modelled errors spell their member `Message`, the front end's and the unmodelled ones `message`.
    pub fn to_wire(&self) -> (u16, Value) {
        let (status, name) = match self.code {
            ErrorCode::Conflict => (400, "ConflictException"),
            ErrorCode::NotFound => (400, "ResourceNotFound"),
            ErrorCode::InUse => (400, "ResourceInUse"),
            ErrorCode::LimitExceeded => (400, "ResourceLimitExceeded"),
            ErrorCode::Validation => (400, "ValidationException"),
            ErrorCode::AccessDenied => (400, "AccessDeniedException"),
            ErrorCode::Throttling => (400, "ThrottlingException"),
            ErrorCode::Serialization => (400, "SerializationException"),
            ErrorCode::UnknownOperation => (400, "UnknownOperationException"),
            ErrorCode::MissingAuthentication => (403, "MissingAuthenticationTokenException"),
            ErrorCode::UnknownToken => (400, "UnrecognizedClientException"),
            ErrorCode::ExpiredToken => (400, "ExpiredTokenException"),
            ErrorCode::MalformedPolicy => (400, "MalformedPolicyDocument"),
            ErrorCode::Internal | ErrorCode::Unindexed => (500, "InternalFailure"),
        };
        let body = match self.code {
            ErrorCode::Conflict
            | ErrorCode::NotFound
            | ErrorCode::InUse
            | ErrorCode::LimitExceeded
            | ErrorCode::AccessDenied => {
                json!({"__type": name, "Message": self.message})
            }
            _ => json!({"__type": name, "message": self.message}),
        };
        (status, body)
    }
}
