use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::catalog::visible::VisiblePipelines;
use crate::catalog::{
    EXECUTIONS_PER_PAGE, ExecutionQuery, ExecutionSort, PipelineQuery, PipelineSort,
    RECENT_EXECUTIONS,
};
use crate::database::Pools;
use crate::domain::{
    CacheHit, Creator, Execution, ExecutionStatus, Iteration, ParameterValue, Pipeline,
    PipelineDetail, StepMember, StepMetadata, StepRecord, StepResource, StepStatus,
};

struct Fixture {
    store: Store,
    pools: Pools,
    _dir: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let pools = crate::database::open_catalog(dir.path()).await.unwrap();
    Fixture {
        store: Store::new(pools.clone(), "main"),
        pools,
        _dir: dir,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn pipeline(name: &str) -> Pipeline {
    Pipeline {
        arn: format!("arn:p/{}", name.to_lowercase()),
        name: name.into(),
        display_name: None,
        description: None,
        role_arn: None,
        created: Some(at(0)),
        modified: Some(at(1)),
        last_execution: None,
    }
}

fn execution(pipeline: &str, number: i64, status: ExecutionStatus) -> Execution {
    let pipeline_arn = format!("arn:p/{}", pipeline.to_lowercase());
    Execution {
        arn: format!("{pipeline_arn}/execution/id{number:05}"),
        pipeline_arn: Some(pipeline_arn),
        display_name: Some(format!("run-{number}")),
        description: None,
        status,
        failure_reason: None,
        created: Some(at(number)),
        modified: Some(at(number + 60)),
        created_by: Creator::default(),
        modified_by: Creator::default(),
        version: Some(3),
        parameters: Some(vec![ParameterValue {
            name: "Input".into(),
            value: format!("s3://Eimer/{number}"),
        }]),
        max_parallel_steps: None,
        selected_steps: vec!["A".into()],
        source_execution_arn: None,
        experiment: None,
    }
}

use ExecutionStatus::{Executing, Failed, Stopped, Succeeded};

async fn put(store: &Store, read: &[Execution]) {
    store
        .put_executions(read, ReadSource::Search)
        .await
        .unwrap();
}

async fn list(store: &Store, query: &ExecutionQuery) -> (Vec<String>, u64) {
    let counts = store.count_executions("arn:p/one", query).await.unwrap();
    let total = counts.iter().map(|(_, number)| number).sum();
    let listed = store
        .list_executions("arn:p/one", query, total, at(10_000))
        .await
        .unwrap();
    let labels = listed
        .rows
        .iter()
        .map(|row| row.execution.named().title().to_owned());
    (labels.collect(), total)
}

fn search(text: &str) -> ExecutionQuery {
    ExecutionQuery {
        search: text.into(),
        descending: true,
        ..ExecutionQuery::default()
    }
}

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
async fn search_matches_anywhere_in_any_case() {
    let fixture = fixture().await;
    let mut strange = execution("One", 1, Succeeded);
    strange.display_name = Some("100%_done".into());
    strange.description = Some("Größe der STRASSE".into());
    put(&fixture.store, &[strange, execution("One", 2, Succeeded)]).await;
    for (text, labels) in [
        ("RUN-2", vec!["run-2"]),
        ("eimer/2", vec!["run-2"]),
        ("ID0000", vec!["run-2", "100%_done"]),
        ("GRÖSSE", vec!["100%_done"]),
        ("größe", vec!["100%_done"]),
        ("GRÖße", vec!["100%_done"]),
        ("strasse", vec!["100%_done"]),
        ("0%_D", vec!["100%_done"]),
        ("%", vec!["100%_done"]),
        ("_", vec![]),
        ("done 100%", vec!["100%_done"]),
        ("'; --", vec![]),
    ] {
        let (found, total) = list(&fixture.store, &search(text)).await;
        assert_eq!(found, labels, "{text}");
        assert_eq!(total as usize, labels.len(), "{text}");
    }
}

#[tokio::test]
async fn a_thousand_executions_are_paged_counted_and_filtered() {
    let fixture = fixture().await;
    let status = |number: i64| if number % 10 == 0 { Failed } else { Succeeded };
    let all: Vec<_> = (0..1_000).map(|n| execution("One", n, status(n))).collect();
    put(&fixture.store, &all).await;
    put(&fixture.store, &[execution("Two", 1, Executing)]).await;
    let counts = fixture
        .store
        .count_executions("arn:p/one", &search(""))
        .await
        .unwrap();
    assert_eq!(counts, [(Failed, 100), (Succeeded, 900)]);
    let mut query = search("");
    query.page = 99;
    let last = fixture
        .store
        .list_executions("arn:p/one", &query, 1_000, at(0))
        .await
        .unwrap();
    assert_eq!(
        (last.page, last.pages),
        (10, 10),
        "beyond the last is the last"
    );
    assert_eq!(last.rows.len(), EXECUTIONS_PER_PAGE as usize);
    assert_eq!(last.rows[99].execution.named().title(), "run-0");
    query.statuses = vec![Failed];
    query.from = Some(at(100));
    query.to = Some(at(200));
    let few = fixture
        .store
        .list_executions("arn:p/one", &query, 10, at(0))
        .await
        .unwrap();
    let labels: Vec<_> = few.rows.iter().map(|row| row.execution.named()).collect();
    assert_eq!(labels[0].title(), "run-190");
    assert_eq!(labels.len(), 10);
}

#[tokio::test]
async fn executions_are_sorted_by_duration_with_the_unknown_last() {
    let fixture = fixture().await;
    let mut quick = execution("One", 1, Succeeded);
    quick.modified = Some(at(2));
    let mut unknown = execution("One", 3, Stopped);
    unknown.modified = None;
    let running = execution("One", 4, Executing);
    put(
        &fixture.store,
        &[quick, execution("One", 2, Failed), unknown, running],
    )
    .await;
    let mut query = search("");
    query.sort = ExecutionSort::Duration;
    let (found, _) = list(&fixture.store, &query).await;
    assert_eq!(found, ["run-4", "run-2", "run-1", "run-3"]);
    query.descending = false;
    let (found, _) = list(&fixture.store, &query).await;
    assert_eq!(found, ["run-1", "run-2", "run-4", "run-3"]);
    query.sort = ExecutionSort::Status;
    let (found, _) = list(&fixture.store, &query).await;
    assert_eq!(found, ["run-4", "run-2", "run-3", "run-1"]);
}

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
        fixture.store.replace_pipelines(listed).await.unwrap();
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
    let counts = fixture
        .store
        .count_executions("arn:p/one", &search(""))
        .await
        .unwrap();
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

#[tokio::test]
async fn pipelines_come_with_their_newest_executions() {
    let fixture = fixture().await;
    let mut two = pipeline("Two");
    two.description = Some("Größer".into());
    let listed = [pipeline("One"), two, pipeline("three_%")];
    fixture.store.replace_pipelines(&listed).await.unwrap();
    let status = |number: i64| if number >= 28 { Executing } else { Succeeded };
    let runs: Vec<_> = (0..30).map(|n| execution("One", n, status(n))).collect();
    put(&fixture.store, &runs).await;
    put(&fixture.store, &[execution("Two", 99, Failed)]).await;
    let mut query = PipelineQuery {
        sort: PipelineSort::LastExecution,
        descending: true,
        page: 1,
        ..PipelineQuery::default()
    };
    assert_eq!(
        fixture
            .store
            .count_pipelines(&"".into(), &VisiblePipelines::All)
            .await
            .unwrap(),
        (3, 3, 2)
    );
    let listed = fixture
        .store
        .list_pipelines(&query, &VisiblePipelines::All, 3)
        .await
        .unwrap();
    let names: Vec<_> = listed
        .rows
        .iter()
        .map(|row| row.pipeline.name.as_str())
        .collect();
    assert_eq!(names, ["Two", "One", "three_%"]);
    let one = &listed.rows[1];
    assert_eq!((one.running, one.recent.len()), (2, RECENT_EXECUTIONS));
    assert_eq!(one.recent[0].named.title(), "run-20", "oldest first");
    assert_eq!(one.last.as_ref().unwrap().named.title(), "run-29");
    assert_eq!(listed.rows[2].last, None);
    for (text, matching) in [("größer", (3, 1, 0)), ("ON", (3, 1, 2)), ("_%", (3, 1, 0))] {
        assert_eq!(
            fixture
                .store
                .count_pipelines(&text.into(), &VisiblePipelines::All)
                .await
                .unwrap(),
            matching,
            "{text}"
        );
    }
    query.search = "ON".into();
    query.sort = PipelineSort::Running;
    assert_eq!(
        fixture
            .store
            .list_pipelines(&query, &VisiblePipelines::All, 1)
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}

#[tokio::test]
async fn a_pipeline_that_is_no_longer_listed_goes_with_its_executions() {
    let fixture = fixture().await;
    let (one, two) = (pipeline("One"), pipeline("Two"));
    fixture
        .store
        .replace_pipelines(&[one.clone(), two.clone()])
        .await
        .unwrap();
    let runs = [execution("One", 1, Failed), execution("Two", 1, Failed)];
    put(&fixture.store, &runs).await;
    fixture.store.put_steps(&runs[1], &[]).await.unwrap();
    fixture
        .store
        .replace_pipelines(std::slice::from_ref(&one))
        .await
        .unwrap();
    assert!(fixture.store.pipeline_named("Two").await.unwrap().is_none());
    assert!(
        fixture
            .store
            .execution(&runs[1].arn)
            .await
            .unwrap()
            .is_none()
    );
    assert!(fixture.store.steps(&runs[1].arn).await.unwrap().is_none());
    assert!(
        fixture
            .store
            .execution(&runs[0].arn)
            .await
            .unwrap()
            .is_some()
    );
    let anew = Pipeline {
        created: Some(at(50)),
        ..one
    };
    fixture.store.replace_pipelines(&[anew]).await.unwrap();
    assert!(
        fixture
            .store
            .execution(&runs[0].arn)
            .await
            .unwrap()
            .is_none(),
        "made anew"
    );
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

/// The large account, at the size the console is made for. The limits are far above what is
/// measured, so that only a query that stopped using its index exceeds them.
#[tokio::test]
async fn a_large_account_is_listed_without_reading_it_all() {
    let fixture = fixture().await;
    let names: Vec<_> = (0..500).map(|n| format!("Pipeline-{n:03}")).collect();
    let pipelines: Vec<_> = names.iter().map(|name| pipeline(name)).collect();
    fixture.store.replace_pipelines(&pipelines).await.unwrap();
    for name in &names[..100] {
        let runs: Vec<_> = (0..100).map(|n| execution(name, n, Succeeded)).collect();
        put(&fixture.store, &runs).await;
    }
    let query = PipelineQuery {
        descending: true,
        ..PipelineQuery::default()
    };
    let began = std::time::Instant::now();
    let (all, matching, _) = fixture
        .store
        .count_pipelines(&"".into(), &VisiblePipelines::All)
        .await
        .unwrap();
    let listed = fixture
        .store
        .list_pipelines(&query, &VisiblePipelines::All, matching)
        .await
        .unwrap();
    assert_eq!((all, listed.rows.len(), listed.pages), (500, 100, 5));
    assert!(
        listed
            .rows
            .iter()
            .all(|row| row.recent.len() == RECENT_EXECUTIONS)
    );
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}
