//! What came of a call whose answer was lost: found out by looking.
//!
//! Only the process that made the call may send it again, with the same token and for a minute. An
//! intent that is found at start is only looked for: a restart never begins a paid job.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::act::{Claim, Entered, LONGEST_WAIT, again, call};
use super::intent::Intent;
use super::store::{Learnt, Recorded};
use super::{Ledger, Outcome};
use crate::aws::{Client, NextPage, PageWalk, incomplete};
use crate::domain::{Action, AwsErrorKind, Execution, ExecutionStatus, Service};

/// What looking showed.
enum Seen {
    /// It was carried out, on this execution.
    Done(String),
    /// It was not, and no longer can be; a sentence for people.
    Never(String),
    /// It was not so far; a sentence for people, for when this stays so.
    NotYet(String),
}

/// What is known after a look.
enum Verdict {
    Known(Outcome),
    /// It was not carried out so far, but still may be.
    Open,
    /// SageMaker could not be asked.
    Unseen,
}

impl Ledger {
    /// Finds out what came of every intent without an outcome, by looking only, and from then on
    /// removes what is old once a day; to be called once, at start. Returns when all were looked for
    /// once; those still open are followed in the background. Takes as long as SageMaker does: run
    /// it in a task of its own.
    pub async fn recover(&self) {
        self.keep_tidy();
        match self.0.store.unsettled().await {
            Ok(unsettled) => {
                join_all(unsettled.into_iter().map(|known| self.recover_one(known))).await;
            }
            Err(error) => tracing::error!("intents without an outcome cannot be read: {error}"),
        }
    }

    async fn recover_one(&self, recorded: Recorded) {
        // One that this process carries out is claimed already.
        let (nonce, digest) = (&recorded.intent.nonce, &recorded.intent.digest);
        let Entered::First(claim) = self.enter(nonce, digest) else {
            return;
        };
        claim.tell(again(recorded.clone()));
        match self.look(&recorded, recorded.intent.at).await {
            Verdict::Known(outcome) => {
                self.conclude(claim, &recorded, Learnt::by_looking(outcome))
                    .await;
            }
            Verdict::Open | Verdict::Unseen => {
                tokio::spawn(self.clone().settle(claim, recorded, false));
            }
        }
    }

    /// Looks until it is known what came of an intent, and writes that down.
    pub(super) async fn settle(self, claim: Claim, recorded: Recorded, may_resend: bool) {
        let mut wait = self.0.settings.first_look;
        let mut last_sent = match may_resend {
            true => self.now(),
            false => recorded.intent.at,
        };
        loop {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
            let learnt = match self.look(&recorded, last_sent).await {
                Verdict::Known(outcome) => Learnt::by_looking(outcome),
                Verdict::Open if may_resend && !self.window_passed(recorded.intent.at) => {
                    let resent = self.resend(&recorded).await;
                    last_sent = self.now();
                    match resent {
                        Some(known) => known,
                        None => continue,
                    }
                }
                Verdict::Open | Verdict::Unseen => continue,
            };
            return self.conclude(claim, &recorded, learnt).await;
        }
    }

    /// Sends an intent once more. A refusal may only mean that the lost call was carried out
    /// between the look and this call, so it counts only if another look agrees.
    async fn resend(&self, recorded: &Recorded) -> Option<Learnt> {
        let client = self.0.workspaces.client(&recorded.intent.workspace)?;
        let (answer, took) = call(client, &recorded.intent).await;
        match answer {
            Ok(done) => Some(Learnt::answered(Outcome::from(Ok(done)), took)),
            // Nothing that SageMaker said, so nothing that could be known of the call before.
            Err(failure)
                if failure.is_uncertain()
                    || failure.is_unsent()
                    || failure.kind == AwsErrorKind::Throttled =>
            {
                None
            }
            Err(failure) => match self.look(recorded, self.now()).await {
                Verdict::Known(outcome) => Some(Learnt::by_looking(outcome)),
                Verdict::Open => Some(Learnt::answered(Outcome::Refused(failure), took)),
                Verdict::Unseen => None,
            },
        }
    }

    fn window_passed(&self, since: Timestamp) -> bool {
        let age = Duration::try_from(self.now().duration_since(since)).unwrap_or_default();
        age >= self.0.settings.resend_window
    }

