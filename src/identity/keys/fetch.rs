//! Fetching a few bytes over HTTP.

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

use super::Missing;

/// How long an answer may take, from the name's resolution to its last byte.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest answer, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// Fetches what public keys are in: over TLS, or in the clear from addresses that begin with
/// `http:`, which the settings allow for this machine only. It follows no redirect, uses no proxy
/// and keeps no connection.
#[derive(Debug, Default)]
pub(in super::super) struct Fetcher {
    plain: OnceLock<Client<HttpConnector, Empty<Bytes>>>,
    secure: OnceLock<Client<HttpsConnector<HttpConnector>, Empty<Bytes>>>,
}

impl Fetcher {
    /// The answer to a GET.
    ///
    /// # Errors
    /// `Nowhere` where the server says that there is no such thing (a 4xx).
    pub(in super::super) async fn get(&self, url: &str) -> Result<Bytes, Missing> {
        let fetched = tokio::time::timeout(PATIENCE, self.ask(url)).await;
        fetched.unwrap_or_else(|_| Err(unreachable("the server of the keys does not answer")))
    }

    async fn ask(&self, url: &str) -> Result<Bytes, Missing> {
        let request = Request::get(url)
            .header(header::USER_AGENT, "sluicegate")
            .header(header::ACCEPT, "*/*")
            .body(Empty::new())
            .map_err(|_| unreachable("the keys' address is none"))?;
        let answer = if url.starts_with("http:") {
            self.plain().request(request).await
        } else {
            self.secure()?.request(request).await
        };
        let answer = answer.map_err(|error| {
            let why = format!("the server of the keys cannot be reached: {}", root(&error));
            Missing::Unreachable(why.into())
        })?;
        match answer.status() {
            StatusCode::OK => {}
            status if status.is_client_error() => {
                let why = format!("the server of the keys answers {}", status.as_u16());
                return Err(Missing::Nowhere(why.into()));
            }
            status => {
                let why = format!("the server of the keys answers {}", status.as_u16());
                return Err(Missing::Unreachable(why.into()));
            }
        }
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body =
            body.map_err(|_| unreachable("the server's answer breaks off or is too long"))?;
        Ok(body.to_bytes())
    }

    fn plain(&self) -> &Client<HttpConnector, Empty<Bytes>> {
        self.plain.get_or_init(|| {
            Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build(HttpConnector::new())
        })
    }

    /// Reads the machine's root certificates at its first use.
    fn secure(&self) -> Result<&Client<HttpsConnector<HttpConnector>, Empty<Bytes>>, Missing> {
        if let Some(client) = self.secure.get() {
            return Ok(client);
        }
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(|_| unreachable("this machine has no root certificates to trust"))?
            .https_only()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Ok(self.secure.get_or_init(|| client))
    }
}

/// What an error comes down to: that no certificate is trusted, that nobody listens.
fn root(error: &dyn Error) -> &dyn Error {
    let mut root = error;
    while let Some(deeper) = root.source() {
        root = deeper;
    }
    root
}

fn unreachable(why: &'static str) -> Missing {
    Missing::Unreachable(why.into())
}
