//! Accepts connections and speaks HTTP/1.1 on them.
//!
//! `axum::serve` sets no timer, so a client that sends half a head, or nothing, would hold its
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

/// How many connections are accepted beyond the bound, to be told so: on these, only probes are
/// answered, and a head must come at once.
const BEYOND: usize = 64;

/// How long a client beyond the bound may take to send a head.
const HEAD_BEYOND: Duration = Duration::from_secs(3);

/// How long to wait before accepting again when the process has run out of something.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(500);

/// How much of the network a console gives itself to.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// How many connections are held at once.
    pub connections: usize,
    /// How long a client may take to send a head, idling between requests included. Longer than
    /// the 60 s after which common balancers drop idle connections, so that they, not we, close
    /// first.
    pub head_timeout: Duration,
    /// How many headers a request may have; browsers behind a proxy send about 30.
    pub headers: usize,
    /// The largest head of a request in bytes.
    pub head: usize,
    /// How long requests in flight may take once the end is asked for.
    pub drain: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head_timeout: Duration::from_secs(75),
            headers: 64,
            head: 32 << 10,
            drain: Duration::from_secs(20),
        }
    }
}

/// The connection came when there were as many as are held: its requests are sent away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beyond;

/// Who comes in: a connection's other end, and the place it takes.
struct Guest {
    stream: TcpStream,
    peer: IpAddr,
    beyond: bool,
    _place: OwnedSemaphorePermit,
}

/// The places there are.
struct Places {
    held: Arc<Semaphore>,
    beyond: Arc<Semaphore>,
}

/// Serves `app` until the end is asked for, then lets what is in flight finish, for a bounded time.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    base: BasePath,
    reception: ConnectionLimits,
    shutdown: Shutdown,
) {
    let places = Places {
        held: Arc::new(Semaphore::new(reception.connections)),
        beyond: Arc::new(Semaphore::new(BEYOND)),
    };
    let connections = GracefulShutdown::new();
    let ending = shutdown.requested();
    tokio::pin!(ending);
    loop {
        let guest = tokio::select! {
            guest = next(&listener, &places) => guest,
            () = &mut ending => break,
        };
        let watcher = connections.watcher();
        tokio::spawn(talk(guest, app.clone(), base.clone(), reception, watcher));
    }
    drop(listener);
    if tokio::time::timeout(reception.drain, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "Ended with requests still in flight after {} s",
            reception.drain.as_secs()
        );
    }
}

async fn next(listener: &TcpListener, places: &Places) -> Guest {
    loop {
        let (place, beyond) = place(places).await;
        match listener.accept().await {
            Ok((stream, address)) => {
                return Guest {
                    stream,
                    peer: address.ip(),
                    beyond,
                    _place: place,
                };
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "Cannot accept connections: {error}");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
}

/// A place for one more connection, and whether it is one beyond the bound. More than those wait in
/// the system's own queue.
async fn place(places: &Places) -> (OwnedSemaphorePermit, bool) {
    if let Ok(place) = Arc::clone(&places.held).try_acquire_owned() {
        return (place, false);
    }
    let (held, beyond) = (Arc::clone(&places.held), Arc::clone(&places.beyond));
    let free = tokio::select! {
        biased;
        place = held.acquire_owned() => (place, false),
        place = beyond.acquire_owned() => (place, true),
    };
    match free {
        (Ok(place), beyond) => (place, beyond),
        // The semaphores are never closed; if they were, nothing could be accepted any more.
        (Err(_), _) => std::future::pending().await,
    }
}

/// Whether accepting failed because that client went away, which is nobody's trouble.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionRefused | K::ConnectionAborted | K::ConnectionReset
    )
}

async fn talk(
    guest: Guest,
    app: Router,
    base: BasePath,
    reception: ConnectionLimits,
    watcher: Watcher,
) {
    let Guest {
        stream,
        peer,
        beyond,
        _place,
    } = guest;
    // Answers are written whole; waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "Cannot set TCP_NODELAY");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = base.admit(request.map(Body::new), peer);
        if beyond {
            request.extensions_mut().insert(Beyond);
        }
        let mut app = app.clone();
        async move { Ok::<_, Infallible>(answer(&mut app, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(if beyond {
            HEAD_BEYOND
        } else {
            reception.head_timeout
        })
        .keep_alive(!beyond)
        .max_headers(reception.headers)
        .max_header_size(reception.head)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "A connection ended early: {error}");
    }
}

async fn answer(app: &mut Router, request: Request<Body>) -> axum::response::Response {
    match app.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
