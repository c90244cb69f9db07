//! Nothing is called that was not written down, and what was written down stays.

use super::stub::{Fault, arn};
use super::*;

/// Makes every write of the ledger fail.
async fn run(house: &House, pragma: &'static str) {
    sqlx::query(pragma)
        .execute(&house.pools.writer)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_intent_that_cannot_be_written_calls_nothing() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Executing");
    for (pragma, advice) in [
        ("PRAGMA query_only = ON", "right to write"),
        ("PRAGMA max_page_count = 1", "Free some space"),
    ] {
        run(&house, pragma).await;
        let mut large = start("run");
        large.description = Some("x".repeat(20_000));
        let ticket = house.start_ticket();
        let refused = house.ledger.start(&ana(), &ticket, large).await;
        let Err(ActionError::NotWritten(why)) = refused else {
            panic!("{pragma}: {refused:?}");
        };
        let why = why.to_string();
        assert!(why.contains("ledger.db") && why.contains(advice), "{why}");
        run(&house, "PRAGMA query_only = OFF").await;
    }
    assert_eq!(house.stub.calls("StartPipelineExecution"), 0);
    // The same form goes through once there is room again.
    run(&house, "PRAGMA max_page_count = 100000").await;
    house.start(&house.start_ticket(), "run").await.unwrap();
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_is_answered_and_written_later() {
    let house = House::build().await;
    let gate = house.stub.gate.acquire_many(1000).await.unwrap();
    let ticket = house.start_ticket();
    let breaking = async {
        while house.stub.calls("StartPipelineExecution") == 0 {
            tokio::task::yield_now().await;
        }
        // The one connection that writes is free while SageMaker is called.
        run(&house, "PRAGMA query_only = ON").await;
        drop(gate);
    };
    let (done, ()) = tokio::join!(house.start(&ticket, "run"), breaking);
    let done = done.unwrap();
    assert_eq!(house.count("outcomes").await, 0);
    let again = house.start(&ticket, "run").await.unwrap();
    assert_eq!(again.execution_arn, done.execution_arn);
    run(&house, "PRAGMA query_only = OFF").await;
    house.at_rest().await;
    assert_eq!(house.count("outcomes").await, 1);
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_nothing() {
    let house = House::build().await;
    let gate = house.stub.gate.acquire_many(1000).await.unwrap();
    let ticket = house.start_ticket();
    let (ledger, form) = (house.ledger.clone(), ticket.clone());
    let caller = tokio::spawn(async move { ledger.start(&ana(), &form, start("run")).await });
    while house.stub.calls("StartPipelineExecution") == 0 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    drop(gate);
    house.at_rest().await;
    let told = house.start(&ticket, "run").await.unwrap();
    assert!(told.repeated);
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn rows_are_never_changed_or_deleted() {
    let house = House::build().await;
    house.start(&house.start_ticket(), "run").await.unwrap();
    for sql in [
        "UPDATE intents SET person = 'bob'",
        "DELETE FROM intents",
        "UPDATE outcomes SET kind = 'refused'",
        "DELETE FROM outcomes",
    ] {
        let error = sqlx::query(sql).execute(&house.pools.writer).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("rows of the ledger are never"), "{error}");
    }
}

#[tokio::test]
async fn forms_that_were_open_stay_good_after_a_restart() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Executing");
    let ticket = house.ledger.ticket(&ana(), Action::Stop, "default", "abc");
    let settings = house.ledger.0.settings.clone();
    let restarted = house.reopen(settings).await;
    let stopped = restarted
        .act(&ana(), &ticket, act(Action::Stop, "abc"))
        .await;
    assert_eq!(stopped.unwrap().execution_arn, arn("abc"));
    let other_key = LedgerSettings {
        key: Some(b"from the settings".to_vec()),
        ..LedgerSettings::default()
    };
    let other = house.reopen(other_key).await;
    let refused = other.act(&ana(), &ticket, act(Action::Stop, "abc")).await;
    assert_eq!(refused, Err(ActionError::Forged));
}

#[tokio::test]
async fn a_refused_stop_is_kept_with_the_execution() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Executing");
    house.stub.world().faults.push_back(Fault::Refused);
    let refused = house.act(Action::Stop, "abc").await;
    assert!(
        matches!(refused, Err(ActionError::Refused(_))),
        "{refused:?}"
    );
    let told = house
        .ledger
        .of_execution(&ana(), "default", &arn("abc"))
        .await
        .unwrap();
    let Some(Outcome::Refused(failure)) = &told[0].outcome else {
        panic!("{told:?}");
    };
    assert_eq!(failure.operation, "StopPipelineExecution");
}
