//! One action from its ticket to its answer.

mod call;
mod claim;
mod right;

use std::time::Duration;

use super::body::Author;
use super::intent::{Asked, Intent};
use super::store::{Learnt, Recorded};
use super::ticket::Ticket;
use super::{ActIntent, ActionError, Ledger, Outcome, Settled, StartIntent};
use crate::access::Scope;
use crate::aws::{Accepted, Client, session_name};
use crate::catalog::ReadError;
use crate::domain::{Action, AwsError, AwsErrorKind, Execution, ExecutionStatus, Service};

pub(super) use call::call;
pub(super) use claim::{Claim, Entered, InFlight};

/// How long an answer waits for the catalog to look at what was acted on.
const TOUCH: Duration = Duration::from_secs(2);

/// The longest wait before something is tried again.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// An answer as it is given to everyone who waits for it.
pub(super) type Answer = Result<Settled, ActionError>;

/// What is needed to carry an action out.
struct Order {
    scope: Scope,
    ticket: Ticket,
    digest: String,
    asked: Asked,
}

/// Where an order leads.
enum Way {
    /// It was done before: the first answer, again.
    Known(Answer),
    /// It is new and applies, and the person may do it.
    New(Client, Box<Intent>, Author),
}

impl Ledger {
    /// Starts an execution. Goes on when the caller goes away.
    pub async fn start(
        &self,
        scope: &Scope,
        ticket: &str,
        intent: StartIntent,
    ) -> Result<Settled, ActionError> {
        self.order(scope, ticket, Asked::Start(Box::new(intent)))
            .await
    }

    /// Stops, resumes or retries an execution. Goes on when the caller goes away.
    pub async fn act(
        &self,
        scope: &Scope,
        ticket: &str,
        intent: ActIntent,
    ) -> Result<Settled, ActionError> {
        if intent.action == Action::Start {
            return Err(ActionError::Forged);
        }
        self.order(scope, ticket, Asked::Act(intent)).await
    }

    async fn order(&self, scope: &Scope, ticket: &str, asked: Asked) -> Answer {
        let person = &scope.person().name;
        let ticket = match self.admitted(scope, ticket, &asked).await {
            Ok(ticket) => ticket,
            Err(error) => {
                self.note(scope, &asked, &error).await;
                return Err(error);
            }
        };
        let digest = asked.digest(person);
        let operation = super::intent::operation(asked.action());
        let (mut answer, again) = match self.enter(&ticket.nonce, &digest) {
            Entered::Other => {
                let error = self.reused(scope, &asked);
                self.note(scope, &asked, &error).await;
                return Err(error);
            }
            Entered::Again(answer) => (answer, true),
            Entered::First(claim) => {
                let answer = claim.answer();
                let order = Order {
                    scope: scope.clone(),
                    ticket,
                    digest,
                    asked,
                };
                tokio::spawn(self.clone().carry_out(claim, order));
                (answer, false)
            }
        };
        let told = answer.wait_for(Option::is_some).await;
        match told.ok().and_then(|told| told.clone()) {
            Some(Ok(settled)) => Ok(Settled {
                repeated: settled.repeated || again,
                ..settled
            }),
            Some(error) => error,
            // Only when the task that carries it out has died.
            None => Err(ActionError::Unknown(no_answer(operation))),
        }
    }

    fn reused(&self, scope: &Scope, asked: &Asked) -> ActionError {
        ActionError::Reused {
            fresh_ticket: self.ticket(scope, asked.action(), asked.workspace(), asked.target()),
        }
    }

    async fn carry_out(self, claim: Claim, order: Order) {
        let (client, intent, author) = match self.way(&order).await {
            Ok(Way::New(client, intent, author)) => (client, intent, author),
            Ok(Way::Known(answer)) => return claim.tell(answer),
            Err(error) => {
                self.note(&order.scope, &order.asked, &error).await;
                return claim.tell(Err(error));
            }
        };
        let recorded = match self.0.store.record(*intent, &author).await {
            Ok(recorded) => recorded,
            Err(error) => {
                tracing::error!("an intent could not be written down: {error}");
                return claim.tell(Err(ActionError::NotWritten(error)));
            }
        };
        let (answer, took) = call(&client, &recorded.intent).await;
        match answer {
            Err(failure) if failure.is_uncertain() => {
                claim.tell(Err(ActionError::Unknown(failure)));
                self.settle(claim, recorded, true).await;
            }
            answer => {
                let learnt = Learnt::answered(answer.into(), took);
                self.conclude(claim, &recorded, learnt).await;
            }
        }
    }

