//! What is old goes, with a signed record of it; what is still needed stays.

use super::stub::{Fault, arn};
use super::*;

const DAYS: i64 = 24 * 60 * 60;

#[tokio::test]
async fn what_is_old_goes_and_the_rest_is_still_sound() {
    let house = House::build().await;
    house.start(&house.start_ticket(), "one").await.unwrap();
    house.start("forged", "two").await.unwrap_err();
    assert_eq!(house.ledger.tidy().await.unwrap(), 0);
    house.advance(300 * DAYS);
    house.start(&house.start_ticket(), "three").await.unwrap();
    house.advance(101 * DAYS);
    assert_eq!(house.ledger.tidy().await.unwrap(), 3);
    assert_eq!(house.count("intents").await, 1);
    assert_eq!(house.count("outcomes").await, 1);
    // An intent, its outcome, and what stands for those that went.
    assert_eq!(house.count("records").await, 3);
    let verified = house.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.chains[0].removed_through, 3);
    // And again, until nothing but checkpoints is left.
    house.advance(400 * DAYS);
    house.ledger.tidy().await.unwrap();
    let verified = house.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(house.count("records").await, 1);
    assert_eq!(house.count("intents").await, 0);
    house.start(&house.start_ticket(), "four").await.unwrap();
    assert!(house.verified().await.is_sound());
}

#[tokio::test]
async fn an_action_whose_outcome_is_not_known_stays_with_all_that_follows() {
    let house = House::build().await;
    house.start(&house.start_ticket(), "one").await.unwrap();
    house.stub.add("abc", "run", "Executing");
    house.stub.world().faults.push_back(Fault::RequestLost);
    house.act(Action::Stop, "abc").await.unwrap_err();
    house.stub.world().down = true;
    house.advance(500 * DAYS);
    assert_eq!(house.ledger.tidy().await.unwrap(), 2);
    let (ana, stopped) = (ana(), arn("abc"));
    let told = house.ledger.of_execution(&ana, "default", &stopped).await;
    assert_eq!(told.unwrap().len(), 1);
    assert!(house.verified().await.is_sound());
    let error = sqlx::query("UPDATE retention SET through = 99")
        .execute(&house.pools.writer)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("without an outcome"), "{error}");
}

#[tokio::test]
async fn what_a_ticket_may_still_ask_for_stays_however_short_retention_is() {
    let house = House::build().await;
    let settings = LedgerSettings {
        retention_days: 0,
        ..house.ledger.0.settings.clone()
    };
    let hasty = house.reopen(settings).await;
    let ticket = house.start_ticket();
    house.start(&ticket, "one").await.unwrap();
    house.advance(12 * 60 * 60 + 1);
    assert_eq!(hasty.tidy().await.unwrap(), 0);
    assert!(house.start(&ticket, "one").await.unwrap().repeated);
    house.advance(60 * 60);
    assert_eq!(hasty.tidy().await.unwrap(), 2);
    assert_eq!(house.start(&ticket, "one").await, Err(ActionError::Expired));
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn nothing_goes_without_a_checkpoint_signed_by_the_ledger() {
    let house = House::build().await;
    house.start(&house.start_ticket(), "one").await.unwrap();
    house.advance(401 * DAYS);
    house.ledger.tidy().await.unwrap();
    house.start(&house.start_ticket(), "two").await.unwrap();
    house.tamper("UPDATE ticket_keys SET secret = x'00'").await;
    let verified = house.verified().await;
    let fault = verified.chains[0].fault.as_ref().unwrap();
    assert!(fault.what.contains("signature"), "{fault:?}");
}

#[tokio::test]
async fn rows_go_only_as_far_as_retention_allows() {
    let house = House::build().await;
    house.start(&house.start_ticket(), "one").await.unwrap();
    for sql in [
        "DELETE FROM records",
        "DELETE FROM outcomes",
        "UPDATE records SET person = 'bob'",
    ] {
        let error = sqlx::query(sql).execute(&house.pools.writer).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("rows of the ledger are never"), "{error}");
    }
}
