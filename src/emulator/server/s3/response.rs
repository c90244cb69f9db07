//! The responses and errors of S3.

use super::super::request::new_request_id;
use super::super::xml::element;
use crate::engine::Millis;
use crate::protocol::errors::{ErrorCode, ServiceError};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Response, StatusCode};

const XML_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
const XML_DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

/// A response before it is sent.
#[derive(Debug, Default)]
pub(super) struct S3Response {
    pub status: u16,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Bytes,
}

impl S3Response {
    /// A response without a body.
    pub fn empty(status: u16) -> S3Response {
        S3Response {
            status,
            ..S3Response::default()
        }
    }

    /// An XML document: the name of its root element, and the content of that.
    pub fn xml(root: &str, content: &str) -> S3Response {
        let text = format!("{XML_DECLARATION}<{root} xmlns=\"{XML_NAMESPACE}\">{content}</{root}>");
        S3Response::document(200, text)
    }

    fn document(status: u16, text: String) -> S3Response {
        S3Response {
            status,
            headers: vec![(CONTENT_TYPE, "application/xml".to_owned())],
            body: Bytes::from(text),
        }
    }

    /// Adds a header.
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> S3Response {
        self.headers.push((name, value.into()));
        self
    }

    /// The response to a method; to HEAD without its body.
    pub fn into_http(self, method: &Method) -> Response<Full<Bytes>> {
        let length = self.body.len();
        let body = match *method == Method::HEAD {
            true => Bytes::new(),
            false => self.body,
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let id = new_request_id();
        for (name, value) in self.headers.into_iter().chain([(REQUEST_ID, id)]) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        if *method == Method::HEAD && self.status != 304 {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        response
    }
}

/// Why a call failed: HTTP status, code and message.
#[derive(Debug)]
pub(super) struct S3Error {
    status: u16,
    code: &'static str,
    message: String,
}

impl S3Error {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> S3Error {
        S3Error {
            status,
            code,
            message: message.into(),
        }
    }

    pub fn access_denied(message: impl Into<String>) -> S3Error {
        S3Error::new(403, "AccessDenied", message)
    }

    pub fn argument(name: &str) -> S3Error {
        let message = format!("Provided {name} not an integer or within integer range");
        S3Error::new(400, "InvalidArgument", message)
    }

    pub fn no_bucket() -> S3Error {
        S3Error::new(404, "NoSuchBucket", "The specified bucket does not exist")
    }

    /// Whether the bucket does not exist.
    pub fn is_no_bucket(&self) -> bool {
        self.code == "NoSuchBucket"
    }

    pub fn no_key() -> S3Error {
        S3Error::new(404, "NoSuchKey", "The specified key does not exist.")
    }

    pub fn precondition() -> S3Error {
        S3Error::new(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        )
    }

    pub fn too_large() -> S3Error {
        S3Error::new(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        )
    }

    pub fn malformed_xml() -> S3Error {
        S3Error::new(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    }

    pub fn method_not_allowed() -> S3Error {
        S3Error::new(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )
    }

    pub fn not_implemented() -> S3Error {
        S3Error::new(
            501,
            "NotImplemented",
            "A header or query you provided requested a function that is not implemented.",
        )
    }

    /// The elements of its code and message.
    pub fn content(&self) -> String {
        element("Code", self.code) + &element("Message", &self.message)
    }

    /// The response that reports it.
    pub fn response(&self, resource: &str) -> S3Response {
        let content = self.content()
            + &element("Resource", resource)
            + &element("RequestId", &new_request_id());
        S3Response::document(
            self.status,
            format!("{XML_DECLARATION}<Error>{content}</Error>"),
        )
    }
}

impl From<ServiceError> for S3Error {
    fn from(error: ServiceError) -> S3Error {
        match error.code {
            ErrorCode::UnknownToken => S3Error::new(400, "InvalidToken", error.message),
            ErrorCode::ExpiredToken => S3Error::new(400, "ExpiredToken", error.message),
            _ => S3Error::access_denied(error.message),
        }
    }
}

/// A time in XML: `2026-01-31T12:00:00.000Z`.
pub(super) fn time(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
    format!("{at:.3}")
}

/// A time in headers: `Sat, 31 Jan 2026 12:00:00 GMT`.
pub(super) fn date(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// An entity tag on the wire.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}
