//! How many requests are served at once, and for how long.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::config::Server;
use crate::web::mount::MountContext;
use crate::web::{PageText, error_page, request_texts};

use super::accept::OverLimit;

/// Limits on requests.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// The requests that may be served at once; further ones get 503.
    pub max_in_flight: usize,
    /// How long a response may take. Calls to SageMaker have shorter time limits of their own.
    pub request_timeout: Duration,
    /// The largest body of any form but the create form, in bytes.
    pub body_limit: usize,
    /// How long a client may take to send a body.
    pub body_timeout: Duration,
    /// The forms one person may send in a minute.
    pub writes_per_minute: u32,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self::from(&Server::default())
    }
}

impl From<&Server> for RequestLimits {
    fn from(server: &Server) -> Self {
        Self {
            max_in_flight: server.max_in_flight as usize,
            request_timeout: server.request_timeout,
            body_limit: server.body_limit,
            body_timeout: server.body_timeout,
            writes_per_minute: server.writes_per_minute,
        }
    }
}

/// Enforces the limits.
pub(super) struct LoadShedder {
    in_flight: Semaphore,
    pub(super) limits: RequestLimits,
}

impl LoadShedder {
    pub(super) fn new(limits: RequestLimits) -> Self {
        Self {
            in_flight: Semaphore::new(limits.max_in_flight),
            limits,
        }
    }
}

/// Answers 503 at once when too many requests are being served, and gives up on slow ones.
pub(super) async fn shed_load(
    State(shedder): State<Arc<LoadShedder>>,
    request: Request,
    next: Next,
) -> Response {
    let mount = MountContext::of(&request);
    let over_limit = request.extensions().get::<OverLimit>().is_some();
    let Some(_permit) = shedder.in_flight.try_acquire().ok().filter(|_| !over_limit) else {
        let mut response = unavailable(&mount, request_texts::TOO_BUSY);
        if over_limit {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        return response;
    };
    match tokio::time::timeout(shedder.limits.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => unavailable(&mount, request_texts::TIMED_OUT),
    }
}

fn unavailable(mount: &MountContext, text: PageText) -> Response {
    let mut response = error_page(mount, StatusCode::SERVICE_UNAVAILABLE, text);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// Gives a page to errors that came without one, as the router's own do.
pub(super) async fn fill_blank_errors(request: Request, next: Next) -> Response {
    let mount = MountContext::of(&request);
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let mut page = error_page(&mount, status, request_texts::bare_status(status));
    if let Some(allowed) = response.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allowed.clone());
    }
    page
}
