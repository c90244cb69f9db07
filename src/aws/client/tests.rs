//! The client against a server of a few lines, over real sockets.

mod answers;
mod jobs;
mod logs;
mod roles;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Client;
use crate::{Access, Credentials, SearchOrder, SearchedExecutions, StartRequest};
use sluicegate_domain::{AwsErrorKind, ExecutionStatus, ParameterValue, Service};

/// A request as the server saw it.
#[derive(Clone)]
struct Seen {
    operation: String,
    headers: HeaderMap,
    body: Value,
}

/// What the server answers: a status and a body.
type Answer = (u16, String);

/// The requests a server saw, in order.
type Log = Arc<Mutex<Vec<Seen>>>;

/// Serves `answer`, which gets the operation, the body, and how many requests came before.
async fn serve(
    answer: impl Fn(&str, &Value, usize) -> Answer + Send + Sync + 'static,
) -> (Client, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let log = Log::default();
    let (seen, answer) = (Arc::clone(&log), Arc::new(answer));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
            let service = service_fn(move |request: Request<Incoming>| {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                async move {
                    let request = read(request).await;
                    let (status, body) = {
                        let mut seen = seen.lock().expect("no panic");
                        let answer = answer(&request.operation, &request.body, seen.len());
                        seen.push(request);
                        answer
                    };
                    let response = Response::builder()
                        .status(status)
                        .header("x-amzn-requestid", "request-7")
                        .body(Full::new(Bytes::from(body)))
                        .expect("a valid answer");
                    Ok::<_, Infallible>(response)
                }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), service),
            );
        }
    });
    (connect(&format!("http://{address}")).await, log)
}

async fn read(request: Request<Incoming>) -> Seen {
    let headers = request.headers().clone();
    let body = request.into_body().collect().await.expect("a body");
    let body = body.to_bytes();
    let Some(target) = headers.get("x-amz-target") else {
        // The token service's call: a form that names its operation.
        let form: Value = form_urlencoded::parse(&body)
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect();
        return Seen {
            operation: form["Action"].as_str().expect("an action").to_owned(),
            body: form,
            headers,
        };
    };
    let operation = target.to_str().expect("text");
    let (_, operation) = operation.split_once('.').expect("a service's");
    Seen {
        operation: operation.to_owned(),
        body: serde_json::from_slice(&body).expect("JSON"),
        headers,
    }
}

async fn connect(endpoint: &str) -> Client {
    Client::connect(access(endpoint)).await
}

fn access(endpoint: &str) -> Access {
    Access {
        region: Some("eu-central-1".into()),
        endpoint_url: Some(endpoint.into()),
        credentials: Credentials::Fixed {
            key: "key".into(),
            secret: "secret".into(),
        },
        ..Access::default()
    }
}

fn error(code: &str, message: &str) -> Answer {
    (400, json!({"__type": code, "message": message}).to_string())
}

#[tokio::test]
async fn lists_are_read_to_the_last_page_and_signed_by_us() {
    let (client, log) = serve(|_, body, _| {
        let page: usize = match body["NextToken"].as_str() {
            None => 0,
            Some(token) => token.parse().expect("our own token"),
        };
        let pipelines: Vec<_> = (0..100)
            .map(|n| json!({"PipelineArn": format!("arn:{page}:{n}"), "PipelineName": "p"}))
            .collect();
        let mut answer = json!({"PipelineSummaries": pipelines});
        if page < 2 {
            answer["NextToken"] = json!((page + 1).to_string());
        }
        (200, answer.to_string())
    })
    .await;
    let pipelines = client.list_pipelines().await.expect("pipelines").items;
    assert_eq!(pipelines.len(), 300);
    assert_eq!(pipelines[299].arn, "arn:2:99");
    let log = log.lock().expect("no panic");
    assert_eq!(log.len(), 3);
    assert_eq!(log[0].body["MaxResults"], 100);
    let agent = log[0].headers["user-agent"].to_str().expect("text");
    assert!(agent.contains("app/sluicegate"), "{agent}");
    let signed = log[0].headers["authorization"].to_str().expect("text");
    assert!(signed.contains("Credential=key/"), "{signed}");
    assert!(signed.contains("/eu-central-1/sagemaker/"), "{signed}");
    assert_eq!(client.budget(Service::SageMaker).calls, 3);
}

