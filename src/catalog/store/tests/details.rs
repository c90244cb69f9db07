//! What is made of the rows of executions.

use sqlx::Row;

use super::*;
use crate::domain::{StepMetadata, StepRecord, StepStatus};

/// The rows of a statement, each as one text.
async fn rows(fixture: &Fixture, sql: &'static str) -> Vec<String> {
    let found = sqlx::query(sql).fetch_all(&fixture.pools.reader).await;
    let found = found.unwrap().into_iter();
    found.map(|row| row.get::<String, _>(0)).collect()
}

const PARAMETERS: &str = "SELECT id || ' ' || name_key || '=' || value_key || '=' || COALESCE(p.number, '') \
                          FROM execution_parameters p JOIN executions e ON e.number = p.execution \
                          ORDER BY id, name";
const STEPS: &str = "SELECT id || ' ' || name || ' ' || s.status || ' ' || COALESCE(reason, '') || steps_read \
                     FROM execution_steps s JOIN executions e ON e.number = s.execution ORDER BY 1";
const FOUND: &str = "SELECT id FROM executions WHERE number IN \
                     (SELECT rowid FROM execution_trigrams WHERE execution_trigrams MATCH '\"eimer/2\"')";

fn given(values: &[(&str, &str)]) -> Option<Vec<ParameterValue>> {
    let given = values.iter().map(|(name, value)| ParameterValue {
        name: (*name).into(),
        value: (*value).into(),
    });
    Some(given.collect())
}

fn failed_step(name: &str) -> StepRecord {
    StepRecord {
        name: name.into(),
        display_name: None,
        description: None,
        started: Some(at(1)),
        ended: Some(at(2)),
        status: StepStatus::Failed,
        attempts: 1,
        failure_reason: Some("Out of memory".into()),
        cache_hit: None,
        reused_from: None,
        iteration: None,
        metadata: StepMetadata::default(),
        is_left_over: false,
    }
}

/// Two executions with parameters, one with steps.
async fn filled() -> Fixture {
    let fixture = fixture().await;
    let one = Execution {
        parameters: given(&[("Rate", "1e-3"), ("Stage", "PROD"), ("Odd", "inf")]),
        ..execution("One", 1, Failed)
    };
    put(
        &fixture.store,
        &[one.clone(), execution("One", 2, Executing)],
    )
    .await;
    let steps = [failed_step("Train")];
    fixture.store.put_steps(&one, &steps).await.unwrap();
    fixture
}

#[tokio::test]
async fn parameters_steps_and_texts_follow_the_rows() {
    let fixture = filled().await;
    let expected = [
        "id00001 odd=inf=",
        "id00001 rate=1e-3=0.001",
        "id00001 stage=prod=",
        "id00002 input=s3://eimer/2=",
    ];
    assert_eq!(rows(&fixture, PARAMETERS).await, expected);
    assert_eq!(
        rows(&fixture, STEPS).await,
        ["id00001 Train Failed Out of memory1"]
    );
    assert_eq!(rows(&fixture, FOUND).await, ["id00002"]);
    // The status alone changes.
    let ended = Execution {
        modified: Some(at(900)),
        ..execution("One", 2, Succeeded)
    };
    put(&fixture.store, std::slice::from_ref(&ended)).await;
    assert_eq!(rows(&fixture, PARAMETERS).await, expected);
    assert_eq!(rows(&fixture, FOUND).await, ["id00002"]);
    let other = Execution {
        parameters: given(&[("Input", "s3://other")]),
        modified: Some(at(901)),
        ..ended
    };
    put(&fixture.store, &[other]).await;
    assert_eq!(
        rows(&fixture, PARAMETERS).await[3],
        "id00002 input=s3://other="
    );
    assert!(rows(&fixture, FOUND).await.is_empty());
    // A retry: the steps that are known are no longer those of its end.
    let retried = Execution {
        modified: Some(at(902)),
        ..execution("One", 1, Executing)
    };
    put(&fixture.store, &[retried]).await;
    assert_eq!(
        rows(&fixture, STEPS).await,
        ["id00001 Train Failed Out of memory0"]
    );
}

