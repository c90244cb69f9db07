//! A check of the audit trail finds whatever in it was changed, left out or inserted.

use super::*;

/// Three actions and a rejected request: seven records.
async fn busy() -> Fixture {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    fixture.start(&fixture.start_ticket(), "two").await.unwrap();
    fixture.start("forged", "three").await.unwrap_err();
    fixture
        .start(&fixture.start_ticket(), "four")
        .await
        .unwrap();
    fixture
}

#[tokio::test]
async fn an_untouched_trail_is_sound_while_the_console_runs_and_as_a_copy() {
    let fixture = busy().await;
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    let chain = &verified.chains[0];
    assert_eq!((chain.records, chain.intents, chain.denied), (7, 3, 1));
    assert_eq!(chain.head.as_ref().unwrap().0, 7);
    let copy = tempfile::tempdir().unwrap();
    let done = sqlx::query("VACUUM INTO ?")
        .bind(copy.path().join("ledger.db").to_str().unwrap())
        .execute(&fixture.pools.writer)
        .await;
    done.unwrap();
    let trail = Trail::open(copy.path()).await.unwrap();
    assert_eq!(trail.verify(&[]).await.unwrap(), verified);
}

#[tokio::test]
async fn an_empty_trail_is_sound() {
    let fixture = Fixture::build().await;
    let verified = fixture.verified().await;
    assert!(verified.is_sound() && verified.chains.len() == 1);
}

#[tokio::test]
async fn whatever_is_changed_is_found_where_it_was_changed() {
    use ChainFault as F;
    use RowKind::{Intent, Outcome};
    let cases = [
        (
            "UPDATE records SET person = 'bob' WHERE seq = 3",
            3,
            F::HashMismatch,
        ),
        (
            "UPDATE records SET body = replace(body, 'one', 'two') WHERE seq = 1",
            1,
            F::HashMismatch,
        ),
        (
            "UPDATE records SET recorded_at = recorded_at + 1 WHERE seq = 5",
            5,
            F::HashMismatch,
        ),
        (
            "DELETE FROM records WHERE seq = 4",
            5,
            F::RecordsMissing { first: 4, last: 4 },
        ),
        ("DELETE FROM records WHERE seq < 3", 3, F::BeginningMissing),
        (
            "UPDATE records SET seq = CASE seq WHEN 6 THEN 7 ELSE 6 END, hash = hash || seq WHERE seq = 6",
            7,
            F::RecordsMissing { first: 6, last: 6 },
        ),
        (
            "UPDATE intents SET reason = 'none' WHERE id = 2",
            3,
            F::RowChanged(Intent),
        ),
        (
            "UPDATE intents SET person = 'bob' WHERE id = 1",
            1,
            F::RowChanged(Intent),
        ),
        (
            "UPDATE outcomes SET request_id = 'x' WHERE intent_id = 2",
            4,
            F::RowChanged(Outcome),
        ),
        (
            "UPDATE outcomes SET message = 'x' WHERE intent_id = 2",
            4,
            F::RowChanged(Outcome),
        ),
        (
            "DELETE FROM outcomes WHERE intent_id = 2",
            4,
            F::RowMissing(Outcome),
        ),
        ("DELETE FROM intents WHERE id = 3", 6, F::RowMissing(Intent)),
        (
            "UPDATE intents SET parameters = 'no' WHERE id = 1",
            1,
            F::Unreadable {
                message: "column parameters holds \"no\"".into(),
            },
        ),
    ];
    for (sql, seq, fault) in cases {
        let fixture = busy().await;
        if sql.contains("CASE") {
            fixture.tamper("DELETE FROM records WHERE seq = 7").await;
        }
        fixture.tamper(sql).await;
        let verified = fixture.verified().await;
        let error = verified.chains[0].error.as_ref().expect(sql);
        assert_eq!((error.seq, &error.fault), (seq, &fault), "{sql}");
    }
}

#[tokio::test]
async fn a_record_that_was_forged_with_its_hash_is_found_by_the_next() {
    let fixture = busy().await;
    let mut forged: super::super::record::Record =
        sqlx::query_as("SELECT * FROM records WHERE seq = 5")
            .fetch_one(&fixture.pools.reader)
            .await
            .unwrap();
    forged.person = Some("bob".into());
    forged.hash = forged.computed();
    fixture.tamper("DELETE FROM records WHERE seq = -1").await;
    sqlx::query("UPDATE records SET person = ?, hash = ? WHERE seq = 5")
        .bind(&forged.person)
        .bind(&forged.hash)
        .execute(&fixture.pools.writer)
        .await
        .unwrap();
    let verified = fixture.verified().await;
    let error = verified.chains[0].error.as_ref().unwrap();
    assert_eq!((error.seq, &error.fault), (6, &ChainFault::Unlinked));
}

#[tokio::test]
async fn an_action_without_a_record_is_found() {
    let fixture = busy().await;
    fixture.tamper("DELETE FROM records WHERE seq > 5").await;
    let verified = fixture.verified().await;
    let unrecorded = |kind| UnrecordedRow { kind, intent_id: 3 };
    assert_eq!(
        verified.unrecorded,
        [RowKind::Intent, RowKind::Outcome].map(unrecorded)
    );
    assert!(!verified.is_sound());
}

#[tokio::test]
async fn rows_of_a_version_without_a_trail_are_adopted_once() {
    let fixture = busy().await;
    fixture.tamper("DELETE FROM records").await;
    fixture.tamper("DELETE FROM writers").await;
    let settings = fixture.ledger.0.settings.clone();
    fixture.reopen(settings).await;
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.chains[0].records, 6);
}

#[tokio::test]
async fn everything_is_exported_in_order_from_a_time_on() {
    let fixture = busy().await;
    let trail = Trail::open(fixture.state.path()).await.unwrap();
    let mut events = Vec::new();
    let take = |record: AuditRecord| {
        events.push(format!("{} {}", record["seq"], record["event"]));
        Ok::<_, ()>(())
    };
    let done = trail.export(Timestamp::UNIX_EPOCH, None, take).await;
    done.unwrap().unwrap();
    assert_eq!(
        events,
        [
            "1 \"intent\"",
            "2 \"outcome\"",
            "3 \"intent\"",
            "4 \"outcome\"",
            "5 \"denied\"",
            "6 \"intent\"",
            "7 \"outcome\""
        ]
    );
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let none = |_| Err("nothing is that young");
    trail.export(tomorrow, None, none).await.unwrap().unwrap();
}
