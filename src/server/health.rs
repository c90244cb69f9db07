//! Liveness and readiness: the endpoints, and the client of `sluicegate health`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::database::Pools;
use crate::identity::Authenticator;

use super::Shutdown;

/// How long a database may take to give a connection.
const READY_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a console may take to answer a probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// What readiness depends on. SageMaker is not part of it: pages report its state themselves.
pub(super) struct Readiness {
    pub shutdown: Shutdown,
    pub databases: Vec<Pools>,
    pub authenticator: Authenticator,
}

impl Readiness {
    /// What `/readyz` answers: that the console is ready, and what was set aside when it started.
    ///
    /// # Errors
    /// Why it is not ready.
    async fn check(&self) -> Result<String, &'static str> {
        if self.shutdown.is_requested() {
            return Err("shutting down\n");
        }
        for database in &self.databases {
            match tokio::time::timeout(READY_TIMEOUT, database.reader.acquire()).await {
                Ok(Ok(_)) => {}
                _ => return Err("a database does not answer\n"),
            }
        }
        if self.authenticator.is_ready().await.is_err() {
            return Err("sign-ins cannot be checked\n");
        }
        let mut answer = String::from("ready\n");
        for aside in self.databases.iter().filter_map(Pools::set_aside) {
            answer.push_str("the catalog was damaged: it was set aside as ");
            answer.push_str(aside);
            answer.push_str(", and a new file is being filled\n");
        }
        Ok(answer)
    }
}

/// Answers `/healthz` and `/readyz` under any host name and however busy the console is: probes know only
/// its address.
pub(super) async fn answer(
    State(readiness): State<Arc<Readiness>>,
    request: Request,
    next: Next,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match request.uri().path() {
        "/healthz" => "ok\n".into_response(),
        "/readyz" => match readiness.check().await {
            Ok(ready) => ready.into_response(),
            Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason).into_response(),
        },
        _ => next.run(request).await,
    }
}

/// Probes the console at `url` (`http://host:port/healthz`).
///
/// # Errors
/// A sentence that says what is wrong.
pub async fn probe(url: &str) -> Result<(), String> {
    let uri: Uri = url
        .parse()
        .map_err(|error| format!("{url} is not an address: {error}"))?;
    let authority = match (uri.scheme_str(), uri.authority()) {
        (Some("http"), Some(authority)) => authority.clone(),
        _ => return Err(format!("{url} is not an address that begins with http://")),
    };
    let address = (
        authority.host().trim_matches(['[', ']']).to_owned(),
        authority.port_u16().unwrap_or(80),
    );
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let status = get_status(address, authority.as_str(), path);
    match tokio::time::timeout(PROBE_TIMEOUT, status).await {
        Ok(Ok(status)) if status.is_success() => Ok(()),
        Ok(Ok(status)) => Err(format!("{url} answered {status}")),
        Ok(Err(error)) => Err(format!("{url} cannot be reached: {error}")),
        Err(_) => Err(format!(
            "{url} did not answer within {} s",
            PROBE_TIMEOUT.as_secs()
        )),
    }
}

async fn get_status(
    address: (String, u16),
    host: &str,
    path: &str,
) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let request = hyper::Request::get(path)
        .header(header::HOST, host)
        .body(Empty::<Bytes>::new())?;
    let status = async {
        let response = sender.send_request(request).await?;
        Ok::<_, hyper::Error>(response.status())
    };
    tokio::select! {
        status = status => Ok(status?),
        ended = connection => Err(ended.err().map_or("the connection was closed".into(), Into::into)),
    }
}
