//! Multipart uploads.

use super::super::xml::{content_of, element, unescaped};
use super::request::S3Request;
use super::response::{S3Error, S3Response, quoted};
use crate::shared::Shared;
use crate::storage::UploadError;
use hyper::header::ETAG;

/// The largest number of a part.
const MAX_PART_NUMBER: usize = 10_000;

impl From<UploadError> for S3Error {
    fn from(error: UploadError) -> S3Error {
        match error {
            UploadError::NoSuchUpload => S3Error::new(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed.",
            ),
            UploadError::TooLarge => S3Error::too_large(),
            UploadError::InvalidPartOrder => S3Error::new(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. The parts list must be specified in order by part \
                 number.",
            ),
            UploadError::InvalidPart => S3Error::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            ),
        }
    }
}

/// The identifier of a request's upload.
fn upload_id(request: &S3Request) -> &str {
    request.parameter("uploadId").unwrap_or_default()
}

/// The bucket and the key of a request.
fn target(request: &S3Request) -> (&str, &str) {
    (&request.bucket, &request.key)
}

/// `CreateMultipartUpload`.
pub(super) fn create(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    if !shared.world().storage.has_bucket(&request.bucket) {
        return Err(S3Error::no_bucket());
    }
    let id = shared.uploads().create(&request.bucket, &request.key);
    let content = element("Bucket", &request.bucket)
        + &element("Key", &request.key)
        + &element("UploadId", &id);
    Ok(S3Response::xml("InitiateMultipartUploadResult", &content))
}

/// `UploadPart`.
pub(super) fn upload_part(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let number = request.number("partNumber")?.unwrap_or_default();
    if !(1..=MAX_PART_NUMBER).contains(&number) {
        return Err(S3Error::new(
            400,
            "InvalidArgument",
            format!("Part number must be an integer between 1 and {MAX_PART_NUMBER}, inclusive"),
        ));
    }
    let mut uploads = shared.uploads();
    let etag = uploads.add_part(upload_id(request), target(request), number, &request.body)?;
    Ok(S3Response::empty(200).with(ETAG, quoted(&etag)))
}

/// `AbortMultipartUpload`.
pub(super) fn abort(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    shared
        .uploads()
        .remove(upload_id(request), target(request))?;
    Ok(S3Response::empty(204))
}

/// `CompleteMultipartUpload`.
pub(super) fn complete(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let parts = listed_parts(&request.body).ok_or_else(S3Error::malformed_xml)?;
    let mut world = shared.world();
    let now = world.tick();
    let mut uploads = shared.uploads();
    let (id, target) = (upload_id(request), target(request));
    let contents = uploads.contents(id, target, &parts)?;
    let object = world
        .storage
        .put(&request.bucket, &request.key, contents, now)?;
    uploads.remove(id, target)?;
    let content = element("Location", &format!("/{}/{}", request.bucket, request.key))
        + &element("Bucket", &request.bucket)
        + &element("Key", &request.key)
        + &element("ETag", &quoted(&object.etag));
    Ok(S3Response::xml("CompleteMultipartUploadResult", &content))
}

/// The numbers and entity tags of a `CompleteMultipartUpload` document, in its order; `None` without any.
fn listed_parts(document: &[u8]) -> Option<Vec<(usize, String)>> {
    let document = std::str::from_utf8(document).ok()?;
    let parts: Option<Vec<_>> = document
        .split("<Part>")
        .skip(1)
        .map(|part| {
            let number = content_of(part, "PartNumber")?.trim().parse().ok()?;
            let etag = unescaped(content_of(part, "ETag")?)?;
            Some((number, etag.trim().trim_matches('"').to_owned()))
        })
        .collect();
    parts.filter(|parts| !parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::listed_parts;

    #[test]
    fn parts_are_read_in_the_order_of_the_document() {
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
