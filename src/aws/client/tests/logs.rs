//! CloudWatch Logs, over real sockets.

use super::*;
use sluicegate_domain::{LogLocation, LogStream};

fn job() -> LogLocation {
    LogLocation {
        group: "/aws/sagemaker/TrainingJobs".to_owned(),
        stream_prefix: Some("train-7/".to_owned()),
    }
}

#[tokio::test]
async fn calls_are_signed_for_the_service_and_follow_the_pages() {
    let (client, log) = serve(|operation, body, _| {
        assert_eq!(operation, "DescribeLogStreams");
        let answer = match body["nextToken"].as_str() {
            None => json!({"logStreams": [{"logStreamName": "train-7/algo-1", "firstEventTimestamp": 1500}],
                           "nextToken": "more"}),
            Some(_) => json!({"logStreams": [{"logStreamName": "train-7/algo-2"}]}),
        };
        (200, answer.to_string())
    })
    .await;
    let streams = client.log_streams(&job()).await.expect("streams");
    assert!(streams.complete);
    let stream = |name: &str, first_event: Option<i64>| LogStream {
        name: name.to_owned(),
        first_event: first_event.map(ms),
        last_ingestion: None,
    };
    assert_eq!(
        streams.items,
        [
            stream("train-7/algo-1", Some(1500)),
            stream("train-7/algo-2", None)
        ]
    );
    let seen = log.lock().expect("no panic");
    assert_eq!(
        seen[0].body,
        json!({"logGroupName": "/aws/sagemaker/TrainingJobs", "logStreamNamePrefix": "train-7/", "limit": 50})
    );
    let header = |name: &str| seen[0].headers[name].to_str().expect("text");
    assert_eq!(header("x-amz-target"), "Logs_20140328.DescribeLogStreams");
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    assert!(header("authorization").contains("/eu-central-1/logs/aws4_request"));
}

fn ms(milliseconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(milliseconds).expect("a time")
}

#[tokio::test]
async fn a_stream_is_read_from_its_beginning_and_on_from_a_token() {
    let (client, log) = serve(|_, body, _| {
        let first = body.get("nextToken").is_none();
        let events = json!([{"timestamp": 1500, "message": "epoch 1\r\u{1b}[31mbad", "ingestionTime": 1600}]);
        let events = if first { events } else { json!([]) };
        (200, json!({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}).to_string())
    })
    .await;
    let group = "/aws/sagemaker/TrainingJobs";
    let page = client.log_events(group, "train-7/algo-1", None).await;
    let page = page.expect("a page");
    assert_eq!(page.events[0].message, "epoch 1\r\u{1b}[31mbad");
    assert_eq!(page.events[0].at, Some(ms(1500)));
    let next = page.next.expect("a token");
    let end = client
        .log_events(group, "train-7/algo-1", Some(&next))
        .await;
    let end = end.expect("a page");
    assert!(end.events.is_empty());
    assert_eq!(end.next.as_deref(), Some("f/1"));
    let seen = log.lock().expect("no panic");
    assert_eq!(seen[0].body["startFromHead"], true);
    assert_eq!(seen[1].body["nextToken"], "f/1");
}

#[tokio::test]
async fn refusals_have_their_kind_code_and_request_id() {
    let refuse = |status: u16, body: &'static str| {
        serve(move |_: &str, _: &Value, _| (status, body.to_owned()))
    };
    let missing = r#"{"__type":"com.amazonaws.logs#ResourceNotFoundException","message":"The specified log group does not exist."}"#;
    let (client, log) = refuse(400, missing).await;
    let error = client.log_streams(&job()).await.expect_err("refused");
    assert_eq!(
        (error.service, error.kind, error.operation),
        (Service::Logs, AwsErrorKind::NotFound, "DescribeLogStreams")
    );
    assert_eq!(error.code.as_deref(), Some("ResourceNotFoundException"));
    assert_eq!(error.message, "The specified log group does not exist.");
    assert_eq!(error.request_id.as_deref(), Some("request-7"));
    assert_eq!(error.iam_action(), "logs:DescribeLogStreams");
    assert_eq!(log.lock().expect("no panic").len(), 1);

    let denied = r#"{"__type":"AccessDeniedException","Message":"not authorized"}"#;
    let (client, _) = refuse(400, denied).await;
    let error = client.log_streams(&job()).await.expect_err("refused");
    assert_eq!(error.kind, AwsErrorKind::AccessDenied);
    assert_eq!(error.message, "not authorized");

    let (client, _) = refuse(200, "not JSON").await;
    let error = client.log_streams(&job()).await.expect_err("garbled");
    assert_eq!(error.kind, AwsErrorKind::Garbled);
}

#[tokio::test]
async fn throttled_calls_are_made_again_and_slow_the_services_own_budget() {
    let (client, log) = serve(|_, _, before| match before {
        0 => (
            400,
            r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.to_owned(),
        ),
        _ => (200, r#"{"logStreams":[]}"#.to_owned()),
    })
    .await;
    client.log_streams(&job()).await.expect("streams");
    assert_eq!(log.lock().expect("no panic").len(), 2);
    assert!(client.budget(Service::Logs).throttled_recently > 0);
    assert_eq!(client.budget(Service::SageMaker).throttled_recently, 0);
}