#[tokio::test]
async fn a_search_asks_for_the_newest_change_of_one_pipeline_and_keeps_an_unknown_status() {
    let (client, log) = serve(|_, _, _| {
        let record = json!({"PipelineExecution": {
            "PipelineExecutionArn": "arn:x/execution/abc",
            "PipelineArn": "arn:x",
            "PipelineExecutionStatus": "Pondering",
            "LastModifiedTime": 1_672_925_433.971,
            "PipelineParameters": [{"Name": "A", "Value": "1"}],
        }});
        let answer = json!({
            "Results": [record, {"Pipeline": {}}],
            "TotalHits": {"Value": 101, "Relation": "EqualTo"},
            "NextToken": "more",
        });
        (200, answer.to_string())
    })
    .await;
    let page = client
        .search_executions(
            SearchOrder::LastModified,
            SearchedExecutions::OfPipeline("arn:x"),
            None,
        )
        .await
        .expect("a page");
    assert_eq!(
        (page.total, page.next.as_deref()),
        (Some(101), Some("more"))
    );
    let [execution] = &page.items[..] else {
        panic!("one execution, not {}", page.items.len());
    };
    assert_eq!(execution.id(), "abc");
    assert_eq!(execution.status, ExecutionStatus::Other("Pondering".into()));
    assert!(execution.modified.is_some());
    let parameters = execution.parameters.as_deref().expect("parameters");
    assert_eq!(parameters[0].name, "A");
    let body = &log.lock().expect("no panic")[0].body;
    assert_eq!(body["Resource"], "PipelineExecution");
    assert_eq!(body["SortBy"], "LastModifiedTime");
    assert_eq!(body["SortOrder"], "Descending");
    assert_eq!(body["SearchExpression"]["Filters"][0]["Value"], "arn:x");
}

#[tokio::test]
async fn a_refusal_keeps_the_code_the_message_and_the_request_id() {
    let (client, log) = serve(|_, _, _| {
        let message = "Only pipelines with 'Executing' status can be stopped";
        error("ValidationException", message)
    })
    .await;
    let token = "t".repeat(32);
    let error = client
        .stop("ana", "arn:x", &token)
        .await
        .expect_err("refused");
    assert_eq!(error.kind, AwsErrorKind::Refused);
    assert_eq!(error.operation, "StopPipelineExecution");
    assert_eq!(error.code.as_deref(), Some("ValidationException"));
    assert_eq!(
        error.message,
        "Only pipelines with 'Executing' status can be stopped"
    );
    assert_eq!(error.request_id.as_deref(), Some("request-7"));
    let log = log.lock().expect("no panic");
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].body["ClientRequestToken"], token);
}

#[tokio::test]
async fn a_start_sends_the_token_and_the_parameters_and_leaves_the_rest_out() {
    let (client, log) =
        serve(|_, _, _| (200, json!({"PipelineExecutionArn": "arn:new"}).to_string())).await;
    let request = StartRequest {
        pipeline_arn_or_name: "abalone".into(),
        token: "t".repeat(40),
        display_name: Some("tuesday".into()),
        description: Some(String::new()),
        parameters: vec![ParameterValue {
            name: "Count".into(),
            value: String::new(),
        }],
    };
    let done = client.start("ana", request).await.expect("started");
    assert_eq!(done.execution_arn, "arn:new");
    assert_eq!(done.request_id.as_deref(), Some("request-7"));
    assert_eq!(
        log.lock().expect("no panic")[0].body,
        json!({
            "PipelineName": "abalone",
            "ClientRequestToken": "t".repeat(40),
            "PipelineExecutionDisplayName": "tuesday",
            "PipelineParameters": [{"Name": "Count", "Value": ""}],
        })
    );
}

