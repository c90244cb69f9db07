//! What only a real connection shows.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::*;

/// A console on a real socket.
struct OnASocket {
    address: SocketAddr,
    trigger: Trigger,
    /// Freshness when `/slow` is being worked on.
    entered: Arc<Notify>,
    /// Lets `/slow` answer.
    go_on: Arc<Notify>,
    served: tokio::task::JoinHandle<()>,
}

async fn on_a_socket() -> OnASocket {
    received(ConnectionLimits::default()).await
}

async fn received(reception: ConnectionLimits) -> OnASocket {
    let (trigger, shutdown) = Shutdown::manual();
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enters, waits) = (Arc::clone(&entered), Arc::clone(&go_on));
    let slow = move || async move {
        enters.notify_one();
        waits.notified().await;
        "done".into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let bounds = Bounds {
        body: 1024,
        ..Bounds::default()
    };
    let mut guards = guards(bounds, shutdown.clone()).await;
    guards.door.names = OwnNames::local(address, &[]);
    let app = guarded(pages().route("/slow", get(slow)), guards);
    let base = BasePath::default();
    let served = tokio::spawn(accept::serve(listener, app, base, reception, shutdown));
    OnASocket {
        address,
        trigger,
        entered,
        go_on,
        served,
    }
}

async fn send(address: SocketAddr, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("an answer");
    text
}

#[tokio::test]
async fn what_is_in_flight_is_finished_at_the_end() {
    let OnASocket {
        address,
        trigger,
        entered,
        go_on,
        served,
    } = on_a_socket().await;
    let head = format!("GET /slow HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let in_flight = send(address, &head).await;
    entered.notified().await;
    drop(trigger);
    go_on.notify_one();
    let text = answer(in_flight).await;
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
async fn heads_that_are_too_much_are_refused() {
    let console = on_a_socket().await;
    let address = console.address;
    let many: String = (0..70).map(|index| format!("X-{index}: y\r\n")).collect();
    let long = format!("X: {}\r\n", "y".repeat(40 << 10));
    for extra in [many, long] {
        let head = format!("GET / HTTP/1.1\r\nHost: {address}\r\n{extra}\r\n");
        let text = answer(send(address, &head).await).await;
        assert!(text.starts_with("HTTP/1.1 431"), "{text}");
    }
}

#[tokio::test]
async fn an_oversized_form_gets_its_answer_over_a_real_connection() {
    let console = on_a_socket().await;
    let address = console.address;
    let body = "a".repeat(1 << 20);
    let head = format!(
        "POST {STOP} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nContent-Type: {FORM}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let text = answer(send(address, &head).await).await;
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
}

#[tokio::test]
async fn a_probe_says_what_is_wrong() {
    let console = on_a_socket().await;
    let address = console.address;
    assert_eq!(probe(&format!("http://{address}/healthz")).await, Ok(()));
    let missing = probe(&format!("http://{address}/nowhere")).await;
    assert!(missing.is_err_and(|why| why.contains("answered 404")));
    assert!(probe("https://localhost/healthz").await.is_err());
    assert!(probe("nonsense").await.is_err());
}

#[tokio::test]
async fn a_full_console_tells_so_and_still_says_that_it_lives() {
    let console = received(ConnectionLimits {
        connections: 2,
        ..ConnectionLimits::default()
    })
    .await;
    let address = console.address;
    // Both places are taken by clients that never send a whole head.
    let _held = [send(address, "GET /").await, send(address, "GET /").await];
    let head = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let text = answer(send(address, &head("/")).await).await;
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    assert!(text.to_lowercase().contains("retry-after: 2"), "{text}");
    let text = answer(send(address, &head("/healthz")).await).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn who_sends_half_a_head_or_nothing_is_let_go() {
    let console = received(ConnectionLimits {
        head_timeout: Duration::from_millis(50),
        ..ConnectionLimits::default()
    })
    .await;
    for head in ["", "GET / HTTP/1.1\r\nHost: ", "\r\n"] {
        let stream = send(console.address, head).await;
        let ended = tokio::time::timeout(Duration::from_secs(10), answer(stream)).await;
        assert!(ended.is_ok(), "{head:?} is still waited for");
    }
}
