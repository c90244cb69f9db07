//! One form, one action.

use super::stub::{Fault, arn};
use super::*;
use crate::domain::NotApplicable;
use std::collections::HashMap;

#[tokio::test]
async fn a_double_submit_is_one_call_with_one_answer() {
    let fixture = Fixture::build().await;
    let ticket = fixture.start_ticket();
    let gate = fixture.stub.gate.acquire_many(1000).await.unwrap();
    let opening = async {
        while fixture.stub.calls("StartPipelineExecution") == 0 {
            tokio::task::yield_now().await;
        }
        drop(gate);
    };
    let (first, second, third, ()) = tokio::join!(
        fixture.start(&ticket, "run"),
        fixture.start(&ticket, "run"),
        fixture.start(&ticket, "run"),
        opening,
    );
    let answers = [first.unwrap(), second.unwrap(), third.unwrap()];
    assert!(
        answers
            .iter()
            .all(|one| one.execution_arn == answers[0].execution_arn)
    );
    assert_eq!(answers.iter().filter(|one| !one.repeated).count(), 1);
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
    assert_eq!(fixture.count("intents").await, 1);
    let later = fixture.start(&ticket, "run").await.unwrap();
    assert!(later.repeated && later.execution_arn == answers[0].execution_arn);
    assert_eq!(later.request_id.as_deref(), Some("request-7"));
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_used_ticket_with_other_values_is_rejected_with_a_fresh_one() {
    let fixture = Fixture::build().await;
    let ticket = fixture.start_ticket();
    fixture.start(&ticket, "one").await.unwrap();
    let Err(ActionError::ReusedTicket { fresh_ticket }) = fixture.start(&ticket, "two").await
    else {
        panic!("other values are another action");
    };
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
    fixture.start(&fresh_ticket, "two").await.unwrap();
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 2);
}

#[tokio::test]
async fn forged_tickets_are_refused_before_anything_else() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    let start_ticket = fixture.start_ticket();
    let bob = Scope::everything(
        Person {
            name: "bob".into(),
            ..Person::local()
        },
        RequestOrigin::default(),
        false,
    );
    let of_bob = fixture.ledger.act(&bob, &start_ticket, start("x")).await;
    assert_eq!(of_bob, Err(ActionError::ForgedTicket));
    for ticket in ["", "v1.", &start_ticket] {
        let intent = act(Action::Stop, "abc");
        let stop = fixture.ledger.act(&ana(), ticket, intent).await;
        assert_eq!(stop, Err(ActionError::ForgedTicket));
    }
    let elsewhere = fixture
        .ledger
        .ticket(&ana(), Action::Stop, "default", "abd");
    let intent = act(Action::Stop, "abc");
    let stop = fixture.ledger.act(&ana(), &elsewhere, intent).await;
    assert_eq!(stop, Err(ActionError::ForgedTicket));
    assert!(fixture.stub.world().calls.is_empty());
}

#[tokio::test]
async fn a_form_expires_but_is_still_answered_with_what_it_did() {
    let fixture = Fixture::build().await;
    let (used, unused) = (fixture.start_ticket(), fixture.start_ticket());
    let done = fixture.start(&used, "run").await.unwrap();
    fixture.advance(12 * 60 * 60 + 1);
    assert_eq!(
        fixture.start(&unused, "run").await,
        Err(ActionError::ExpiredTicket)
    );
    let again = fixture.start(&used, "run").await.unwrap();
    assert_eq!(again.execution_arn, done.execution_arn);
    assert_eq!(fixture.count("intents").await, 1);
}

#[tokio::test]
async fn a_refusal_is_reported_in_full_and_repeated() {
    let fixture = Fixture::build().await;
    fixture.stub.world().faults.push_back(Fault::Refused);
    let ticket = fixture.start_ticket();
    let first = fixture.start(&ticket, "run").await;
    let Err(ActionError::Refused(failure)) = &first else {
        panic!("refused: {first:?}");
    };
    assert_eq!(failure.code.as_deref(), Some("ValidationException"));
    assert_eq!(failure.message, "No, for a reason");
    assert_eq!(failure.request_id.as_deref(), Some("request-7"));
    assert_eq!(fixture.start(&ticket, "run").await, first);
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn what_no_longer_applies_is_neither_written_nor_called() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Succeeded");
    let stale = fixture.act(Action::Stop, "abc").await;
    let reason = NotApplicable::AlreadySucceeded;
    assert_eq!(stale, Err(ActionError::NotApplicable(reason)));
    let missing = fixture.act(Action::Stop, "abd").await;
    assert!(
        matches!(missing, Err(ActionError::ReadError(_))),
        "{missing:?}"
    );
    assert_eq!(fixture.count("intents").await, 0);
    assert_eq!(fixture.stub.calls("StopPipelineExecution"), 0);
}

#[tokio::test]
async fn an_execution_that_a_fail_step_ended_is_not_retried() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Failed");
    fixture.stub.add("abd", "run", "Failed");
    fixture.stub.world().runs[0].fail_step = true;
    let halted = fixture.act(Action::Retry, "abc").await;
    let reason = NotApplicable::EndedInFailStep;
    assert_eq!(halted, Err(ActionError::NotApplicable(reason)));
    let failed = fixture.act(Action::Retry, "abd").await.unwrap();
    assert_eq!(failed.execution_arn, arn("abd"));
    assert_eq!(fixture.stub.calls("RetryPipelineExecution"), 1);
}

#[tokio::test]
async fn everything_done_to_an_execution_is_listed_newest_first() {
    let fixture = Fixture::build().await;
    let started = fixture.start(&fixture.start_ticket(), "run").await.unwrap();
    let id = crate::domain::execution_id(&started.execution_arn).to_owned();
    fixture.act(Action::Stop, &id).await.unwrap();
    // Answers differ in the case of an ARN's pipeline part.
    let asked = started.execution_arn.replace("daily", "Daily");
    let found = fixture.ledger.of_execution(&ana(), "default", &asked).await;
    let found = found.unwrap();
    let actions: Vec<_> = found.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::Stop, Action::Start]);
    assert_eq!(found[0].reason.as_deref(), Some("too dear"));
    assert_eq!(found[1].name.as_deref(), Some("run"));
    assert_eq!(found[1].copied_from.as_deref(), Some("abc"));
    assert!(found.iter().all(|entry| entry.person == "ana"));
    assert!(
        found
            .iter()
            .all(|entry| matches!(entry.outcome, Some(Outcome::Done { .. })))
    );
    let arns = [asked.clone(), arn("unknown")];
    let starters = fixture
        .ledger
        .starters(&ana(), "default", &arns)
        .await
        .unwrap();
    assert_eq!(starters, HashMap::from([(asked, "ana".to_owned())]));
    let elsewhere = fixture
        .ledger
        .starters(&ana(), "other", &arns)
        .await
        .unwrap();
    assert!(elsewhere.is_empty());
}
