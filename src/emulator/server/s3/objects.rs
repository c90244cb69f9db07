//! Objects: put, get, copy.

use super::super::xml::element;
use super::request::S3Request;
use super::response::{S3Error, S3Response, date, quoted, time};
use crate::jobs::files;
use crate::model::World;
use crate::shared::Shared;
use crate::storage::{Object, StorageFullError};
use hyper::body::Bytes;
use hyper::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use percent_encoding::percent_decode_str;
use std::ops::Range;

/// The header that names the object to copy.
pub(super) const COPY_SOURCE: &str = "x-amz-copy-source";

impl From<StorageFullError> for S3Error {
    fn from(full: StorageFullError) -> S3Error {
        S3Error::new(507, "InsufficientStorage", full.to_string())
    }
}

/// An object that was put.
fn find(world: &World, bucket: &str, key: &str) -> Result<Object, S3Error> {
    match world.storage.get(bucket, key) {
        Some(object) => Ok(object.clone()),
        None if world.storage.has_bucket(bucket) => Err(S3Error::no_key()),
        None => Err(S3Error::no_bucket()),
    }
}

/// An object that was put, or a document that a job wrote.
fn find_or_written(world: &World, bucket: &str, key: &str) -> Result<Object, S3Error> {
    find(world, bucket, key).or_else(|error| {
        let written = files::find(world, &format!("s3://{bucket}/{key}")).ok_or(error)?;
        Ok(Object::new(written.contents, written.modified))
    })
}

/// `PutObject`.
pub(super) fn put(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let mut world = shared.world();
    let now = world.tick();
    let existing = find(&world, &request.bucket, &request.key);
    if matches!(&existing, Err(error) if error.is_no_bucket()) {
        return Err(S3Error::no_bucket());
    }
    if request.header("if-none-match").is_some() && existing.is_ok() {
        return Err(S3Error::precondition());
    }
    let object = world
        .storage
        .put(&request.bucket, &request.key, request.body.to_vec(), now)?;
    Ok(S3Response::empty(200).with(ETAG, quoted(&object.etag)))
}

/// `CopyObject`.
pub(super) fn copy(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let source = request.header(COPY_SOURCE).unwrap_or_default();
    let source = source.split('?').next().unwrap_or_default();
    let source = percent_decode_str(source.trim_start_matches('/')).decode_utf8_lossy();
    let (bucket, key) = source.split_once('/').unwrap_or((&source, ""));
    let mut world = shared.world();
    let now = world.tick();
    let object = find(&world, bucket, key)?;
    if !world.storage.has_bucket(&request.bucket) {
        return Err(S3Error::no_bucket());
    }
    let copied = world
        .storage
        .put(&request.bucket, &request.key, object.contents, now)?;
    let content =
        element("LastModified", &time(copied.modified)) + &element("ETag", &quoted(&copied.etag));
    Ok(S3Response::xml("CopyObjectResult", &content))
}

/// `GetObject` and `HeadObject`.
pub(super) fn get(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let object = {
        let mut world = shared.world();
        world.tick();
        find_or_written(&world, &request.bucket, &request.key)?
    };
    let etag = quoted(&object.etag);
    let with_headers = |response: S3Response| {
        response
            .with(ETAG, etag.clone())
            .with(LAST_MODIFIED, date(object.modified))
            .with(ACCEPT_RANGES, "bytes")
            .with(CONTENT_TYPE, "binary/octet-stream")
    };
    let is_same = |tag: &str| tag == "*" || tag.trim_matches('"') == object.etag;
    if request.header("if-match").is_some_and(|tag| !is_same(tag)) {
        return Err(S3Error::precondition());
    }
    if request.header("if-none-match").is_some_and(is_same) {
        return Ok(with_headers(S3Response::empty(304)));
    }
    let whole = Bytes::copy_from_slice(&object.contents);
    let Some(range) = request
        .header("range")
        .and_then(|text| range(text, whole.len()))
    else {
        return Ok(with_headers(S3Response {
            body: whole,
            ..S3Response::empty(200)
        }));
    };
    if range.is_empty() {
        return Err(S3Error::new(
            416,
            "InvalidRange",
            "The requested range is not satisfiable",
        ));
    }
    let length = whole.len();
    let content_range = format!("bytes {}-{}/{length}", range.start, range.end - 1);
    let part = S3Response {
        body: whole.slice(range),
        ..S3Response::empty(206)
    };
    Ok(with_headers(part).with(CONTENT_RANGE, content_range))
}

/// The bytes that a Range header asks for of an object of some length; empty if none of them exist, `None` if the header
/// cannot be read, which S3 then ignores.
fn range(text: &str, length: usize) -> Option<Range<usize>> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() {
        let last: usize = to.parse().ok()?;
        return Some(length.saturating_sub(last)..length);
    }
    let from: usize = from.parse().ok()?;
    let to = match to {
        "" => length,
        to => to.parse::<usize>().ok()?.saturating_add(1).min(length),
    };
    Some(from.min(to)..to)
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_end_with_the_object() {
        assert_eq!(range("bytes=0-3", 10), Some(0..4));
        assert_eq!(range("bytes=7-", 10), Some(7..10));
        assert_eq!(range("bytes=8-99", 10), Some(8..10));
        assert_eq!(range("bytes=-3", 10), Some(7..10));
        assert_eq!(range("bytes=-30", 10), Some(0..10));
        assert!(range("bytes=10-12", 10).is_some_and(|range| range.is_empty()));
        assert_eq!(range("lines=1-2", 10), None);
        assert_eq!(range("bytes=a-b", 10), None);
    }
}
