//! What a request passes before a page sees it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::identity::{OwnNames, Refusal, check_form, check_host, check_same_origin};
use crate::web::error_page;
use crate::web::place::Place;

/// How many requests are worked on at once; more are sent away.
const MAX_IN_FLIGHT: usize = 256;

/// How long an answer may take. Calls of SageMaker end sooner by their own limits.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// What the checks need to know.
pub(super) struct Gate {
    names: OwnNames,
    in_flight: Semaphore,
    answer_timeout: Duration,
    /// The largest body but a create's, in bytes.
    pub(super) body_limit: usize,
}

impl Gate {
    pub(super) fn new(names: OwnNames, body_limit: usize) -> Self {
        Self {
            names,
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
            answer_timeout: ANSWER_TIMEOUT,
            body_limit,
        }
    }

    /// The same, with another bound on how long an answer may take.
    #[cfg(test)]
    pub(super) fn patient_for(self, answer_timeout: Duration) -> Self {
        Self {
            answer_timeout,
            ..self
        }
    }
}

/// Refuses what is not meant for this console or was not sent by a page of its own.
pub(super) async fn refuse_strangers(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let checked = check_host(&gate.names, request.uri(), headers)
        .and_then(|()| check_same_origin(&gate.names, method, headers))
        .and_then(|()| check_form(method, headers));
    match checked {
        Ok(()) => next.run(request).await,
        Err(refusal) => refuse(&Place::of(&request), refusal),
    }
}

fn refuse(place: &Place, refusal: Refusal) -> Response {
    let Refusal {
        status,
        title,
        sentence,
    } = refusal;
    let mut response = error_page(place, status, title, sentence);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let known = HeaderValue::from_static("GET, HEAD, POST");
        response.headers_mut().insert(ALLOW, known);
    }
    response
}

/// Sends requests away at once when too many are being worked on, and gives up on slow ones.
pub(super) async fn shed_load(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Response {
    let place = Place::of(&request);
    let Ok(_permit) = gate.in_flight.try_acquire() else {
        return later(
            &place,
            "Too busy",
            "More is being asked of this console than it can answer. Try again in a moment.",
        );
    };
    match tokio::time::timeout(gate.answer_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => later(
            &place,
            "Too slow",
            "The answer took too long and was given up. If you sent an action, look at the execution \
             before you send it again.",
        ),
    }
}

fn later(place: &Place, title: &str, sentence: &str) -> Response {
    let mut response = error_page(place, StatusCode::SERVICE_UNAVAILABLE, title, sentence);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// Gives a page to errors that came without one, as the router's own do.
pub(super) async fn fill_blank_errors(request: Request, next: Next) -> Response {
    let place = Place::of(&request);
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let sentence = match status {
        StatusCode::NOT_FOUND => "There is nothing at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address cannot be used in that way.",
        StatusCode::BAD_REQUEST => "This address or form is malformed.",
        _ => "This request could not be answered.",
    };
    let title = status.canonical_reason().unwrap_or("Not answered");
    let mut page = error_page(&place, status, title, sentence);
    if let Some(allowed) = response.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allowed.clone());
    }
    page
}
