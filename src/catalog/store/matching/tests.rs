//! SQL finds what the rule finds in memory; ARNs and ids; and how long it takes with much to look at.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use crate::catalog::store::tests::page_of;
use crate::catalog::store::{ReadSource, Store};
use crate::catalog::visible::VisiblePipelines;
use crate::catalog::{ExecutionQuery, PipelineQuery};
use crate::domain::search::SearchQuery;
use crate::domain::{Execution, ExecutionStatus, ParameterValue, Pipeline};

const PLACE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline";

async fn store() -> (Store, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let pools = crate::database::open_catalog(dir.path()).await;
    (Store::new(pools.expect("a database"), "main"), dir)
}

fn pipeline(name: &str) -> Pipeline {
    Pipeline {
        arn: format!("{PLACE}/{name}"),
        name: name.into(),
        display_name: None,
        description: None,
        role_arn: None,
        created: Some(Timestamp::UNIX_EPOCH),
        modified: None,
        last_execution: None,
        gone: None,
    }
}

fn execution(pipeline: &str, id: &str, names: [Option<&str>; 2], values: &[&str]) -> Execution {
    let pipeline_arn = format!("{PLACE}/{pipeline}");
    let parameter = |value: &&str| ParameterValue {
        name: "P".into(),
        value: (*value).to_owned(),
    };
    let arn = format!("{pipeline_arn}/execution/{id}");
    Execution {
        pipeline_arn: Some(pipeline_arn),
        display_name: names[0].map(str::to_owned),
        description: names[1].map(str::to_owned),
        created: Some(Timestamp::UNIX_EPOCH),
        modified: Some(Timestamp::UNIX_EPOCH),
        parameters: Some(values.iter().map(parameter).collect()),
        ..Execution::new(arn, ExecutionStatus::Succeeded)
    }
}

/// The ids of the executions of `pipeline` that are found.
async fn found(store: &Store, pipeline: &str, query: &str) -> Vec<String> {
    let query = ExecutionQuery {
        search: query.into(),
        ..ExecutionQuery::default()
    };
    let arn = format!("{PLACE}/{pipeline}");
    let (list, _) = page_of(store, &arn, &query, Timestamp::UNIX_EPOCH).await;
    assert!(list.rows.len() as u64 == list.total.min(100), "{query:?}");
    let ids = list.rows.iter().map(|row| row.execution.id().to_owned());
    ids.collect()
}

/// The names of the pipelines that are found.
async fn pipelines(store: &Store, query: &str, visible: &VisiblePipelines) -> Vec<String> {
    let query = PipelineQuery {
        search: query.into(),
        ..PipelineQuery::default()
    };
    let counts = store
        .count_pipelines(&query.search, visible)
        .await
        .expect("counts");
    let list = store
        .list_pipelines(&query, visible, counts.matching)
        .await
        .expect("a list");
    assert_eq!(list.rows.len() as u64, counts.matching, "{query:?}");
    list.rows.into_iter().map(|row| row.pipeline.name).collect()
}