#[tokio::test]
async fn rows_of_an_earlier_version_are_taken_over() {
    let fixture = filled().await;
    let read = async || {
        let mut all = rows(&fixture, PARAMETERS).await;
        all.extend(rows(&fixture, STEPS).await);
        all.extend(rows(&fixture, FOUND).await);
        all
    };
    let expected = read().await;
    for sql in [
        "DELETE FROM execution_parameters",
        "DELETE FROM execution_steps",
        "DELETE FROM execution_trigrams",
        "UPDATE executions SET detailed = 0, steps_read = 0",
    ] {
        sqlx::query(sql)
            .execute(&fixture.pools.writer)
            .await
            .unwrap();
    }
    assert!(read().await.is_empty());
    assert!(fixture.store.take_over_some().await.unwrap());
    assert!(!fixture.store.take_over_some().await.unwrap());
    assert_eq!(read().await, expected);
}

#[tokio::test]
async fn what_is_known_is_not_written_again() {
    let fixture = filled().await;
    let changes = || {
        let store = &fixture.store;
        (store.changes(), store.changes_of_execution("id00001"))
    };
    let before = changes();
    let one = fixture
        .store
        .execution_with_id("arn:p/one", "id00001")
        .await;
    let one = one.unwrap().unwrap().execution;
    put(&fixture.store, std::slice::from_ref(&one)).await;
    let steps = [failed_step("Train")];
    fixture.store.put_steps(&one, &steps).await.unwrap();
    assert_eq!(changes(), before);
}

/// Lists and counts over all pipelines read an index, in its order.
#[tokio::test]
async fn nothing_scans_or_sorts_all_executions() {
    let fixture = filled().await;
    for sql in [
        "SELECT number FROM executions WHERE workspace = 'main' ORDER BY created DESC, arn LIMIT 100",
        "SELECT number FROM executions WHERE workspace = 'main' AND created < 5 \
         ORDER BY created DESC, arn LIMIT 100",
        "SELECT number FROM executions WHERE workspace = 'main' AND status = 'Failed' \
         ORDER BY created DESC, arn LIMIT 100",
        "SELECT number FROM executions WHERE workspace = 'main' AND pipeline_arn = 'p' \
         ORDER BY created DESC, arn LIMIT 100",
        "SELECT number FROM executions WHERE workspace = 'main' AND detailed = 0 \
         ORDER BY number DESC LIMIT 200",
        "SELECT * FROM executions WHERE workspace = 'main' AND steps_read = 0 AND running = 0 \
         AND gone IS NULL AND created >= 1 AND created < 5 ORDER BY created DESC, arn LIMIT 50",
        "SELECT * FROM executions WHERE workspace = 'main' AND steps_read = 1 AND jobs_read = 0 \
         AND gone IS NULL AND created >= 1 AND created < 5 ORDER BY created DESC, arn LIMIT 50",
        "SELECT execution FROM execution_parameters WHERE workspace = 'main' AND name_key = 'a' \
         AND value_key = 'b'",
        "SELECT execution FROM execution_parameters WHERE workspace = 'main' AND name_key = 'a' \
         AND number > 3",
        "SELECT execution FROM execution_steps WHERE workspace = 'main' AND name_key = 'a'",
    ] {
        let plan: Vec<_> = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_all(&fixture.pools.reader)
            .await
            .unwrap();
        for line in plan {
            let line: String = line.get("detail");
            assert!(
                !line.contains("SCAN") && !line.contains("TEMP B-TREE"),
                "{sql}: {line}"
            );
        }
    }
}

#[tokio::test]
async fn of_a_metric_that_several_steps_report_the_one_measured_last_counts() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let run = execution("One", 1, Succeeded);
    put(store, std::slice::from_ref(&run)).await;
    let number = store.execution(&run.arn).await.unwrap().unwrap().number;
    for (step, name, value, measured) in [
        ("A", "auc", 0.75, Some(1)),
        ("B", "auc", 0.9, Some(2)),
        ("C", "auc", 0.5, None),
        ("A", "Loss", 1e-7, Some(1)),
    ] {
        let sql = "INSERT INTO execution_metrics VALUES (?, 'main', ?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(number)
            .bind(step)
            .bind(name)
            .bind(name)
            .bind(value)
            .bind(measured)
            .execute(&fixture.pools.writer)
            .await
            .unwrap();
    }
    let metrics = store.metrics(&[number, number + 1]).await.unwrap();
    let found = metrics[&number].iter();
    let found: Vec<(&str, &str)> = found
        .map(|metric| (metric.name.as_str(), metric.value.as_str()))
        .collect();
    assert_eq!(found, [("Loss", "0.0000001"), ("auc", "0.9")]);
    assert_eq!(metrics.len(), 1);
}
