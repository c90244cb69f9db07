//! Buckets: made, looked at, listed.

use super::answer::{Answer, Trouble, element, time};
use super::ask::Ask;
use super::objects::quoted;
use crate::House;
use crate::storage::{Object, Storage};
use hyper::header::{HeaderName, LOCATION};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What `ListObjectsV2` takes.
pub(super) const LIST_V2: [&str; 8] = [
    "list-type",
    "prefix",
    "delimiter",
    "max-keys",
    "continuation-token",
    "start-after",
    "encoding-type",
    "fetch-owner",
];
/// What `ListObjects` takes.
pub(super) const LIST_V1: [&str; 5] =
    ["prefix", "delimiter", "max-keys", "marker", "encoding-type"];

/// Keys on one page at most.
const PAGE: usize = 1_000;
/// What S3 leaves as it is in keys that it encodes.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/');
const REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");
/// Buckets were made before anybody looked.
const MADE: &str = "2026-01-01T00:00:00.000Z";

/// `ListBuckets`.
pub(super) fn all(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let prefix = ask.parameter("prefix").unwrap_or_default();
    let world = house.world();
    let buckets: String = world
        .storage
        .buckets()
        .filter(|name| name.starts_with(prefix))
        .map(|name| {
            let inside = element("Name", name) + &element("CreationDate", MADE);
            format!("<Bucket>{inside}</Bucket>")
        })
        .collect();
    let owner = element("ID", &house.place.account);
    let inside = format!("<Owner>{owner}</Owner><Buckets>{buckets}</Buckets>");
    Ok(Answer::xml("ListAllMyBucketsResult", &inside))
}

/// `CreateBucket`; one's own bucket may be made again.
pub(super) fn create(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let name = &ask.bucket;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if !(3..=63).contains(&name.len()) || !name.bytes().all(plain) {
        return Err(Trouble::new(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
        ));
    }
    house.world().storage.make_bucket(name);
    Ok(Answer::empty(200).with(LOCATION, format!("/{name}")))
}

/// `HeadBucket`.
pub(super) fn head(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    there(&house.world().storage, &ask.bucket)?;
    Ok(Answer::empty(200).with(REGION, &house.place.region))
}

/// `GetBucketLocation`.
pub(super) fn location(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    there(&house.world().storage, &ask.bucket)?;
    // The oldest region has no name here.
    let region = match house.place.region.as_str() {
        "us-east-1" => "",
        region => region,
    };
    Ok(Answer::xml("LocationConstraint", region))
}

fn there(storage: &Storage, bucket: &str) -> Result<(), Trouble> {
    match storage.has_bucket(bucket) {
        true => Ok(()),
        false => Err(Trouble::no_bucket()),
    }
}

/// `ListObjectsV2`, and `ListObjects` for clients that still use it.
pub(super) fn list(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let world = house.world();
    there(&world.storage, &ask.bucket)?;
    let size = ask.number("max-keys")?.unwrap_or(PAGE).min(PAGE);
    let page = Page::of(&world.storage, ask, size)?;
    Ok(Answer::xml("ListBucketResult", &page.to_xml(ask, size)))
}

/// What one list tells.
struct Page<'s> {
    entries: Vec<Entry<'s>>,
    is_cut: bool,
}

enum Entry<'s> {
    Object(&'s str, &'s Object),
    /// Every key that goes on after it with a delimiter.
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
    fn of(storage: &'s Storage, ask: &'s Ask, size: usize) -> Result<Page<'s>, Trouble> {
        let prefix = ask.parameter("prefix").unwrap_or_default();
        let delimiter = ask.parameter("delimiter").filter(|text| !text.is_empty());
        let after = after(ask)?;
        let mut page = Page {
            entries: Vec::new(),
            is_cut: false,
        };
        for (key, object) in storage.list(&ask.bucket, prefix) {
            let rest = &key[prefix.len()..];
            let end = delimiter.and_then(|text| rest.find(text).map(|at| at + text.len()));
            let entry = match end {
                Some(end) => Entry::Prefix(&key[..prefix.len() + end]),
                None => Entry::Object(key, object),
            };
            let told = page
                .entries
                .last()
                .is_some_and(|last| last.name() == entry.name());
            if told || entry.name() <= after.as_str() {
                continue;
            }
            if page.entries.len() == size {
                page.is_cut = size > 0;
                break;
            }
            page.entries.push(entry);
        }
        Ok(page)
    }

    fn to_xml(&self, ask: &Ask, size: usize) -> String {
        let encoded = ask.parameter("encoding-type") == Some("url");
        let name = |name: &str| match encoded {
            true => utf8_percent_encode(name, PLAIN).to_string(),
            false => name.to_owned(),
        };
        let mut text = element("Name", &ask.bucket)
            + &element("MaxKeys", &size.to_string())
            + &element("IsTruncated", if self.is_cut { "true" } else { "false" });
        for given in ["prefix", "delimiter", "marker", "start-after"] {
            if let Some(value) = ask.parameter(given) {
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
        text += &self.next(ask, &name);
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

    /// Where the next page begins, and how many entries this one has.
    fn next(&self, ask: &Ask, name: &dyn Fn(&str) -> String) -> String {
        let last = self.entries.last().filter(|_| self.is_cut);
        if !ask.has("list-type") {
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
    let inside = element("Key", key)
        + &element("LastModified", &time(object.modified))
        + &element("ETag", &quoted(&object.etag))
        + &element("Size", &object.contents.len().to_string())
        + &element("StorageClass", "STANDARD");
    format!("<Contents>{inside}</Contents>")
}

/// The name after which a page begins.
fn after(ask: &Ask) -> Result<String, Trouble> {
    if let Some(token) = ask.parameter("continuation-token") {
        let name = hex::decode(token).ok();
        return name
            .and_then(|name| String::from_utf8(name).ok())
            .ok_or_else(|| {
                Trouble::new(
                    400,
                    "InvalidArgument",
                    "The continuation token provided is incorrect",
                )
            });
    }
    let plain = ask.parameter("start-after").or(ask.parameter("marker"));
    Ok(plain.unwrap_or_default().to_owned())
}
