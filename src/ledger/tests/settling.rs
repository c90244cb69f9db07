//! What came of a call whose answer was lost.

use super::stub::{Fault, Run, arn};
use super::*;
use crate::ledger::body::Author;
use crate::ledger::intent::Asked;

/// Writes an intent down as a process did that was killed before the outcome.
async fn killed(house: &House, asked: Asked, execution_arn: Option<String>) -> String {
    let ticket = house
        .ledger
        .ticket(&ana(), asked.action(), "default", asked.target());
    let nonce = ticket[3..35].to_owned();
    let now = house.ledger.now();
    let intent = asked.intent(nonce, "ana", now, execution_arn);
    house
        .ledger
        .0
        .store
        .record(intent, &Author::adopted())
        .await
        .unwrap();
    ticket
}

async fn outcomes(house: &House, execution_id: &str) -> Vec<Option<Outcome>> {
    let arn = arn(execution_id);
    let told = house.ledger.of_execution(&ana(), "default", &arn).await;
    told.unwrap()
        .into_iter()
        .map(|entry| entry.outcome)
        .collect()
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_is_found_and_not_sent_again() {
    let house = House::build().await;
    // One of the same name that another action of the ledger began in this very second.
    house.start(&house.start_ticket(), "run").await.unwrap();
    house.stub.world().faults.push_back(Fault::AnswerLost);
    let ticket = house.start_ticket();
    let lost = house.start(&ticket, "run").await;
    assert!(matches!(lost, Err(ActionError::Unknown(_))), "{lost:?}");
    house.at_rest().await;
    let found = house.start(&ticket, "run").await.unwrap();
    assert!(found.repeated);
    assert_eq!(found.request_id, None);
    assert_eq!(found.execution_arn, arn("run000000001"));
    assert_eq!(house.stub.calls("StartPipelineExecution"), 2);
}

#[tokio::test]
async fn a_start_that_never_arrived_is_sent_again_with_the_same_token() {
    let house = House::build().await;
    let lost = [Fault::RequestLost, Fault::RequestLost];
    house.stub.world().faults.extend(lost);
    let ticket = house.start_ticket();
    let unknown = house.start(&ticket, "run").await;
    assert!(
        matches!(unknown, Err(ActionError::Unknown(_))),
        "{unknown:?}"
    );
    house.at_rest().await;
    house.start(&ticket, "run").await.unwrap();
    let world = house.stub.world();
    assert_eq!((world.runs.len(), world.tokens.len()), (1, 3));
    assert!(world.tokens.iter().all(|token| *token == world.tokens[0]));
    assert_eq!(world.tokens[0].len(), 64);
}

#[tokio::test]
async fn after_a_minute_nothing_is_sent_again_and_not_found_is_written_down() {
    let house = House::build().await;
    let catalog = &house.ledger.0.catalog;
    // What is not known to exist is refused before it is called.
    catalog.pipeline(&ana(), "default", "daily").await.unwrap();
    house.stub.world().faults.push_back(Fault::RequestLost);
    house.stub.world().down = true;
    let ticket = house.start_ticket();
    let unknown = house.start(&ticket, "run").await;
    assert!(
        matches!(unknown, Err(ActionError::Unknown(_))),
        "{unknown:?}"
    );
    while house.stub.calls("ListPipelineExecutions") == 0 {
        tokio::task::yield_now().await;
    }
    // While it is being found out, the same form says so and calls nothing.
    let again = house.start(&ticket, "run").await;
    assert!(matches!(again, Err(ActionError::Unknown(_))), "{again:?}");
    house.advance(61);
    house.stub.world().down = false;
    house.at_rest().await;
    let Err(ActionError::Stale { why }) = house.start(&ticket, "run").await else {
        panic!("it was not carried out");
    };
    assert!(why.contains("Not found at SageMaker"), "{why}");
    assert_eq!(house.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_lost_stop_is_settled_by_the_status() {
    let house = House::build().await;
    house.stub.add("abc", "run", "Executing");
    house.stub.world().faults.push_back(Fault::AnswerLost);
    let lost = house.act(Action::Stop, "abc").await;
    assert!(matches!(lost, Err(ActionError::Unknown(_))), "{lost:?}");
    house.at_rest().await;
    assert_eq!(house.stub.calls("StopPipelineExecution"), 1);
    let told = outcomes(&house, "abc").await;
    assert!(matches!(told[..], [Some(Outcome::Done { .. })]), "{told:?}");
}

#[tokio::test]
async fn recovery_finds_what_was_carried_out() {
    let house = House::build().await;
    house.stub.add("stopped", "a", "Executing");
    let stop = Asked::Act(act(Action::Stop, "stopped"));
    let stop_ticket = killed(&house, stop, Some(arn("stopped"))).await;
    let start_ticket = killed(&house, Asked::Start(Box::new(start("run"))), None).await;
    house.stub.add("started", "run", "Executing");
    house.stub.world().runs[0].status = "Stopping";
    house.ledger.recover().await;
    let started = house.start(&start_ticket, "run").await.unwrap();
    assert_eq!(started.execution_arn, arn("started"));
    let stop = act(Action::Stop, "stopped");
    let stopped = house.ledger.act(&ana(), &stop_ticket, stop).await.unwrap();
    assert!(stopped.repeated);
    assert!(house.stub.world().tokens.is_empty());
}

#[tokio::test]
async fn recovery_never_begins_anything() {
    let house = House::build().await;
    // The same name from yesterday is another execution.
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    house.stub.world().runs.push(Run {
        id: "old".into(),
        name: "run".into(),
        status: "Succeeded",
        began: yesterday,
        changed: yesterday,
        fail_step: false,
    });
    house.stub.add("stopped", "a", "Stopped");
    let start_ticket = killed(&house, Asked::Start(Box::new(start("run"))), None).await;
    let resume = Asked::Act(act(Action::Resume, "stopped"));
    killed(&house, resume, Some(arn("stopped"))).await;
    // So young an intent may still be on its way: it stays open at first.
    house.ledger.recover().await;
    assert_eq!(house.count("outcomes").await, 0);
    let open = house.start(&start_ticket, "run").await;
    assert!(matches!(open, Err(ActionError::Unknown(_))), "{open:?}");
    house.advance(61);
    house.at_rest().await;
    assert_eq!(house.count("outcomes").await, 2);
    let told = outcomes(&house, "stopped").await;
    assert!(
        matches!(told[..], [Some(Outcome::NotFound { .. })]),
        "{told:?}"
    );
    assert!(house.stub.world().tokens.is_empty());
    assert_eq!(house.stub.calls("StartPipelineExecution"), 0);
    assert_eq!(house.stub.calls("RetryPipelineExecution"), 0);
}
