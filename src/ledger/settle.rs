//! Looks up what came of a call whose answer was lost.
//!
//! Only the process that made the call may send it again, with the same token and for a minute. An
//! intent that is found at start is only looked up: a restart never begins a paid job.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::act::{RETRY_DELAY_MAX, call, repeated};
use super::handle::Ledger;
use super::in_flight::{Claim, Entered};
use super::intent::{IntendedCall, Intent, RecordedIntent};
use super::outcome::{KnownOutcome, NotFoundReason, Outcome};
use super::request::StartArguments;
use crate::aws::{Client, NextPage, PageWalk, incomplete};
use crate::domain::{Action, AwsErrorKind, Execution, ExecutionStatus, Service};

/// What SageMaker shows of an intent.
#[derive(Debug, PartialEq, Eq)]
enum Evidence {
    /// It was carried out, on this execution.
    CarriedOut(String),
    /// It was not, and no longer can be.
    Never(NotFoundReason),
    /// It was not so far.
    NotYet(NotFoundReason),
}

/// What a lookup came to.
enum Lookup {
    Settled(Outcome),
    /// It was not carried out so far, but still may be.
    Open,
    /// SageMaker did not answer.
    Unavailable,
}

impl Ledger {
    /// Looks up what came of every intent without an outcome, and from then on removes expired
    /// records once a day; to be called once, at start. Returns when each was looked up once; those
    /// still open are followed in the background. Takes as long as SageMaker does: run it in a task
    /// of its own.
    pub async fn recover(&self) {
        self.spawn_retention();
        match self.0.store.unsettled().await {
            Ok(unsettled) => {
                join_all(unsettled.into_iter().map(|one| self.recover_one(one))).await;
            }
            Err(error) => tracing::error!("Cannot read intents without an outcome: {error}"),
        }
    }

    async fn recover_one(&self, recorded: RecordedIntent) {
        // One that this process carries out is claimed already.
        let (nonce, digest) = (&recorded.intent.nonce, &recorded.intent.digest);
        let Entered::Claimed(claim) = self.0.in_flight.enter(nonce, digest) else {
            return;
        };
        claim.answer(repeated(&recorded, None));
        match self.look_up(&recorded, recorded.intent.at).await {
            Lookup::Settled(outcome) => {
                self.conclude(claim, &recorded, KnownOutcome::by_lookup(outcome))
                    .await;
            }
            Lookup::Open | Lookup::Unavailable => {
                tokio::spawn(self.clone().settle(claim, recorded, false));
            }
        }
    }

    /// Looks up what came of an intent until that is known, and writes it down.
    pub(super) async fn settle(self, claim: Claim, recorded: RecordedIntent, may_resend: bool) {
        let mut delay = self.0.settings.first_lookup_delay;
        let mut last_sent = match may_resend {
            true => self.now(),
            false => recorded.intent.at,
        };
        loop {
            tokio::time::sleep(delay).await;
            delay = (delay * 2).min(RETRY_DELAY_MAX);
            let known = match self.look_up(&recorded, last_sent).await {
                Lookup::Settled(outcome) => KnownOutcome::by_lookup(outcome),
                Lookup::Open if may_resend && !self.window_passed(recorded.intent.at) => {
                    let resent = self.resend(&recorded).await;
                    last_sent = self.now();
                    match resent {
                        Some(known) => known,
                        None => continue,
                    }
                }
                Lookup::Open | Lookup::Unavailable => continue,
            };
            return self.conclude(claim, &recorded, known).await;
        }
    }

    /// Sends an intent once more. A refusal may only mean that the lost call was carried out
    /// between the lookup and this call, so it counts only if another lookup agrees.
    async fn resend(&self, recorded: &RecordedIntent) -> Option<KnownOutcome> {
        let client = self.0.workspaces.client(&recorded.intent.workspace)?;
        let (result, milliseconds) = call(client, &recorded.intent).await;
        match result {
            Ok(done) => {
                let outcome = Outcome::from(Ok(done));
                Some(KnownOutcome::answered(outcome, milliseconds))
            }
            // Not SageMaker's answer, so it shows nothing of the call before.
            Err(error)
                if error.is_uncertain()
                    || error.is_unsent()
                    || error.kind == AwsErrorKind::Throttled =>
            {
                None
            }
            Err(error) => match self.look_up(recorded, self.now()).await {
                Lookup::Settled(outcome) => Some(KnownOutcome::by_lookup(outcome)),
                Lookup::Open => {
                    let outcome = Outcome::Refused(error);
                    Some(KnownOutcome::answered(outcome, milliseconds))
                }
                Lookup::Unavailable => None,
            },
        }
    }

