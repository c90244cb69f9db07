//! Buckets: create, look at, list.

use super::super::xml::element;
use super::request::S3Request;
use super::response::{S3Error, S3Response, quoted, time};
use crate::shared::Shared;
use crate::storage::{Object, Storage};
use hyper::header::{HeaderName, LOCATION};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Keys on one page.
const MAX_KEYS: usize = 1_000;
/// Characters that S3 does not encode in keys, beside letters and digits.
const UNENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/');
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

fn require_bucket(storage: &Storage, bucket: &str) -> Result<(), S3Error> {
    match storage.has_bucket(bucket) {
        true => Ok(()),
        false => Err(S3Error::no_bucket()),
    }
}

/// `ListObjectsV2`, and `ListObjects` for clients that still use it.
pub(super) fn list_objects(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let world = shared.world();
    require_bucket(&world.storage, &request.bucket)?;
    let size = request
        .number("max-keys")?
        .unwrap_or(MAX_KEYS)
        .min(MAX_KEYS);
    let page = Page::of(&world.storage, request, size)?;
    Ok(S3Response::xml(
        "ListBucketResult",
        &page.to_xml(request, size),
    ))
}

/// A page of a list.
struct Page<'s> {
    entries: Vec<Entry<'s>>,
    is_truncated: bool,
}

enum Entry<'s> {
    Object(&'s str, &'s Object),
    /// Stands for every key that begins with it.
    Prefix(&'s str),
}

impl Entry<'_> {
    fn name(&self) -> &str {
        match self {
            Entry::Object(name, _) | Entry::Prefix(name) => name,
        }
    }
}

impl<'s> Page<'s> {
    fn of(storage: &'s Storage, request: &'s S3Request, size: usize) -> Result<Page<'s>, S3Error> {
        let prefix = request.parameter("prefix").unwrap_or_default();
        let delimiter = request
            .parameter("delimiter")
            .filter(|text| !text.is_empty());
        let after = start_after(request)?;
        let mut page = Page {
            entries: Vec::new(),
            is_truncated: false,
        };
        for (key, object) in storage.list(&request.bucket, prefix) {
            let rest = &key[prefix.len()..];
            let end = delimiter.and_then(|text| rest.find(text).map(|at| at + text.len()));
            let entry = match end {
                Some(end) => Entry::Prefix(&key[..prefix.len() + end]),
                None => Entry::Object(key, object),
            };
            let is_repeated = page
                .entries
                .last()
                .is_some_and(|last| last.name() == entry.name());
            if is_repeated || entry.name() <= after.as_str() {
                continue;
            }
            if page.entries.len() == size {
                page.is_truncated = size > 0;
                break;
            }
            page.entries.push(entry);
        }
        Ok(page)
    }

    fn to_xml(&self, request: &S3Request, size: usize) -> String {
        let encoded = request.parameter("encoding-type") == Some("url");
        let name = |name: &str| match encoded {
            true => utf8_percent_encode(name, UNENCODED).to_string(),
            false => name.to_owned(),
        };
        let mut text = element("Name", &request.bucket)
            + &element("MaxKeys", &size.to_string())
            + &element(
                "IsTruncated",
                if self.is_truncated { "true" } else { "false" },
            );
        for given in ["prefix", "delimiter", "marker", "start-after"] {
            if let Some(value) = request.parameter(given) {
                let title = match given {
                    "prefix" => "Prefix",
                    "delimiter" => "Delimiter",
                    "marker" => "Marker",
                    _ => "StartAfter",
                };
                text += &element(title, &name(value));
            }
        }
        if encoded {
            text += &element("EncodingType", "url");
        }
        text += &self.next(request, &name);
        for entry in &self.entries {
            text += &match entry {
                Entry::Object(key, object) => contents(&name(key), object),
                Entry::Prefix(prefix) => {
                    format!(
                        "<CommonPrefixes>{}</CommonPrefixes>",
                        element("Prefix", &name(prefix))
                    )
                }
            };
        }
        text
    }

    /// The marker or token of the next page, and how many entries this one has.
    fn next(&self, request: &S3Request, name: &dyn Fn(&str) -> String) -> String {
        let last = self.entries.last().filter(|_| self.is_truncated);
        if !request.has("list-type") {
            return last.map_or_else(String::new, |last| {
                element("NextMarker", &name(last.name()))
            });
        }
        let count = element("KeyCount", &self.entries.len().to_string());
        let token = last.map(|last| element("NextContinuationToken", &hex::encode(last.name())));
        count + &token.unwrap_or_default()
    }
}

fn contents(key: &str, object: &Object) -> String {
    let content = element("Key", key)
        + &element("LastModified", &time(object.modified))
        + &element("ETag", &quoted(&object.etag))
        + &element("Size", &object.contents.len().to_string())
        + &element("StorageClass", "STANDARD");
    format!("<Contents>{content}</Contents>")
}

/// The name after which a page begins.
fn start_after(request: &S3Request) -> Result<String, S3Error> {
    if let Some(token) = request.parameter("continuation-token") {
        let name = hex::decode(token).ok();
        return name
            .and_then(|name| String::from_utf8(name).ok())
            .ok_or_else(|| {
                S3Error::new(
                    400,
                    "InvalidArgument",
                    "The continuation token provided is incorrect",
                )
            });
    }
    let plain = request
        .parameter("start-after")
        .or(request.parameter("marker"));
    Ok(plain.unwrap_or_default().to_owned())
}
