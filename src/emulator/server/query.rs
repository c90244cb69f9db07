//! The query protocol of STS and IAM: from a form to an operation, and its answer in XML.

use super::query_api::{Api, QueryCall, QueryOperation};
use super::request::{ConnectionReset, REQUEST_ID, caller, new_request_id, read_body};
use super::{identity_service, token_service};
use crate::faults::{FaultEffect, FaultKind};
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use crate::security;
use crate::shared::Shared;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Map, Value};
use std::time::Duration;

/// Parameters that are whole numbers, so that their bounds are checked.
const NUMBERS: [&str; 2] = ["DurationSeconds", "MaxItems"];
/// What stands between a list's name and the number of an item.
const LIST_MARK: &str = ".member.";

/// Whether a request is one of this protocol.
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
    let (api, result) = match read_body(body).await {
        Ok(body) => {
            let form = form(&body);
            let input = Input::new(&form);
            let api = api(input);
            let result = run(shared, headers, &form, api).await?;
            let document = |content: String| {
                let action = input.required("Action");
                api.document(action, &content, &id)
            };
            (api, result.map(document))
        }
        Err(error) => (&token_service::API, Err(error)),
    };
    let (status, text) = match result {
        Ok(text) => (200, text),
        Err(error) => api.error_document(&error, &id),
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
    api: &'static Api,
) -> Result<Result<String, ServiceError>, ConnectionReset> {
    let input = Input::new(form);
    let operation = find(api, input);
    let denial = api.denial.filter(|_| !input.required("Action").is_empty());
    if let Some(operation) = operation {
        shared.calls().count(operation.name);
    } else if denial.is_none() {
        return Ok(Err(unknown(input)));
    }
    let Some(caller) = caller(headers) else {
        return Ok(Err(ServiceError::new(
            ErrorCode::MissingAuthentication,
            "Request is missing Authentication Token",
        )));
    };
    let user = shared.user_arn(&caller);
    let Some(operation) = operation else {
        let denied = denial.map(|denial| denial(shared, &user, input));
        return Ok(Err(denied.unwrap_or_else(|| unknown(input))));
    };
    let call = QueryCall {
        shared,
        caller,
        user,
        form,
    };
    let FaultEffect { delay_ms, instead } = shared.faults().apply(operation.name);
    if delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    Ok(match instead {
        None => (operation.run)(&call),
        Some(FaultKind::Reset) => return Err(ConnectionReset),
        Some(FaultKind::Denied) => {
            let action = format!("{}:{}", api.prefix, operation.name);
            let resource = (operation.resource)(&call);
            Err(security::access_denied(&call.user, &action, &resource, ""))
        }
        Some(FaultKind::Throttle) => Err(ServiceError::new(ErrorCode::Throttling, "Rate exceeded")),
        Some(FaultKind::Broken | FaultKind::Latency | FaultKind::Conflict) => {
            Err(ServiceError::internal())
        }
    })
}

/// The service of a form, by its version; the token service where there is none of that version.
fn api(input: Input) -> &'static Api {
    let version = input.required("Version");
    let mut apis = [&identity_service::API, &token_service::API].into_iter();
    apis.find(|api| api.version == version)
        .unwrap_or(&token_service::API)
}

/// The operation of a form.
fn find(api: &'static Api, input: Input) -> Option<&'static QueryOperation> {
    let (action, version) = (input.required("Action"), input.required("Version"));
    let mut operations = api.operations.iter();
    operations.find(|operation| operation.name == action && version == api.version)
}

fn unknown(input: Input) -> ServiceError {
    let (action, version) = (input.required("Action"), input.required("Version"));
    ServiceError::new(
        ErrorCode::UnknownOperation,
        format!("Could not find operation {action} for version {version}"),
    )
}

/// The parameters: whole numbers as numbers, and the texts of `Name.member.1` and so on as the list `Name`.
fn form(body: &[u8]) -> Map<String, Value> {
    let mut form = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let item = name.split_once(LIST_MARK);
        let list = item.filter(|(_, place)| place.bytes().all(|b| b.is_ascii_digit()));
        let number = NUMBERS.contains(&name.as_ref());
        let number = number.then(|| value.parse::<i64>().ok()).flatten();
        let value = number.map_or_else(|| Value::from(value.as_ref()), Value::from);
        match list {
            // Clients number the items in their order.
            Some((list, _)) => match form.entry(list).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(value),
                other => *other = value,
            },
            None => {
                form.insert(name.into_owned(), value);
            }
        }
    }
    form
}
