//! The store over a real database.

mod details;
mod failures;
mod finding;
mod merging;
mod pipelines;
mod stored;

use jiff::Timestamp;

use super::*;
use crate::catalog::ExecutionQuery;
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
