//! Accepts connections and speaks HTTP/1.1 on them.
//!
//! `axum::serve` sets no timer, so a client that sends half a request head, or nothing, would hold its
//! connection forever.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

use super::Shutdown;
use super::base_path::BasePath;
use crate::config::Server;

/// How many connections are accepted above the limit, so that they get an answer at all: probes are served
/// there, every other request gets 503, and the request head must arrive at once.
const MAX_OVER_LIMIT_CONNECTIONS: usize = 64;

/// How long a client above the limit may take to send a request head.
const OVER_LIMIT_HEAD_TIMEOUT: Duration = Duration::from_secs(3);

/// How long to wait before accepting again when the process has run out of file descriptors or memory.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(500);

/// Limits on connections and request heads.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// The connections that may be open at once.
    pub max_connections: usize,
    /// How long a client may take to send a request head, idling between requests included. Longer than
    /// the 60 s after which common load balancers drop idle connections, so that they close first.
    pub header_timeout: Duration,
    /// The headers a request may have; browsers behind a proxy send about 30.
    pub max_headers: usize,
    /// The largest request head, in bytes.
    pub max_header_size: usize,
    /// How long requests in flight may take to finish after shutdown is requested.
    pub drain: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self::from(&Server::default())
    }
}

impl From<&Server> for ConnectionLimits {
    fn from(server: &Server) -> Self {
        Self {
            max_connections: server.max_connections as usize,
            header_timeout: server.header_timeout,
            max_headers: server.max_headers as usize,
            max_header_size: server.max_header_size,
            drain: server.drain,
        }
    }
}

/// Marks a request whose connection is above the limit: it gets 503.
#[derive(Debug, Clone, Copy)]
pub(super) struct OverLimit;

/// An accepted connection, and the slot it occupies.
struct Connection {
    stream: TcpStream,
    peer: IpAddr,
    over_limit: bool,
    _slot: OwnedSemaphorePermit,
}

/// The connections that may still be accepted.
struct ConnectionSlots {
    within_limit: Arc<Semaphore>,
    over_limit: Arc<Semaphore>,
}

/// Serves `app` until shutdown is requested, then lets what is in flight finish, for a bounded time.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    base_path: BasePath,
    limits: ConnectionLimits,
    shutdown: Shutdown,
) {
    let slots = ConnectionSlots {
        within_limit: Arc::new(Semaphore::new(limits.max_connections)),
        over_limit: Arc::new(Semaphore::new(MAX_OVER_LIMIT_CONNECTIONS)),
    };
    let open = GracefulShutdown::new();
    let requested = shutdown.requested();
    tokio::pin!(requested);
    loop {
        let connection = tokio::select! {
            connection = accept(&listener, &slots) => connection,
            () = &mut requested => break,
        };
        let watcher = open.watcher();
        tokio::spawn(serve_connection(
            connection,
            app.clone(),
            base_path.clone(),
            limits,
            watcher,
        ));
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "Stopped with requests still in flight after {} s",
            limits.drain.as_secs()
        );
    }
}

async fn accept(listener: &TcpListener, slots: &ConnectionSlots) -> Connection {
    loop {
        let (slot, over_limit) = free_slot(slots).await;
        match listener.accept().await {
            Ok((stream, address)) => {
                return Connection {
                    stream,
                    peer: address.ip(),
                    over_limit,
                    _slot: slot,
                };
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "Cannot accept connections: {error}");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// A slot for one more connection, and whether it is above the limit. Further connections wait in the
/// system's own queue.
async fn free_slot(slots: &ConnectionSlots) -> (OwnedSemaphorePermit, bool) {
    if let Ok(slot) = Arc::clone(&slots.within_limit).try_acquire_owned() {
        return (slot, false);
    }
    let (within_limit, over_limit) = (
        Arc::clone(&slots.within_limit),
        Arc::clone(&slots.over_limit),
    );
    let free = tokio::select! {
        biased;
        slot = within_limit.acquire_owned() => (slot, false),
        slot = over_limit.acquire_owned() => (slot, true),
    };
    match free {
        (Ok(slot), over_limit) => (slot, over_limit),
        // The semaphores are never closed; if they were, nothing could be accepted any more.
        (Err(_), _) => std::future::pending().await,
    }
}

/// Whether accepting failed because that client went away, which needs no attention.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionRefused | K::ConnectionAborted | K::ConnectionReset
    )
}

async fn serve_connection(
    connection: Connection,
    app: Router,
    base_path: BasePath,
    limits: ConnectionLimits,
    watcher: Watcher,
) {
    let Connection {
        stream,
        peer,
        over_limit,
        _slot,
    } = connection;
    // Responses are written in one piece; waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "Cannot set TCP_NODELAY");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = base_path.strip(request.map(Body::new), peer);
        if over_limit {
            request.extensions_mut().insert(OverLimit);
        }
        let mut app = app.clone();
        async move { Ok::<_, Infallible>(respond(&mut app, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(if over_limit {
            OVER_LIMIT_HEAD_TIMEOUT
        } else {
            limits.header_timeout
        })
        .keep_alive(!over_limit)
        .max_headers(limits.max_headers)
        .max_header_size(limits.max_header_size)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "A connection ended early: {error}");
    }
}

async fn respond(app: &mut Router, request: Request<Body>) -> axum::response::Response {
    match app.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
