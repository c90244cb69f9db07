//! One action from its ticket to its answer.

mod call;
mod permission;

use std::time::Duration;

use super::answer::{ActionError, Answer, CompletedAction, answer};
use super::body::Attribution;
use super::handle::Ledger;
use super::in_flight::{Claim, Entered};
use super::intent::{IntendedCall, Intent, RecordedIntent, operation};
use super::outcome::{KnownOutcome, Outcome};
use super::rejected::{RejectedRequest, RejectionDetail, RejectionReason};
use super::request::{ActionRequest, RequestedAction, non_empty};
use super::ticket::Ticket;
use crate::access::Scope;
use crate::aws::{Accepted, Client, session_name};
use crate::catalog::ReadError;
use crate::domain::{Action, AwsError, AwsErrorKind, Execution, ExecutionStatus, Service};

pub(super) use call::call;

/// How long an answer waits for the catalog to refresh the execution acted on.
const REFRESH_WAIT_MAX: Duration = Duration::from_secs(2);

/// The longest delay before something is tried again.
pub(super) const RETRY_DELAY_MAX: Duration = Duration::from_secs(60);

/// What a claimed request leads to.
enum Dispatch {
    /// It was done before: the first answer again.
    Known(Answer),
    /// It is new and applies, and the person may do it.
    New(Client, Box<Intent>, Attribution),
}

impl Ledger {
    /// Carries an action out, or answers as the first time where the same ticket has done so before.
    /// Goes on when the caller goes away.
    ///
    /// # Errors
    /// Why it was not carried out, or is not known to be.
    pub async fn act(
        &self,
        scope: &Scope,
        ticket: &str,
        request: ActionRequest,
    ) -> Result<CompletedAction, ActionError> {
        let result = self.admit(scope, ticket, &request).await;
        let ticket = match result {
            Ok(ticket) => ticket,
            Err(error) => return Err(self.rejected(scope, &request, error).await),
        };
        let operation = operation(request.action());
        let digest = request.digest(&scope.person().name);
        let (mut answer, repeated) = match self.0.in_flight.enter(&ticket.nonce, &digest) {
            Entered::OtherRequest => {
                let error = self.reused(scope, &request);
                return Err(self.rejected(scope, &request, error).await);
            }
            Entered::InProgress(answer) => (answer, true),
            Entered::Claimed(claim) => {
                let answer = claim.subscribe();
                let ledger = self.clone();
                tokio::spawn(ledger.carry_out(claim, scope.clone(), ticket, request));
                (answer, false)
            }
        };
        let answered = answer.wait_for(Option::is_some).await;
        match answered.ok().and_then(|answer| answer.clone()) {
            Some(Ok(completed)) => Ok(CompletedAction {
                repeated: completed.repeated || repeated,
                ..completed
            }),
            Some(error) => error,
            // Only when the task that carries it out has died.
            None => Err(ActionError::Unknown(no_answer(operation))),
        }
    }

    fn reused(&self, scope: &Scope, request: &ActionRequest) -> ActionError {
        let (action, workspace) = (request.action(), &request.workspace);
        ActionError::ReusedTicket {
            fresh_ticket: self.ticket(scope, action, workspace, request.target()),
        }
    }

    /// The error, once it is written down where it was the console that rejected the request.
    async fn rejected(
        &self,
        scope: &Scope,
        request: &ActionRequest,
        error: ActionError,
    ) -> ActionError {
        if let Some(reason) = RejectionReason::of(&error) {
            let rejected = RejectedRequest {
                person: Some(scope.person()),
                origin: scope.request_origin(),
                action: Some(request.action()),
                workspace: Some(&request.workspace),
                pipeline: Some(&request.pipeline_name),
                target: Some(request.target()),
                reason,
                detail: RejectionDetail::of(&error),
            };
            self.record_rejection(rejected).await;
        }
        error
    }

