//! The summaries that are kept are what a plain reading of all executions finds, whatever was written in whatever order.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::*;
use crate::catalog::visible::VisiblePipelines;
use crate::catalog::{ExecutionBrief, PipelineQuery, PipelineRow, RECENT_EXECUTIONS};
use crate::domain::{Failure, Named};

const NAMES: [&str; 3] = ["One", "Two", "Three"];

/// What the list of pipelines shows of one, by its executions.
fn oracle(all: &[StoredExecution], pipeline: &str) -> (u32, Vec<ExecutionBrief>) {
    let own = all
        .iter()
        .filter(|one| one.execution.pipeline_arn.as_deref() == Some(pipeline));
    let mut own: Vec<&StoredExecution> = own.collect();
    let running = own
        .iter()
        .filter(|one| one.gone.is_none() && one.execution.status.is_running());
    let running = running.count() as u32;
    own.sort_by(|a, b| {
        let (a, b) = (&a.execution, &b.execution);
        b.created.cmp(&a.created).then_with(|| a.arn.cmp(&b.arn))
    });
    own.truncate(RECENT_EXECUTIONS);
    own.reverse();
    let brief = |one: &StoredExecution| ExecutionBrief {
        named: Named::by_id(one.execution.id(), one.execution.display_name.as_deref()),
        status: one.execution.status.clone(),
        created: one.execution.created,
        modified: one.execution.modified,
        failure: one
            .failure
            .clone()
            .filter(|_| one.execution.status == Failed),
    };
    (running, own.into_iter().map(brief).collect())
}

async fn all_of(fixture: &Fixture) -> Vec<StoredExecution> {
    sqlx::query_as("SELECT * FROM executions")
        .fetch_all(&fixture.pools.reader)
        .await
        .unwrap()
}

async fn rows_of(store: &Store) -> Vec<PipelineRow> {
    let all = VisiblePipelines::All;
    let query = PipelineQuery::default();
    store.list_pipelines(&query, &all, 3).await.unwrap().rows
}

async fn counts_of(store: &Store, among: Among<'_>, began: Began) -> BTreeMap<String, u64> {
    let groups = Default::default();
    let filter = ExecutionFilter {
        among,
        groups: &groups,
        pipelines: &[],
        starters: &[],
        began,
        now: at(0),
    };
    let counts = store.count_executions(&filter).await.unwrap();
    let counts = counts.into_iter();
    counts
        .map(|(status, number)| (status.as_str().to_owned(), number))
        .collect()
}

/// Writes something, as any of what changes executions does.
async fn change(store: &Store, rng: &mut Rng, second: i64) {
    let name = NAMES[rng.usize(..NAMES.len())];
    let statuses = [Executing, Failed, Succeeded, Stopped];
    let mut one = execution(name, rng.i64(0..25), statuses[rng.usize(..4)].clone());
    one.modified = Some(at(second));
    if rng.u8(..8) == 0 {
        one.created = None;
    }
    match rng.u8(..12) {
        0 => store.mark_execution(&one.arn, at(second)).await.unwrap(),
        1 => store.drop_execution(&one.arn).await.unwrap(),
        2 => {
            let failure = Failure {
                step: None,
                reason: Some(format!("\"no\" {second}")),
            };
            let modified = one.modified;
            let set = store.set_failure(&one.arn, &failure, false, modified);
            set.await.unwrap();
        }
        3 | 4 => {
            let listed: Vec<Pipeline> = NAMES
                .iter()
                .filter(|_| rng.u8(..3) > 0)
                .map(|name| pipeline(name))
                .collect();
            store.replace_pipelines(&listed, at(second)).await.unwrap();
        }
        5 => one.display_name = None,
        _ => {}
    }
    let source = match rng.bool() {
        true => ReadSource::Search,
        false => ReadSource::Describe,
    };
    let some = [one, execution(name, rng.i64(0..25), Succeeded)];
    store.put_executions(&some, source).await.unwrap();
}

#[tokio::test]
async fn summaries_and_counts_are_those_of_the_executions() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let mut rng = Rng::with_seed(11);
    for second in 0..150 {
        change(store, &mut rng, second).await;
        if second % 3 > 0 {
            continue;
        }
        let listed = NAMES.map(pipeline);
        store.replace_pipelines(&listed, at(second)).await.unwrap();
        let all = all_of(&fixture).await;
        for row in rows_of(store).await {
            let expected = oracle(&all, &row.pipeline.arn);
            assert_eq!((row.running, row.recent.clone()), expected, "{second}");
            assert_eq!(row.last, expected.1.last().cloned());
        }
        let one = Among::Pipeline("arn:p/one");
        let every = Among::Visible(&VisiblePipelines::All);
        for (among, arn) in [(every, None), (one, Some("arn:p/one"))] {
            for began in [Began::Ever, Began::Until(at(12))] {
                let is_counted = |one: &&StoredExecution| {
                    let created = one.execution.created;
                    (arn.is_none() || one.execution.pipeline_arn.as_deref() == arn)
                        && (began == Began::Ever || created.is_some_and(|began| began <= at(12)))
                };
                let mut expected = BTreeMap::new();
                for one in all.iter().filter(is_counted) {
                    let status = one.execution.status.as_str().to_owned();
                    *expected.entry(status).or_insert(0) += 1;
                }
                assert_eq!(counts_of(store, among, began).await, expected, "{began:?}");
            }
        }
    }
}

#[tokio::test]
async fn another_workspaces_executions_are_not_counted() {
    let fixture = fixture().await;
    put(&fixture.store, &[execution("One", 1, Failed)]).await;
    let elsewhere = Store::new(fixture.pools.clone(), "other");
    let every = Among::Visible(&VisiblePipelines::All);
    assert!(counts_of(&elsewhere, every, Began::Ever).await.is_empty());
}
