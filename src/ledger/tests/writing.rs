//! Nothing is called that was not written down, and what was written down stays.

use super::stub::{Fault, arn};
use super::*;

/// Makes every write of the ledger fail.
async fn run(fixture: &Fixture, pragma: &'static str) {
    sqlx::query(pragma)
        .execute(&fixture.pools.writer)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_intent_that_cannot_be_written_calls_nothing() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    for (pragma, advice) in [
        ("PRAGMA query_only = ON", "Give the user"),
        ("PRAGMA max_page_count = 1", "Free some space"),
    ] {
        run(&fixture, pragma).await;
        let large = start_with(|arguments| arguments.description = Some("x".repeat(20_000)));
        let ticket = fixture.start_ticket();
        let refused = fixture.ledger.act(&ana(), &ticket, large).await;
        let Err(ActionError::NotWritten(why)) = refused else {
            panic!("{pragma}: {refused:?}");
        };
        let why = why.to_string();
        assert!(why.contains("ledger.db") && why.contains(advice), "{why}");
        run(&fixture, "PRAGMA query_only = OFF").await;
    }
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 0);
    // The same form goes through once there is room again.
    run(&fixture, "PRAGMA max_page_count = 100000").await;
    fixture.start(&fixture.start_ticket(), "run").await.unwrap();
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_is_answered_and_written_later() {
    let fixture = Fixture::build().await;
    let gate = fixture.stub.gate.acquire_many(1000).await.unwrap();
    let ticket = fixture.start_ticket();
    let breaking = async {
        while fixture.stub.calls("StartPipelineExecution") == 0 {
            tokio::task::yield_now().await;
        }
        // The one connection that writes is free while SageMaker is called.
        run(&fixture, "PRAGMA query_only = ON").await;
        drop(gate);
    };
    let (done, ()) = tokio::join!(fixture.start(&ticket, "run"), breaking);
    let done = done.unwrap();
    assert_eq!(fixture.count("outcomes").await, 0);
    let again = fixture.start(&ticket, "run").await.unwrap();
    assert_eq!(again.execution_arn, done.execution_arn);
    run(&fixture, "PRAGMA query_only = OFF").await;
    fixture.at_rest().await;
    assert_eq!(fixture.count("outcomes").await, 1);
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_nothing() {
    let fixture = Fixture::build().await;
    let gate = fixture.stub.gate.acquire_many(1000).await.unwrap();
    let ticket = fixture.start_ticket();
    let (ledger, form) = (fixture.ledger.clone(), ticket.clone());
    let caller = tokio::spawn(async move { ledger.act(&ana(), &form, start("run")).await });
    while fixture.stub.calls("StartPipelineExecution") == 0 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    drop(gate);
    fixture.at_rest().await;
    let repeated = fixture.start(&ticket, "run").await.unwrap();
    assert!(repeated.repeated);
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn rows_are_never_changed_or_deleted() {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "run").await.unwrap();
    for sql in [
        "UPDATE intents SET person = 'bob'",
        "DELETE FROM intents",
        "UPDATE outcomes SET kind = 'refused'",
        "DELETE FROM outcomes",
    ] {
        let error = sqlx::query(sql).execute(&fixture.pools.writer).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("rows of the ledger are never"), "{error}");
    }
}

#[tokio::test]
async fn forms_that_were_open_stay_good_after_a_restart() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    let ticket = fixture
        .ledger
        .ticket(&ana(), Action::Stop, "default", "abc");
    let settings = fixture.ledger.0.settings.clone();
    let restarted = fixture.reopen(settings).await;
    let stopped = restarted
        .act(&ana(), &ticket, act(Action::Stop, "abc"))
        .await;
    assert_eq!(stopped.unwrap().execution_arn, arn("abc"));
    let other_key = LedgerSettings {
        key: Some(b"from the settings".to_vec()),
        ..LedgerSettings::default()
    };
    let other = fixture.reopen(other_key).await;
    let refused = other.act(&ana(), &ticket, act(Action::Stop, "abc")).await;
    assert_eq!(refused, Err(ActionError::ForgedTicket));
}

#[tokio::test]
async fn a_refused_stop_is_kept_with_the_execution() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    fixture.stub.world().faults.push_back(Fault::Refused);
    let refused = fixture.act(Action::Stop, "abc").await;
    assert!(
        matches!(refused, Err(ActionError::Refused(_))),
        "{refused:?}"
    );
    let found = fixture
        .ledger
        .of_execution(&ana(), "default", &arn("abc"))
        .await
        .unwrap();
    let Some(Outcome::Refused(failure)) = &found[0].outcome else {
        panic!("{found:?}");
    };
    assert_eq!(failure.operation, "StopPipelineExecution");
}