    async fn carry_out(self, claim: Claim, scope: Scope, ticket: Ticket, request: ActionRequest) {
        let (client, intent, attribution) =
            match self.dispatch(&claim, &scope, &ticket, &request).await {
                Ok(Dispatch::New(client, intent, attribution)) => (client, intent, attribution),
                Ok(Dispatch::Known(answer)) => return claim.answer(answer),
                Err(error) => {
                    return claim.answer(Err(self.rejected(&scope, &request, error).await));
                }
            };
        let recorded = match self.0.store.record(*intent, &attribution).await {
            Ok(recorded) => recorded,
            Err(error) => {
                tracing::error!("Cannot record an intent: {error}");
                return claim.answer(Err(ActionError::NotWritten(error)));
            }
        };
        self.expect_effect(&recorded.intent).await;
        let (result, milliseconds) = call(&client, &recorded.intent).await;
        match result {
            Err(error) if error.is_uncertain() => {
                claim.answer(Err(ActionError::Unknown(error)));
                self.settle(claim, recorded, true).await;
            }
            result => {
                let known = KnownOutcome::answered(result.into(), milliseconds);
                self.conclude(claim, &recorded, known).await;
            }
        }
    }

    /// Looks the nonce up, and then, for an action not known yet, whether it may still be done.
    async fn dispatch(
        &self,
        claim: &Claim,
        scope: &Scope,
        ticket: &Ticket,
        request: &ActionRequest,
    ) -> Result<Dispatch, ActionError> {
        let known = self.0.store.by_nonce(claim.nonce()).await;
        match known.map_err(ActionError::NotWritten)? {
            Some((known, _)) if known.intent.digest != claim.digest() => {
                return Err(self.reused(scope, request));
            }
            Some((known, outcome)) => return Ok(Dispatch::Known(repeated(&known, outcome))),
            None => {}
        }
        let now = self.now();
        let age = Duration::try_from(now.duration_since(ticket.made)).unwrap_or_default();
        if age > self.0.settings.ticket_lifetime {
            return Err(ActionError::ExpiredTicket);
        }
        let client = self.0.workspaces.client(&request.workspace).cloned();
        let client = client.ok_or(ActionError::ReadError(ReadError::Workspace))?;
        let mut changed_parameters = None;
        let mut execution_name = None;
        let call = match &request.action {
            RequestedAction::Start(arguments) => {
                let parameters = &arguments.parameters;
                changed_parameters = self.changed_parameters(scope, request, parameters).await;
                IntendedCall::Start(arguments.named(now, claim.nonce()))
            }
            RequestedAction::Change {
                action,
                execution_id,
                reason,
            } => {
                let execution = self
                    .applicable(scope, request, *action, execution_id)
                    .await?;
                execution_name = execution.display_name;
                IntendedCall::Change {
                    action: *action,
                    execution_arn: execution.arn,
                    reason: non_empty(reason),
                }
            }
        };
        // Time has passed since the role was checked, and what comes next is the commit and the call.
        let grant = self.grant(scope, request).await?;
        let session = client
            .has_write_role()
            .then(|| session_name(&scope.person().name));
        let attribution = Attribution::new(scope, &grant, changed_parameters)
            .execution_name(execution_name.as_deref())
            .session(session);
        let intent = Intent {
            nonce: claim.nonce().to_owned(),
            digest: claim.digest().to_owned(),
            at: now,
            person: scope.person().name.clone(),
            workspace: request.workspace.clone(),
            pipeline_name: request.pipeline_name.clone(),
            call,
        };
        Ok(Dispatch::New(client, Box::new(intent), attribution))
    }

