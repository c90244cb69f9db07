//! How large a request's body may be.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::web::mount::MountContext;
use crate::web::{PageText, error_page};

use super::gate::Gate;

/// The largest body of a create: 200 parameters of 1,024 characters, percent-encoded, must fit.
const CREATE_LIMIT: usize = 4 << 20;

/// How much of a refused body is read and thrown away, so that the client, busy sending, gets to
/// read why.
const DRAIN_LIMIT: usize = 16 << 20;

/// Reads the body whole before the page sees it, and refuses it if it is too large.
pub(super) async fn limit(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if *request.method() != Method::POST {
        return next.run(request).await;
    }
    let limit = match is_create(request.uri().path()) {
        true => CREATE_LIMIT.max(gate.bounds.body),
        false => gate.bounds.body,
    };
    let place = MountContext::of(&request);
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(gate.bounds.body_timeout, read(&parts.headers, body, limit)).await {
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Ok(Err(Unread::TooLarge)) => error_page(
            &place,
            StatusCode::PAYLOAD_TOO_LARGE,
            PageText::about(
                "Too large",
                format!(
                    "This form holds more than the {} KiB that are taken here.",
                    limit >> 10
                ),
            ),
        ),
        Ok(Err(Unread::Broken)) => error_page(
            &place,
            StatusCode::BAD_REQUEST,
            PageText::fixed(
                "Not a proper request",
                "The request's body ended early or is malformed.",
            ),
        ),
        Err(_) => error_page(
            &place,
            StatusCode::REQUEST_TIMEOUT,
            PageText::fixed(
                "Too slow",
                "The form took too long to arrive. Nothing was done; send it again.",
            ),
        ),
    }
}

enum Unread {
    TooLarge,
    Broken,
}

async fn read(headers: &HeaderMap, mut body: Body, limit: usize) -> Result<Bytes, Unread> {
    if declared(headers).is_some_and(|length| length > limit as u64) {
        // Who expects a 100 first has sent nothing yet and need not.
        if !headers.contains_key(EXPECT) {
            drain(&mut body).await;
        }
        return Err(Unread::TooLarge);
    }
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            drain(&mut body).await;
            Err(Unread::TooLarge)
        }
        Err(_) => Err(Unread::Broken),
    }
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn drain(body: &mut Body) {
    let mut seen = 0;
    while seen <= DRAIN_LIMIT {
        match body.frame().await {
            Some(Ok(frame)) => seen += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) | None => return,
        }
    }
}

/// Whether a POST there creates an execution: `/w/{ws}/pipelines/{pipeline}/executions`.
fn is_create(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], ["", "w", _, "pipelines", _, "executions"])
}
