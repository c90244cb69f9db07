//! A request of S3: which bucket, which key, which parameters, and the bytes that were meant.

use super::Run;
use super::answer::Trouble;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, HOST, HeaderMap};
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;

/// Said by clients for themselves in a query; it changes nothing.
const SAID_FOR_LOGS: &str = "x-id";
/// The bucket stands before this in the host's name, where it does not stand in the path.
const LOCAL: &str = ".localhost";

/// A request as it was meant.
#[derive(Debug)]
pub(super) struct Ask {
    pub method: Method,
    /// The bucket; empty where none is named.
    pub bucket: String,
    /// The key; empty where the bucket itself is meant.
    pub key: String,
    /// The body, out of its chunks where it came in some.
    pub body: Bytes,
    query: Vec<(String, String)>,
    headers: HeaderMap,
}

impl Ask {
    /// Reads a request.
    ///
    /// # Errors
    /// When its path is not text in UTF-8, or its chunks are not in order.
    pub fn read(head: &Parts, body: Bytes) -> Result<Ask, Trouble> {
        let path = head.uri.path().trim_start_matches('/');
        let path = percent_decode_str(path)
            .decode_utf8()
            .map_err(|_| Trouble::new(400, "InvalidURI", "Couldn't parse the specified URI."))?;
        let (bucket, key) = match bucket_of_host(&head.headers) {
            Some(bucket) => (bucket, path.as_ref()),
            None => path.split_once('/').unwrap_or((path.as_ref(), "")),
        };
        let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
        Ok(Ask {
            method: head.method.clone(),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            body: meant(&head.headers, body)?,
            query: query
                .into_owned()
                .filter(|(name, _)| name != SAID_FOR_LOGS)
                .collect(),
            headers: head.headers.clone(),
        })
    }

    /// An operation, if it knows every parameter of the query.
    pub fn takes(
        &self,
        names: &[&str],
        operation: (&'static str, Run),
    ) -> Option<(&'static str, Run)> {
        let known = |(name, _): &(String, String)| names.contains(&name.as_str());
        self.query.iter().all(known).then_some(operation)
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
    /// When it is something else.
    pub fn number(&self, name: &str) -> Result<Option<usize>, Trouble> {
        let read = |text: &str| text.parse().map_err(|_| Trouble::argument(name));
        self.parameter(name).map(read).transpose()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The bucket that stands in the host's name, as in `models.localhost:8090`.
fn bucket_of_host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    host.strip_suffix(LOCAL)
}

/// The body without the chunks that signed or checked uploads come in.
fn meant(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Trouble> {
    let says = |name: &str, word: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(word))
    };
    if !says(CONTENT_ENCODING.as_str(), "aws-chunked")
        && !says("x-amz-content-sha256", "STREAMING-")
    {
        return Ok(body);
    }
    unchunked(&body).map(Bytes::from).ok_or_else(|| {
        Trouble::new(
            400,
            "IncompleteBody",
            "The request body terminated unexpectedly.",
        )
    })
}

/// The data of `aws-chunked` bytes: a size in hexadecimal digits and perhaps a signature, the data; the trailers after
/// the empty chunk are passed over.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
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
    use super::unchunked;

    #[test]
    fn chunks_are_put_together() {
        let chunks =
            b"3;chunk-signature=ab\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n";
        assert_eq!(unchunked(chunks).as_deref(), Some(&b"abcde"[..]));
        assert_eq!(unchunked(b"0\r\n\r\n").as_deref(), Some(&b""[..]));
    }

    #[test]
    fn chunks_out_of_order_are_refused() {
        for broken in [
            &b""[..],
            b"3\r\nab",
            b"3\r\nabcd\r\n0\r\n\r\n",
            b"x\r\n",
            b"2\r\nab\r\n",
        ] {
            assert_eq!(unchunked(broken), None, "{broken:?}");
        }
    }
}
