//! Every write of the ledger is made to fail, one after the other: nothing is called that was not
//! written down, nothing that was called is forgotten, and the audit trail stays sound.

use sqlx::{Connection, SqliteConnection};

use super::*;

/// Lets the writes of these tables fail from the one on that finds `left` at zero.
const FAULTS: [&str; 5] = [
    "CREATE TABLE faults (id INTEGER PRIMARY KEY, left INTEGER NOT NULL)",
    "INSERT INTO faults VALUES (1, 1000000)",
    "CREATE TRIGGER fault_intents BEFORE INSERT ON intents BEGIN
     UPDATE faults SET left = left - 1;
     SELECT RAISE(ABORT, 'injected') WHERE (SELECT left FROM faults) < 0; END",
    "CREATE TRIGGER fault_outcomes BEFORE INSERT ON outcomes BEGIN
     UPDATE faults SET left = left - 1;
     SELECT RAISE(ABORT, 'injected') WHERE (SELECT left FROM faults) < 0; END",
    "CREATE TRIGGER fault_records BEFORE INSERT ON records BEGIN
     UPDATE faults SET left = left - 1;
     SELECT RAISE(ABORT, 'injected') WHERE (SELECT left FROM faults) < 0; END",
];

async fn run(fixture: &Fixture, sql: &'static str) {
    sqlx::query(sql)
        .execute(&fixture.pools.writer)
        .await
        .unwrap();
}

async fn let_writes_succeed(fixture: &Fixture, left: i64) {
    sqlx::query("UPDATE faults SET left = ?")
        .bind(left)
        .execute(&fixture.pools.writer)
        .await
        .unwrap();
}

/// An action is settled, its answer is kept, and the trail is sound.
async fn well(fixture: &Fixture, ticket: &str, name: &str) {
    fixture.at_rest().await;
    let again = fixture.start(ticket, name).await.unwrap();
    assert!(again.repeated);
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(
        fixture.count("intents").await,
        fixture.count("outcomes").await
    );
}

#[tokio::test]
async fn whichever_write_of_an_action_fails_nothing_is_called_unwritten_or_forgotten() {
    let fixture = Fixture::build().await;
    for sql in FAULTS {
        run(&fixture, sql).await;
    }
    let mut before_the_call = 0;
    for left in 0.. {
        let_writes_succeed(&fixture, left).await;
        let (calls, intents) = (
            fixture.stub.calls("StartPipelineExecution"),
            fixture.count("intents").await,
        );
        let (ticket, name) = (fixture.start_ticket(), format!("run-{left}"));
        let answer = fixture.start(&ticket, &name).await;
        if matches!(answer, Err(ActionError::NotWritten(_))) {
            before_the_call += 1;
            assert_eq!(fixture.stub.calls("StartPipelineExecution"), calls);
            assert_eq!(fixture.count("intents").await, intents);
            assert!(fixture.verified().await.is_sound());
            // The same form goes through once it can be written down.
            let_writes_succeed(&fixture, 1000).await;
            fixture.start(&ticket, &name).await.unwrap();
            well(&fixture, &ticket, &name).await;
            continue;
        }
        answer.unwrap();
        assert_eq!(fixture.stub.calls("StartPipelineExecution"), calls + 1);
        let is_written = fixture.count("outcomes").await == fixture.count("intents").await;
        assert!(fixture.verified().await.is_sound());
        let_writes_succeed(&fixture, 1000).await;
        well(&fixture, &ticket, &name).await;
        if is_written {
            // The intent and its record, the outcome and its record.
            assert_eq!((before_the_call, left), (2, 4));
            return;
        }
    }
}

