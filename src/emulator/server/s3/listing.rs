//! Lists of a bucket's objects.

use super::super::xml::element;
use super::buckets::require_bucket;
use super::deletions::ONLY_VERSION;
use super::request::S3Request;
use super::response::{S3Error, S3Response, quoted, time};
use crate::shared::Shared;
use crate::storage::{Object, Storage};
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
/// Parameters that the answer repeats, with the names of its elements.
const REPEATED: [(&str, &str); 6] = [
    ("prefix", "Prefix"),
    ("delimiter", "Delimiter"),
    ("marker", "Marker"),
    ("start-after", "StartAfter"),
    ("key-marker", "KeyMarker"),
    ("version-id-marker", "VersionIdMarker"),
];

/// Which list a request asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `ListObjects`, which some clients still use.
    V1,
    /// `ListObjectsV2`.
    V2,
    /// `ListObjectVersions`: each object has one version.
    Versions,
}

impl Kind {
    fn of(request: &S3Request) -> Kind {
        match (request.has("versions"), request.has("list-type")) {
            (true, _) => Kind::Versions,
            (false, true) => Kind::V2,
            (false, false) => Kind::V1,
        }
    }
}

/// `ListObjectsV2`, `ListObjects` and `ListObjectVersions`.
pub(super) fn list(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let world = shared.world();
    require_bucket(&world.storage, &request.bucket)?;
    let size = request
        .number("max-keys")?
        .unwrap_or(MAX_KEYS)
        .min(MAX_KEYS);
    let page = Page::of(&world.storage, request, size)?;
    let title = match Kind::of(request) {
        Kind::V1 | Kind::V2 => "ListBucketResult",
        Kind::Versions => "ListVersionsResult",
    };
    Ok(S3Response::xml(title, &page.to_xml(request, size)))
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
        for (given, title) in REPEATED {
            if let Some(value) = request.parameter(given) {
                text += &element(title, &name(value));
            }
        }
        if encoded {
            text += &element("EncodingType", "url");
        }
        let kind = Kind::of(request);
        text += &self.next(kind, &name);
        for entry in &self.entries {
            text += &match entry {
                Entry::Object(key, object) => item(kind, &name(key), object),
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

    /// The marker or token of the next page; in a list of the second version, also how many entries this one has.
    fn next(&self, kind: Kind, name: &dyn Fn(&str) -> String) -> String {
        let last = self.entries.last().filter(|_| self.is_truncated);
        let next = last.map(|last| match kind {
            Kind::V1 => element("NextMarker", &name(last.name())),
            Kind::V2 => element("NextContinuationToken", &hex::encode(last.name())),
            Kind::Versions => {
                element("NextKeyMarker", &name(last.name()))
                    + &element("NextVersionIdMarker", ONLY_VERSION)
            }
        });
        let count =
            (kind == Kind::V2).then(|| element("KeyCount", &self.entries.len().to_string()));
        count.unwrap_or_default() + &next.unwrap_or_default()
    }
}

/// An object, or its only version.
fn item(kind: Kind, key: &str, object: &Object) -> String {
    let content = element("Key", key)
        + &element("LastModified", &time(object.modified))
        + &element("ETag", &quoted(&object.etag))
        + &element("Size", &object.contents.len().to_string())
        + &element("StorageClass", "STANDARD");
    match kind {
        Kind::V1 | Kind::V2 => format!("<Contents>{content}</Contents>"),
        Kind::Versions => {
            let version = element("VersionId", ONLY_VERSION) + &element("IsLatest", "true");
            format!("<Version>{content}{version}</Version>")
        }
    }
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
    let mut markers = ["start-after", "marker", "key-marker"].into_iter();
    let plain = markers.find_map(|name| request.parameter(name));
    Ok(plain.unwrap_or_default().to_owned())
}