    /// Looks the nonce up, and then, for an action not known yet, whether it may still be done.
    async fn way(&self, order: &Order) -> Result<Way, ActionError> {
        let Order {
            scope,
            ticket,
            digest,
            asked,
        } = order;
        let known = self.0.store.by_nonce(&ticket.nonce).await;
        match known.map_err(ActionError::NotWritten)? {
            Some(known) if known.intent.digest != *digest => {
                return Err(self.reused(scope, asked));
            }
            Some(known) => return Ok(Way::Known(again(known))),
            None => {}
        }
        let now = self.now();
        let age = Duration::try_from(now.duration_since(ticket.made)).unwrap_or_default();
        if age > self.0.settings.ticket_lifetime {
            return Err(ActionError::Expired);
        }
        let client = self.0.workspaces.client(asked.workspace()).cloned();
        let client = client.ok_or(ActionError::ReadError(ReadError::Workspace))?;
        let (execution, differing) = match asked {
            Asked::Start(intent) => (None, self.differing(scope, intent).await),
            Asked::Act(intent) => (Some(self.applies(scope, intent).await?), None),
        };
        // Time has passed since it was asked first, and what comes next is the commit and the call.
        let standing = self.right(scope, asked).await?;
        let name = execution
            .as_ref()
            .and_then(|known| known.display_name.as_deref());
        let session = client
            .has_write_role()
            .then(|| session_name(&scope.person().name));
        let author = Author::of(scope, &standing, differing)
            .acting_on(name)
            .in_session(session);
        let (asked, nonce) = (asked.clone(), ticket.nonce.clone());
        let execution_arn = execution.map(|execution| execution.arn);
        let intent = asked.intent(nonce, &scope.person().name, now, execution_arn);
        Ok(Way::New(client, Box::new(intent), author))
    }

    /// Whether an action still applies to its execution, described at this moment.
    async fn applies(&self, scope: &Scope, intent: &ActIntent) -> Result<Execution, ActionError> {
        let catalog = &self.0.catalog;
        let (workspace, name, id) = (
            &intent.workspace,
            &intent.pipeline_name,
            &intent.execution_id,
        );
        let execution = catalog
            .execution_now(scope, workspace, name, id)
            .await
            .map_err(ActionError::ReadError)?;
        let retry = intent.action == Action::Retry && execution.status == ExecutionStatus::Failed;
        // Where its steps cannot be read, SageMaker itself refuses to retry a Fail step.
        let ended_in_fail_step = retry
            && catalog
                .execution(scope, workspace, name, id)
                .await
                .is_ok_and(|view| view.value.ended_in_fail_step());
        match intent.action.applies(&execution.status, ended_in_fail_step) {
            Ok(()) => Ok(execution),
            Err(why) => Err(ActionError::NotApplicable(why)),
        }
    }

    /// Writes down what came of it, lets the catalog look at the execution, and answers.
    pub(super) async fn conclude(&self, claim: Claim, recorded: &Recorded, learnt: Learnt) {
        let mut written = self.write_outcome(recorded, &learnt).await;
        self.touch(recorded, &learnt.outcome).await;
        claim.tell(answer(learnt.outcome.clone(), false));
        // The claim is held until then, so that the same form gets the same answer.
        let mut wait = self.0.settings.first_look;
        while !written {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
            written = self.write_outcome(recorded, &learnt).await;
        }
    }

    async fn write_outcome(&self, recorded: &Recorded, learnt: &Learnt) -> bool {
        let store = &self.0.store;
        let written = store.conclude(recorded, self.now(), learnt).await;
        if let Err(error) = &written {
            tracing::error!("an outcome could not be written down, trying again: {error}");
        }
        written.is_ok()
    }

    /// Lets the catalog describe the execution now, so that the next page shows what was done. A
    /// slow SageMaker does not hold the answer back for long.
    async fn touch(&self, recorded: &Recorded, outcome: &Outcome) {
        let arn = match outcome {
            Outcome::Done { execution_arn, .. } => Some(execution_arn),
            _ => recorded.intent.execution_arn.as_ref(),
        };
        if let Some(arn) = arn.cloned() {
            let catalog = self.0.catalog.clone();
            let workspace = recorded.intent.workspace.clone();
            let look = tokio::spawn(async move { catalog.touched(&workspace, &arn).await });
            if tokio::time::timeout(TOUCH, look).await.is_err() {
                tracing::debug!("the execution acted on is still being described");
            }
        }
    }
}

impl From<Result<Accepted, AwsError>> for Outcome {
    fn from(answer: Result<Accepted, AwsError>) -> Self {
        match answer {
            Ok(done) => Self::Done {
                execution_arn: done.execution_arn,
                request_id: done.request_id,
            },
            Err(failure) => Self::Refused(failure),
        }
    }
}

/// The answer to an action that was sent again.
pub(super) fn again(known: Recorded) -> Answer {
    match known.outcome {
        Some(outcome) => answer(outcome, true),
        None => Err(ActionError::Unknown(no_answer(known.intent.operation()))),
    }
}

fn answer(outcome: Outcome, repeated: bool) -> Answer {
    match outcome {
        Outcome::Done {
            execution_arn,
            request_id,
        } => Ok(Settled {
            execution_arn,
            request_id,
            repeated,
        }),
        Outcome::Refused(failure) => Err(ActionError::Refused(failure)),
        Outcome::NotFound { why } => Err(ActionError::Stale { why }),
    }
}

fn no_answer(operation: &'static str) -> AwsError {
    let message = "no answer came; the outcome is being looked up";
    AwsError::new(
        Service::SageMaker,
        operation,
        AwsErrorKind::TimedOut,
        message,
    )
}
