//! Answers as they were written.

use super::*;
use jiff::Timestamp;

#[tokio::test]
async fn an_answer_keeps_what_the_sdk_does_not_know_after_a_retry_too() {
    let written = json!({"PipelineArn": "arn:p", "PipelineVersionAliases": ["live"], "Novelty": {"Depth": 1.5}});
    let answered = written.to_string();
    let (client, _) = serve(move |_, _, before| match before {
        0 => error("ThrottlingException", "Rate exceeded"),
        _ => (200, answered.clone()),
    })
    .await;
    let answer = client.pipeline_description("p").await.expect("described");
    assert_eq!(Value::Object(answer), written);
    let (client, _) = serve(|_, _, _| error("AccessDeniedException", "no")).await;
    let denied = client.execution_description("arn:x").await;
    let denied = denied.expect_err("refused");
    assert_eq!(denied.kind, AwsErrorKind::AccessDenied);
    assert_eq!(denied.iam_action(), "sagemaker:DescribePipelineExecution");
}

#[tokio::test]
async fn the_items_of_all_pages_are_kept_in_their_order() {
    let (client, log) = serve(|_, body, _| {
        let (name, next) = match body["NextToken"].as_str() {
            None => ("b", json!("2")),
            Some(_) => ("a", Value::Null),
        };
        let item = json!({"PipelineExecutionArn": name, "Novelty": true});
        (
            200,
            json!({"PipelineExecutionSummaries": [item], "NextToken": next}).to_string(),
        )
    })
    .await;
    let after: Timestamp = "2026-11-01T08:00:00.5Z".parse().expect("a time");
    let items = client.execution_summaries("p", Some(after)).await;
    let names: Vec<Value> = items
        .expect("listed")
        .into_iter()
        .map(|item| json!([item["PipelineExecutionArn"], item["Novelty"]]))
        .collect();
    assert_eq!(names, [json!(["b", true]), json!(["a", true])]);
    let log = log.lock().expect("no panic");
    assert_eq!(log[0].body["CreatedAfter"], json!(1_793_520_000.5));
    assert_eq!(log[0].body["SortOrder"], "Descending");
}
