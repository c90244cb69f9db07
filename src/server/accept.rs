//! Accepts connections and speaks HTTP/1.1 on them.
//!
//! `axum::serve` sets no timer, so a client that sends half a head, or nothing, would hold its
//! connection forever.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Shutdown;

/// How many connections are held at once; more wait in the system's own queue.
const MAX_CONNECTIONS: usize = 1024;

/// How long a client may take to send a head, idling between requests included. Longer than the
/// 60 s after which common balancers drop idle connections, so that they, not we, close first.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

/// How many headers a request may have; browsers behind a proxy send about 30.
const MAX_HEADERS: usize = 64;

/// The largest head of a request in bytes.
const MAX_HEAD: usize = 32 << 10;

/// How long requests in flight may take once the end is asked for.
const DRAIN: Duration = Duration::from_secs(20);

/// How long to wait before accepting again when the process has run out of something.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(500);

/// Serves `app` until the end is asked for, then lets what is in flight finish, for 20 s at most.
pub(super) async fn serve(listener: TcpListener, app: Router, shutdown: Shutdown) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let connections = GracefulShutdown::new();
    let ending = shutdown.requested();
    tokio::pin!(ending);
    loop {
        let (stream, place) = tokio::select! {
            accepted = next(&listener, &places) => accepted,
            () = &mut ending => break,
        };
        tokio::spawn(talk(stream, app.clone(), connections.watcher(), place));
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "Ended with requests still in flight after {} s",
            DRAIN.as_secs()
        );
    }
}

async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else {
            // The semaphore is never closed; if it were, nothing could be accepted any more.
            std::future::pending().await
        };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "Cannot accept connections: {error}");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
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

async fn talk(stream: TcpStream, app: Router, watcher: Watcher, _place: OwnedSemaphorePermit) {
    // Answers are written whole; waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "Cannot set TCP_NODELAY");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "A connection ended early: {error}");
    }
}
