//! The operations of S3 that there are, and how requests name them: by method, path and query.

use super::objects::{self, COPY_SOURCE};
use super::request::S3Request;
use super::response::{S3Error, S3Response};
use super::{buckets, uploads};
use crate::shared::Shared;

/// An operation's name, and what it does with a request.
type Operation = (
    &'static str,
    fn(&Shared, &S3Request) -> Result<S3Response, S3Error>,
);

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

/// The operation of a request; `None` if there is none, or it does not know every parameter of the query.
pub(super) fn find(request: &S3Request) -> Option<Operation> {
    let (parameters, operation) = match (request.bucket.as_str(), request.key.as_str()) {
        ("", "") => of_account(request)?,
        (_, "") => of_bucket(request)?,
        _ => of_object(request)?,
    };
    request.has_only_parameters(parameters).then_some(operation)
}

/// An operation with the query parameters it takes.
type Route = (&'static [&'static str], Operation);

fn of_account(request: &S3Request) -> Option<Route> {
    (request.method == "GET").then_some((
        &["prefix", "max-buckets"],
        ("ListBuckets", buckets::list_all),
    ))
}

fn of_bucket(request: &S3Request) -> Option<Route> {
    Some(match request.method.as_str() {
        "PUT" => (&[], ("CreateBucket", buckets::create)),
        "HEAD" => (&[], ("HeadBucket", buckets::head)),
        "GET" if request.has("location") => {
            (&["location"], ("GetBucketLocation", buckets::location))
        }
        "GET" if request.has("list-type") => (
            &LIST_V2_PARAMETERS,
            ("ListObjectsV2", buckets::list_objects),
        ),
        "GET" => (&LIST_V1_PARAMETERS, ("ListObjects", buckets::list_objects)),
        _ => return None,
    })
}

fn of_object(request: &S3Request) -> Option<Route> {
    let is_copy = request.header(COPY_SOURCE).is_some();
    Some(match request.method.as_str() {
        "GET" => (&["partNumber"], ("GetObject", objects::get)),
        "HEAD" => (&["partNumber"], ("HeadObject", objects::get)),
        "PUT" if request.has("uploadId") && is_copy => return None,
        "PUT" if request.has("uploadId") => (
            &["uploadId", "partNumber"],
            ("UploadPart", uploads::upload_part),
        ),
        "PUT" if is_copy => (&[], ("CopyObject", objects::copy)),
        "PUT" => (&[], ("PutObject", objects::put)),
        "DELETE" if request.has("uploadId") => {
            (&["uploadId"], ("AbortMultipartUpload", uploads::abort))
        }
        "DELETE" => (&[], ("DeleteObject", objects::delete)),
        "POST" if request.has("uploads") => {
            (&["uploads"], ("CreateMultipartUpload", uploads::create))
        }
        "POST" => (
            &["uploadId"],
            ("CompleteMultipartUpload", uploads::complete),
        ),
        _ => return None,
    })
}
