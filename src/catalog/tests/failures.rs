//! Lists show why executions failed, and whether they can be retried, once that is known; it is read once.

use super::stub::Run;
use super::*;
use crate::domain::{ExecutionStatus, FailedStepKind};

/// How long the background may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A catalog whose only pipeline in use has these failed executions, the oldest first: id, step, reason.
async fn failed(executions: &[(&str, &'static str, &str)]) -> Fixture {
    let fixture = Fixture::build().await;
    let mut world = fixture.stub.world();
    world.runs.clear();
    for (id, step, reason) in executions {
        world.runs.push(Run {
            pipeline: "open-one".into(),
            id: (*id).into(),
            status: "Failed",
            answered_pipeline: None,
            is_unsearched: false,
        });
        let record = (*step, "Failed", (*reason).to_owned());
        world.steps.insert((*id).to_owned(), record);
    }
    drop(world);
    fixture
}

async fn list(catalog: &Catalog) -> Vec<ExecutionRow> {
    let query = ExecutionQuery {
        descending: true,
        ..ExecutionQuery::default()
    };
    let read = catalog
        .executions(&everything(), "main", "open-one", &query)
        .await;
    read.unwrap().value.rows
}

/// The list once this holds for it.
async fn listed_once(
    catalog: &Catalog,
    holds: impl Fn(&[ExecutionRow]) -> bool,
) -> Vec<ExecutionRow> {
    let looking = async {
        loop {
            let rows = list(catalog).await;
            if holds(&rows) {
                return rows;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .expect("known in time")
}

fn all_known(rows: &[ExecutionRow]) -> bool {
    rows.iter().all(|row| row.failure.is_some())
}

fn count(asked: &[String], operation: &str) -> usize {
    asked.iter().filter(|one| *one == operation).count()
}

const THREE: [(&str, &str, &str); 3] = [
    ("aaaaaaaaaaaa", "Work", "no answer after 12s"),
    ("bbbbbbbbbbbb", "Work", "no answer after 7s"),
    ("cccccccccccc", "Work", "no memory"),
];

#[tokio::test]
async fn reasons_are_read_once_by_all_readers_and_kept() {
    let fixture = failed(&THREE).await;
    tokio::join!(
        listed_once(&fixture.catalog, all_known),
        listed_once(&fixture.catalog, all_known),
    );
    let asked = fixture.stub.asked();
    assert_eq!(count(&asked, "ListPipelineExecutionSteps"), 3, "{asked:?}");
    list(&fixture.catalog).await;
    let Fixture {
        catalog,
        stub,
        clock,
        _state: state,
    } = fixture;
    drop(catalog);
    let again = open(&state, &stub, &clock).await;
    let rows = list(&again).await;
    assert!(all_known(&rows));
    let asked = stub.asked();
    assert_eq!(count(&asked, "ListPipelineExecutionSteps"), 0, "{asked:?}");
    let newest = rows[0].failure.as_ref().unwrap();
    assert_eq!(newest.failure.reason.as_deref(), Some("no memory"));
    assert_eq!(newest.failure.step.as_ref().unwrap().named.title(), "Work");
    let repeated: Vec<bool> = rows
        .iter()
        .map(|row| row.failure.as_ref().is_some_and(|known| known.is_repeated))
        .collect();
    assert_eq!(repeated, [false, true, false]);
}

#[tokio::test]
async fn where_the_definition_has_no_fail_step_one_call_settles_every_retry() {
    let fixture = failed(&THREE).await;
    fixture.stub.world().refused = vec!["ListPipelineExecutionSteps"];
    let first = list(&fixture.catalog).await;
    assert!(first.iter().all(|row| row.ended_in_fail_step.is_none()));
    let rows = listed_once(&fixture.catalog, |rows| {
        rows.iter().all(|row| row.ended_in_fail_step == Some(false))
    })
    .await;
    assert!(rows.iter().all(|row| row.failure.is_none()));
    let asked = fixture.stub.asked();
    let definitions = count(&asked, "DescribePipelineDefinitionForExecution");
    assert_eq!(definitions, 1, "{asked:?}");
}

#[tokio::test]
async fn with_a_fail_step_a_retry_is_known_with_the_steps_and_never_withdrawn() {
    let fixture = failed(&[
        ("aaaaaaaaaaaa", "Work", "no memory"),
        ("bbbbbbbbbbbb", "GiveUp", "not good enough"),
    ])
    .await;
    fixture.stub.world().is_checked = true;
    let offered = std::cell::Cell::new(0);
    let rows = listed_once(&fixture.catalog, |rows| {
        let now = rows
            .iter()
            .filter(|row| row.ended_in_fail_step == Some(false));
        let now = now.count();
        assert!(now >= offered.replace(now), "a retry was withdrawn");
        all_known(rows)
    })
    .await;
    let ended = |row: &ExecutionRow| row.ended_in_fail_step;
    assert_eq!(
        rows.iter().map(ended).collect::<Vec<_>>(),
        [Some(true), Some(false)]
    );
    let step = rows[0].failure.as_ref().unwrap().failure.step.clone();
    let FailedStepKind::Fail(Some(check)) = step.unwrap().kind else {
        panic!("the check is known");
    };
    assert_eq!((check.condition.title(), check.outcome), ("Check", false));
    let view = fixture
        .catalog
        .execution(&everything(), "main", "open-one", "bbbbbbbbbbbb")
        .await;
    assert_eq!(view.unwrap().value.ended_in_fail_step, Some(true));
}

#[tokio::test]
async fn steps_that_lag_behind_the_end_settle_nothing() {
    let fixture = failed(&[("aaaaaaaaaaaa", "Work", "no memory")]).await;
    {
        let mut world = fixture.stub.world();
        world.is_checked = true;
        world.modified = jiff::Timestamp::now().as_second() as f64;
        let record = ("Work", "Executing", String::new());
        world.steps.insert("aaaaaaaaaaaa".into(), record);
    }
    let asked_twice = || {
        let asked = &fixture.stub.world().asked;
        count(asked, "ListPipelineExecutionSteps") >= 2
    };
    let rows = listed_once(&fixture.catalog, |_| asked_twice()).await;
    assert_eq!(rows[0].execution.status, ExecutionStatus::Failed);
    assert_eq!(
        (rows[0].ended_in_fail_step, &rows[0].failure),
        (None, &None)
    );
    let record = ("GiveUp", "Failed", "not good enough".to_owned());
    fixture
        .stub
        .world()
        .steps
        .insert("aaaaaaaaaaaa".into(), record);
    let rows = listed_once(&fixture.catalog, all_known).await;
    assert_eq!(rows[0].ended_in_fail_step, Some(true));
}
