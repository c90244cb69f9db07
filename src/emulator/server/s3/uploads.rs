//! Multipart uploads.

use super::super::xml::element;
use super::request::S3Request;
use super::response::{S3Error, S3Response, quoted};
use crate::Shared;
use hyper::body::Bytes;
use hyper::header::ETAG;
use md5::{Digest, Md5};
use std::collections::{BTreeMap, HashMap};

/// Parts that one upload may have.
const MAX_PARTS: usize = 10_000;
/// Bytes that all unfinished uploads may hold together.
const MAX_BYTES: usize = 256 * 1024 * 1024;

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
    fn total_bytes(&self) -> usize {
        let parts = self.0.values().flat_map(|upload| upload.parts.values());
        parts.map(|part| part.data.len()).sum()
    }

    fn find(&mut self, request: &S3Request) -> Result<&mut Upload, S3Error> {
        let id = request.parameter("uploadId").unwrap_or_default();
        let upload = self.0.get_mut(id);
        let upload =
            upload.filter(|upload| upload.bucket == request.bucket && upload.key == request.key);
        upload.ok_or_else(|| {
            S3Error::new(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed.",
            )
        })
    }

    fn remove(&mut self, request: &S3Request) {
        self.0
            .remove(request.parameter("uploadId").unwrap_or_default());
    }
}

/// `CreateMultipartUpload`.
pub(super) fn create(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    if !shared.world().storage.has_bucket(&request.bucket) {
        return Err(S3Error::no_bucket());
    }
    let id = format!("{:032x}", fastrand::u128(..));
    let content = element("Bucket", &request.bucket)
        + &element("Key", &request.key)
        + &element("UploadId", &id);
    let upload = Upload {
        bucket: request.bucket.clone(),
        key: request.key.clone(),
        parts: BTreeMap::new(),
    };
    shared.uploads().0.insert(id, upload);
    Ok(S3Response::xml("InitiateMultipartUploadResult", &content))
}

/// `UploadPart`.
pub(super) fn upload_part(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let number = request.number("partNumber")?.unwrap_or_default();
    if !(1..=MAX_PARTS).contains(&number) {
        return Err(S3Error::new(
            400,
            "InvalidArgument",
            format!("Part number must be an integer between 1 and {MAX_PARTS}, inclusive"),
        ));
    }
    let mut uploads = shared.uploads();
    let bytes = uploads.total_bytes();
    let upload = uploads.find(request)?;
    if bytes + request.body.len() > MAX_BYTES {
        return Err(S3Error::too_large());
    }
    let part = Part {
        etag: hex::encode(Md5::digest(&request.body)),
        data: request.body.clone(),
    };
    let answer = S3Response::empty(200).with(ETAG, quoted(&part.etag));
    upload.parts.insert(number, part);
    Ok(answer)
}

/// `AbortMultipartUpload`.
pub(super) fn abort(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let mut uploads = shared.uploads();
    uploads.find(request)?;
    uploads.remove(request);
    Ok(S3Response::empty(204))
}

/// `CompleteMultipartUpload`.
pub(super) fn complete(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let parts = listed_parts(&request.body).ok_or_else(|| {
        S3Error::new(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    })?;
    let mut world = shared.world();
    let now = world.tick();
    let mut uploads = shared.uploads();
    let contents = join(uploads.find(request)?, &parts)?;
    let object = world
        .storage
        .put(&request.bucket, &request.key, contents, now)?;
    uploads.remove(request);
    let content = element("Location", &format!("/{}/{}", request.bucket, request.key))
        + &element("Bucket", &request.bucket)
        + &element("Key", &request.key)
        + &element("ETag", &quoted(&object.etag));
    Ok(S3Response::xml("CompleteMultipartUploadResult", &content))
}

/// The contents of an upload's parts, in this order.
fn join(upload: &Upload, parts: &[(usize, String)]) -> Result<Vec<u8>, S3Error> {
    if !parts.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(S3Error::new(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
        ));
    }
    let mut contents = Vec::new();
    for (number, etag) in parts {
        let part = upload.parts.get(number).filter(|part| part.etag == *etag);
        let part = part.ok_or_else(|| {
            S3Error::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
        })?;
        contents.extend_from_slice(&part.data);
    }
    Ok(contents)
}

/// The numbers and entity tags of a `CompleteMultipartUpload` document, in its order; `None` without any.
fn listed_parts(document: &[u8]) -> Option<Vec<(usize, String)>> {
    let document = std::str::from_utf8(document).ok()?;
    let parts: Option<Vec<_>> = document
        .split("<Part>")
        .skip(1)
        .map(|part| {
            let number = content_of(part, "PartNumber")?.trim().parse().ok()?;
            let etag = content_of(part, "ETag")?.replace("&quot;", "\"");
            Some((number, etag.trim().trim_matches('"').to_owned()))
        })
        .collect();
    parts.filter(|parts| !parts.is_empty())
}

fn content_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

#[cfg(test)]
mod tests {
    use super::listed_parts;

    #[test]
    fn parts_are_read_in_the_documents_order() {
        let document = br#"<CompleteMultipartUpload xmlns="x"><Part><ETag>"ab"</ETag><PartNumber>2</PartNumber></Part>
            <Part><PartNumber>1</PartNumber><ETag>&quot;cd&quot;</ETag></Part></CompleteMultipartUpload>"#;
        let parts = listed_parts(document).expect("readable");
        assert_eq!(parts, [(2, "ab".to_owned()), (1, "cd".to_owned())]);
        assert_eq!(listed_parts(b"<CompleteMultipartUpload/>"), None);
        assert_eq!(
            listed_parts(b"<Part><PartNumber>x</PartNumber></Part>"),
            None
        );
    }
}
