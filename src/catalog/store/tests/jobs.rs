//! What calls returned of the jobs of steps.

use sqlx::Row;

use super::*;
use crate::domain::{
    CacheHit, Instances, JobDetail, Metric, StatusTransition, StepMember, StepMetadata, StepRecord,
    StepResource, StepStatus,
};

async fn rows(fixture: &Fixture, sql: &'static str) -> Vec<String> {
    let found = sqlx::query(sql).fetch_all(&fixture.pools.reader).await;
    let found = found.unwrap().into_iter();
    found.map(|row| row.get::<String, _>(0)).collect()
}

const JOBS: &str = "SELECT id || ' ' || step || ' ' || resource || ' ' || j.status || ' ' || \
                    COALESCE(instance_type || ' ' || instance_count, '') || ' ' || \
                    COALESCE(billable_seconds, '') || ' ' || secondary || ' ' || reused \
                    FROM execution_jobs j JOIN executions e ON e.number = j.execution ORDER BY 1";
const METRICS: &str =
    "SELECT step || ' ' || name_key || ' ' || value FROM execution_metrics ORDER BY 1";

fn trained(step: &str, values: &[(&str, f32)]) -> StepJob {
    let metadata = StepMetadata {
        member: Some(StepMember::parse("TrainingJob")),
        arn: Some(format!("arn:aws:sagemaker:x:1:training-job/{step}")),
        ..StepMetadata::default()
    };
    let metric = |(name, value): &(&str, f32)| Metric {
        name: (*name).into(),
        value: *value,
        at: Some(at(9)),
    };
    StepJob {
        record: StepRecord {
            metadata,
            ..StepRecord::new(step, StepStatus::Succeeded)
        },
        detail: JobDetail {
            status: Some("Completed".into()),
            ended: Some(at(9)),
            billable_seconds: Some(70),
            instances: Some(Instances {
                instance_type: "ml.m5.xlarge".into(),
                count: 2,
                volume_gb: None,
            }),
            transitions: vec![StatusTransition {
                status: "Training".into(),
                started: None,
                ended: None,
                message: None,
            }],
            metrics: values.iter().map(metric).collect(),
            ..JobDetail::new(StepResource::TrainingJob)
        },
    }
}

#[tokio::test]
async fn a_job_and_its_metrics_are_written_once_and_replaced() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let one = execution("One", 1, Succeeded);
    put(store, std::slice::from_ref(&one)).await;
    let first = trained(
        "Train",
        &[
            ("AUC", 0.9),
            ("loss", 0.5),
            ("loss", 0.25),
            ("odd", f32::NAN),
        ],
    );
    store
        .put_jobs(&one.arn, std::slice::from_ref(&first))
        .await
        .unwrap();
    let row =
        "id00001 Train TrainingJob Completed ml.m5.xlarge 2 70 [[\"Training\",null,null,null]] 0";
    assert_eq!(rows(&fixture, JOBS).await, [row]);
    assert_eq!(
        rows(&fixture, METRICS).await,
        ["Train auc 0.9", "Train loss 0.25"]
    );
    let before = store.changes_of_execution("id00001");
    store.put_jobs(&one.arn, &[first]).await.unwrap();
    let after = store.changes_of_execution("id00001");
    assert_eq!(after, before, "nothing has changed");
    store
        .put_jobs(&one.arn, &[trained("Train", &[("auc", 0.5)])])
        .await
        .unwrap();
    assert_eq!(rows(&fixture, METRICS).await, ["Train auc 0.5"]);
}

#[tokio::test]
async fn a_job_of_an_earlier_execution_is_marked_and_what_is_no_job_is_left_out() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let one = execution("One", 1, Succeeded);
    put(store, std::slice::from_ref(&one)).await;
    let mut cached = trained("Train", &[]);
    cached.record.cache_hit = Some(CacheHit {
        source_execution_arn: "arn:p/one/execution/id00000".into(),
    });
    let mut model = trained("Register", &[]);
    model.record.metadata.member = Some(StepMember::parse("RegisterModel"));
    store.put_jobs(&one.arn, &[cached, model]).await.unwrap();
    let jobs = rows(&fixture, JOBS).await;
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].ends_with(" 1"), "{jobs:?}");
}

#[tokio::test]
async fn jobs_count_as_read_until_their_execution_changes() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let one = execution("One", 1, Failed);
    put(store, std::slice::from_ref(&one)).await;
    let stored = store.execution(&one.arn).await.unwrap().unwrap();
    let left = async |unread| store.unread(unread, at(0), None, 9).await.unwrap().len();
    assert_eq!(
        (left(Unread::Steps).await, left(Unread::Jobs).await),
        (1, 0)
    );
    // Before the steps, they cannot be.
    store.set_jobs_read(&stored).await.unwrap();
    let running = StepRecord::new("Train", StepStatus::Executing);
    store.put_steps(&one, &[running]).await.unwrap();
    assert_eq!(left(Unread::Steps).await, 1, "the list lags behind");
    let ended = StepRecord::new("Train", StepStatus::Failed);
    store.put_steps(&one, &[ended]).await.unwrap();
    assert_eq!(
        (left(Unread::Steps).await, left(Unread::Jobs).await),
        (0, 1)
    );
    store.set_jobs_read(&stored).await.unwrap();
    assert_eq!(
        (left(Unread::Steps).await, left(Unread::Jobs).await),
        (0, 0)
    );
    let edited = Execution {
        modified: Some(at(900)),
        ..one
    };
    put(store, &[edited]).await;
    assert_eq!(
        (left(Unread::Steps).await, left(Unread::Jobs).await),
        (1, 0)
    );
}
