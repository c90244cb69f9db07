//! What the services of the query protocol have in common: their operations, and the documents that they answer with.

use super::xml::{element, escape};
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use crate::security::Caller;
use crate::shared::Shared;
use serde_json::{Map, Value};

/// A service of this protocol.
pub(super) struct Api {
    /// The `Version` of its requests.
    pub version: &'static str,
    /// The namespace of its answers.
    pub namespace: &'static str,
    /// What its actions begin with in policies.
    pub prefix: &'static str,
    /// What it answers.
    pub operations: &'static [QueryOperation],
    /// How any other operation is denied, where that is not known not to exist.
    pub denial: Option<fn(&Shared, &str, Input) -> ServiceError>,
}

/// An operation of such a service.
pub(super) struct QueryOperation {
    pub name: &'static str,
    /// What it does; the result is the content of the answer's result element.
    pub run: fn(&QueryCall) -> Result<String, ServiceError>,
    /// The resource that a denied call names.
    pub resource: fn(&QueryCall) -> String,
}

/// A call of an operation.
pub(super) struct QueryCall<'a> {
    pub shared: &'a Shared,
    pub caller: Caller,
    /// The caller's ARN.
    pub user: String,
    pub form: &'a Map<String, Value>,
}

impl<'a> QueryCall<'a> {
    /// The parameters.
    pub fn input(&self) -> Input<'a> {
        Input::new(self.form)
    }
}

impl Api {
    /// The answer of an action: its result and the request's identifier.
    pub fn document(&self, action: &str, result: &str, id: &str) -> String {
        format!(
            "<{action}Response xmlns=\"{}\"><{action}Result>{result}</{action}Result><ResponseMetadata>{}\
             </ResponseMetadata></{action}Response>",
            self.namespace,
            element("RequestId", id),
        )
    }

    /// The HTTP status and the body of an error.
    pub fn error_document(&self, error: &ServiceError, id: &str) -> (u16, String) {
        let (status, code) = match error.code {
            ErrorCode::Validation | ErrorCode::Serialization => (400, "ValidationError"),
            ErrorCode::AccessDenied => (403, "AccessDenied"),
            ErrorCode::Throttling => (400, "Throttling"),
            ErrorCode::UnknownOperation => (400, "InvalidAction"),
            ErrorCode::MissingAuthentication => (403, "MissingAuthenticationToken"),
            ErrorCode::MalformedPolicy => (400, "MalformedPolicyDocument"),
            ErrorCode::UnknownToken => (403, "InvalidClientTokenId"),
            ErrorCode::ExpiredToken => (403, "ExpiredToken"),
            ErrorCode::Conflict
            | ErrorCode::NotFound
            | ErrorCode::InUse
            | ErrorCode::LimitExceeded
            | ErrorCode::Internal
            | ErrorCode::Unindexed => (500, "InternalFailure"),
        };
        let side = if status < 500 { "Sender" } else { "Receiver" };
        let body = format!(
            "<ErrorResponse xmlns=\"{}\"><Error><Type>{side}</Type><Code>{code}</Code>\
             <Message>{}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
            self.namespace,
            escape(&error.message),
        );
        (status, body)
    }
}
