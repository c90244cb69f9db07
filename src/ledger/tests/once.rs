//! One form, one action.

use super::stub::{Fault, arn};
use super::*;

#[tokio::test]
async fn a_double_submit_is_one_call_with_one_answer() {
    let house = House::build().await;
    let ticket = house.start_ticket();
    let gate = house.stub.gate.acquire_many(1000).await.unwrap();
    let opening = async {
        while house.stub.calls("StartPipelineExecution") == 0 {
            tokio::task::yield_now().await;
        }
        drop(gate);
    };
    let (first, second, third, ()) = tokio::join!(
        house.start(&ticket, "run"),
        house.start(&ticket, "run"),
        house.start(&ticket, "run"),
        opening,
    );
    let answers = [first.unwrap(), second.unwrap(), third.unwrap()];
    assert!(
        answers
            .iter()
            .all(|one| one.execution_arn == answers[0].execution_arn)
    );
    assert_eq!(answers.iter().filter(|one| !one.repeated).count(), 1);
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
    assert_eq!(house.count("intents").await, 1);
    let later = house.start(&ticket, "run").await.unwrap();
    assert!(later.repeated && later.execution_arn == answers[0].execution_arn);
    assert_eq!(later.request_id.as_deref(), Some("request-7"));
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_used_ticket_with_other_values_is_handed_back_with_a_fresh_one() {
    let house = House::build().await;
    let ticket = house.start_ticket();
    house.start(&ticket, "one").await.unwrap();
    let Err(ActionError::Reused { fresh_ticket }) = house.start(&ticket, "two").await else {
        panic!("other values are another action");
    };
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
    house.start(&fresh_ticket, "two").await.unwrap();
    assert_eq!(house.stub.calls("StartPipelineExecution"), 2);
}

#[tokio::test]
async fn forged_tickets_are_refused_before_anything_else() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Executing");
    let start_ticket = house.start_ticket();
    let bob = Scope::everything(
        Person {
            name: "bob".into(),
            ..Person::local()
        },
        RequestOrigin::default(),
        false,
    );
    let of_bob = house.ledger.start(&bob, &start_ticket, start("x")).await;
    assert_eq!(of_bob, Err(ActionError::Forged));
    for ticket in ["", "v1.", &start_ticket] {
        let intent = act(Action::Stop, "abc");
        let stop = house.ledger.act(&ana(), ticket, intent).await;
        assert_eq!(stop, Err(ActionError::Forged));
    }
    let elsewhere = house.ledger.ticket(&ana(), Action::Stop, "default", "abd");
    let intent = act(Action::Stop, "abc");
    let stop = house.ledger.act(&ana(), &elsewhere, intent).await;
    assert_eq!(stop, Err(ActionError::Forged));
    assert!(house.stub.world().calls.is_empty());
}

#[tokio::test]
async fn a_form_expires_but_what_it_did_is_still_told() {
    let house = House::build().await;
    let (used, unused) = (house.start_ticket(), house.start_ticket());
    let done = house.start(&used, "run").await.unwrap();
    house.advance(12 * 60 * 60 + 1);
    assert_eq!(house.start(&unused, "run").await, Err(ActionError::Expired));
    let again = house.start(&used, "run").await.unwrap();
    assert_eq!(again.execution_arn, done.execution_arn);
    assert_eq!(house.count("intents").await, 1);
}

#[tokio::test]
async fn a_refusal_is_told_in_full_and_told_again() {
    let house = House::build().await;
    house.stub.world().faults.push_back(Fault::Refused);
    let ticket = house.start_ticket();
    let first = house.start(&ticket, "run").await;
    let Err(ActionError::Refused(failure)) = &first else {
        panic!("refused: {first:?}");
    };
    assert_eq!(failure.code.as_deref(), Some("ValidationException"));
    assert_eq!(failure.message, "No, for a reason");
    assert_eq!(failure.request_id.as_deref(), Some("request-7"));
    assert_eq!(house.start(&ticket, "run").await, first);
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn what_no_longer_applies_is_neither_written_nor_called() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Succeeded");
    let stale = house.act(Action::Stop, "abc").await;
    let why = NotApplicable::AlreadySucceeded;
    assert_eq!(stale, Err(ActionError::NotApplicable(why)));
    let missing = house.act(Action::Stop, "abd").await;
    assert!(
        matches!(missing, Err(ActionError::ReadError(_))),
        "{missing:?}"
    );
    assert_eq!(house.count("intents").await, 0);
    assert_eq!(house.stub.calls("StopPipelineExecution"), 0);
}

#[tokio::test]
async fn an_execution_that_a_fail_step_ended_is_not_retried() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Failed");
    house.stub.add("abd", "run", "Failed");
    house.stub.world().runs[0].fail_step = true;
    let halted = house.act(Action::Retry, "abc").await;
    assert!(
        matches!(halted, Err(ActionError::NotApplicable(_))),
        "{halted:?}"
    );
    let failed = house.act(Action::Retry, "abd").await.unwrap();
    assert_eq!(failed.execution_arn, arn("abd"));
    assert_eq!(house.stub.calls("RetryPipelineExecution"), 1);
}

#[tokio::test]
async fn everything_done_to_an_execution_is_told_newest_first() {
    let house = House::build().await;
    let started = house.start(&house.start_ticket(), "run").await.unwrap();
    let id = crate::domain::execution_id(&started.execution_arn).to_owned();
    house.act(Action::Stop, &id).await.unwrap();
    // Answers differ in the case of an ARN's pipeline part.
    let asked = started.execution_arn.replace("daily", "Daily");
    let told = house.ledger.of_execution(&ana(), "default", &asked).await;
    let told = told.unwrap();
    let actions: Vec<_> = told.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::Stop, Action::Start]);
    assert_eq!(told[0].reason.as_deref(), Some("too dear"));
    assert_eq!(told[1].name.as_deref(), Some("run"));
    assert_eq!(told[1].copied_from.as_deref(), Some("abc"));
    assert!(told.iter().all(|entry| entry.person == "ana"));
    assert!(
        told.iter()
            .all(|entry| matches!(entry.outcome, Some(Outcome::Done { .. })))
    );
    let arns = [asked.clone(), arn("unknown")];
    let starters = house
        .ledger
        .starters(&ana(), "default", &arns)
        .await
        .unwrap();
    assert_eq!(starters, HashMap::from([(asked, "ana".to_owned())]));
    let elsewhere = house.ledger.starters(&ana(), "other", &arns).await.unwrap();
    assert!(elsewhere.is_empty());
}