#[tokio::test]
async fn wherever_the_disk_is_full_nothing_is_called_unwritten_or_forgotten() {
    let fixture = Fixture::build().await;
    let mut refused = 0;
    for spare in 0..200 {
        let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count")
            .fetch_one(&fixture.pools.writer)
            .await
            .unwrap();
        let limit: &'static str =
            Box::leak(format!("PRAGMA max_page_count = {}", pages + spare).into_boxed_str());
        run(&fixture, limit).await;
        let calls = fixture.stub.calls("StartPipelineExecution");
        let name = format!("run-{spare}");
        let large = start_with(|arguments| {
            arguments.name = Some(name);
            arguments.description = Some("x".repeat(9_000));
        });
        let ticket = fixture.start_ticket();
        let answer = fixture.ledger.act(&ana(), &ticket, large.clone()).await;
        assert!(fixture.verified().await.is_sound());
        let is_done = answer.is_ok();
        let is_written = fixture.count("outcomes").await == fixture.count("intents").await;
        if !is_done {
            let full = matches!(&answer, Err(ActionError::NotWritten(error))
                if error.kind == database::DatabaseErrorKind::Full);
            assert!(full, "{answer:?}");
            assert_eq!(fixture.stub.calls("StartPipelineExecution"), calls);
            refused += 1;
        }
        run(&fixture, "PRAGMA max_page_count = 1000000").await;
        fixture.at_rest().await;
        let again = fixture.ledger.act(&ana(), &ticket, large).await.unwrap();
        assert_eq!(again.repeated, is_done);
        assert_eq!(fixture.stub.calls("StartPipelineExecution"), calls + 1);
        assert!(fixture.verified().await.is_sound());
        if is_done && is_written {
            assert!(refused > 2, "only {refused} were refused");
            return;
        }
    }
    panic!("an action takes less than 200 pages");
}

#[tokio::test]
async fn while_another_holds_the_ledger_nothing_is_called() {
    let fixture = Fixture::build().await;
    let file = fixture.state.path().join("ledger.db");
    let mut other = SqliteConnection::connect(file.to_str().unwrap())
        .await
        .unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    let ticket = fixture.start_ticket();
    let refused = fixture.start(&ticket, "run").await;
    let held = matches!(&refused, Err(ActionError::NotWritten(error))
        if error.kind == database::DatabaseErrorKind::Locked);
    assert!(held, "{refused:?}");
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 0);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    fixture.start(&ticket, "run").await.unwrap();
    well(&fixture, &ticket, "run").await;
}

#[tokio::test]
async fn a_rejection_that_cannot_be_written_is_a_rejection_all_the_same() {
    let fixture = Fixture::build().await;
    for sql in FAULTS {
        run(&fixture, sql).await;
    }
    let_writes_succeed(&fixture, 0).await;
    let refused = fixture.start("forged", "run").await;
    assert_eq!(refused, Err(ActionError::ForgedTicket));
    let_writes_succeed(&fixture, 1000).await;
    fixture.start("forged", "run").await.unwrap_err();
    assert_eq!(fixture.count("records").await, 1);
    assert!(fixture.verified().await.is_sound());
}

#[tokio::test]
async fn retention_that_fails_anywhere_removes_nothing() {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    fixture.advance(401 * 24 * 60 * 60);
    for guard in [
        "CREATE TRIGGER fault BEFORE INSERT ON retention BEGIN SELECT RAISE(ABORT, 'injected'); END",
        "CREATE TRIGGER fault BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'injected'); END",
        "CREATE TRIGGER fault BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'injected'); END",
        "CREATE TRIGGER fault BEFORE DELETE ON outcomes BEGIN SELECT RAISE(ABORT, 'injected'); END",
        "CREATE TRIGGER fault BEFORE DELETE ON intents BEGIN SELECT RAISE(ABORT, 'injected'); END",
    ] {
        run(&fixture, guard).await;
        fixture.ledger.remove_expired().await.unwrap_err();
        let verified = fixture.verified().await;
        assert!(verified.is_sound(), "{guard}: {verified:?}");
        assert_eq!(fixture.count("records").await, 2, "{guard}");
        run(&fixture, "DROP TRIGGER fault").await;
    }
    assert_eq!(fixture.ledger.remove_expired().await.unwrap(), 2);
    assert!(fixture.verified().await.is_sound());
}
