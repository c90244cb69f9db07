//! An action that was not carried out: the status of the response, and what its form says.

use axum::http::StatusCode;

use super::error::{PageError, status_of};
use super::shell::Shell;
use super::texts::errors::link;
use super::texts::requests::request_error;
use super::texts::{access, actions, aws_error, errors, ledger, not_applicable};
use crate::catalog::ReadError;
use crate::domain::{Action, AwsError};
use crate::identity::RequestError;
use crate::ledger::ActionError;

/// The error at the top of a form that is shown again.
#[derive(Debug, Clone)]
pub struct FormError {
    /// The status of the response.
    pub status: StatusCode,
    /// What is wrong and what to do about it.
    pub sentence: String,
    /// AWS's own error, where AWS refused.
    pub aws_error: Option<AwsError>,
}

impl From<RequestError> for FormError {
    fn from(error: RequestError) -> Self {
        Self {
            status: error.status(),
            sentence: request_error(error).sentence.into_owned(),
            aws_error: None,
        }
    }
}

/// How an action's error is answered.
#[derive(Debug)]
pub enum ActionResponse {
    /// With the form again: nothing was done.
    Form(FormError),
    /// With a page of its own: whether it was done is not known.
    Unknown(AwsError),
    /// With a page of its own: there is nothing to act on.
    ReadError(ReadError),
}

/// How to answer this error of the ledger.
pub fn response_to(error: ActionError) -> ActionResponse {
    let form = |status, sentence: &str| {
        ActionResponse::Form(FormError {
            status,
            sentence: sentence.to_owned(),
            aws_error: None,
        })
    };
    match error {
        ActionError::ForgedTicket => form(StatusCode::FORBIDDEN, actions::FORGED_TICKET),
        ActionError::ReusedTicket { .. } => form(StatusCode::CONFLICT, actions::REUSED_TICKET),
        ActionError::ExpiredTicket => form(StatusCode::CONFLICT, actions::EXPIRED_TICKET),
        ActionError::NotApplicable(reason) => form(StatusCode::CONFLICT, not_applicable(reason)),
        ActionError::NotFound(reason) => form(StatusCode::CONFLICT, &ledger::not_found(&reason)),
        ActionError::Refused(error) => ActionResponse::Form(FormError {
            status: status_of(&error),
            sentence: aws_error(&error),
            aws_error: Some(error),
        }),
        ActionError::NotWritten(error) => {
            tracing::error!("Cannot record an action: {error}");
            let sentence = actions::not_recorded(error.kind.reason());
            form(StatusCode::SERVICE_UNAVAILABLE, &sentence)
        }
        ActionError::Unknown(error) => ActionResponse::Unknown(error),
        ActionError::ReadError(error) => ActionResponse::ReadError(error),
        ActionError::NotAllowed(missing) => {
            form(StatusCode::FORBIDDEN, &access::forbidden(&missing))
        }
    }
}

/// The page of an action whose outcome is not known.
pub fn outcome_unknown(shell: Shell, action: Action, pipeline: &str, error: AwsError) -> PageError {
    let executions = shell.links.executions(pipeline);
    let text = errors::unknown_outcome(action, &aws_error(&error));
    PageError::new(shell, status_of(&error), text)
        .caused_by(error)
        .link(executions, link::EXECUTIONS)
}
