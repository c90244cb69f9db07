//! The operations of S3 that there are, and how requests name them: by method, path and query.

use super::objects::{self, COPY_SOURCE};
use super::request::S3Request;
use super::response::{S3Error, S3Response};
use super::{buckets, deletions, listing, uploads};
use crate::shared::Shared;
use hyper::Method;

/// An operation.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    pub name: &'static str,
    /// The permission that it needs for its bucket or object, by IAM's name; `None` where it checks each object itself.
    pub action: Option<&'static str>,
    /// What it does with a request.
    pub run: fn(&Shared, &S3Request) -> Result<S3Response, S3Error>,
}

/// The methods that some operation has.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::POST,
    Method::DELETE,
];
/// Query parameters that `ListObjectsV2` takes.
const LIST_V2_PARAMETERS: [&str; 8] = [
    "list-type",
    "prefix",
    "delimiter",
    "max-keys",
    "continuation-token",
    "start-after",
    "encoding-type",
    "fetch-owner",
];
/// Query parameters that `ListObjects` takes.
const LIST_V1_PARAMETERS: [&str; 5] =
    ["prefix", "delimiter", "max-keys", "marker", "encoding-type"];
/// Query parameters that `ListObjectVersions` takes.
const LIST_VERSIONS_PARAMETERS: [&str; 7] = [
    "versions",
    "prefix",
    "delimiter",
    "max-keys",
    "key-marker",
    "version-id-marker",
    "encoding-type",
];

/// The operation of a request.
///
/// # Errors
/// When there is none here, or it does not know every parameter of the query.
pub(super) fn find(request: &S3Request) -> Result<Operation, S3Error> {
    let route = match (request.bucket.as_str(), request.key.as_str()) {
        ("", "") => of_account(request),
        (_, "") => of_bucket(request),
        _ => of_object(request),
    };
    match route {
        Some((parameters, operation)) if request.has_only_parameters(parameters) => Ok(operation),
        None if request.bucket.is_empty() || !METHODS.contains(&request.method) => {
            Err(S3Error::method_not_allowed())
        }
        _ => Err(S3Error::not_implemented()),
    }
}

/// An operation with the query parameters it takes.
type Route = (&'static [&'static str], Operation);

fn operation(
    name: &'static str,
    action: &'static str,
    run: fn(&Shared, &S3Request) -> Result<S3Response, S3Error>,
) -> Operation {
    Operation {
        name,
        action: Some(action),
        run,
    }
}

fn of_account(request: &S3Request) -> Option<Route> {
    let list = operation("ListBuckets", "s3:ListAllMyBuckets", buckets::list_all);
    (request.method == "GET").then_some((&["prefix", "max-buckets"], list))
}

fn of_bucket(request: &S3Request) -> Option<Route> {
    let list = |name| operation(name, "s3:ListBucket", listing::list);
    Some(match request.method.as_str() {
        "PUT" => (
            &[],
            operation("CreateBucket", "s3:CreateBucket", buckets::create),
        ),
        "HEAD" => (&[], operation("HeadBucket", "s3:ListBucket", buckets::head)),
        "DELETE" => (
            &[],
            operation("DeleteBucket", "s3:DeleteBucket", deletions::delete_bucket),
        ),
        "POST" if request.has("delete") => (
            &["delete"],
            Operation {
                name: "DeleteObjects",
                action: None,
                run: deletions::delete_objects,
            },
        ),
        "GET" if request.has("location") => (
            &["location"],
            operation(
                "GetBucketLocation",
                "s3:GetBucketLocation",
                buckets::location,
            ),
        ),
        "GET" if request.has("versions") => (
            &LIST_VERSIONS_PARAMETERS,
            operation("ListObjectVersions", "s3:ListBucketVersions", listing::list),
        ),
        "GET" if request.has("list-type") => (&LIST_V2_PARAMETERS, list("ListObjectsV2")),
        "GET" => (&LIST_V1_PARAMETERS, list("ListObjects")),
        _ => return None,
    })
}

fn of_object(request: &S3Request) -> Option<Route> {
    let is_copy = request.header(COPY_SOURCE).is_some();
    let get = |name| operation(name, "s3:GetObject", objects::get);
    let put = |name, run| operation(name, "s3:PutObject", run);
    Some(match request.method.as_str() {
        "GET" => (&["partNumber"], get("GetObject")),
        "HEAD" => (&["partNumber"], get("HeadObject")),
        "PUT" if request.has("uploadId") && is_copy => return None,
        "PUT" if request.has("uploadId") => (
            &["uploadId", "partNumber"],
            put("UploadPart", uploads::upload_part),
        ),
        "PUT" if is_copy => (&[], put("CopyObject", objects::copy)),
        "PUT" => (&[], put("PutObject", objects::put)),
        "DELETE" if request.has("uploadId") => (
            &["uploadId"],
            operation(
                "AbortMultipartUpload",
                "s3:AbortMultipartUpload",
                uploads::abort,
            ),
        ),
        "DELETE" => (
            &["versionId"],
            operation(
                "DeleteObject",
                deletions::DELETE_OBJECT,
                deletions::delete_object,
            ),
        ),
        "POST" if request.has("uploads") => {
            (&["uploads"], put("CreateMultipartUpload", uploads::create))
        }
        "POST" => (
            &["uploadId"],
            put("CompleteMultipartUpload", uploads::complete),
        ),
        _ => return None,
    })
}