#[tokio::test]
async fn a_stop_between_two_steps_is_tried_again_with_the_same_token() {
    let (client, log) = serve(|_, _, before| match before {
        0 | 1 => error("ConflictException", "An update is in progress"),
        _ => (200, json!({"PipelineExecutionArn": "arn:x"}).to_string()),
    })
    .await;
    let done = client.stop("ana", "arn:x", &"t".repeat(32)).await;
    assert_eq!(done.expect("stopped").execution_arn, "arn:x");
    let log = log.lock().expect("no panic");
    assert_eq!(log.len(), 3);
    assert_eq!(
        log[0].body["ClientRequestToken"],
        log[2].body["ClientRequestToken"]
    );
}

#[tokio::test]
async fn throttled_attempts_are_retried_and_still_reported() {
    let (client, log) = serve(|_, _, before| match before {
        0 => error("ThrottlingException", "Rate exceeded"),
        _ => (200, json!({"PipelineDefinition": "{}"}).to_string()),
    })
    .await;
    let definition = client.execution_definition("arn:x").await;
    assert_eq!(definition.as_deref(), Ok("{}"));
    assert_eq!(log.lock().expect("no panic").len(), 2);
    assert_eq!(client.budget(Service::SageMaker).throttled_recently, 1);
}

#[tokio::test]
async fn answers_that_cannot_be_read_are_garbled() {
    let (client, _) = serve(|_, _, _| (200, "<html>Sign in</html>".into())).await;
    let error = client.list_pipelines().await.expect_err("not JSON");
    assert_eq!(error.kind, AwsErrorKind::Garbled);
    assert!(error.message.starts_with("HTTP 200"), "{error}");
}

#[tokio::test]
async fn operations_the_endpoint_does_not_know_are_a_kind_of_their_own() {
    let (client, _) = serve(|_, _, _| error("UnknownOperationException", "")).await;
    let error = client.list_steps("arn:x").await.expect_err("unknown");
    assert_eq!(error.kind, AwsErrorKind::UnknownOperation);
    assert!(error.is_lasting());
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_the_error_has_the_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let client = connect(&format!("http://{address}/")).await;
    let error = client.describe_execution("arn:x").await;
    let error = error.expect_err("closed");
    assert_eq!(error.kind, AwsErrorKind::Unreachable);
    assert!(error.message.contains("onnection refused"), "{error}");
    assert_eq!(client.endpoint(), format!("http://{address}"));
}

#[tokio::test]
async fn futures_can_be_spawned() {
    fn spawnable<T: Send>(work: T) -> T {
        work
    }
    let client = connect("http://127.0.0.1:9").await;
    drop(spawnable(client.list_pipelines()));
    drop(spawnable(client.list_versions("p")));
    drop(spawnable(client.list_tags("p")));
    drop(spawnable(client.list_steps("p")));
    drop(spawnable(client.execution_parameters("p")));
    drop(spawnable(client.list_model_package_groups()));
    drop(spawnable(client.describe_job(&Default::default())));
    drop(spawnable(client.start("ana", StartRequest::default())));
    drop(spawnable(client.stop("ana", "p", "t")));
}

#[tokio::test]
async fn after_throttling_the_next_calls_are_slower_but_not_held_back() {
    let (client, _) = serve(|_, _, before| match before {
        0 => error("ThrottlingException", "Rate exceeded"),
        _ => (200, "{}".into()),
    })
    .await;
    let start = std::time::Instant::now();
    for _ in 0..3 {
        client.describe_execution("arn:x").await.expect("described");
    }
    assert!(client.budget(Service::SageMaker).calls_per_second < 8.0);
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
}
