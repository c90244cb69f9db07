//! What the service answers when it refuses: modelled errors, unmodelled ones, and the front end's own.

use serde_json::{Value, json};

/// The kinds of refusal, named as the wire's `__type` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Modelled: the thing is changing, or the token was used for another request.
    Conflict,
    /// Modelled: no such thing.
    NotFound,
    /// Modelled: the account has as many as it may have.
    LimitExceeded,
    /// Unmodelled: a malformed member, or a state that does not allow the action.
    Validation,
    /// Unmodelled: the caller's policy does not allow it.
    AccessDenied,
    /// Unmodelled: too many calls.
    Throttling,
    /// The front end: the body is not what the operation takes.
    Serialization,
    /// The front end: no operation of this name.
    UnknownOperation,
    /// The front end: the request carries no signature.
    MissingAuthentication,
    /// The front end: the session token is not the one that was given out with the key.
    UnknownToken,
    /// The front end: the session has ended.
    ExpiredToken,
    /// The token service alone: a session policy that cannot be read.
    MalformedPolicy,
    /// The front end: something broke inside.
    Internal,
}

/// A refused call: its kind and the sentence that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which error it is.
    pub code: Code,
    /// What the caller reads.
    pub message: String,
}

impl Refusal {
    /// A ValidationException.
    pub fn validation(message: impl Into<String>) -> Refusal {
        Refusal::new(Code::Validation, message)
    }

    /// A ConflictException.
    pub fn conflict(message: impl Into<String>) -> Refusal {
        Refusal::new(Code::Conflict, message)
    }

    /// A ResourceNotFound.
    pub fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(Code::NotFound, message)
    }

    /// What the front end says when something broke inside.
    pub fn broken() -> Refusal {
        Refusal::new(
            Code::Internal,
            "The request processing has failed because of an unknown error, exception or failure.",
        )
    }

    /// A refusal of any kind.
    pub fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            message: message.into(),
        }
    }

    /// The HTTP status and the body.
    ///
    /// Modelled errors spell their member `Message`, the front end's and the unmodelled ones `message`.
    pub fn on_the_wire(&self) -> (u16, Value) {
        let (status, kind) = match self.code {
            Code::Conflict => (400, "ConflictException"),
            Code::NotFound => (400, "ResourceNotFound"),
            Code::LimitExceeded => (400, "ResourceLimitExceeded"),
            Code::Validation => (400, "ValidationException"),
            Code::AccessDenied => (400, "AccessDeniedException"),
            Code::Throttling => (400, "ThrottlingException"),
            Code::Serialization => (400, "SerializationException"),
            Code::UnknownOperation => (400, "UnknownOperationException"),
            Code::MissingAuthentication => (403, "MissingAuthenticationTokenException"),
            Code::UnknownToken => (400, "UnrecognizedClientException"),
            Code::ExpiredToken => (400, "ExpiredTokenException"),
            Code::MalformedPolicy => (400, "MalformedPolicyDocument"),
            Code::Internal => (500, "InternalFailure"),
        };
        let body = match self.code {
            Code::Conflict | Code::NotFound | Code::LimitExceeded | Code::AccessDenied => {
                json!({"__type": kind, "Message": self.message})
            }
            _ => json!({"__type": kind, "message": self.message}),
        };
        (status, body)
    }
}
