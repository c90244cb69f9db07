//! The same over a connection.

use super::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Serves an empty emulator while `visit` sends it requests on connections of their own.
pub(super) async fn visited(visit: impl AsyncFnOnce(&dyn Fn(&str) -> TcpRequest)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let emulator = Emulator(Bench::empty().shared);
    let served = tokio::spawn(emulator.serve(listener, async {
        let _ = stopped.await;
    }));
    visit(&|request| TcpRequest {
        address: address.to_string(),
        request: request.to_owned(),
    })
    .await;
    let _ = stop.send(());
    let ended = tokio::time::timeout(Duration::from_secs(20), served).await;
    ended
        .expect("it stops on request")
        .expect("no panic")
        .expect("no error");
}

pub(super) struct TcpRequest {
    address: String,
    request: String,
}

impl TcpRequest {
    /// Head and body as they came; empty where the connection was closed without an answer.
    pub(super) async fn answer(self) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address)
            .await
            .expect("a connection");
        stream
            .write_all(self.request.as_bytes())
            .await
            .expect("sent");
        let mut answer = String::new();
        // A reset may show as an error as well as an end.
        let _ = stream.read_to_string(&mut answer).await;
        match answer.split_once("\r\n\r\n") {
            Some((head, body)) => (head.to_owned(), body.to_owned()),
            None => (answer, String::new()),
        }
    }
}

pub(super) fn call(target: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Amz-Target: {target}\r\nContent-Length: {length}\r\n{more}\r\n{body}"
    )
}

const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 any\r\n";

#[tokio::test]
async fn answers_carry_the_services_headers() {
    visited(async |send| {
        let (head, body) = send(&call("SageMaker.ListPipelines", SIGNED, "{}"))
            .answer()
            .await;
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        assert!(
            head.contains("content-type: application/x-amz-json-1.1"),
            "{head}"
        );
        assert!(head.contains("x-amzn-requestid: "), "{head}");
        assert_eq!(body, r#"{"PipelineSummaries":[]}"#);
        let (head, body) = send(&call("SageMaker.Nonsense", SIGNED, "{}"))
            .answer()
            .await;
        assert!(
            head.starts_with("HTTP/1.1 400") && head.contains("x-amzn-requestid: "),
            "{head}"
        );
        assert!(body.contains("UnknownOperationException"), "{body}");
        let (head, body) = send(&call("SageMaker.ListPipelines", "", "{}"))
            .answer()
            .await;
        assert!(head.starts_with("HTTP/1.1 403"), "{head}");
        assert!(
            body.contains("MissingAuthenticationTokenException"),
            "{body}"
        );
    })
    .await;
}

#[tokio::test]
async fn faults_apply_and_calls_are_counted() {
    visited(async |send| {
        let control = |method: &str, name: &str, body: &str| {
            let length = body.len();
            format!(
                "{method} /_emulator/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        };
        let list = call("SageMaker.ListPipelines", SIGNED, "{}");
        for (kind, expected) in [
            ("throttle", "ThrottlingException"),
            ("denied", "is not authorized to perform: sagemaker:ListPipelines on resource: "),
            ("500", "InternalFailure"),
        ] {
            let order = json!({"operation": "*", "kind": kind, "times": 1}).to_string();
            send(&control("POST", "faults", &order)).answer().await;
            let (_, body) = send(&list).answer().await;
            assert!(body.contains(expected), "{kind}: {body}");
        }
        let order = json!({"operation": "ListPipelines", "kind": "reset", "ms": 0, "times": 1}).to_string();
        send(&control("POST", "faults", &order)).answer().await;
        assert_eq!(send(&list).answer().await, (String::new(), String::new()));
        let (head, _) = send(&list).answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let (_, counts) = send(&control("GET", "calls", "")).answer().await;
        assert_eq!(counts, r#"{"ListPipelines":5}"#);
        send(&control("DELETE", "calls", "")).answer().await;
        assert_eq!(send(&control("GET", "calls", "")).answer().await.1, "{}");
    })
    .await;
}

#[tokio::test]
async fn controls_reject_requests_of_web_pages() {
    visited(async |send| {
        let request = "POST /_emulator/faults HTTP/1.1\r\nHost: x\r\nOrigin: https://elsewhere.example\r\n\
                       Connection: close\r\nContent-Length: 2\r\n\r\n{}";
        let (head, _) = send(request).answer().await;
        assert!(head.starts_with("HTTP/1.1 403"), "{head}");
    })
    .await;
}
