//! The audit trail tells when anything in it was changed, left out or put in between.

use super::*;

/// Three actions and a refused request: seven records.
async fn busy() -> House {
    let house = House::build().await;
    house.start(&house.start_ticket(), "one").await.unwrap();
    house.start(&house.start_ticket(), "two").await.unwrap();
    house.start("forged", "three").await.unwrap_err();
    house.start(&house.start_ticket(), "four").await.unwrap();
    house
}

#[tokio::test]
async fn an_untouched_trail_is_sound_while_the_console_runs_and_as_a_copy() {
    let house = busy().await;
    let verified = house.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    let chain = &verified.chains[0];
    assert_eq!((chain.records, chain.intents, chain.denied), (7, 3, 1));
    assert_eq!(chain.head.as_ref().unwrap().0, 7);
    let copy = tempfile::tempdir().unwrap();
    let done = sqlx::query("VACUUM INTO ?")
        .bind(copy.path().join("ledger.db").to_str().unwrap())
        .execute(&house.pools.writer)
        .await;
    done.unwrap();
    let trail = Trail::open(copy.path()).await.unwrap();
    assert_eq!(trail.verify(&[]).await.unwrap(), verified);
}

#[tokio::test]
async fn an_empty_trail_is_sound() {
    let house = House::build().await;
    let verified = house.verified().await;
    assert!(verified.is_sound() && verified.chains.len() == 1);
}

#[tokio::test]
async fn whatever_is_changed_is_found_where_it_was_changed() {
    let cases = [
        (
            "UPDATE records SET person = 'bob' WHERE seq = 3",
            3,
            "was changed",
        ),
        (
            "UPDATE records SET body = replace(body, 'run', 'walk') WHERE seq = 1",
            1,
            "",
        ),
        (
            "UPDATE records SET recorded_at = recorded_at + 1 WHERE seq = 5",
            5,
            "was changed",
        ),
        (
            "DELETE FROM records WHERE seq = 4",
            5,
            "record 4 before it is missing",
        ),
        ("DELETE FROM records WHERE seq < 3", 3, "no checkpoint"),
        (
            "UPDATE records SET seq = CASE seq WHEN 6 THEN 7 ELSE 6 END, hash = hash || seq WHERE seq = 6",
            7,
            "",
        ),
        (
            "UPDATE intents SET reason = 'none' WHERE id = 2",
            3,
            "row of its intent was changed",
        ),
        (
            "UPDATE intents SET person = 'bob' WHERE id = 1",
            1,
            "row of its intent was changed",
        ),
        (
            "UPDATE outcomes SET request_id = 'x' WHERE intent_id = 2",
            4,
            "row of its outcome was changed",
        ),
        (
            "DELETE FROM outcomes WHERE intent_id = 2",
            4,
            "row of its outcome is missing",
        ),
        (
            "DELETE FROM intents WHERE id = 3",
            6,
            "row of its intent is missing",
        ),
        (
            "UPDATE intents SET parameters = 'no' WHERE id = 1",
            1,
            "cannot be read",
        ),
    ];
    for (sql, seq, what) in cases {
        let house = busy().await;
        if sql.contains("CASE") {
            house.tamper("DELETE FROM records WHERE seq = 7").await;
        }
        house.tamper(sql).await;
        let verified = house.verified().await;
        if sql.contains("'walk'") {
            // Nothing in it was changed.
            assert!(verified.is_sound());
            continue;
        }
        let fault = verified.chains[0].fault.as_ref().expect(sql);
        assert_eq!(fault.seq, seq, "{sql}: {fault:?}");
        assert!(fault.what.contains(what), "{sql}: {fault:?}");
    }
}

#[tokio::test]
async fn a_record_that_was_made_to_fit_is_found_by_the_next() {
    let house = busy().await;
    let mut forged: super::super::record::Record =
        sqlx::query_as("SELECT * FROM records WHERE seq = 5")
            .fetch_one(&house.pools.reader)
            .await
            .unwrap();
    forged.person = Some("bob".into());
    forged.hash = forged.computed();
    house.tamper("DELETE FROM records WHERE seq = -1").await;
    sqlx::query("UPDATE records SET person = ?, hash = ? WHERE seq = 5")
        .bind(&forged.person)
        .bind(&forged.hash)
        .execute(&house.pools.writer)
        .await
        .unwrap();
    let verified = house.verified().await;
    let fault = verified.chains[0].fault.as_ref().unwrap();
    assert_eq!(fault.seq, 6, "{fault:?}");
    assert!(fault.what.contains("carry on"), "{fault:?}");
}

#[tokio::test]
async fn an_action_without_a_record_is_found() {
    let house = busy().await;
    house.tamper("DELETE FROM records WHERE seq > 5").await;
    let verified = house.verified().await;
    assert_eq!(
        verified.strays,
        [
            "the intent of action 3 has no record",
            "the outcome of action 3 has no record"
        ]
    );
    assert!(!verified.is_sound());
}

#[tokio::test]
async fn what_an_earlier_version_wrote_is_taken_in_once() {
    let house = busy().await;
    house.tamper("DELETE FROM records").await;
    house.tamper("DELETE FROM writers").await;
    let settings = house.ledger.0.settings.clone();
    house.reopen(settings).await;
    let verified = house.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.chains[0].records, 6);
}

#[tokio::test]
async fn everything_is_exported_in_order_from_a_moment_on() {
    let house = busy().await;
    let trail = Trail::open(house.state.path()).await.unwrap();
    let mut events = Vec::new();
    let take = |happening: AuditRecord| {
        events.push(format!("{} {}", happening["seq"], happening["event"]));
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
