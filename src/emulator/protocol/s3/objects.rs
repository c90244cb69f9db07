//! Objects: put, get, copied, deleted.

use super::answer::{Answer, Trouble, date, element, time};
use super::ask::Ask;
use crate::House;
use crate::jobs::files;
use crate::model::World;
use crate::storage::{Full, Object};
use hyper::body::Bytes;
use hyper::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use percent_encoding::percent_decode_str;
use std::ops::Range;

/// Names the object that a put is a copy of.
pub(super) const COPY_SOURCE: &str = "x-amz-copy-source";

impl From<Full> for Trouble {
    fn from(full: Full) -> Trouble {
        Trouble::new(507, "InsufficientStorage", full.to_string())
    }
}

/// The object of a key: one that was put.
fn find(world: &World, bucket: &str, key: &str) -> Result<Object, Trouble> {
    match world.storage.get(bucket, key) {
        Some(object) => Ok(object.clone()),
        None if world.storage.has_bucket(bucket) => Err(Trouble::no_key()),
        None => Err(Trouble::no_bucket()),
    }
}

/// The object of a key: one that was put, or a document that a job wrote.
fn find_or_written(world: &World, bucket: &str, key: &str) -> Result<Object, Trouble> {
    find(world, bucket, key).or_else(|trouble| {
        let written = files::find(world, &format!("s3://{bucket}/{key}")).ok_or(trouble)?;
        Ok(Object::new(written.contents, written.modified))
    })
}

/// An entity tag as it stands on the wire.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// `PutObject`.
pub(super) fn put(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let mut world = house.world();
    let now = world.tick();
    let there = find(&world, &ask.bucket, &ask.key);
    if matches!(&there, Err(trouble) if trouble.is_of_bucket()) {
        return Err(Trouble::no_bucket());
    }
    if ask.header("if-none-match").is_some() && there.is_ok() {
        return Err(Trouble::precondition());
    }
    let object = world
        .storage
        .put(&ask.bucket, &ask.key, ask.body.to_vec(), now)?;
    Ok(Answer::empty(200).with(ETAG, quoted(&object.etag)))
}

/// `CopyObject`.
pub(super) fn copy(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let source = ask.header(COPY_SOURCE).unwrap_or_default();
    let source = source.split('?').next().unwrap_or_default();
    let source = percent_decode_str(source.trim_start_matches('/')).decode_utf8_lossy();
    let (bucket, key) = source.split_once('/').unwrap_or((&source, ""));
    let mut world = house.world();
    let now = world.tick();
    let object = find(&world, bucket, key)?;
    if !world.storage.has_bucket(&ask.bucket) {
        return Err(Trouble::no_bucket());
    }
    let copied = world
        .storage
        .put(&ask.bucket, &ask.key, object.contents, now)?;
    let inside =
        element("LastModified", &time(copied.modified)) + &element("ETag", &quoted(&copied.etag));
    Ok(Answer::xml("CopyObjectResult", &inside))
}

/// `DeleteObject`.
pub(super) fn delete(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let mut world = house.world();
    if !world.storage.has_bucket(&ask.bucket) {
        return Err(Trouble::no_bucket());
    }
    world.storage.delete(&ask.bucket, &ask.key);
    Ok(Answer::empty(204))
}

/// `GetObject` and `HeadObject`.
pub(super) fn get(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let object = {
        let mut world = house.world();
        world.tick();
        find_or_written(&world, &ask.bucket, &ask.key)?
    };
    let etag = quoted(&object.etag);
    let told = |answer: Answer| {
        answer
            .with(ETAG, etag.clone())
            .with(LAST_MODIFIED, date(object.modified))
            .with(ACCEPT_RANGES, "bytes")
            .with(CONTENT_TYPE, "binary/octet-stream")
    };
    let is_same = |tag: &str| tag == "*" || tag.trim_matches('"') == object.etag;
    if ask.header("if-match").is_some_and(|tag| !is_same(tag)) {
        return Err(Trouble::precondition());
    }
    if ask.header("if-none-match").is_some_and(is_same) {
        return Ok(told(Answer::empty(304)));
    }
    let whole = Bytes::copy_from_slice(&object.contents);
    let Some(range) = ask
        .header("range")
        .and_then(|text| range(text, whole.len()))
    else {
        return Ok(told(Answer {
            body: whole,
            ..Answer::empty(200)
        }));
    };
    if range.is_empty() {
        return Err(Trouble::new(
            416,
            "InvalidRange",
            "The requested range is not satisfiable",
        ));
    }
    let length = whole.len();
    let place = format!("bytes {}-{}/{length}", range.start, range.end - 1);
    let part = Answer {
        body: whole.slice(range),
        ..Answer::empty(206)
    };
    Ok(told(part).with(CONTENT_RANGE, place))
}

/// The bytes that a Range header names of an object of some length; empty where none of them is there, `None` where the
/// header is to be passed over, as S3 does with what it cannot read.
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
    fn ranges_are_cut_to_what_is_there() {
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
