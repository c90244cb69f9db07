//! What comes back is what was stored.

use super::*;
use crate::domain::{
    CacheHit, Iteration, StepMember, StepMetadata, StepRecord, StepResource, StepStatus,
};

#[tokio::test]
async fn an_execution_comes_back_as_it_was_stored() {
    let fixture = fixture().await;
    let mut read = execution("One", 1, Failed);
    read.created_by.user_profile = Some("anna".into());
    read.failure_reason = Some("Step failure".into());
    read.max_parallel_steps = Some(4);
    read.experiment = Some("e".into());
    put(&fixture.store, std::slice::from_ref(&read)).await;
    let found = fixture
        .store
        .execution_with_id("arn:p/one", "id00001")
        .await;
    assert_eq!(found.unwrap().unwrap().execution, read);
    let other = fixture
        .store
        .execution_with_id("arn:p/two", "id00001")
        .await;
    assert!(other.unwrap().is_none(), "of another pipeline");
    let elsewhere = Store::new(fixture.pools.clone(), "other");
    assert!(elsewhere.execution(&read.arn).await.unwrap().is_none());
}

#[tokio::test]
async fn steps_come_back_as_they_were_stored() {
    let fixture = fixture().await;
    let record = StepRecord {
        is_left_over: true,
        name: "Fit-0".into(),
        display_name: Some("Fit".into()),
        description: None,
        started: Some(at(1)),
        ended: Some(at(2)),
        status: StepStatus::Other("Paused".into()),
        attempts: 1,
        failure_reason: Some("no".into()),
        cache_hit: Some(CacheHit {
            source_execution_arn: "arn:c".into(),
        }),
        reused_from: Some("arn:r".into()),
        iteration: Some(Iteration {
            parent: "Each".into(),
            index: 0,
            item: Some("{}".into()),
        }),
        metadata: StepMetadata {
            member: Some(StepMember::Resource(StepResource::EmrServerlessApplication)),
            arn: Some("arn:j".into()),
            outcome: Some("True".into()),
            callback_token: Some("t".into()),
            facts: vec![("Queue".into(), "q".into())],
        },
    };
    // Another version of the console knew a member that this one does not.
    let mut unknown = record.clone();
    unknown.metadata.member = Some(StepMember::Other("QuantumJob".into()));
    let records = [record, unknown];
    let run = execution("p", 1, Stopped);
    fixture.store.put_steps(&run, &records).await.unwrap();
    let restarted = Store::new(fixture.pools.clone(), "main");
    let expected = StoredSteps {
        records: records.to_vec(),
        status: Some(Stopped),
        modified: run.modified,
    };
    assert_eq!(restarted.steps(&run.arn).await.unwrap(), Some(expected));
}
