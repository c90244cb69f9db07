//! A request of S3: its bucket, key, parameters, and body.

use super::super::request::caller;
use super::response::S3Error;
use crate::security::Caller;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, HOST, HeaderMap};
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;

/// A query parameter that clients add for logs; it changes nothing.
const LOG_PARAMETER: &str = "x-id";
/// What follows the bucket in a host's name where the bucket is not in the path.
const HOST_SUFFIX: &str = ".localhost";

/// A request of S3.
#[derive(Debug)]
pub(super) struct S3Request {
    pub method: Method,
    /// The bucket; empty if none is named.
    pub bucket: String,
    /// The key; empty if the request is about the bucket.
    pub key: String,
    /// The body, without the framing of chunks.
    pub body: Bytes,
    query: Vec<(String, String)>,
    headers: HeaderMap,
}

impl S3Request {
    /// Parses a request.
    ///
    /// # Errors
    /// When its path is not UTF-8, or its chunks are damaged.
    pub fn parse(head: &Parts, body: Bytes) -> Result<S3Request, S3Error> {
        let path = head.uri.path().trim_start_matches('/');
        let path = percent_decode_str(path)
            .decode_utf8()
            .map_err(|_| S3Error::new(400, "InvalidURI", "Couldn't parse the specified URI."))?;
        let (bucket, key) = match bucket_of_host(&head.headers) {
            Some(bucket) => (bucket, path.as_ref()),
            None => path.split_once('/').unwrap_or((path.as_ref(), "")),
        };
        let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
        Ok(S3Request {
            method: head.method.clone(),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            body: without_chunks(&head.headers, body)?,
            query: query
                .into_owned()
                .filter(|(name, _)| name != LOG_PARAMETER)
                .collect(),
            headers: head.headers.clone(),
        })
    }

    /// Whether the query has no other parameters than these.
    pub fn has_only_parameters(&self, names: &[&str]) -> bool {
        let mut query = self.query.iter();
        query.all(|(name, _)| names.contains(&name.as_str()))
    }

    /// Whether the query has a parameter, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        let (_, value) = query.find(|(given, _)| given == name)?;
        Some(value)
    }

    /// A parameter of the query that is a number.
    ///
    /// # Errors
    /// When it is not one.
    pub fn number(&self, name: &str) -> Result<Option<usize>, S3Error> {
        let read = |text: &str| text.parse().map_err(|_| S3Error::argument(name));
        self.parameter(name).map(read).transpose()
    }

    /// Who signed it.
    pub fn caller(&self) -> Caller {
        caller(&self.headers).unwrap_or_default()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The bucket in a host's name, as in `models.localhost:8090`.
fn bucket_of_host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    host.strip_suffix(HOST_SUFFIX)
}

/// The body without the framing of chunks that signed or checksummed uploads have.
fn without_chunks(headers: &HeaderMap, body: Bytes) -> Result<Bytes, S3Error> {
    let contains = |name: &str, word: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(word))
    };
    if !contains(CONTENT_ENCODING.as_str(), "aws-chunked")
        && !contains("x-amz-content-sha256", "STREAMING-")
    {
        return Ok(body);
    }
    join_chunks(&body).map(Bytes::from).ok_or_else(|| {
        S3Error::new(
            400,
            "IncompleteBody",
            "The request body terminated unexpectedly.",
        )
    })
}

/// The data of `aws-chunked` bytes. A chunk is a size in hexadecimal digits, perhaps a signature, and the data; the
/// trailers after the empty chunk are ignored.
fn join_chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::with_capacity(body.len());
    loop {
        let end = body.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(body.get(..end)?).ok()?;
        let size = line.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(data);
        }
        let rest = body.get(end + 2..)?;
        data.extend_from_slice(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::join_chunks;

    #[test]
    fn chunks_are_joined() {
        let chunks =
            b"3;chunk-signature=ab\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n";
        assert_eq!(join_chunks(chunks).as_deref(), Some(&b"abcde"[..]));
        assert_eq!(join_chunks(b"0\r\n\r\n").as_deref(), Some(&b""[..]));
    }

    #[test]
    fn damaged_chunks_are_refused() {
        for broken in [
            &b""[..],
            b"3\r\nab",
            b"3\r\nabcd\r\n0\r\n\r\n",
            b"x\r\n",
            b"2\r\nab\r\n",
        ] {
            assert_eq!(join_chunks(broken), None, "{broken:?}");
        }
    }
}
