//! What SageMaker no longer knows stays, and says so.

use super::*;

const ID: &str = "openxo0000";

#[tokio::test]
async fn an_execution_that_sagemaker_no_longer_knows_stays_and_says_since_when() {
    let fixture = Fixture::build().await;
    let everything = everything();
    let read = async || {
        let read = fixture
            .catalog
            .execution(&everything, "main", "open-one", ID)
            .await;
        read.unwrap()
    };
    let before = read().await;
    assert_eq!(before.value.gone, None);
    let runs = std::mem::take(&mut fixture.stub.world().runs);
    fixture.age();
    let after = read().await;
    assert!(after.value.gone.is_some());
    assert_eq!(after.value.steps, before.value.steps);
    assert!(after.read_errors.is_empty(), "{:?}", after.read_errors);
    assert!(!after.stale && !after.refreshing);
    assert_ne!(after.version, before.version);
    let query = ExecutionQuery::default();
    let list = fixture
        .catalog
        .executions(&everything, "main", "open-one", &query)
        .await;
    let rows = list.unwrap().value.rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].gone, after.value.gone);
    fixture.stub.world().runs = runs;
    fixture.age();
    assert_eq!(read().await.value.gone, None);
}

#[tokio::test]
async fn a_pipeline_that_sagemaker_no_longer_knows_shows_what_is_known_and_allows_nothing() {
    let fixture = Fixture::build().await;
    let (catalog, everything) = (&fixture.catalog, everything());
    let query = ExecutionQuery::default();
    let list = async |scope: &Scope, name: &str| {
        let read = catalog.executions(scope, "main", name, &query).await;
        read.map(|reading| reading.value)
    };
    assert_eq!(list(&everything, "open-one").await.unwrap().total, 1);
    catalog
        .detail(&everything, "main", "open-one")
        .await
        .unwrap();
    let kept = std::mem::take(&mut fixture.stub.world().pipelines);
    fixture.age();
    let gone = list(&everything, "open-one").await.unwrap();
    assert!(gone.pipeline.gone.is_some());
    assert_eq!((gone.total, gone.lacks), (1, None));
    let detail = catalog.detail(&everything, "main", "open-one").await;
    let detail = detail.unwrap();
    assert!(detail.read_errors.is_empty(), "{:?}", detail.read_errors);
    assert_eq!(detail.value.detail.pipeline.gone, gone.pipeline.gone);
    let refused = catalog.authorize(&everything, "main", "open-one", Role::Operator);
    let not_there = AccessError::ReadError(ReadError::Pipeline);
    assert_eq!(refused.await.err(), Some(not_there));
    // Its tags went with it: a rule that asks for tags lets nobody see it any more.
    for (why, scope) in partial() {
        let hidden = list(&scope, "secret").await.err();
        assert_eq!(hidden, Some(ReadError::Pipeline), "{why}");
    }
    fixture.stub.world().pipelines = kept;
    fixture.age();
    let back = list(&everything, "open-one").await.unwrap();
    assert_eq!(back.pipeline.gone, None);
}
