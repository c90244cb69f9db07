//! Expired records are removed, with a signed record of it; what is still needed stays.

use super::stub::{Fault, arn};
use super::*;

const DAY_SECONDS: i64 = 24 * 60 * 60;

#[tokio::test]
async fn expired_records_are_removed_and_the_rest_is_still_sound() {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    fixture.start("forged", "two").await.unwrap_err();
    assert_eq!(fixture.ledger.remove_expired().await.unwrap(), 0);
    fixture.advance(300 * DAY_SECONDS);
    fixture
        .start(&fixture.start_ticket(), "three")
        .await
        .unwrap();
    fixture.advance(101 * DAY_SECONDS);
    assert_eq!(fixture.ledger.remove_expired().await.unwrap(), 3);
    assert_eq!(fixture.count("intents").await, 1);
    assert_eq!(fixture.count("outcomes").await, 1);
    // An intent, its outcome, and the checkpoint.
    assert_eq!(fixture.count("records").await, 3);
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.chains[0].removed_through, 3);
    // And again, until nothing but checkpoints is left.
    fixture.advance(400 * DAY_SECONDS);
    fixture.ledger.remove_expired().await.unwrap();
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(fixture.count("records").await, 1);
    assert_eq!(fixture.count("intents").await, 0);
    fixture
        .start(&fixture.start_ticket(), "four")
        .await
        .unwrap();
    assert!(fixture.verified().await.is_sound());
}

#[tokio::test]
async fn an_action_whose_outcome_is_not_known_stays_with_all_that_follows() {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    fixture.stub.add("abc", "run", "Executing");
    fixture.stub.world().faults.push_back(Fault::RequestLost);
    fixture.act(Action::Stop, "abc").await.unwrap_err();
    fixture.stub.world().down = true;
    fixture.advance(500 * DAY_SECONDS);
    assert_eq!(fixture.ledger.remove_expired().await.unwrap(), 2);
    let (ana, stopped) = (ana(), arn("abc"));
    let found = fixture.ledger.of_execution(&ana, "default", &stopped).await;
    assert_eq!(found.unwrap().len(), 1);
    assert!(fixture.verified().await.is_sound());
    let error = sqlx::query("UPDATE retention SET through = 99")
        .execute(&fixture.pools.writer)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("without an outcome"), "{error}");
}

#[tokio::test]
async fn what_a_ticket_may_still_lead_to_stays_however_short_retention_is() {
    let fixture = Fixture::build().await;
    let settings = LedgerSettings {
        retention_days: 0,
        ..fixture.ledger.0.settings.clone()
    };
    let hasty = fixture.reopen(settings).await;
    let ticket = fixture.start_ticket();
    fixture.start(&ticket, "one").await.unwrap();
    fixture.advance(12 * 60 * 60 + 1);
    assert_eq!(hasty.remove_expired().await.unwrap(), 0);
    assert!(fixture.start(&ticket, "one").await.unwrap().repeated);
    fixture.advance(60 * 60);
    assert_eq!(hasty.remove_expired().await.unwrap(), 2);
    assert_eq!(
        fixture.start(&ticket, "one").await,
        Err(ActionError::ExpiredTicket)
    );
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn nothing_is_removed_without_a_checkpoint_signed_by_the_ledger() {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    fixture.advance(401 * DAY_SECONDS);
    fixture.ledger.remove_expired().await.unwrap();
    fixture.start(&fixture.start_ticket(), "two").await.unwrap();
    fixture
        .tamper("UPDATE ticket_keys SET secret = x'00'")
        .await;
    let verified = fixture.verified().await;
    let error = verified.chains[0].error.as_ref().unwrap();
    assert_eq!(error.fault, ChainFault::CheckpointSignature);
}

#[tokio::test]
async fn rows_are_removed_only_as_far_as_retention_allows() {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    for sql in [
        "DELETE FROM records",
        "DELETE FROM outcomes",
        "UPDATE records SET person = 'bob'",
    ] {
        let error = sqlx::query(sql).execute(&fixture.pools.writer).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("rows of the ledger are never"), "{error}");
    }
}
