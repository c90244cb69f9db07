//! A page of one execution is not concerned by what is written of others.

use super::*;
use crate::domain::{StepRecord, StepStatus};

const ONE: &str = "id00001";
const TWO: &str = "id00002";

/// The change at which the row of this execution was last written.
async fn written(fixture: &Fixture, id: &str) -> u64 {
    let sql = "SELECT changed FROM executions WHERE id = ?";
    let row = sqlx::query_scalar(sql).bind(id);
    let changed: i64 = row.fetch_one(&fixture.pools.reader).await.unwrap();
    changed.try_into().unwrap()
}

#[tokio::test]
async fn what_is_written_of_one_execution_is_no_change_of_another() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let (one, two) = (execution("One", 1, Failed), execution("One", 2, Failed));
    put(store, &[one, two.clone()]).await;
    let before = store.changes_of_execution(ONE);
    let all = store.changes();
    let ended = StepRecord::new("Train", StepStatus::Failed);
    store.put_steps(&two, &[ended]).await.unwrap();
    let stored = store.execution(&two.arn).await.unwrap().unwrap();
    store.set_jobs_read(&stored).await.unwrap();
    // Lists are not concerned by steps and jobs.
    assert_eq!(store.changes(), all);
    assert_eq!(store.changes_of_execution(TWO), all + 2);
    store.set_definition(&two.arn, "hash").await.unwrap();
    store.mark_execution(&two.arn, at(1_000)).await.unwrap();
    assert_eq!(store.changes_of_execution(ONE), before);
    assert_eq!(store.changes(), all + 4);
    assert_eq!(store.changes_of_execution(TWO), store.changes());
    // As the rows have it.
    assert_eq!(written(&fixture, ONE).await, before);
    assert_eq!(written(&fixture, TWO).await, store.changes());
    // What was skipped concerns lists alone, a pipeline every execution.
    store.advance(at(2_000), None).await.unwrap();
    assert_eq!(store.changes_of_execution(TWO), store.changes() - 1);
    store
        .mark_pipeline_gone("arn:p/one", at(3_000))
        .await
        .unwrap();
    for id in [ONE, TWO, "unknown"] {
        assert_eq!(store.changes_of_execution(id), store.changes());
    }
}
