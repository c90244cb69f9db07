//! The object store's wire: S3's REST with XML, as much of it as clients of SageMaker need.
//!
//! Put, get (whole or a range), head, delete and copy objects, upload in parts, list, make and look at buckets. What is
//! not there answers `NotImplemented`. Content types, metadata of users and checksums are taken and not kept.

mod answer;
mod ask;
mod buckets;
mod objects;
mod parts;

pub use parts::Uploads;

use super::http::{Reset, caller, read};
use crate::House;
use crate::faults::{Kind, Verdict};
use answer::{Answer, Trouble};
use ask::Ask;
use http_body_util::Full;
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use std::time::Duration;

/// What one operation does with a request.
type Run = fn(&House, &Ask) -> Result<Answer, Trouble>;

/// Whether a request is signed for S3.
pub(super) fn is_meant(head: &Parts) -> bool {
    let signature = head.headers.get(AUTHORIZATION);
    let signature = signature.and_then(|text| text.to_str().ok());
    signature.is_some_and(|text| text.contains("/s3/aws4_request"))
}

/// Answers one call.
pub(super) async fn answer(
    house: &House,
    head: &Parts,
    body: Incoming,
) -> Result<Response<Full<Bytes>>, Reset> {
    let outcome = match read(body).await {
        Ok(body) => run(house, head, body).await?,
        Err(_) => Err(Trouble::too_large()),
    };
    let answer = outcome.unwrap_or_else(|trouble| trouble.answer(head.uri.path()));
    Ok(answer.response(&head.method))
}

async fn run(house: &House, head: &Parts, body: Bytes) -> Result<Result<Answer, Trouble>, Reset> {
    let ask = match Ask::read(head, body) {
        Ok(ask) => ask,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let Some((name, run)) = operation(&ask) else {
        return Ok(Err(Trouble::not_implemented()));
    };
    house.calls().count(name);
    let Verdict { delay, instead } = house.faults().strike(name);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    Ok(match instead {
        Some(Kind::Reset) => return Err(Reset),
        Some(kind) => Err(fault(kind)),
        None => permitted(house, head, name, &ask).and_then(|()| run(house, &ask)),
    })
}

/// The operation that a method, a path and a query stand for.
fn operation(ask: &Ask) -> Option<(&'static str, Run)> {
    let place = (ask.bucket.is_empty(), ask.key.is_empty());
    match (ask.method.as_str(), place) {
        ("GET", (true, true)) => {
            ask.takes(&["prefix", "max-buckets"], ("ListBuckets", buckets::all))
        }
        ("PUT", (false, true)) => ask.takes(&[], ("CreateBucket", buckets::create)),
        ("HEAD", (false, true)) => ask.takes(&[], ("HeadBucket", buckets::head)),
        ("GET", (false, true)) if ask.has("location") => {
            ask.takes(&["location"], ("GetBucketLocation", buckets::location))
        }
        ("GET", (false, true)) if ask.has("list-type") => {
            ask.takes(&buckets::LIST_V2, ("ListObjectsV2", buckets::list))
        }
        ("GET", (false, true)) => ask.takes(&buckets::LIST_V1, ("ListObjects", buckets::list)),
        ("GET", (false, false)) => ask.takes(&["partNumber"], ("GetObject", objects::get)),
        ("HEAD", (false, false)) => ask.takes(&["partNumber"], ("HeadObject", objects::get)),
        ("PUT", (false, false)) => put(ask),
        ("DELETE", (false, false)) if ask.has("uploadId") => {
            ask.takes(&["uploadId"], ("AbortMultipartUpload", parts::abort))
        }
        ("DELETE", (false, false)) => ask.takes(&[], ("DeleteObject", objects::delete)),
        ("POST", (false, false)) if ask.has("uploads") => {
            ask.takes(&["uploads"], ("CreateMultipartUpload", parts::create))
        }
        ("POST", (false, false)) => {
            ask.takes(&["uploadId"], ("CompleteMultipartUpload", parts::complete))
        }
        _ => None,
    }
}

fn put(ask: &Ask) -> Option<(&'static str, Run)> {
    let copied = ask.header(objects::COPY_SOURCE).is_some();
    match (ask.has("uploadId"), copied) {
        (true, false) => ask.takes(&["uploadId", "partNumber"], ("UploadPart", parts::upload)),
        (false, true) => ask.takes(&[], ("CopyObject", objects::copy)),
        (false, false) => ask.takes(&[], ("PutObject", objects::put)),
        (true, true) => None,
    }
}

/// Holds a call to its session's policy, and to the owner it expects.
fn permitted(house: &House, head: &Parts, name: &str, ask: &Ask) -> Result<(), Trouble> {
    let owner = ask.header("x-amz-expected-bucket-owner");
    if owner.is_some_and(|owner| owner != house.place.account) {
        return Err(Trouble::denied("Access Denied"));
    }
    let resource = match (ask.bucket.as_str(), ask.key.as_str()) {
        ("", _) => "*".to_owned(),
        (bucket, "") => format!("arn:aws:s3:::{bucket}"),
        (bucket, key) => format!("arn:aws:s3:::{bucket}/{key}"),
    };
    let caller = caller(&head.headers).unwrap_or_default();
    Ok(house.admit(&caller, &format!("s3:{name}"), &resource)?)
}

fn fault(kind: Kind) -> Trouble {
    match kind {
        Kind::Throttle => Trouble::new(503, "SlowDown", "Please reduce your request rate."),
        Kind::Denied => Trouble::denied("Access Denied"),
        Kind::Conflict => Trouble::new(
            409,
            "OperationAborted",
            "A conflicting conditional operation is currently in progress against this resource. Please try again.",
        ),
        Kind::Broken | Kind::Latency | Kind::Reset => Trouble::new(
            500,
            "InternalError",
            "We encountered an internal error. Please try again.",
        ),
    }
}
