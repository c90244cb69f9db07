//! The store over a real database.

mod changes;
mod details;
mod failures;
mod filtered;
mod finding;
mod gaps;
mod jobs;
mod merging;
mod pipelines;
mod plans;
mod stored;
mod suggestions;
mod summaries;

use jiff::Timestamp;

use super::kept_counts::StatusCounts;
use super::lists::ListPage;
use super::*;
use crate::catalog::{ExecutionQuery, ExecutionSort};
use crate::database::Pools;
use crate::domain::ExecutionStatus::{Executing, Failed, Stopped, Succeeded};
use crate::domain::{Creator, Execution, ExecutionStatus, ParameterValue, Pipeline};

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

/// Every order of a list of executions.
const SORTS: [ExecutionSort; 8] = [
    ExecutionSort::Started,
    ExecutionSort::Name,
    ExecutionSort::Status,
    ExecutionSort::Duration,
    ExecutionSort::Ended,
    ExecutionSort::Pipeline,
    ExecutionSort::Version,
    ExecutionSort::FailedStep,
];

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
        gone: None,
    }
}

fn execution(pipeline: &str, number: i64, status: ExecutionStatus) -> Execution {
    let pipeline_arn = format!("arn:p/{}", pipeline.to_lowercase());
    let arn = format!("{pipeline_arn}/execution/id{number:05}");
    Execution {
        pipeline_arn: Some(pipeline_arn),
        display_name: Some(format!("run-{number}")),
        created: Some(at(number)),
        modified: Some(at(number + 60)),
        version: Some(3),
        parameters: Some(vec![ParameterValue {
            name: "Input".into(),
            value: format!("s3://Eimer/{number}"),
        }]),
        selected_steps: vec!["A".into()],
        ..Execution::new(arn, status)
    }
}

async fn put(store: &Store, read: &[Execution]) {
    store
        .put_executions(read, ReadSource::Search)
        .await
        .unwrap();
}

/// A page of the executions of a pipeline, and how many there are by status.
pub(super) async fn page_of(
    store: &Store,
    pipeline_arn: &str,
    query: &ExecutionQuery,
    now: Timestamp,
) -> (ListPage<StoredExecution>, StatusCounts) {
    let groups = query.groups();
    let filter = ExecutionFilter {
        among: Among::Pipeline(pipeline_arn),
        groups: &groups,
        pipelines: &[],
        starters: &[],
        began: Began::Ever,
        now,
    };
    let counts = store.count_executions(&filter).await.unwrap();
    let page = store
        .list_executions(&filter, query, &counts)
        .await
        .unwrap();
    (page, counts)
}

async fn list(store: &Store, query: &ExecutionQuery) -> (Vec<String>, u64) {
    let (page, _) = page_of(store, "arn:p/one", query, at(10_000)).await;
    let rows = page.rows.iter();
    let labels = rows.map(|row| row.execution.named().title().to_owned());
    (labels.collect(), page.total)
}

fn search(text: &str) -> ExecutionQuery {
    ExecutionQuery {
        search: text.into(),
        descending: true,
        ..ExecutionQuery::default()
    }
}
