//! Lists that are cut short: what they lack still exists.

use super::*;
use crate::domain::AwsErrorKind;

/// Reads until `wanted` holds of what was read: a refresh may take longer than a reader waits.
async fn eventually<T>(read: impl AsyncFn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    for _ in 0..200 {
        let value = read().await;
        if wanted(&value) {
            return value;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it never came");
}

async fn pipelines_of(catalog: &Catalog) -> Reading<PipelineList> {
    let query = pipelines("");
    let read = catalog.pipelines(&everything(), "main", &query).await;
    read.unwrap()
}

async fn executions_of(catalog: &Catalog, name: &str) -> Reading<ExecutionList> {
    let query = ExecutionQuery::default();
    let read = catalog
        .executions(&everything(), "main", name, &query)
        .await;
    read.unwrap()
}

fn is_incomplete<T>(reading: &Reading<T>, operation: &str) -> bool {
    reading
        .troubles
        .iter()
        .any(|failure| failure.kind == AwsErrorKind::Incomplete && failure.operation == operation)
}

fn is_fresh<T>(reading: &Reading<T>) -> bool {
    !reading.stale
}

#[tokio::test]
async fn an_incomplete_list_of_pipelines_deletes_nothing_and_is_reported() {
    let house = House::build().await;
    assert_eq!(pipelines_of(&house.catalog).await.value.all, 3);
    {
        let mut world = house.stub.world();
        world.unlisted = Some("secret");
        world.runs.iter_mut().for_each(|run| run.is_old = true);
        world.endless = vec!["ListPipelines"];
    }
    let catalog = house.reopened().await;
    let reading = eventually(
        || pipelines_of(&catalog),
        |reading| is_incomplete(reading, "ListPipelines"),
    )
    .await;
    assert_eq!(reading.value.all, 3);
    assert_eq!(executions_of(&catalog, "secret").await.value.total, 1);
    // A complete list is believed.
    house.stub.world().endless.clear();
    let catalog = house.reopened().await;
    let reading = eventually(|| pipelines_of(&catalog), is_fresh).await;
    assert_eq!(reading.value.all, 2);
}

#[tokio::test]
async fn a_pipeline_that_comes_back_has_its_history_read_again() {
    for look_at_the_list in [false, true] {
        let house = House::build().await;
        assert_eq!(pipelines_of(&house.catalog).await.value.all, 3);
        let secret = house.stub.world().pipelines.remove(2);
        let catalog = house.reopened().await;
        let reading = eventually(|| pipelines_of(&catalog), is_fresh).await;
        assert_eq!(reading.value.all, 2);
        {
            let mut world = house.stub.world();
            world.pipelines.push(secret);
            world.runs[2].is_old = true;
        }
        let catalog = house.reopened().await;
        if look_at_the_list {
            let has_run = |reading: &Reading<PipelineList>| {
                reading.value.all == 3 && reading.value.rows.iter().all(|row| row.last.is_some())
            };
            eventually(|| pipelines_of(&catalog), has_run).await;
        }
        eventually(|| pipelines_of(&catalog), |reading| reading.value.all == 3).await;
        let reading = eventually(
            || executions_of(&catalog, "secret"),
            |reading| reading.value.total == 1,
        )
        .await;
        assert!(!reading.value.incomplete);
        house.stub.asked();
        executions_of(&catalog, "secret").await;
        assert_eq!(house.stub.asked(), Vec::<String>::new(), "once is enough");
    }
}

#[tokio::test]
async fn a_search_without_end_does_not_count_as_everything() {
    let house = House::build().await;
    house.stub.world().endless = vec!["Search"];
    let reading = eventually(
        || pipelines_of(&house.catalog),
        |reading| is_incomplete(reading, "Search"),
    )
    .await;
    assert_eq!(reading.value.all, 3);
    let reading = executions_of(&house.catalog, "secret").await;
    assert_eq!(reading.value.total, 1);
    assert!(reading.value.incomplete);
}

#[tokio::test]
async fn an_incomplete_list_of_steps_keeps_the_steps_known_before() {
    let house = House::build().await;
    let view = async |catalog: &Catalog| {
        let scope = everything();
        let view = catalog.execution(&scope, "main", "open-one", "openxo0000");
        view.await.unwrap()
    };
    assert_eq!(view(&house.catalog).await.value.steps.len(), 1);
    {
        let mut world = house.stub.world();
        world.without_steps = true;
        world.endless = vec!["ListPipelineExecutionSteps"];
    }
    let catalog = house.reopened().await;
    let operation = "ListPipelineExecutionSteps";
    let reading = eventually(
        || view(&catalog),
        |reading| is_incomplete(reading, operation),
    )
    .await;
    assert_eq!(reading.value.steps.len(), 1);
    house.stub.world().endless.clear();
    let catalog = house.reopened().await;
    let reading = eventually(|| view(&catalog), is_fresh).await;
    assert_eq!(reading.value.steps.len(), 0);
}

#[tokio::test]
async fn an_incomplete_list_of_tags_allows_nothing() {
    let house = House::build().await;
    house.stub.world().endless = vec!["ListTags"];
    let denying = scope(vec![
        rule(Role::Admin, "*", None),
        deny(rule(Role::Operator, "*", Some("secret"))),
    ]);
    let denied = house.catalog;
    let denied = denied.may(&denying, "main", "open-one", Role::Operator);
    let Err(Denied::ReadError(ReadError::Unavailable(failure))) = denied.await else {
        panic!("it was allowed");
    };
    assert_eq!(failure.kind, AwsErrorKind::Incomplete);
}
