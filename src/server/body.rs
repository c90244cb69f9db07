//! How large a request's body may be.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::request::Parts;
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
    match read_form(&shedder, request).await {
        Ok((parts, bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(refusal) => *refusal,
    }
}

/// Reads the complete body of a form.
///
/// # Errors
/// The response to a body that is too large, malformed or too slow.
pub(super) async fn read_form(
    shedder: &LoadShedder,
    request: Request,
) -> Result<(Parts, Bytes), Box<Response>> {
    let limit = match is_create(request.uri().path()) {
        true => MAX_CREATE_BODY_BYTES.max(shedder.limits.body_limit),
        false => shedder.limits.body_limit,
    };
    let mount = MountContext::of(&request);
    let (parts, body) = request.into_parts();
    let body = read(&parts.headers, body, limit);
    let (status, text) = match tokio::time::timeout(shedder.limits.body_timeout, body).await {
        Ok(Ok(bytes)) => return Ok((parts, bytes)),
        Ok(Err(BodyError::TooLarge)) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            request_texts::body_too_large(limit >> 10),
        ),
        Ok(Err(BodyError::Malformed)) => (StatusCode::BAD_REQUEST, request_texts::MALFORMED_BODY),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, request_texts::BODY_TOO_SLOW),
    };
    Err(Box::new(error_page(&mount, status, text)))
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
