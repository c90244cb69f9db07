//! The token service (STS): parameters as a form, answers in XML.

use super::request::{ConnectionReset, REQUEST_ID, caller, new_request_id, read_body};
use super::xml::{element, escape};
use crate::faults::{FaultEffect, FaultKind};
use crate::protocol::constraints;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use crate::security;
use crate::shared::Shared;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Map, Value};
use sluicegate_shapes as shapes;
use std::time::Duration;

const XML_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const API_VERSION: &str = "2011-06-15";
const ASSUME_ROLE: &str = "AssumeRole";
const GET_CALLER_IDENTITY: &str = "GetCallerIdentity";
/// The unique identifier of every role here.
const ROLE_ID: &str = "AROA3XFRBF535PLBIFPI4";
/// The permission that a source identity needs beside the call's own; a fault of this name denies it.
const SET_SOURCE_IDENTITY: &str = "SetSourceIdentity";

/// Whether a request is one of the token service.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Answers one call.
pub(super) async fn answer(
    shared: &Shared,
    headers: &HeaderMap,
    body: Incoming,
) -> Result<Response<Full<Bytes>>, ConnectionReset> {
    let id = new_request_id();
    let result = match read_body(body).await {
        Ok(body) => run(shared, headers, &form(&body), &id).await?,
        Err(error) => Err(error),
    };
    let (status, text) = match result {
        Ok(text) => (200, text),
        Err(error) => error_document(&error, &id),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    Ok(response)
}

async fn run(
    shared: &Shared,
    headers: &HeaderMap,
    form: &Map<String, Value>,
    id: &str,
) -> Result<Result<String, ServiceError>, ConnectionReset> {
    let input = Input::new(form);
    let action = match action(input) {
        Ok(action) => action,
        Err(error) => return Ok(Err(error)),
    };
    shared.calls().count(action);
    let Some(caller) = caller(headers) else {
        return Ok(Err(ServiceError::new(
            ErrorCode::MissingAuthentication,
            "Request is missing Authentication Token",
        )));
    };
    let FaultEffect { delay_ms, instead } = shared.faults().apply(action);
    if delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    let user = shared.user_arn(&caller);
    let role = input.required("RoleArn");
    let denied =
        |permission: &str| security::access_denied(&user, &format!("sts:{permission}"), role, "");
    match instead {
        None => {}
        Some(FaultKind::Reset) => return Err(ConnectionReset),
        Some(FaultKind::Denied) => return Ok(Err(denied(action))),
        Some(FaultKind::Throttle) => {
            return Ok(Err(ServiceError::new(
                ErrorCode::Throttling,
                "Rate exceeded",
            )));
        }
        Some(FaultKind::Broken | FaultKind::Latency | FaultKind::Conflict) => {
            return Ok(Err(ServiceError::internal()));
        }
    }
    if action == GET_CALLER_IDENTITY {
        return Ok(caller_identity(shared, &caller, &user, id));
    }
    if input.has("SourceIdentity") && shared.faults().denies(SET_SOURCE_IDENTITY) {
        return Ok(Err(denied(SET_SOURCE_IDENTITY)));
    }
    Ok(assume(shared, &caller, form, id))
}

/// The action of a form.
fn action(input: Input) -> Result<&'static str, ServiceError> {
    let (action, version) = (input.required("Action"), input.required("Version"));
    let mut known = [ASSUME_ROLE, GET_CALLER_IDENTITY].into_iter();
    let found = known.find(|known| *known == action && version == API_VERSION);
    found.ok_or_else(|| {
        ServiceError::new(
            ErrorCode::UnknownOperation,
            format!("Could not find operation {action} for version {version}"),
        )
    })
}

/// `GetCallerIdentity`, which no policy can deny.
fn caller_identity(
    shared: &Shared,
    caller: &security::Caller,
    user: &str,
    id: &str,
) -> Result<String, ServiceError> {
    shared
        .authorize(caller, "sts:GetCallerIdentity", user)
        .or_else(|error| match error.code {
            ErrorCode::AccessDenied => Ok(()),
            _ => Err(error),
        })?;
    let name = user.rsplit('/').next().unwrap_or_default();
    let inside = element("Arn", user)
        + &element("UserId", &format!("{ROLE_ID}:{name}"))
        + &element("Account", &shared.arn_context.account);
    Ok(document(GET_CALLER_IDENTITY, &inside, id))
}

/// The answer of an action: its result and the request's identifier.
fn document(action: &str, result: &str, id: &str) -> String {
    format!(
        "<{action}Response xmlns=\"{XML_NAMESPACE}\"><{action}Result>{result}</{action}Result><ResponseMetadata>{}\
         </ResponseMetadata></{action}Response>",
        element("RequestId", id),
    )
}

fn assume(
    shared: &Shared,
    caller: &security::Caller,
    form: &Map<String, Value>,
    id: &str,
) -> Result<String, ServiceError> {
    if form.keys().any(|name| name.starts_with("PolicyArns.")) {
        return Err(ServiceError::validation(
            "The local token service does not know managed session policies.",
        ));
    }
    if let Some(shapes) = shapes::operation(ASSUME_ROLE) {
        constraints::check(shapes.input, form)?;
    }
    let now = shared.world().tick();
    let mut sessions = shared.sessions();
    let assumed = security::assume(&mut sessions, caller, Input::new(form), now)?;
    Ok(assumed.to_xml(id))
}

/// The parameters; whole numbers as numbers, so that their bounds are checked.
fn form(body: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(body)
        .map(|(name, value)| {
            let number = match name.as_ref() {
                "DurationSeconds" => value.parse::<i64>().ok(),
                _ => None,
            };
            let value = number.map_or_else(|| Value::from(value.as_ref()), Value::from);
            (name.into_owned(), value)
        })
        .collect()
}

impl security::Assumed {
    fn to_xml(&self, id: &str) -> String {
        let role_id = format!("{ROLE_ID}:{}", self.name);
        let user = element("AssumedRoleId", &role_id) + &element("Arn", &self.arn);
        let keys = element("AccessKeyId", &self.key)
            + &element("SecretAccessKey", &self.secret)
            + &element("SessionToken", &self.token)
            + &element("Expiration", &time(self.end));
        let identity = self.source_identity.as_deref();
        let identity = identity.map(|identity| element("SourceIdentity", identity));
        let size = self.policy_size.map(|size| size.to_string());
        let size = size.map(|size| element("PackedPolicySize", &size));
        let result = format!(
            "{}<AssumedRoleUser>{user}</AssumedRoleUser><Credentials>{keys}</Credentials>{}",
            identity.unwrap_or_default(),
            size.unwrap_or_default(),
        );
        document(ASSUME_ROLE, &result, id)
    }
}

/// The HTTP status and the body of an error.
fn error_document(error: &ServiceError, id: &str) -> (u16, String) {
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
        | ErrorCode::LimitExceeded
        | ErrorCode::Internal => (500, "InternalFailure"),
    };
    let side = if status < 500 { "Sender" } else { "Receiver" };
    let message = escape(&error.message);
    let body = format!(
        "<ErrorResponse xmlns=\"{XML_NAMESPACE}\"><Error><Type>{side}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
    );
    (status, body)
}

fn time(millis: i64) -> String {
    jiff::Timestamp::from_second(millis.div_euclid(1_000))
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}
