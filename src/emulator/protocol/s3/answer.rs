//! What S3 answers: headers, bytes, XML; and its troubles.

use super::super::errors::{Code, Refusal};
use super::super::http::request_id;
pub(super) use super::super::query::element;
use crate::engine::Millis;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Response, StatusCode};

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

/// An answer before it goes out.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Bytes,
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: u16) -> Answer {
        Answer {
            status,
            ..Answer::default()
        }
    }

    /// A document: the name of its root, and what stands in it.
    pub fn xml(root: &str, inside: &str) -> Answer {
        let text = format!("{DECLARATION}<{root} xmlns=\"{NAMESPACE}\">{inside}</{root}>");
        Answer::document(200, text)
    }

    fn document(status: u16, text: String) -> Answer {
        Answer {
            status,
            headers: vec![(CONTENT_TYPE, "application/xml".to_owned())],
            body: Bytes::from(text),
        }
    }

    /// The same with another header.
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer as it goes out; to HEAD without its body.
    pub fn response(self, method: &Method) -> Response<Full<Bytes>> {
        let length = self.body.len();
        let body = match *method == Method::HEAD {
            true => Bytes::new(),
            false => self.body,
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let id = request_id();
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

/// Why a call is not done.
#[derive(Debug)]
pub(super) struct Trouble {
    status: u16,
    code: &'static str,
    message: String,
}

impl Trouble {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Trouble {
        Trouble {
            status,
            code,
            message: message.into(),
        }
    }

    pub fn denied(message: impl Into<String>) -> Trouble {
        Trouble::new(403, "AccessDenied", message)
    }

    pub fn argument(name: &str) -> Trouble {
        let message = format!("Provided {name} not an integer or within integer range");
        Trouble::new(400, "InvalidArgument", message)
    }

    pub fn no_bucket() -> Trouble {
        Trouble::new(404, "NoSuchBucket", "The specified bucket does not exist")
    }

    /// Whether the bucket is what is not there.
    pub fn is_of_bucket(&self) -> bool {
        self.code == "NoSuchBucket"
    }

    pub fn no_key() -> Trouble {
        Trouble::new(404, "NoSuchKey", "The specified key does not exist.")
    }

    pub fn precondition() -> Trouble {
        Trouble::new(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        )
    }

    pub fn too_large() -> Trouble {
        Trouble::new(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        )
    }

    pub fn not_implemented() -> Trouble {
        Trouble::new(
            501,
            "NotImplemented",
            "A header or query you provided requested a function that is not implemented.",
        )
    }

    /// The answer that tells of it.
    pub fn answer(&self, resource: &str) -> Answer {
        let inside = element("Code", self.code)
            + &element("Message", &self.message)
            + &element("Resource", resource)
            + &element("RequestId", &request_id());
        Answer::document(self.status, format!("{DECLARATION}<Error>{inside}</Error>"))
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        match refusal.code {
            Code::UnknownToken => Trouble::new(400, "InvalidToken", refusal.message),
            Code::ExpiredToken => Trouble::new(400, "ExpiredToken", refusal.message),
            _ => Trouble::denied(refusal.message),
        }
    }
}

/// A time as XML has it: `2026-01-31T12:00:00.000Z`.
pub(super) fn time(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
    format!("{at:.3}")
}

/// A time as headers have it: `Sat, 31 Jan 2026 12:00:00 GMT`.
pub(super) fn date(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
