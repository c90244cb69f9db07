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