    fn window_passed(&self, since: Timestamp) -> bool {
        let age = Duration::try_from(self.now().duration_since(since)).unwrap_or_default();
        age >= self.0.settings.resend_window
    }

    /// Looks once. What is not there a window after the last call counts as not carried out.
    async fn look_up(&self, recorded: &RecordedIntent, last_sent: Timestamp) -> Lookup {
        let intent = &recorded.intent;
        let Some(client) = self.0.workspaces.client(&intent.workspace) else {
            return Lookup::Unavailable;
        };
        let passed = self.window_passed(last_sent);
        let evidence = match &intent.call {
            IntendedCall::Start(arguments) => self.find_start(client, intent, arguments).await,
            IntendedCall::Change {
                action,
                execution_arn,
                ..
            } => find_change(client, *action, execution_arn, intent.at).await,
        };
        match evidence {
            Ok(Evidence::CarriedOut(execution_arn)) => Lookup::Settled(Outcome::Done {
                execution_arn,
                request_id: None,
            }),
            Ok(Evidence::Never(reason)) => Lookup::Settled(Outcome::NotFound(reason)),
            Ok(Evidence::NotYet(reason)) if passed => Lookup::Settled(Outcome::NotFound(reason)),
            Ok(Evidence::NotYet(_)) => Lookup::Open,
            Err(error) => {
                let operation = intent.operation();
                tracing::warn!("Cannot look up the outcome of {operation} yet: {error}");
                Lookup::Unavailable
            }
        }
    }

    /// Looks for an execution of that name that began at or after the intent, and that no other
    /// intent led to.
    async fn find_start(
        &self,
        client: &Client,
        intent: &Intent,
        arguments: &StartArguments,
    ) -> Result<Evidence, String> {
        // SageMaker may report whole seconds only.
        let since = intent.at.as_second();
        let mut walk = PageWalk::default();
        let mut token = None;
        loop {
            let page = match client.list_executions(&arguments.pipeline_arn, token).await {
                Ok(page) => page,
                Err(error) if error.kind == AwsErrorKind::NotFound => break,
                Err(error) => return Err(error.to_string()),
            };
            // Newest first; one without a creation time cannot be the one.
            let is_young = |execution: &&Execution| {
                let created = execution.created.map(Timestamp::as_second);
                created.is_some_and(|created| created >= since)
            };
            let candidates = page.items.iter().filter(is_young);
            for execution in candidates.filter(|found| found.display_name == arguments.name) {
                let claimed = self.0.store.is_claimed(&execution.arn).await;
                if !claimed.map_err(|error| error.to_string())? {
                    return Ok(Evidence::CarriedOut(execution.arn.clone()));
                }
            }
            let all_young = page.items.iter().all(|execution| is_young(&execution));
            let next = page.next.filter(|_| all_young);
            match walk.after(page.items.len(), next) {
                NextPage::At(next) => token = Some(next),
                NextPage::End => break,
                // It may be on a page that cannot be reached.
                NextPage::Endless => {
                    let error = incomplete(Service::SageMaker, "ListPipelineExecutions");
                    return Err(error.to_string());
                }
            }
        }
        Ok(Evidence::NotYet(NotFoundReason::NoExecutionWithThatName))
    }
}

/// Looks at the execution that was to be stopped, resumed or retried.
async fn find_change(
    client: &Client,
    action: Action,
    execution_arn: &str,
    since: Timestamp,
) -> Result<Evidence, String> {
    match client.describe_execution(execution_arn).await {
        Ok(execution) => Ok(evidence(action, since, execution)),
        Err(error) if error.kind == AwsErrorKind::NotFound => {
            Ok(Evidence::Never(NotFoundReason::NoSuchExecution))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// What an execution's state shows of an action asked for at `since`.
fn evidence(action: Action, since: Timestamp, execution: Execution) -> Evidence {
    use ExecutionStatus as S;
    // It ran again and ended again meanwhile.
    let changed_since =
        execution.modified.map(Timestamp::as_millisecond) > Some(since.as_millisecond());
    match (action, execution.status) {
        (Action::Stop, S::Stopping | S::Stopped) => Evidence::CarriedOut(execution.arn),
        (Action::Stop, S::Executing) => {
            Evidence::NotYet(NotFoundReason::StatusUnchanged(S::Executing))
        }
        (Action::Stop, status) => Evidence::Never(NotFoundReason::EndedFirst(status)),
        (_, S::Executing | S::Stopping) => Evidence::CarriedOut(execution.arn),
        _ if changed_since => Evidence::CarriedOut(execution.arn),
        (_, status) => Evidence::NotYet(NotFoundReason::StatusUnchanged(status)),
    }
}
