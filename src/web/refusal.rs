//! An action that was not carried out: which status answers, and what its form says.

use axum::http::StatusCode;

use super::error::{PageError, failure_status};
use super::links::Links;
use super::needs::sentence;
use super::shell::Shell;
use super::texts::{aws_error, ledger, not_applicable};
use crate::catalog::ReadError;
use crate::domain::{Action, AwsError};
use crate::ledger::ActionError;

/// What stands at the top of a form that comes back.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// One sentence for people.
    pub sentence: String,
    /// AWS's own refusal, where it was AWS that refused.
    pub failure: Option<AwsError>,
}

/// How an action's error is answered.
#[derive(Debug)]
pub enum Answer {
    /// With the form again: nothing was done.
    Form(Refusal),
    /// With a page of its own: whether it was done is not known.
    Unknown(AwsError),
    /// With a page of its own: there is nothing to act on.
    ReadError(ReadError),
}

/// How to answer this error of the ledger.
pub fn answer(error: ActionError) -> Answer {
    let form = |status, sentence: &str| {
        Answer::Form(Refusal {
            status,
            sentence: sentence.to_owned(),
            failure: None,
        })
    };
    match error {
        ActionError::ForgedTicket => form(
            StatusCode::FORBIDDEN,
            "This form did not carry a ticket of this console, so nothing was sent to SageMaker. Check what it says and send it again.",
        ),
        ActionError::ReusedTicket { .. } => form(
            StatusCode::CONFLICT,
            "This form was sent before with other values. What was sent first stands; these values were not sent. Send the form again if you want both.",
        ),
        ActionError::ExpiredTicket => form(
            StatusCode::CONFLICT,
            "This form was open for too long, so nothing was sent to SageMaker. Check what it says and send it again.",
        ),
        ActionError::NotApplicable(reason) => form(StatusCode::CONFLICT, not_applicable(reason)),
        ActionError::NotFound(reason) => form(StatusCode::CONFLICT, &ledger::not_found(&reason)),
        ActionError::Refused(failure) => Answer::Form(Refusal {
            status: failure_status(&failure),
            sentence: aws_error(&failure),
            failure: Some(failure),
        }),
        ActionError::NotWritten(error) => {
            tracing::error!("An action could not be written down: {error}");
            let why = error.trouble.reason();
            form(
                StatusCode::SERVICE_UNAVAILABLE,
                &format!(
                    "The console could not write this action down, because {why}; so nothing was sent to SageMaker. Its log says more. Send it again once that is mended."
                ),
            )
        }
        ActionError::Unknown(failure) => Answer::Unknown(failure),
        ActionError::ReadError(missing) => Answer::ReadError(missing),
        ActionError::NotAllowed(missed) => form(StatusCode::FORBIDDEN, &sentence(&missed)),
    }
}

/// The page of an action whose effect is not known.
pub fn unknown(shell: Shell, action: Action, pipeline: &str, failure: AwsError) -> PageError {
    let links: Links = shell.links.clone();
    let (title, what) = match action {
        Action::Start => (
            "It is not known whether the execution was created",
            "Do not create it again yet: if it began, it is in the list of executions within a minute.",
        ),
        Action::Stop => (
            "It is not known whether the execution is being stopped",
            "Its page shows it as soon as SageMaker tells.",
        ),
        Action::Resume | Action::Retry => (
            "It is not known whether the execution runs again",
            "Its page shows it as soon as SageMaker tells.",
        ),
    };
    PageError::new(
        shell,
        failure_status(&failure),
        title,
        format!(
            "{} The action is written down, and the console is looking up what became of it. {what}",
            aws_error(&failure)
        ),
    )
    .because(failure)
    .way(links.executions(pipeline), "Executions")
}
