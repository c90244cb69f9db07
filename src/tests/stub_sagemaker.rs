//! The shell of a stub of SageMaker: it listens, reads the protocol, and has a client.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::aws::{Access, CallRates, Client, Credentials};

/// The status and the body of a response.
pub type StubResponse = (StatusCode, String);

/// A response with this output.
pub fn output(output: &Value) -> StubResponse {
    (StatusCode::OK, output.to_string())
}

/// A response with an error.
pub fn error(code: &str, message: &str) -> StubResponse {
    let error = json!({"__type": code, "message": message});
    (StatusCode::BAD_REQUEST, error.to_string())
}

/// A stub that listens, until the test ends.
#[derive(Clone)]
pub struct StubSageMaker {
    address: String,
}

impl StubSageMaker {
    /// Listens, and answers each operation and its input with what `answer` returns.
    pub async fn start<A>(
        answer: impl Fn(String, Value) -> A + Clone + Send + Sync + 'static,
    ) -> Self
    where
        A: Future<Output = StubResponse> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
            let target = headers["x-amz-target"].to_str().unwrap();
            let operation = target.strip_prefix("SageMaker.").unwrap().to_owned();
            let response = answer(operation, serde_json::from_slice(&body).unwrap());
            async {
                let (status, body) = response.await;
                (status, [("x-amzn-requestid", "request-7")], body)
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address }
    }

    /// A client whose calls the stub answers.
    pub async fn client(&self) -> Client {
        Client::connect(Access {
            region: Some("eu-central-1".into()),
            endpoint_url: Some(self.address.clone()),
            call_rates: CallRates {
                sagemaker: 1_000.0,
                ..CallRates::default()
            },
            credentials: Credentials::Fixed {
                key: "key".into(),
                secret: "secret".into(),
            },
            ..Access::default()
        })
        .await
    }
}
