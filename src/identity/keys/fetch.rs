//! Fetches a small document over HTTP.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::super::AuthReason;
use super::KeyError;

/// How long a fetch may take, from resolving the name to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(3);

/// The largest response, in bytes.
pub(super) const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// Fetches public keys: over TLS, or unencrypted from `http:` URLs, which the settings allow for this
/// machine only. It follows no redirect, uses no proxy and keeps no connection.
#[derive(Debug, Default)]
pub(in super::super) struct Fetcher {
    plain: OnceLock<Client<HttpConnector, Empty<Bytes>>>,
    secure: OnceLock<Client<HttpsConnector<HttpConnector>, Empty<Bytes>>>,
}

impl Fetcher {
    /// The body of the response to a GET.
    ///
    /// # Errors
    /// `NotFound` where the server responds with a 4xx status.
    pub(in super::super) async fn get(&self, url: &str) -> Result<Bytes, KeyError> {
        let fetched = tokio::time::timeout(FETCH_TIMEOUT, self.request(url)).await;
        fetched.unwrap_or_else(|_| Err(KeyError::Unavailable(AuthReason::KeyServerTimeout)))
    }

    async fn request(&self, url: &str) -> Result<Bytes, KeyError> {
        let request = Request::get(url)
            .header(header::USER_AGENT, "sluicegate")
            .header(header::ACCEPT, "*/*")
            .body(Empty::new())
            .map_err(|_| KeyError::Unavailable(AuthReason::KeyUrlMalformed))?;
        let response = if url.starts_with("http:") {
            self.plain().request(request).await
        } else {
            self.secure()?.request(request).await
        };
        let response = response.map_err(|error| {
            KeyError::Unavailable(AuthReason::KeyServerUnreachable {
                error: root_cause(&error).to_string(),
            })
        })?;
        match response.status() {
            StatusCode::OK => {}
            status if status.is_client_error() => {
                return Err(KeyError::NotFound(refused(status)));
            }
            status => {
                return Err(KeyError::Unavailable(refused(status)));
            }
        }
        let body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES).collect();
        let body = body
            .await
            .map_err(|_| KeyError::Unavailable(AuthReason::KeyServerResponse))?;
        Ok(body.to_bytes())
    }

    fn plain(&self) -> &Client<HttpConnector, Empty<Bytes>> {
        self.plain.get_or_init(|| {
            Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build(HttpConnector::new())
        })
    }

    /// Reads the machine's root certificates on first use.
    fn secure(&self) -> Result<&Client<HttpsConnector<HttpConnector>, Empty<Bytes>>, KeyError> {
        if let Some(client) = self.secure.get() {
            return Ok(client);
        }
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(|_| KeyError::Unavailable(AuthReason::NoRootCertificates))?
            .https_only()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Ok(self.secure.get_or_init(|| client))
    }
}

/// The innermost cause, such as an untrusted certificate or a refused connection.
fn root_cause(error: &dyn Error) -> &dyn Error {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause
}

fn refused(status: StatusCode) -> AuthReason {
    AuthReason::KeyServerStatus {
        status: status.as_str().to_owned(),
    }
}
