//! The log: request ids, one line for each request, and panics.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tracing::Instrument;
use tracing_subscriber::EnvFilter;

use crate::web::mount::MountContext;
use crate::web::{error_page, request_texts};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged unless `RUST_LOG` is set: our own messages, and the warnings of other crates.
const DEFAULT_FILTER: &str = "warn,sluicegate=info";

/// Starts logging to standard error. Later calls have no effect.
pub fn start(format: Format) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let started = match format {
        Format::Text => builder.with_ansi(ansi).try_init(),
        Format::Json => builder.json().flatten_event(true).try_init(),
    };
    // A logger that was set before stays, and so does its panic hook.
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// Logs a panic like everything else, with the request it belongs to.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("no message");
    let location = panic.location().map(ToString::to_string);
    let backtrace = Backtrace::capture();
    let backtrace =
        (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(location, backtrace, "Panicked: {message}");
}

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request in the log and in its response's `X-Request-Id`.
#[derive(Clone)]
pub(super) struct RequestId(pub String);

/// Gives the request an id of our own; one that a client sends is not trusted.
pub(super) async fn assign_request_id(mut request: Request, next: Next) -> Response {
    let id = format!("{:016x}", fastrand::u64(..));
    let span = tracing::info_span!("request", id);
    let header = HeaderValue::try_from(id.as_str());
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert(REQUEST_ID_HEADER, header);
    }
    response
}

/// Logs method, path and status. The query may hold what people searched for, and is left out.
pub(super) async fn log_request(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let duration_ms = start.elapsed().as_micros() as f64 / 1000.0;
    // Polls that found nothing new, and static files, would drown out the rest.
    if status == 304 || path.starts_with("/static/") || is_probe(&path) {
        tracing::debug!(%method, path, status, duration_ms, "{method} {path} {status}");
    } else {
        tracing::info!(%method, path, status, duration_ms, "{method} {path} {status}");
    }
    response
}

fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Answers a request whose handler panicked; the process goes on.
pub(super) async fn catch_panic(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(String::new, |RequestId(id)| id.clone());
    let mount = MountContext::of(&request);
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        // The hook has logged it already.
        Err(_) => error_page(
            &mount,
            StatusCode::INTERNAL_SERVER_ERROR,
            request_texts::internal_error(&id),
        ),
    }
}