#[tokio::test]
async fn sql_finds_what_the_rule_finds() {
    let (store, _dir) = store().await;
    let cases = include_str!("../../../../tests/data/search.json");
    let cases: Vec<Value> = serde_json::from_str(cases).expect("the cases");
    let text = |case: &Value, field: &str, at: usize| case[field][at].as_str().map(str::to_owned);
    for (number, case) in cases.iter().enumerate() {
        let names = [text(case, "names", 0), text(case, "names", 1)];
        let values: Vec<String> = (0..2).filter_map(|at| text(case, "values", at)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let [one, other] = &names;
        let id = format!("zzz{number}");
        let read = execution("one", &id, [one.as_deref(), other.as_deref()], &values);
        store
            .put_executions(&[read], ReadSource::Search)
            .await
            .expect("stored");
        let query = case["query"].as_str().expect("a query");
        let ids = found(&store, "one", query).await;
        assert_eq!(Some(ids.contains(&id)), case["found"].as_bool(), "{case}");
    }
}

#[tokio::test]
async fn a_pasted_arn_or_id_finds_its_pipeline_and_its_execution() {
    let (store, _dir) = store().await;
    let listed = ["Churn", "Churn-2", "other"].map(pipeline);
    store
        .replace_pipelines(&listed, Timestamp::UNIX_EPOCH)
        .await
        .expect("stored");
    let read = ["Churn", "Churn-2"].map(|name| {
        let id = if name == "Churn" {
            "abc123def456"
        } else {
            "xyz123def456"
        };
        execution(name, id, [Some("nightly"), None], &[])
    });
    store
        .put_executions(&read, ReadSource::Search)
        .await
        .expect("stored");
    let all = VisiblePipelines::All;
    let arn = format!("{PLACE}/Churn");
    let execution = format!("{arn}/execution/abc123def456");
    for query in [
        &arn,
        &execution,
        &format!("\"{execution}\","),
        "abc123def456",
    ] {
        assert_eq!(pipelines(&store, query, &all).await, ["Churn"], "{query}");
    }
    assert!(pipelines(&store, "sagemaker", &all).await.is_empty());
    for query in [execution.as_str(), "abc123def456", "ABC123"] {
        assert_eq!(
            found(&store, "Churn", query).await,
            ["abc123def456"],
            "{query}"
        );
        assert!(found(&store, "Churn-2", query).await.is_empty(), "{query}");
    }
    let hidden = VisiblePipelines::Only {
        names: ["other".to_owned()].into(),
        arns: vec![format!("{PLACE}/other")],
    };
    for query in [execution.as_str(), "abc123def456"] {
        let query_text = SearchQuery::from(query);
        let sought = store
            .sought_execution(&query_text, &all)
            .await
            .expect("read");
        assert_eq!(
            sought.as_ref().map(|sought| sought.pipeline.exact()),
            Some("Churn")
        );
        let sought = store
            .sought_execution(&query_text, &hidden)
            .await
            .expect("read");
        assert_eq!(sought, None, "{query}");
        assert!(
            pipelines(&store, query, &hidden).await.is_empty(),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_tag_finds_its_pipeline_and_is_shown() {
    let (store, _dir) = store().await;
    store
        .replace_pipelines(&["a", "b"].map(pipeline), Timestamp::UNIX_EPOCH)
        .await
        .expect("stored");
    let tags = BTreeMap::from([("Team", "Risk"), ("stage", "test")]);
    let tags = tags
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let tagged = [(format!("{PLACE}/b"), tags)];
    store
        .put_tags(&tagged, Timestamp::UNIX_EPOCH)
        .await
        .expect("stored");
    for query in ["team=risk", "RISK", "b stage"] {
        assert_eq!(
            pipelines(&store, query, &VisiblePipelines::All).await,
            ["b"],
            "{query}"
        );
    }
    let query = PipelineQuery {
        search: "team=risk".into(),
        ..PipelineQuery::default()
    };
    let list = store
        .list_pipelines(&query, &VisiblePipelines::All, 1)
        .await
        .expect("a list");
    assert_eq!(list.rows[0].matching_tags, ["Team=Risk"]);
}

/// Generous: far more than it takes, and far less than folding every row would.
#[tokio::test]
async fn ten_thousand_executions_are_searched_at_once() {
    let (store, _dir) = store().await;
    let read: Vec<Execution> = (0..10_000)
        .map(|number| {
            let names = [Some("nightly-training"), Some("Retrains the churn model")];
            let values = ["s3://bucket/2026-11-23/part", "ml.m5.xlarge"];
            execution("one", &format!("run{number:05}"), names, &values)
        })
        .collect();
    store
        .put_executions(&read, ReadSource::Search)
        .await
        .expect("stored");
    let begun = Instant::now();
    assert_eq!(
        found(&store, "one", "training-nightly run00042").await,
        ["run00042"]
    );
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
}
