//! Deleting objects, one or many, and buckets.

use super::super::xml::{content_of, element, unescaped};
use super::request::S3Request;
use super::response::{S3Error, S3Response};
use crate::shared::Shared;
use crate::storage::{DeleteBucketError, Storage};

/// Objects that one `DeleteObjects` may name.
const MAX_OBJECTS: usize = 1_000;
/// The version of every object: there are no others.
pub(super) const ONLY_VERSION: &str = "null";
/// The permission that each object needs.
pub(super) const DELETE_OBJECT: &str = "s3:DeleteObject";

impl From<DeleteBucketError> for S3Error {
    fn from(error: DeleteBucketError) -> S3Error {
        match error {
            DeleteBucketError::NoSuchBucket => S3Error::no_bucket(),
            DeleteBucketError::NotEmpty => S3Error::new(
                409,
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty",
            ),
        }
    }
}

/// `DeleteBucket`, of an empty bucket; uploads to it that are not complete end.
pub(super) fn delete_bucket(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let mut world = shared.world();
    world.storage.delete_bucket(&request.bucket)?;
    shared.uploads().remove_bucket(&request.bucket);
    Ok(S3Response::empty(204))
}

/// `DeleteObject`.
pub(super) fn delete_object(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let version = request.parameter("versionId");
    let storage = &mut shared.world().storage;
    super::buckets::require_bucket(storage, &request.bucket)?;
    delete(storage, &request.bucket, &request.key, version)?;
    Ok(S3Response::empty(204))
}

/// `DeleteObjects`: each on its own, as if they were asked for one by one.
pub(super) fn delete_objects(shared: &Shared, request: &S3Request) -> Result<S3Response, S3Error> {
    let deletion = Deletion::read(&request.body).ok_or_else(S3Error::malformed_xml)?;
    super::buckets::require_bucket(&shared.world().storage, &request.bucket)?;
    let caller = request.caller();
    let mut results = String::new();
    for object in &deletion.objects {
        let bucket = &request.bucket;
        let resource = format!("arn:aws:s3:::{bucket}/{}", object.key);
        let allowed = shared.authorize(&caller, DELETE_OBJECT, &resource);
        let deleted = allowed.map_err(S3Error::from).and_then(|()| {
            let storage = &mut shared.world().storage;
            delete(storage, bucket, &object.key, object.version.as_deref())
        });
        let mut content = element("Key", &object.key);
        if let Some(version) = &object.version {
            content += &element("VersionId", version);
        }
        match deleted {
            Ok(()) if deletion.is_quiet => {}
            Ok(()) => results += &format!("<Deleted>{content}</Deleted>"),
            Err(error) => results += &format!("<Error>{content}{}</Error>", error.content()),
        }
    }
    Ok(S3Response::xml("DeleteResult", &results))
}

/// Deletes an object, if it is there.
fn delete(
    storage: &mut Storage,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<(), S3Error> {
    if version.is_some_and(|version| version != ONLY_VERSION) {
        return Err(S3Error::new(
            400,
            "InvalidArgument",
            "Invalid version id specified",
        ));
    }
    storage.delete(bucket, key);
    Ok(())
}

/// A `Delete` document.
#[derive(Debug, PartialEq, Eq)]
struct Deletion {
    objects: Vec<Named>,
    /// Whether the answer has errors only.
    is_quiet: bool,
}

/// An object that it names.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    key: String,
    version: Option<String>,
}

impl Deletion {
    /// `None` if the document cannot be read, or names no object or too many.
    fn read(document: &[u8]) -> Option<Deletion> {
        let document = std::str::from_utf8(document).ok()?;
        let objects: Vec<Named> = document
            .split("<Object>")
            .skip(1)
            .map(|object| {
                let (object, _) = object.split_once("</Object>")?;
                let version = content_of(object, "VersionId").map(unescaped);
                Some(Named {
                    key: unescaped(content_of(object, "Key")?)?,
                    version: match version {
                        Some(version) => Some(version?),
                        None => None,
                    },
                })
            })
            .collect::<Option<_>>()?;
        let is_quiet = content_of(document, "Quiet").is_some_and(|quiet| quiet.trim() == "true");
        (1..=MAX_OBJECTS)
            .contains(&objects.len())
            .then_some(Deletion { objects, is_quiet })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_objects_and_versions() {
        let document = "<Delete xmlns=\"x\"><Object><Key>a &amp; b</Key></Object>\n\
            <Object><Key>c</Key><VersionId>null</VersionId></Object><Quiet>true</Quiet></Delete>";
        let named = |key: &str, version: Option<&str>| Named {
            key: key.to_owned(),
            version: version.map(str::to_owned),
        };
        let expected = Deletion {
            objects: vec![named("a & b", None), named("c", Some("null"))],
            is_quiet: true,
        };
        assert_eq!(Deletion::read(document.as_bytes()), Some(expected));
    }

    #[test]
    fn documents_with_no_object_too_many_or_errors_are_refused() {
        let object = "<Object><Key>a</Key></Object>";
        for (document, is_accepted) in [
            (object.repeat(MAX_OBJECTS), true),
            (object.repeat(MAX_OBJECTS + 1), false),
            (String::new(), false),
            ("<Object></Object>".to_owned(), false),
            ("<Object><Key>a</Key>".to_owned(), false),
            ("<Object><Key>&unknown;</Key></Object>".to_owned(), false),
        ] {
            let read = Deletion::read(document.as_bytes());
            assert_eq!(read.is_some(), is_accepted, "{}", document.len());
        }
    }
}
