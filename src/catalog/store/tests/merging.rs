//! What is kept when the same thing is read again, from another call or later.

use super::*;
use crate::domain::PipelineDetail;

#[tokio::test]
async fn an_older_change_never_overwrites_a_newer_one() {
    let fixture = fixture().await;
    let newer = execution("One", 1, Succeeded);
    let mut older = execution("One", 1, Executing);
    older.modified = Some(at(30));
    let status = async || {
        let found = fixture.store.execution(&newer.arn).await.unwrap().unwrap();
        found.execution.status
    };
    for source in [
        ReadSource::Search,
        ReadSource::Describe,
        ReadSource::Summary,
    ] {
        put(&fixture.store, std::slice::from_ref(&newer)).await;
        let late = std::slice::from_ref(&older);
        fixture.store.put_executions(late, source).await.unwrap();
        assert_eq!(status().await, Succeeded, "{source:?}");
    }
    // Of the same time, a lagging index does not bring an ended one back; a description may.
    older.modified = newer.modified;
    let same = std::slice::from_ref(&older);
    fixture
        .store
        .put_executions(same, ReadSource::Search)
        .await
        .unwrap();
    assert_eq!(status().await, Succeeded);
    fixture
        .store
        .put_executions(same, ReadSource::Describe)
        .await
        .unwrap();
    assert_eq!(status().await, Executing);
}

#[tokio::test]
async fn a_description_keeps_the_parameters_that_a_search_returned() {
    let fixture = fixture().await;
    put(&fixture.store, &[execution("One", 1, Executing)]).await;
    let mut described = execution("One", 1, Stopped);
    described.parameters = None;
    described.modified = Some(at(99));
    let one = std::slice::from_ref(&described);
    fixture
        .store
        .put_executions(one, ReadSource::Describe)
        .await
        .unwrap();
    let found = fixture
        .store
        .execution(&described.arn)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.execution.status, Stopped);
    assert!(found.execution.parameters.is_some());
    assert_eq!(list(&fixture.store, &search("eimer/1")).await.1, 1);
}

#[tokio::test]
async fn a_row_known_from_search_is_completed_by_a_description_and_keeps_what_it_gave() {
    let fixture = fixture().await;
    let searched = Execution {
        parameters: None,
        version: None,
        selected_steps: Vec::new(),
        ..execution("One", 1, Failed)
    };
    let described = Execution {
        created_by: Creator {
            user_profile: Some("ada".into()),
            iam_arn: None,
        },
        modified_by: Creator {
            user_profile: Some("ben".into()),
            iam_arn: None,
        },
        failure_reason: Some("Step failure".into()),
        max_parallel_steps: Some(4),
        version: Some(7),
        selected_steps: vec!["A".into()],
        source_execution_arn: Some("arn:s".into()),
        experiment: Some("e".into()),
        ..searched.clone()
    };
    let known = async || {
        let found = fixture.store.execution(&searched.arn).await.unwrap();
        found.unwrap().execution
    };
    put(&fixture.store, std::slice::from_ref(&searched)).await;
    let one = std::slice::from_ref(&described);
    let kept = fixture
        .store
        .put_executions(one, ReadSource::Describe)
        .await;
    assert!(kept.unwrap().is_empty());
    assert_eq!(known().await, described);
    // The same state again, as a search gives it.
    put(&fixture.store, std::slice::from_ref(&searched)).await;
    assert_eq!(known().await, described);
    // A newer state: what was set at the start stays, what is true of the older state alone goes.
    let retried = Execution {
        status: Executing,
        modified: Some(at(500)),
        ..searched.clone()
    };
    put(&fixture.store, std::slice::from_ref(&retried)).await;
    let expected = Execution {
        status: Executing,
        modified: Some(at(500)),
        modified_by: Creator::default(),
        failure_reason: None,
        ..described.clone()
    };
    assert_eq!(known().await, expected);
    // An older one changes nothing.
    put(&fixture.store, std::slice::from_ref(&described)).await;
    assert_eq!(known().await, expected);
}

#[tokio::test]
async fn a_listed_pipeline_is_completed_by_a_description_until_it_changes() {
    let fixture = fixture().await;
    let listed = pipeline("One");
    let full = Pipeline {
        description: Some("Fits".into()),
        role_arn: Some("arn:r".into()),
        last_execution: Some(at(9)),
        ..listed.clone()
    };
    let detail = PipelineDetail {
        pipeline: full.clone(),
        definition: "{}".into(),
        status: "Active".into(),
        created_by: Creator::default(),
        modified_by: Creator::default(),
        max_parallel_steps: None,
        version_display_name: None,
    };
    let list = async |one: &Pipeline| {
        let listed = std::slice::from_ref(one);
        fixture
            .store
            .replace_pipelines(listed, Timestamp::UNIX_EPOCH)
            .await
            .unwrap();
        fixture.store.pipeline_named("One").await.unwrap().unwrap()
    };
    assert_eq!(list(&listed).await, listed);
    let described = fixture.store.put_detail(&detail, listed.modified).await;
    described.unwrap();
    assert_eq!(list(&listed).await, full);
    let changed = Pipeline {
        modified: Some(at(77)),
        ..listed
    };
    assert_eq!(list(&changed).await, changed);
}

#[tokio::test]
async fn a_summary_that_contradicts_is_reported_and_not_believed() {
    let fixture = fixture().await;
    put(&fixture.store, &[execution("One", 1, Executing)]).await;
    let summary = |number, status| Execution {
        modified: None,
        parameters: None,
        ..execution("One", number, status)
    };
    let read = [summary(1, Failed), summary(2, Executing)];
    let contradicted = fixture
        .store
        .put_executions(&read, ReadSource::Summary)
        .await
        .unwrap();
    assert_eq!(contradicted, [read[0].arn.clone()]);
    let contradicted = fixture
        .store
        .put_executions(&[summary(2, Failed)], ReadSource::Summary)
        .await;
    assert!(
        contradicted.unwrap().is_empty(),
        "nothing better is known of it"
    );
    let (_, counts) = page_of(&fixture.store, "arn:p/one", &search(""), at(0)).await;
    assert_eq!(counts, [(Executing, 1), (Failed, 1)]);
    assert_eq!(
        fixture
            .store
            .without_times("arn:p/one")
            .await
            .unwrap()
            .len(),
        1
    );
}
