//! Lists that are cut short: what they lack still exists.

use super::*;
use crate::domain::AwsErrorKind;

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
        .read_errors
        .iter()
        .any(|failure| failure.kind == AwsErrorKind::Incomplete && failure.operation == operation)
}

#[tokio::test]
async fn an_incomplete_list_of_pipelines_deletes_nothing_and_is_reported() {
    let fixture = Fixture::build().await;
    let catalog = &fixture.catalog;
    assert_eq!(pipelines_of(catalog).await.value.counts.all, 3);
    {
        let mut world = fixture.stub.world();
        world.unlisted = Some("secret");
        world
            .runs
            .iter_mut()
            .for_each(|run| run.is_unsearched = true);
        world.endless = vec!["ListPipelines"];
    }
    fixture.age();
    let reading = pipelines_of(catalog).await;
    assert!(is_incomplete(&reading, "ListPipelines"));
    assert_eq!(reading.value.counts.all, 3);
    assert_eq!(executions_of(catalog, "secret").await.value.total, 1);
    // A complete list is believed.
    fixture.stub.world().endless.clear();
    fixture.age();
    assert_eq!(pipelines_of(catalog).await.value.counts.all, 2);
}

#[tokio::test]
async fn a_pipeline_that_comes_back_has_its_history_read_again() {
    for look_at_the_list in [false, true] {
        let fixture = Fixture::build().await;
        let catalog = &fixture.catalog;
        assert_eq!(pipelines_of(catalog).await.value.counts.all, 3);
        let secret = fixture.stub.world().pipelines.remove(2);
        fixture.age();
        assert_eq!(pipelines_of(catalog).await.value.counts.all, 2);
        {
            let mut world = fixture.stub.world();
            world.pipelines.push(secret);
            world.runs[2].is_unsearched = true;
        }
        fixture.age();
        if look_at_the_list {
            let list = pipelines_of(catalog).await.value;
            assert_eq!(list.rows.len(), 3);
            assert!(list.rows.iter().all(|row| row.last.is_some()));
        }
        let list = executions_of(catalog, "secret").await.value;
        assert_eq!((list.total, list.incomplete), (1, false));
        fixture.stub.asked();
        executions_of(catalog, "secret").await;
        let asked = fixture.stub.asked();
        assert_eq!(asked, Vec::<String>::new(), "once is enough");
    }
}

#[tokio::test]
async fn a_search_without_end_does_not_count_as_complete() {
    let fixture = Fixture::build().await;
    fixture.stub.world().endless = vec!["Search"];
    let reading = pipelines_of(&fixture.catalog).await;
    assert!(is_incomplete(&reading, "Search"));
    assert_eq!(reading.value.counts.all, 3);
    let list = executions_of(&fixture.catalog, "secret").await.value;
    assert_eq!((list.total, list.incomplete), (1, true));
}

#[tokio::test]
async fn an_incomplete_list_of_steps_keeps_the_steps_known_before() {
    let fixture = Fixture::build().await;
    let view = async || {
        let (catalog, scope) = (&fixture.catalog, everything());
        let view = catalog.execution(&scope, "main", "open-one", "openxo0000");
        view.await.unwrap()
    };
    assert_eq!(view().await.value.steps.len(), 1);
    {
        let mut world = fixture.stub.world();
        world.without_steps = true;
        world.endless = vec!["ListPipelineExecutionSteps"];
    }
    fixture.age();
    let reading = view().await;
    assert!(is_incomplete(&reading, "ListPipelineExecutionSteps"));
    assert_eq!(reading.value.steps.len(), 1);
    fixture.stub.world().endless.clear();
    fixture.age();
    assert_eq!(view().await.value.steps.len(), 0);
}

#[tokio::test]
async fn an_incomplete_list_of_tags_allows_nothing() {
    let fixture = Fixture::build().await;
    fixture.stub.world().endless = vec!["ListTags"];
    let denying = scope(vec![
        rule(Role::Admin, "*", None),
        deny(rule(Role::Operator, "*", Some("secret"))),
    ]);
    let refused = fixture
        .catalog
        .authorize(&denying, "main", "open-one", Role::Operator);
    let Err(AccessError::ReadError(ReadError::Unavailable(error))) = refused.await else {
        panic!("it was allowed");
    };
    assert_eq!(error.kind, AwsErrorKind::Incomplete);
}