    /// The execution as it is now, if the action still applies to it.
    async fn applicable(
        &self,
        scope: &Scope,
        request: &ActionRequest,
        action: Action,
        execution_id: &str,
    ) -> Result<Execution, ActionError> {
        if action == Action::Start {
            return Err(ActionError::ForgedTicket);
        }
        let catalog = &self.0.catalog;
        let (workspace, pipeline) = (&request.workspace, &request.pipeline_name);
        let execution = catalog
            .execution_now(scope, workspace, pipeline, execution_id)
            .await
            .map_err(ActionError::ReadError)?;
        let retry = action == Action::Retry && execution.status == ExecutionStatus::Failed;
        // Where its steps cannot be read, SageMaker itself refuses to retry after a Fail step.
        let ended_in_fail_step = retry
            && catalog
                .execution(scope, workspace, pipeline, execution_id)
                .await
                .is_ok_and(|view| view.value.ended_in_fail_step == Some(true));
        match action.applies(&execution.status, ended_in_fail_step) {
            Ok(()) => Ok(execution),
            Err(reason) => Err(ActionError::NotApplicable(reason)),
        }
    }

    /// Writes an outcome down, lets the catalog refresh the execution, and answers.
    pub(super) async fn conclude(
        &self,
        claim: Claim,
        recorded: &RecordedIntent,
        known: KnownOutcome,
    ) {
        let mut is_written = self.write_outcome(recorded, &known).await;
        if !matches!(known.outcome, Outcome::Done { .. })
            && let Some(execution_arn) = recorded.intent.execution_arn()
        {
            let catalog = &self.0.catalog;
            catalog.expect_no_effect(&recorded.intent.workspace, execution_arn);
        }
        self.refresh(&recorded.intent, &known.outcome).await;
        claim.answer(answer(known.outcome.clone(), false));
        // The claim is held until then, so that the same form gets the same answer.
        let mut delay = self.0.settings.first_lookup_delay;
        while !is_written {
            tokio::time::sleep(delay).await;
            delay = (delay * 2).min(RETRY_DELAY_MAX);
            is_written = self.write_outcome(recorded, &known).await;
        }
    }

    /// Lets pages show the action as pending until SageMaker reports its effect.
    async fn expect_effect(&self, intent: &Intent) {
        if let Some(execution_arn) = intent.execution_arn() {
            let catalog = &self.0.catalog;
            catalog
                .expect_effect(&intent.workspace, execution_arn, intent.action())
                .await;
        }
    }

    async fn write_outcome(&self, recorded: &RecordedIntent, known: &KnownOutcome) -> bool {
        let store = &self.0.store;
        let written = store.conclude(recorded, self.now(), known).await;
        if let Err(error) = &written {
            tracing::error!("Cannot record an outcome; retrying: {error}");
        }
        written.is_ok()
    }

    /// Lets the catalog describe the execution now, so that the next page shows what was done. A
    /// slow SageMaker does not hold the answer back for long.
    async fn refresh(&self, intent: &Intent, outcome: &Outcome) {
        let execution_arn = match outcome {
            Outcome::Done { execution_arn, .. } => Some(execution_arn.as_str()),
            _ => intent.execution_arn(),
        };
        if let Some(execution_arn) = execution_arn.map(str::to_owned) {
            let catalog = self.0.catalog.clone();
            let workspace = intent.workspace.clone();
            let refresh = tokio::spawn(async move {
                catalog.refresh_execution(&workspace, &execution_arn).await;
            });
            if tokio::time::timeout(REFRESH_WAIT_MAX, refresh)
                .await
                .is_err()
            {
                tracing::debug!("Still reading the execution after an action");
            }
        }
    }
}

impl From<Result<Accepted, AwsError>> for Outcome {
    fn from(result: Result<Accepted, AwsError>) -> Self {
        match result {
            Ok(accepted) => Self::Done {
                execution_arn: accepted.execution_arn,
                request_id: accepted.request_id,
            },
            Err(error) => Self::Refused(error),
        }
    }
}

/// The answer to an action that was sent again.
pub(super) fn repeated(known: &RecordedIntent, outcome: Option<Outcome>) -> Answer {
    match outcome {
        Some(outcome) => answer(outcome, true),
        None => Err(ActionError::Unknown(no_answer(known.intent.operation()))),
    }
}

fn no_answer(operation: &'static str) -> AwsError {
    let message = "no response; the outcome is being looked up";
    AwsError::new(
        Service::SageMaker,
        operation,
        AwsErrorKind::TimedOut,
        message,
    )
}
