//! The token service's wire: parameters as a form, answers in XML.

use super::errors::{Code, Refusal};
use super::http::{Reset, caller, read, request_id};
use super::input::Input;
use super::shape;
use crate::House;
use crate::faults::{Kind, Verdict};
use crate::security::{self, denied};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Map, Value};
use std::time::Duration;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";
const ASSUME_ROLE: &str = "AssumeRole";
const WHO_AM_I: &str = "GetCallerIdentity";
/// What identifies every role here.
const ROLE_ID: &str = "AROA3XFRBF535PLBIFPI4";
/// The permission that a source identity needs beside the call itself; a fault of this name takes it away.
const SET_IDENTITY: &str = "SetSourceIdentity";

/// Whether a request speaks to the token service.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Answers one call.
pub(super) async fn answer(
    house: &House,
    headers: &HeaderMap,
    body: Incoming,
) -> Result<Response<Full<Bytes>>, Reset> {
    let id = request_id();
    let outcome = match read(body).await {
        Ok(body) => run(house, headers, &form(&body), &id).await?,
        Err(refusal) => Err(refusal),
    };
    let (status, text) = match outcome {
        Ok(text) => (200, text),
        Err(refusal) => error(&refusal, &id),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(super::http::REQUEST_ID, id);
    }
    Ok(response)
}

async fn run(
    house: &House,
    headers: &HeaderMap,
    form: &Map<String, Value>,
    id: &str,
) -> Result<Result<String, Refusal>, Reset> {
    let input = Input::new(form);
    let action = match action(input) {
        Ok(action) => action,
        Err(refusal) => return Ok(Err(refusal)),
    };
    house.calls().count(action);
    let Some(caller) = caller(headers) else {
        return Ok(Err(Refusal::new(
            Code::MissingAuthentication,
            "Request is missing Authentication Token",
        )));
    };
    let Verdict { delay, instead } = house.faults().strike(action);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let user = house.user(&caller);
    let role = input.needed("RoleArn");
    let refused = |permission: &str| denied(&user, &format!("sts:{permission}"), role, "");
    match instead {
        None => {}
        Some(Kind::Reset) => return Err(Reset),
        Some(Kind::Denied) => return Ok(Err(refused(action))),
        Some(Kind::Throttle) => {
            return Ok(Err(Refusal::new(Code::Throttling, "Rate exceeded")));
        }
        Some(Kind::Broken | Kind::Latency | Kind::Conflict) => {
            return Ok(Err(Refusal::broken()));
        }
    }
    if action == WHO_AM_I {
        return Ok(who(house, &caller, &user, id));
    }
    if input.has("SourceIdentity") && house.faults().takes_away(SET_IDENTITY) {
        return Ok(Err(refused(SET_IDENTITY)));
    }
    Ok(assume(house, &caller, form, id))
}

/// The action that a form asks for.
fn action(input: Input) -> Result<&'static str, Refusal> {
    let (action, version) = (input.needed("Action"), input.needed("Version"));
    let mut known = [ASSUME_ROLE, WHO_AM_I].into_iter();
    let found = known.find(|known| *known == action && version == VERSION);
    found.ok_or_else(|| {
        Refusal::new(
            Code::UnknownOperation,
            format!("Could not find operation {action} for version {version}"),
        )
    })
}

/// No policy can forbid to ask who one is.
fn who(house: &House, caller: &security::Caller, user: &str, id: &str) -> Result<String, Refusal> {
    house
        .admit(caller, "sts:GetCallerIdentity", user)
        .or_else(|refusal| match refusal.code {
            Code::AccessDenied => Ok(()),
            _ => Err(refusal),
        })?;
    let name = user.rsplit('/').next().unwrap_or_default();
    let inside = element("Arn", user)
        + &element("UserId", &format!("{ROLE_ID}:{name}"))
        + &element("Account", &house.place.account);
    Ok(document(WHO_AM_I, &inside, id))
}

/// An answer: the result of an action and the request's identifier.
fn document(action: &str, result: &str, id: &str) -> String {
    format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result><ResponseMetadata>{}\
         </ResponseMetadata></{action}Response>",
        element("RequestId", id),
    )
}

/// An element with a text in it.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

fn assume(
    house: &House,
    caller: &security::Caller,
    form: &Map<String, Value>,
    id: &str,
) -> Result<String, Refusal> {
    if form.keys().any(|name| name.starts_with("PolicyArns.")) {
        return Err(Refusal::validation(
            "The local token service does not know managed session policies.",
        ));
    }
    shape::check(&security::MEMBERS, form)?;
    security::assume(house, caller, Input::new(form)).map(|assumed| assumed.to_xml(id))
}

/// The parameters; whole numbers as numbers, so that they are checked as such.
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
        let identity = identity.map(|who| element("SourceIdentity", who));
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

/// The HTTP status and the body of a refusal.
fn error(refusal: &Refusal, id: &str) -> (u16, String) {
    let (status, code) = match refusal.code {
        Code::Validation | Code::Serialization => (400, "ValidationError"),
        Code::AccessDenied => (403, "AccessDenied"),
        Code::Throttling => (400, "Throttling"),
        Code::UnknownOperation => (400, "InvalidAction"),
        Code::MissingAuthentication => (403, "MissingAuthenticationToken"),
        Code::MalformedPolicy => (400, "MalformedPolicyDocument"),
        Code::UnknownToken => (403, "InvalidClientTokenId"),
        Code::ExpiredToken => (403, "ExpiredToken"),
        Code::Conflict | Code::NotFound | Code::LimitExceeded | Code::Internal => {
            (500, "InternalFailure")
        }
    };
    let side = if status < 500 { "Sender" } else { "Receiver" };
    let message = escaped(&refusal.message);
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{side}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
    );
    (status, body)
}

fn time(millis: i64) -> String {
    jiff::Timestamp::from_second(millis.div_euclid(1_000))
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // XML has no way to write these.
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