    /// Looks once. What is not there a window after the last call counts as not carried out.
    async fn look(&self, recorded: &Recorded, last_sent: Timestamp) -> Verdict {
        let intent = &recorded.intent;
        let Some(client) = self.0.workspaces.client(&intent.workspace) else {
            return Verdict::Unseen;
        };
        let passed = self.window_passed(last_sent);
        let seen = match intent.action {
            Action::Start => self.look_for_start(client, intent).await,
            _ => look_at_execution(client, intent).await,
        };
        match seen {
            Ok(Seen::Done(execution_arn)) => Verdict::Known(Outcome::Done {
                execution_arn,
                request_id: None,
            }),
            Ok(Seen::Never(why)) => Verdict::Known(Outcome::NotFound { why }),
            Ok(Seen::NotYet(why)) if passed => Verdict::Known(Outcome::NotFound { why }),
            Ok(Seen::NotYet(_)) => Verdict::Open,
            Err(why) => {
                let operation = intent.operation();
                tracing::warn!("what came of {operation} cannot be looked up yet: {why}");
                Verdict::Unseen
            }
        }
    }

    /// Looks for an execution of that name that began at or after the intent, and that no other
    /// intent led to.
    async fn look_for_start(&self, client: &Client, intent: &Intent) -> Result<Seen, String> {
        let pipeline = intent
            .pipeline_arn
            .as_deref()
            .unwrap_or(&intent.pipeline_name);
        // SageMaker may tell whole seconds only.
        let since = intent.at.as_second();
        let mut walk = PageWalk::default();
        let mut token = None;
        loop {
            let page = match client.list_executions(pipeline, token).await {
                Ok(page) => page,
                Err(failure) if failure.kind == AwsErrorKind::NotFound => break,
                Err(failure) => return Err(failure.to_string()),
            };
            // Newest first; one that does not tell when it began cannot be the one.
            let young = |execution: &&Execution| {
                let began = execution.created.map(Timestamp::as_second);
                began.is_some_and(|began| began >= since)
            };
            let candidates = page.items.iter().filter(young);
            for execution in candidates.filter(|found| found.display_name == intent.display_name) {
                let claimed = self.0.store.is_claimed(&execution.arn).await;
                if !claimed.map_err(|error| error.to_string())? {
                    return Ok(Seen::Done(execution.arn.clone()));
                }
            }
            let all_young = page.items.iter().all(|execution| young(&execution));
            let next = page.next.filter(|_| all_young);
            match walk.after(page.items.len(), next) {
                NextPage::At(next) => token = Some(next),
                NextPage::End => break,
                // It may be on a page that cannot be reached.
                NextPage::Endless => {
                    return Err(
                        incomplete(Service::SageMaker, "ListPipelineExecutions").to_string()
                    );
                }
            }
        }
        Ok(Seen::NotYet(
            "Not found at SageMaker: no execution of this name was started. Nothing runs; send it again if it is still wanted.".into(),
        ))
    }
}

/// Looks at the execution that was to be stopped, resumed or retried.
async fn look_at_execution(client: &Client, intent: &Intent) -> Result<Seen, String> {
    let arn = intent.execution_arn.as_deref().unwrap_or_default();
    match client.describe_execution(arn).await {
        Ok(execution) => Ok(compare(intent, &execution)),
        Err(failure) if failure.kind == AwsErrorKind::NotFound => Ok(Seen::Never(
            "Not found at SageMaker: it knows this execution no longer.".into(),
        )),
        Err(failure) => Err(failure.to_string()),
    }
}

/// What an execution's state says of an action asked for before.
fn compare(intent: &Intent, execution: &Execution) -> Seen {
    use ExecutionStatus as S;
    let status = &execution.status;
    let done = || Seen::Done(execution.arn.clone());
    let not_yet = || {
        Seen::NotYet(format!(
            "Not found at SageMaker: the execution is still {status}. Send it again if it is still wanted."
        ))
    };
    match (intent.action, status) {
        (Action::Stop, S::Stopping | S::Stopped) => done(),
        (Action::Stop, S::Executing) => not_yet(),
        (Action::Stop, _) => Seen::Never(format!(
            "The execution ended ({status}) before it could be stopped."
        )),
        (_, S::Executing | S::Stopping) => done(),
        // It ran again and ended again meanwhile.
        _ if execution.modified.map(Timestamp::as_millisecond)
            > Some(intent.at.as_millisecond()) =>
        {
            done()
        }
        _ => not_yet(),
    }
}
