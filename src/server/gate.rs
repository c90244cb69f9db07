//! How much is worked on at once, and for how long.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::web::mount::MountContext;
use crate::web::{PageText, error_page};

use super::accept::Beyond;

/// How much a console takes upon itself.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How many requests are worked on at once; more are sent away.
    pub in_flight: usize,
    /// How long an answer may take. Calls of SageMaker end sooner by their own limits.
    pub answer: Duration,
    /// The largest body but a create's, in bytes.
    pub body: usize,
    /// How long a client may take to send a body.
    pub body_timeout: Duration,
    /// How many forms one person may send a minute.
    pub writes_per_minute: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            in_flight: 256,
            answer: Duration::from_secs(30),
            body: 64 << 10,
            body_timeout: Duration::from_secs(20),
            writes_per_minute: 30,
        }
    }
}

/// What keeps the bounds.
pub(super) struct Gate {
    in_flight: Semaphore,
    pub(super) bounds: Bounds,
}

impl Gate {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            in_flight: Semaphore::new(bounds.in_flight),
            bounds,
        }
    }
}

/// Sends requests away at once when too many are being worked on, and gives up on slow ones.
pub(super) async fn shed_load(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Response {
    let place = MountContext::of(&request);
    let beyond = request.extensions().get::<Beyond>().is_some();
    let Some(_permit) = gate.in_flight.try_acquire().ok().filter(|_| !beyond) else {
        let mut response = later(
            &place,
            "Too busy",
            "More is being asked of this console than it can answer. Try again in a moment.",
        );
        if beyond {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        return response;
    };
    match tokio::time::timeout(gate.bounds.answer, next.run(request)).await {
        Ok(response) => response,
        Err(_) => later(
            &place,
            "Too slow",
            "The answer took too long and was given up. If you sent an action, look at the execution \
             before you send it again.",
        ),
    }
}

fn later(place: &MountContext, title: &'static str, sentence: &'static str) -> Response {
    let text = PageText::fixed(title, sentence);
    let mut response = error_page(place, StatusCode::SERVICE_UNAVAILABLE, text);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// Gives a page to errors that came without one, as the router's own do.
pub(super) async fn fill_blank_errors(request: Request, next: Next) -> Response {
    let place = MountContext::of(&request);
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
    let mut page = error_page(&place, status, PageText::fixed(title, sentence));
    if let Some(allowed) = response.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allowed.clone());
    }
    page
}
