//! A call whose answer was lost is looked up.

use super::stub::{Fault, Run, arn};
use super::*;
use crate::domain::ExecutionStatus;
use crate::ledger::body::Attribution;
use crate::ledger::intent::{IntendedCall, Intent};

/// Writes an intent down like a process that was killed before the outcome.
async fn killed(fixture: &Fixture, request: ActionRequest) -> String {
    let ticket = fixture
        .ledger
        .ticket(&ana(), request.action(), "default", request.target());
    let nonce = ticket[3..35].to_owned();
    let at = fixture.ledger.now();
    let digest = request.digest("ana");
    let call = match request.action {
        RequestedAction::Start(arguments) => IntendedCall::Start(arguments.named(at, &nonce)),
        RequestedAction::Change {
            action,
            execution_id,
            reason,
        } => IntendedCall::Change {
            action,
            execution_arn: arn(&execution_id),
            reason,
        },
    };
    let intent = Intent {
        nonce,
        digest,
        at,
        person: "ana".into(),
        workspace: request.workspace,
        pipeline_name: request.pipeline_name,
        call,
    };
    fixture
        .ledger
        .0
        .store
        .record(intent, &Attribution::adopted())
        .await
        .unwrap();
    ticket
}

async fn outcomes(fixture: &Fixture, execution_id: &str) -> Vec<Option<Outcome>> {
    let arn = arn(execution_id);
    let found = fixture.ledger.of_execution(&ana(), "default", &arn).await;
    found
        .unwrap()
        .into_iter()
        .map(|entry| entry.outcome)
        .collect()
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_is_found_and_not_sent_again() {
    let fixture = Fixture::build().await;
    // One of the same name that another action of the ledger began in this very second.
    fixture.start(&fixture.start_ticket(), "run").await.unwrap();
    fixture.stub.world().faults.push_back(Fault::AnswerLost);
    let ticket = fixture.start_ticket();
    let lost = fixture.start(&ticket, "run").await;
    assert!(matches!(lost, Err(ActionError::Unknown(_))), "{lost:?}");
    fixture.at_rest().await;
    let found = fixture.start(&ticket, "run").await.unwrap();
    assert!(found.repeated);
    assert_eq!(found.request_id, None);
    assert_eq!(found.execution_arn, arn("run000000001"));
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 2);
}

#[tokio::test]
async fn a_start_that_never_arrived_is_sent_again_with_the_same_token() {
    let fixture = Fixture::build().await;
    let lost = [Fault::RequestLost, Fault::RequestLost];
    fixture.stub.world().faults.extend(lost);
    let ticket = fixture.start_ticket();
    let unknown = fixture.start(&ticket, "run").await;
    assert!(
        matches!(unknown, Err(ActionError::Unknown(_))),
        "{unknown:?}"
    );
    fixture.at_rest().await;
    fixture.start(&ticket, "run").await.unwrap();
    let world = fixture.stub.world();
    assert_eq!((world.runs.len(), world.tokens.len()), (1, 3));
    assert!(world.tokens.iter().all(|token| *token == world.tokens[0]));
    assert_eq!(world.tokens[0].len(), 64);
}

#[tokio::test]
async fn after_a_minute_nothing_is_sent_again_and_not_found_is_written_down() {
    let fixture = Fixture::build().await;
    let catalog = &fixture.ledger.0.catalog;
    // What is not known to exist is refused before it is called.
    catalog.pipeline(&ana(), "default", "daily").await.unwrap();
    fixture.stub.world().faults.push_back(Fault::RequestLost);
    fixture.stub.world().down = true;
    let ticket = fixture.start_ticket();
    let unknown = fixture.start(&ticket, "run").await;
    assert!(
        matches!(unknown, Err(ActionError::Unknown(_))),
        "{unknown:?}"
    );
    while fixture.stub.calls("ListPipelineExecutions") == 0 {
        tokio::task::yield_now().await;
    }
    // While it is being looked up, the same form is answered so and calls nothing.
    let again = fixture.start(&ticket, "run").await;
    assert!(matches!(again, Err(ActionError::Unknown(_))), "{again:?}");
    fixture.advance(61);
    fixture.stub.world().down = false;
    fixture.at_rest().await;
    let not_found = ActionError::NotFound(NotFoundReason::NoExecutionWithThatName);
    assert_eq!(fixture.start(&ticket, "run").await, Err(not_found));
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_lost_stop_is_settled_by_the_status() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    fixture.stub.world().faults.push_back(Fault::AnswerLost);
    let lost = fixture.act(Action::Stop, "abc").await;
    assert!(matches!(lost, Err(ActionError::Unknown(_))), "{lost:?}");
    fixture.at_rest().await;
    assert_eq!(fixture.stub.calls("StopPipelineExecution"), 1);
    let found = outcomes(&fixture, "abc").await;
    assert!(
        matches!(found[..], [Some(Outcome::Done { .. })]),
        "{found:?}"
    );
}

#[tokio::test]
async fn recovery_finds_what_was_carried_out() {
    let fixture = Fixture::build().await;
    fixture.stub.add("stopped", "a", "Executing");
    let stop_ticket = killed(&fixture, act(Action::Stop, "stopped")).await;
    let start_ticket = killed(&fixture, start("run")).await;
    fixture.stub.add("started", "run", "Executing");
    fixture.stub.world().runs[0].status = "Stopping";
    fixture.ledger.recover().await;
    let started = fixture.start(&start_ticket, "run").await.unwrap();
    assert_eq!(started.execution_arn, arn("started"));
    let stop = act(Action::Stop, "stopped");
    let stopped = fixture
        .ledger
        .act(&ana(), &stop_ticket, stop)
        .await
        .unwrap();
    assert!(stopped.repeated);
    assert!(fixture.stub.world().tokens.is_empty());
}

#[tokio::test]
async fn recovery_never_begins_anything() {
    let fixture = Fixture::build().await;
    // The same name from yesterday is another execution.
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    fixture.stub.world().runs.push(Run {
        id: "old".into(),
        name: "run".into(),
        status: "Succeeded",
        began: yesterday,
        changed: yesterday,
        fail_step: false,
    });
    fixture.stub.add("stopped", "a", "Stopped");
    let start_ticket = killed(&fixture, start("run")).await;
    killed(&fixture, act(Action::Resume, "stopped")).await;
    // So young an intent may still be on its way: it stays open at first.
    fixture.ledger.recover().await;
    assert_eq!(fixture.count("outcomes").await, 0);
    let open = fixture.start(&start_ticket, "run").await;
    assert!(matches!(open, Err(ActionError::Unknown(_))), "{open:?}");
    fixture.advance(61);
    fixture.at_rest().await;
    assert_eq!(fixture.count("outcomes").await, 2);
    let found = outcomes(&fixture, "stopped").await;
    let reason = NotFoundReason::StatusUnchanged(ExecutionStatus::Stopped);
    assert_eq!(found, [Some(Outcome::NotFound(reason))]);
    assert!(fixture.stub.world().tokens.is_empty());
    assert_eq!(fixture.stub.calls("StartPipelineExecution"), 0);
    assert_eq!(fixture.stub.calls("RetryPipelineExecution"), 0);
}
