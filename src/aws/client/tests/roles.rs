//! The write role, and what keeps workspaces apart.

use super::*;
use crate::CallRates;
use sluicegate_domain::{ASSUME_ROLE, AwsError};

const WRITER: &str = "arn:aws:iam::111122223333:role/Writer";
const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalone";
const EXECUTION: &str =
    "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalone/execution/abc123";

/// A client of the server that assumes [`WRITER`] to act.
async fn writer(
    answer: impl Fn(&str, &Value, usize) -> Answer + Send + Sync + 'static,
) -> (Client, Log) {
    let (plain, log) = serve(answer).await;
    let access = Access {
        write_role_arn: Some(WRITER.into()),
        ..access(&plain.endpoint())
    };
    (Client::connect(access).await, log)
}

/// What the token service answers: keys with the number of requests that came before.
fn session(before: usize) -> Answer {
    let keys = format!(
        "<AccessKeyId>ASIA{before}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
         <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
    );
    let answer = format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
         <Credentials>{keys}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    (200, answer)
}

fn sts_error(status: u16, code: &str) -> Answer {
    let error = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    );
    (status, error)
}

fn key(seen: &Seen) -> String {
    let signed = seen.headers["authorization"].to_str().expect("text");
    let (_, key) = signed.split_once("Credential=").expect("a key");
    key.split('/').next().unwrap_or_default().to_owned()
}

async fn start(client: &Client, person: &str) -> Result<String, AwsError> {
    let request = StartRequest {
        pipeline_arn_or_name: PIPELINE.into(),
        token: "t".repeat(32),
        ..StartRequest::default()
    };
    let done = client.start(person, request).await;
    done.map(|done| done.execution_arn)
}

#[tokio::test]
async fn every_action_has_a_session_for_its_person_and_itself_alone() {
    let (client, log) = writer(|operation, _, before| match operation {
        ASSUME_ROLE => session(before),
        _ => (200, json!({"PipelineExecutionArn": EXECUTION}).to_string()),
    })
    .await;
    start(&client, "ana@example.com").await.expect("started");
    let retried = client.retry("Bob B", EXECUTION, &"t".repeat(32)).await;
    retried.expect("retried");
    client.describe_execution(EXECUTION).await.expect("read");
    let log = log.lock().expect("no panic");
    let made: Vec<_> = log
        .iter()
        .map(|seen| (seen.operation.as_str(), key(seen)))
        .collect();
    let expected = [
        (ASSUME_ROLE, "key"),
        ("StartPipelineExecution", "ASIA0"),
        (ASSUME_ROLE, "key"),
        ("RetryPipelineExecution", "ASIA2"),
        ("DescribePipelineExecution", "key"),
    ];
    assert_eq!(made, expected.map(|(name, key)| (name, key.to_owned())));
    assert_eq!(log[1].headers["x-amz-security-token"], "token");

    let request = &log[0].body;
    assert_eq!(request["RoleArn"], WRITER);
    assert_eq!(request["RoleSessionName"], "ana@example.com");
    assert_eq!(request["SourceIdentity"], "ana@example.com");
    assert_eq!(request["DurationSeconds"], "900");
    let policy: Value =
        serde_json::from_str(request["Policy"].as_str().expect("a policy")).expect("JSON");
    let statement = &policy["Statement"][0];
    assert_eq!(
        statement["Action"],
        json!(["sagemaker:StartPipelineExecution"])
    );
    assert_eq!(statement["Resource"], json!([PIPELINE]));

    let request = &log[2].body;
    assert_eq!(request["SourceIdentity"], crate::session_name("Bob B"));
    let policy = request["Policy"].as_str().expect("a policy");
    assert!(
        policy.contains("sagemaker:RetryPipelineExecution"),
        "{policy}"
    );
    assert!(policy.contains(EXECUTION), "{policy}");
}

#[tokio::test]
async fn a_stop_that_is_tried_again_uses_the_same_session() {
    let (client, log) = writer(|operation, _, before| match (operation, before) {
        (ASSUME_ROLE, _) => session(before),
        (_, 1) => error("ConflictException", "An update is in progress"),
        _ => (200, json!({"PipelineExecutionArn": EXECUTION}).to_string()),
    })
    .await;
    let stopped = client.stop("ana", EXECUTION, &"t".repeat(32)).await;
    stopped.expect("stopped");
    let keys: Vec<_> = log.lock().expect("no panic").iter().map(key).collect();
    assert_eq!(keys, ["key", "ASIA0", "ASIA0"]);
}

#[tokio::test]
async fn where_the_role_is_refused_nothing_else_is_called() {
    for (status, code, kind) in [
        (403, "AccessDenied", AwsErrorKind::AccessDenied),
        (400, "PackedPolicyTooLarge", AwsErrorKind::AccessDenied),
        (403, "InvalidClientTokenId", AwsErrorKind::BadCredentials),
        (503, "ServiceUnavailable", AwsErrorKind::Service),
    ] {
        let (client, log) = writer(move |_, _, _| sts_error(status, code)).await;
        let error = start(&client, "ana").await.expect_err("refused");
        assert_eq!((error.kind, error.operation), (kind, ASSUME_ROLE));
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.request_id.as_deref(), Some("request-7"));
        assert!(!error.is_uncertain() && error.is_unsent());
        let log = log.lock().expect("no panic");
        assert!(log.iter().all(|seen| seen.operation == ASSUME_ROLE));
    }
}

#[tokio::test]
async fn a_write_role_is_not_assumed_for_what_a_policy_cannot_name() {
    let (client, log) = writer(|_, _, before| session(before)).await;
    for arn in ["abalone", &PIPELINE.replace("abalone", "*")] {
        let error = client.stop("ana", arn, "t").await.expect_err("refused");
        assert_eq!(error.kind, AwsErrorKind::Refused);
    }
    assert!(log.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn executions_in_another_region_or_account_are_not_acted_on() {
    let (client, log) = serve(|_, _, _| {
        let listed = json!([{"PipelineArn": PIPELINE, "PipelineName": "abalone"}]);
        (200, json!({"PipelineSummaries": listed}).to_string())
    })
    .await;
    client.list_pipelines().await.expect("listed");
    for (own, other) in [
        ("eu-central-1", "us-east-1"),
        ("111122223333", "999999999999"),
    ] {
        let arn = EXECUTION.replace(own, other);
        let error = client.stop("ana", &arn, "t").await.expect_err("refused");
        assert!(error.message.contains(other), "{error}");
    }
    assert_eq!(log.lock().expect("no panic").len(), 1);
}

#[tokio::test]
async fn one_workspace_does_not_use_up_the_retries_of_another() {
    let broken = |_: &str, _: &Value, _: usize| (500, "{}".to_owned());
    let (poor, _) = serve(broken).await;
    let poor = Client::connect(Access {
        call_rates: CallRates {
            sagemaker: 1_000.0,
            ..CallRates::default()
        },
        ..access(&poor.endpoint())
    })
    .await;
    let calls = (0..100).map(|_| poor.describe_execution(EXECUTION));
    futures_util::future::join_all(calls).await;
    let (client, log) = serve(|_, _, before| match before {
        0 => (500, "{}".to_owned()),
        _ => (200, "{}".to_owned()),
    })
    .await;
    client
        .describe_execution(EXECUTION)
        .await
        .expect("described");
    assert_eq!(log.lock().expect("no panic").len(), 2);
}
