//! A small HTTP client that follows nothing and remembers nothing.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, LOCATION};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::page::Page;

/// Who sends a request: a browser, for a page, or htmx, for a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester {
    /// A browser, which gets the whole page.
    Browser,
    /// htmx, which gets the part that changed.
    Htmx,
}

impl Requester {
    /// Both, for journeys that must work either way.
    pub const BOTH: [Requester; 2] = [Requester::Browser, Requester::Htmx];
}

/// Sends requests to one host.
#[derive(Debug, Clone)]
pub struct Client {
    authority: String,
}

impl Client {
    /// A client for `host:port`.
    pub fn new(authority: String) -> Self {
        Self { authority }
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// GET as a browser does.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(Requester::Browser, path).await
    }

    /// GET as a browser or as htmx does.
    pub async fn get_as(&self, requester: Requester, path: &str) -> Answer {
        self.send(self.request(requester, Method::GET, path), Vec::new())
            .await
    }

    /// POSTs a form as a browser or as htmx does.
    pub async fn post(
        &self,
        requester: Requester,
        path: &str,
        form: &[(String, String)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .request(requester, Method::POST, path)
            .header("Origin", format!("http://{}", self.authority))
            .header("Sec-Fetch-Site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body.into_bytes()).await
    }

    /// A request to be completed by the caller.
    pub fn request(
        &self,
        requester: Requester,
        method: Method,
        path: &str,
    ) -> hyper::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("Accept", "text/html");
        match requester {
            Requester::Browser => request,
            Requester::Htmx => request
                .header("HX-Request", "true")
                .header("HX-Request-Type", "partial"),
        }
    }

    /// Sends it, to this client's host unless it names another.
    pub async fn send(&self, request: hyper::http::request::Builder, body: Vec<u8>) -> Answer {
        self.try_send(request, body).await.expect("an answer")
    }

    /// Sends it; an error means that the connection broke before the answer was whole.
    pub async fn try_send(
        &self,
        request: hyper::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Answer, Box<dyn std::error::Error>> {
        let mut request = request.body(Full::new(Bytes::from(body)))?;
        let address = request.uri().to_string();
        if !request.headers().contains_key(HOST) {
            request.headers_mut().insert(HOST, self.authority.parse()?);
        }
        let stream = TcpStream::connect(&self.authority).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        driver.abort();
        Ok(Answer {
            address,
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The path of the request.
    pub address: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it was sent.
    pub body: Bytes,
}

impl Answer {
    /// Itself, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{} answered:\n{}",
            self.address,
            self.text()
        );
        self
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where it sends the reader.
    #[track_caller]
    pub fn location(&self) -> &str {
        let place = self.header(LOCATION.as_str());
        assert!(
            !place.is_empty(),
            "{} has no Location: {:?}",
            self.address,
            self.headers
        );
        place
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).expect("text in UTF-8")
    }

    /// The body as a page or a part of one.
    #[track_caller]
    pub fn page(&self) -> Page {
        Page::read(&self.text())
    }
}
