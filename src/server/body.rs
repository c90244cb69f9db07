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
use crate::web::{error_page, request_texts};

use super::load_shedding::LoadShedder;

/// The largest body of a create form: 200 parameters of 1,024 characters, percent-encoded, must fit.
const MAX_CREATE_BODY_BYTES: usize = 4 << 20;

/// How much of a refused body is read and discarded, so that the client, busy sending, gets to read the
/// response.
const MAX_DRAINED_BYTES: usize = 16 << 20;

/// Reads the complete body before the page sees it, and refuses it if it is too large.
pub(super) async fn limit(
    State(shedder): State<Arc<LoadShedder>>,
    request: Request,
    next: Next,
) -> Response {
    if *request.method() != Method::POST {
        return next.run(request).await;
    }
    let limit = match is_create(request.uri().path()) {
        true => MAX_CREATE_BODY_BYTES.max(shedder.limits.max_body_bytes),
        false => shedder.limits.max_body_bytes,
    };
    let mount = MountContext::of(&request);
    let (parts, body) = request.into_parts();
    let body = read(&parts.headers, body, limit);
    match tokio::time::timeout(shedder.limits.body_timeout, body).await {
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Ok(Err(BodyError::TooLarge)) => error_page(
            &mount,
            StatusCode::PAYLOAD_TOO_LARGE,
            request_texts::body_too_large(limit >> 10),
        ),
        Ok(Err(BodyError::Malformed)) => error_page(
            &mount,
            StatusCode::BAD_REQUEST,
            request_texts::MALFORMED_BODY,
        ),
        Err(_) => error_page(
            &mount,
            StatusCode::REQUEST_TIMEOUT,
            request_texts::BODY_TOO_SLOW,
        ),
    }
}

enum BodyError {
    TooLarge,
    Malformed,
}

async fn read(headers: &HeaderMap, mut body: Body, limit: usize) -> Result<Bytes, BodyError> {
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        // A client that waits for 100 Continue has sent nothing yet.
        if !headers.contains_key(EXPECT) {
            drain(&mut body).await;
        }
        return Err(BodyError::TooLarge);
    }
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            drain(&mut body).await;
            Err(BodyError::TooLarge)
        }
        Err(_) => Err(BodyError::Malformed),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn drain(body: &mut Body) {
    let mut drained = 0;
    while drained <= MAX_DRAINED_BYTES {
        match body.frame().await {
            Some(Ok(frame)) => drained += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) | None => return,
        }
    }
}

/// Whether a POST to this path creates an execution: `/w/{ws}/pipelines/{pipeline}/executions`.
fn is_create(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], ["", "w", _, "pipelines", _, "executions"])
}
