//! Buckets: create, look at, list.

use super::super::xml::element;
use super::request::S3Request;
use super::response::{S3Error, S3Response};
use crate::shared::Shared;
use crate::storage::Storage;
use hyper::header::{HeaderName, LOCATION};

const REGION_HEADER: HeaderName = HeaderName::from_static("x-amz-bucket-region");
/// The creation date of every bucket.
const CREATION_DATE: &str = "2026-01-01T00:00:00.000Z";

/// `ListBuckets`.
pub(super) fn list_all(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let prefix = request.parameter("prefix").unwrap_or_default();
    let world = shared.world();
    let buckets: String = world
        .storage
        .buckets()
        .filter(|name| name.starts_with(prefix))
        .map(|name| {
            let content = element("Name", name) + &element("CreationDate", CREATION_DATE);
            format!("<Bucket>{content}</Bucket>")
        })
        .collect();
    let owner = element("ID", &shared.arn_context.account);
    let content = format!("<Owner>{owner}</Owner><Buckets>{buckets}</Buckets>");
    Ok(S3Response::xml("ListAllMyBucketsResult", &content))
}

/// `CreateBucket`; an existing bucket may be created again.
pub(super) fn create(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let name = &request.bucket;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if !(3..=63).contains(&name.len()) || !name.bytes().all(plain) {
        return Err(S3Error::new(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
        ));
    }
    shared.world().storage.make_bucket(name);
    Ok(S3Response::empty(200).with(LOCATION, format!("/{name}")))
}

/// `HeadBucket`.
pub(super) fn head(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    require_bucket(&shared.world().storage, &request.bucket)?;
    Ok(S3Response::empty(200).with(REGION_HEADER, &shared.arn_context.region))
}

/// `GetBucketLocation`.
pub(super) fn location(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    require_bucket(&shared.world().storage, &request.bucket)?;
    // The oldest region has no name here.
    let region = match shared.arn_context.region.as_str() {
        "us-east-1" => "",
        region => region,
    };
    Ok(S3Response::xml("LocationConstraint", region))
}

/// Checks that a bucket exists.
pub(super) fn require_bucket(storage: &Storage, bucket: &str) -> Result<(), S3Error> {
    match storage.has_bucket(bucket) {
        true => Ok(()),
        false => Err(S3Error::no_bucket()),
    }
}
