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
        assert_eq!((list.total, list.lacks), (1, None));
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
    assert_eq!(
        (list.total, list.lacks),
        (1, Some(ListGap::Filling { back_to: None }))
    );
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

/// A SageMaker whose search knows no executions, and answers with none.
async fn without_search() -> Fixture {
    let fixture = Fixture::build().await;
    {
        let mut world = fixture.stub.world();
        world.last_execution = 30.0;
        world.is_search_empty = true;
    }
    fixture
}

async fn all_of(catalog: &Catalog, scope: &Scope) -> AllExecutions {
    let query = ExecutionQuery::default();
    let read = catalog.all_executions(scope, "main", &query).await;
    read.unwrap().value
}

#[tokio::test]
async fn what_a_search_lacks_is_listed_pipeline_by_pipeline() {
    for takes_names_alone in [false, true] {
        let fixture = without_search().await;
        fixture.stub.world().takes_names_alone = takes_names_alone;
        let catalog = &fixture.catalog;
        let list = all_of(catalog, &everything()).await;
        assert_eq!((list.total, list.lacks), (3, None));
        assert!(
            pipelines_of(catalog)
                .await
                .value
                .rows
                .iter()
                .all(|row| row.last.is_some())
        );
        let one = executions_of(catalog, "secret").await.value;
        assert_eq!((one.total, one.lacks), (1, None));
        // What was listed is not listed again until the pipeline runs again.
        fixture.stub.asked();
        fixture.age();
        all_of(catalog, &everything()).await;
        let asked = fixture.stub.asked();
        assert!(
            !asked.iter().any(|one| one == "ListPipelineExecutions"),
            "{asked:?}"
        );
        {
            let mut world = fixture.stub.world();
            world.last_execution = fixture.clock.clock().now().as_second() as f64 + 60.0;
            let mut run = world.runs[0].clone();
            run.id = "openxo0009".into();
            world.runs.push(run);
        }
        fixture.age();
        assert_eq!(all_of(catalog, &everything()).await.total, 4);
    }
}

#[tokio::test]
async fn executions_that_cannot_be_listed_are_not_said_to_be_none() {
    let fixture = without_search().await;
    fixture.stub.world().refused = vec!["ListPipelineExecutions"];
    let catalog = &fixture.catalog;
    let list = all_of(catalog, &everything()).await;
    assert_eq!((list.total, list.lacks), (0, Some(ListGap::NotListed)));
    let one = executions_of(catalog, "secret").await;
    assert_eq!(
        (one.value.total, one.value.lacks),
        (0, Some(ListGap::NotListed))
    );
    assert!(
        one.read_errors
            .iter()
            .any(|error| error.kind == AwsErrorKind::AccessDenied)
    );
}

#[tokio::test]
async fn a_list_lacks_nothing_where_only_what_is_hidden_cannot_be_listed() {
    let fixture = without_search().await;
    let listed: Vec<String> = vec!["open-one".into(), "open-two".into()];
    fixture.stub.world().unlistable = Some("secret");
    for (why, scope) in partial() {
        let list = all_of(&fixture.catalog, &scope).await;
        let names: Vec<_> = list
            .rows
            .iter()
            .map(|(of, _)| of.exact().to_owned())
            .collect();
        assert_eq!((list.total, list.lacks), (2, None), "{why}");
        assert!(listed.iter().all(|name| names.contains(name)), "{why}");
    }
    let list = all_of(&fixture.catalog, &everything()).await;
    assert_eq!((list.total, list.lacks), (2, Some(ListGap::NotListed)));
}
