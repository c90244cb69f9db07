//! S3: REST with XML, as much of it as clients of SageMaker need.
//!
//! Put, get (all or a range), head, delete and copy objects, upload in parts, list, create, look at and delete buckets.
//! Other operations answer `NotImplemented`. Content types, user metadata and checksums are accepted and not kept.

mod buckets;
mod deletions;
mod listing;
mod objects;
mod operations;
mod request;
mod response;
mod uploads;

use super::request::{ConnectionReset, read_body};
use crate::faults::{FaultEffect, FaultKind};
use crate::shared::Shared;
use http_body_util::Full;
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use operations::Operation;
use request::S3Request;
use response::{S3Error, S3Response};
use std::time::Duration;

/// Whether a request is signed for S3.
pub(super) fn is_signed_for(head: &Parts) -> bool {
    let signature = head.headers.get(AUTHORIZATION);
    let signature = signature.and_then(|text| text.to_str().ok());
    signature.is_some_and(|text| text.contains("/s3/aws4_request"))
}

/// Answers one call.
pub(super) async fn answer(
    shared: &Shared,
    head: &Parts,
    body: Incoming,
) -> Result<Response<Full<Bytes>>, ConnectionReset> {
    let result = match read_body(body).await {
        Ok(body) => run(shared, head, body).await?,
        Err(_) => Err(S3Error::too_large()),
    };
    let response = result.unwrap_or_else(|error| error.response(head.uri.path()));
    Ok(response.into_http(&head.method))
}

async fn run(
    shared: &Shared,
    head: &Parts,
    body: Bytes,
) -> Result<Result<S3Response, S3Error>, ConnectionReset> {
    let request = match S3Request::parse(head, body) {
        Ok(request) => request,
        Err(error) => return Ok(Err(error)),
    };
    let operation = match operations::find(&request) {
        Ok(operation) => operation,
        Err(error) => return Ok(Err(error)),
    };
    shared.calls().count(operation.name);
    let FaultEffect { delay_ms, instead } = shared.faults().apply(operation.name);
    if delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    Ok(match instead {
        Some(FaultKind::Reset) => return Err(ConnectionReset),
        Some(kind) => Err(fault(kind)),
        None => {
            authorize(shared, &operation, &request).and_then(|()| (operation.run)(shared, &request))
        }
    })
}

/// Holds a call to its session's policy, and to the bucket owner that it expects.
fn authorize(shared: &Shared, operation: &Operation, request: &S3Request) -> Result<(), S3Error> {
    let owner = request.header("x-amz-expected-bucket-owner");
    if owner.is_some_and(|owner| owner != shared.arn_context.account) {
        return Err(S3Error::access_denied("Access Denied"));
    }
    let Some(action) = operation.action else {
        return Ok(());
    };
    let resource = match (request.bucket.as_str(), request.key.as_str()) {
        ("", _) => "*".to_owned(),
        (bucket, "") => format!("arn:aws:s3:::{bucket}"),
        (bucket, key) => format!("arn:aws:s3:::{bucket}/{key}"),
    };
    Ok(shared.authorize(&request.caller(), action, &resource)?)
}

/// The error that a fault puts in place of an operation's answer.
fn fault(kind: FaultKind) -> S3Error {
    match kind {
        FaultKind::Throttle => S3Error::new(503, "SlowDown", "Please reduce your request rate."),
        FaultKind::Denied => S3Error::access_denied("Access Denied"),
        FaultKind::Conflict => S3Error::new(
            409,
            "OperationAborted",
            "A conflicting conditional operation is currently in progress against this resource. Please try again.",
        ),
        FaultKind::Broken | FaultKind::Latency | FaultKind::Reset => S3Error::new(
            500,
            "InternalError",
            "We encountered an internal error. Please try again.",
        ),
    }
}
