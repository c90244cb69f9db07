//! What takes a real connection to test.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::*;

/// A console on a real socket.
struct SocketConsole {
    address: SocketAddr,
    trigger: ShutdownTrigger,
    /// Notified when `/slow` is being served.
    entered: Arc<Notify>,
    /// Lets `/slow` respond.
    proceed: Arc<Notify>,
    served: tokio::task::JoinHandle<()>,
}

async fn on_a_socket() -> SocketConsole {
    on_a_socket_with(ConnectionLimits::default()).await
}

async fn on_a_socket_with(connection_limits: ConnectionLimits) -> SocketConsole {
    let (trigger, shutdown) = Shutdown::manual();
    let (entered, proceed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enters, waits) = (Arc::clone(&entered), Arc::clone(&proceed));
    let slow = move || async move {
        enters.notify_one();
        waits.notified().await;
        "done".into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let limits = RequestLimits {
        body_limit: 1024,
        ..RequestLimits::default()
    };
    let mut middleware = middleware(limits, shutdown.clone()).await;
    middleware.auth.origins = ConsoleOrigins::local(address, &[]);
    let app = with_middleware(pages().route("/slow", get(slow)), middleware);
    let served = accept::serve(
        listener,
        app,
        BasePath::default(),
        connection_limits,
        shutdown,
    );
    SocketConsole {
        address,
        trigger,
        entered,
        proceed,
        served: tokio::spawn(served),
    }
}

async fn write(address: SocketAddr, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

async fn response(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("a response");
    text
}

#[tokio::test]
async fn requests_in_flight_finish_on_shutdown() {
    let SocketConsole {
        address,
        trigger,
        entered,
        proceed,
        served,
    } = on_a_socket().await;
    let head = format!("GET /slow HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let in_flight = write(address, &head).await;
    entered.notified().await;
    drop(trigger);
    proceed.notify_one();
    let text = response(in_flight).await;
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.ends_with("done"),
        "{text}"
    );
    tokio::time::timeout(Duration::from_secs(10), served)
        .await
        .expect("ends")
        .expect("without a panic");
    assert!(probe(&format!("http://{address}/healthz")).await.is_err());
}

#[tokio::test]
async fn oversized_request_heads_are_refused() {
    let console = on_a_socket().await;
    let address = console.address;
    let many: String = (0..70).map(|index| format!("X-{index}: y\r\n")).collect();
    let long = format!("X: {}\r\n", "y".repeat(40 << 10));
    for extra in [many, long] {
        let head = format!("GET / HTTP/1.1\r\nHost: {address}\r\n{extra}\r\n");
        let text = response(write(address, &head).await).await;
        assert!(text.starts_with("HTTP/1.1 431"), "{text}");
    }
}

#[tokio::test]
async fn an_oversized_form_gets_its_response_over_a_real_connection() {
    let console = on_a_socket().await;
    let address = console.address;
    let body = "a".repeat(1 << 20);
    let head = format!(
        "POST {STOP} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nContent-Type: {FORM}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let text = response(write(address, &head).await).await;
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
}

#[tokio::test]
async fn a_failed_probe_reports_what_is_wrong() {
    let console = on_a_socket().await;
    let address = console.address;
    assert_eq!(probe(&format!("http://{address}/healthz")).await, Ok(()));
    let missing = probe(&format!("http://{address}/nowhere")).await;
    assert!(missing.is_err_and(|error| error.contains("answered 404")));
    assert!(probe("https://localhost/healthz").await.is_err());
    assert!(probe("nonsense").await.is_err());
}

#[tokio::test]
async fn a_full_console_answers_503_and_still_liveness_probes() {
    let console = on_a_socket_with(ConnectionLimits {
        max_connections: 2,
        ..ConnectionLimits::default()
    })
    .await;
    let address = console.address;
    // Both connections are taken by clients that never send a complete head.
    let _held = [write(address, "GET /").await, write(address, "GET /").await];
    let head = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let text = response(write(address, &head("/")).await).await;
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    assert!(text.to_lowercase().contains("retry-after: 2"), "{text}");
    let text = response(write(address, &head("/healthz")).await).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn a_client_that_sends_half_a_head_or_nothing_is_disconnected() {
    let console = on_a_socket_with(ConnectionLimits {
        header_timeout: Duration::from_millis(50),
        ..ConnectionLimits::default()
    })
    .await;
    for head in ["", "GET / HTTP/1.1\r\nHost: ", "\r\n"] {
        let stream = write(console.address, head).await;
        let ended = tokio::time::timeout(Duration::from_secs(10), response(stream)).await;
        assert!(ended.is_ok(), "{head:?}: still connected");
    }
}
