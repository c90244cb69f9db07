//! Uploads in parts.

use super::answer::{Answer, Trouble, element};
use super::ask::Ask;
use super::objects::quoted;
use crate::House;
use hyper::body::Bytes;
use hyper::header::ETAG;
use md5::{Digest, Md5};
use std::collections::{BTreeMap, HashMap};

/// Parts that one upload may have.
const PARTS: usize = 10_000;
/// Bytes that all unfinished uploads may have together.
const CAPACITY: usize = 256 * 1024 * 1024;

/// Uploads that are not finished, by their identifiers.
#[derive(Debug, Default)]
pub struct Uploads(HashMap<String, Upload>);

#[derive(Debug)]
struct Upload {
    bucket: String,
    key: String,
    parts: BTreeMap<usize, Part>,
}

#[derive(Debug)]
struct Part {
    etag: String,
    data: Bytes,
}

impl Uploads {
    fn held(&self) -> usize {
        let parts = self.0.values().flat_map(|upload| upload.parts.values());
        parts.map(|part| part.data.len()).sum()
    }

    fn find(&mut self, ask: &Ask) -> Result<&mut Upload, Trouble> {
        let id = ask.parameter("uploadId").unwrap_or_default();
        let upload = self.0.get_mut(id);
        let upload = upload.filter(|upload| upload.bucket == ask.bucket && upload.key == ask.key);
        upload.ok_or_else(|| {
            Trouble::new(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed.",
            )
        })
    }

    fn end(&mut self, ask: &Ask) {
        self.0.remove(ask.parameter("uploadId").unwrap_or_default());
    }
}

/// `CreateMultipartUpload`.
pub(super) fn create(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    if !house.world().storage.has_bucket(&ask.bucket) {
        return Err(Trouble::no_bucket());
    }
    let id = format!("{:032x}", fastrand::u128(..));
    let inside =
        element("Bucket", &ask.bucket) + &element("Key", &ask.key) + &element("UploadId", &id);
    let upload = Upload {
        bucket: ask.bucket.clone(),
        key: ask.key.clone(),
        parts: BTreeMap::new(),
    };
    house.uploads().0.insert(id, upload);
    Ok(Answer::xml("InitiateMultipartUploadResult", &inside))
}

/// `UploadPart`.
pub(super) fn upload(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let number = ask.number("partNumber")?.unwrap_or_default();
    if !(1..=PARTS).contains(&number) {
        return Err(Trouble::new(
            400,
            "InvalidArgument",
            format!("Part number must be an integer between 1 and {PARTS}, inclusive"),
        ));
    }
    let mut uploads = house.uploads();
    let held = uploads.held();
    let upload = uploads.find(ask)?;
    if held + ask.body.len() > CAPACITY {
        return Err(Trouble::too_large());
    }
    let part = Part {
        etag: hex::encode(Md5::digest(&ask.body)),
        data: ask.body.clone(),
    };
    let answer = Answer::empty(200).with(ETAG, quoted(&part.etag));
    upload.parts.insert(number, part);
    Ok(answer)
}

/// `AbortMultipartUpload`.
pub(super) fn abort(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let mut uploads = house.uploads();
    uploads.find(ask)?;
    uploads.end(ask);
    Ok(Answer::empty(204))
}

/// `CompleteMultipartUpload`.
pub(super) fn complete(house: &House, ask: &Ask) -> Result<Answer, Trouble> {
    let named = named(&ask.body).ok_or_else(|| {
        Trouble::new(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    })?;
    let mut world = house.world();
    let now = world.tick();
    let mut uploads = house.uploads();
    let whole = joined(uploads.find(ask)?, &named)?;
    let object = world.storage.put(&ask.bucket, &ask.key, whole, now)?;
    uploads.end(ask);
    let inside = element("Location", &format!("/{}/{}", ask.bucket, ask.key))
        + &element("Bucket", &ask.bucket)
        + &element("Key", &ask.key)
        + &element("ETag", &quoted(&object.etag));
    Ok(Answer::xml("CompleteMultipartUploadResult", &inside))
}

/// The parts one after the other.
fn joined(upload: &Upload, named: &[(usize, String)]) -> Result<Vec<u8>, Trouble> {
    if !named.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(Trouble::new(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
        ));
    }
    let mut whole = Vec::new();
    for (number, etag) in named {
        let part = upload.parts.get(number).filter(|part| part.etag == *etag);
        let part = part.ok_or_else(|| {
            Trouble::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
        })?;
        whole.extend_from_slice(&part.data);
    }
    Ok(whole)
}

/// The numbers and entity tags of a `CompleteMultipartUpload` document, in its order; none without at least one part.
fn named(document: &[u8]) -> Option<Vec<(usize, String)>> {
    let document = std::str::from_utf8(document).ok()?;
    let parts: Option<Vec<_>> = document
        .split("<Part>")
        .skip(1)
        .map(|part| {
            let number = inside(part, "PartNumber")?.trim().parse().ok()?;
            let etag = inside(part, "ETag")?.replace("&quot;", "\"");
            Some((number, etag.trim().trim_matches('"').to_owned()))
        })
        .collect();
    parts.filter(|parts| !parts.is_empty())
}

fn inside<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn parts_are_read_in_the_documents_order() {
        let document = br#"<CompleteMultipartUpload xmlns="x"><Part><ETag>"ab"</ETag><PartNumber>2</PartNumber></Part>
            <Part><PartNumber>1</PartNumber><ETag>&quot;cd&quot;</ETag></Part></CompleteMultipartUpload>"#;
        let parts = named(document).expect("readable");
        assert_eq!(parts, [(2, "ab".to_owned()), (1, "cd".to_owned())]);
        assert_eq!(named(b"<CompleteMultipartUpload/>"), None);
        assert_eq!(named(b"<Part><PartNumber>x</PartNumber></Part>"), None);
    }
}
