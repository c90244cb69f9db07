//! What begins elsewhere shows within seconds in an open list, and costs nothing while none is open.

use super::stub::Run;
use super::*;

/// Seconds between two polls of an open list.
const POLL: Duration = Duration::from_secs(2);

fn count(asked: &[String], operation: &str) -> usize {
    asked.iter().filter(|one| *one == operation).count()
}

#[tokio::test]
async fn what_begins_elsewhere_is_listed_by_the_next_poll_though_the_search_lacks_it() {
    let Fixture {
        stub,
        catalog,
        clock,
        _state,
    } = Fixture::build().await;
    let query = ExecutionQuery::default();
    let list = async || {
        let read = catalog
            .executions(&everything(), "main", "open-one", &query)
            .await;
        read.unwrap().value.total
    };
    assert_eq!(list().await, 1);
    stub.world().runs.push(Run {
        pipeline: "open-one".into(),
        id: "elsewhere000".into(),
        status: "Executing",
        answered_pipeline: None,
        is_unsearched: true,
    });
    clock.skip(POLL);
    assert_eq!(list().await, 2);
}

#[tokio::test]
async fn all_readers_of_a_list_share_one_call_and_nobody_costs_none() {
    let Fixture {
        stub,
        catalog,
        clock,
        _state,
    } = Fixture::build().await;
    let query = ExecutionQuery::default();
    let everything = everything();
    stub.asked();
    for _ in 0..5 {
        let read = || catalog.executions(&everything, "main", "open-one", &query);
        let (one, two, three) = tokio::join!(read(), read(), read());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        clock.skip(POLL);
    }
    let asked = stub.asked();
    assert_eq!(count(&asked, "ListPipelineExecutions"), 5, "{asked:?}");
    clock.skip(POLL * 100);
    let _ = catalog
        .pipelines(&everything, "main", &pipelines(""))
        .await
        .unwrap();
    assert_eq!(count(&stub.asked(), "ListPipelineExecutions"), 0);
}
