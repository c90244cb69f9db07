//! What an action is answered with.

use super::outcome::{NotFoundReason, Outcome};
use crate::access::Forbidden;
use crate::catalog::ReadError;
use crate::database::DatabaseError;
use crate::domain::{AwsError, NotApplicable};

/// The answer to an action, the same for everyone who waits for it.
pub(super) type Answer = Result<CompletedAction, ActionError>;

/// An action that SageMaker carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedAction {
    /// The execution started or acted on.
    pub execution_arn: String,
    /// The service's request id, where its answer arrived.
    pub request_id: Option<String>,
    /// The same ticket had done it before; nothing was done now.
    pub repeated: bool,
}

/// Why an action was not carried out, or is not known to be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ActionError {
    /// The ticket is missing, malformed, signed with another key, or made for another person, action
    /// or target.
    #[error("the ticket was not made here for this person, action and target")]
    ForgedTicket,
    /// The ticket was used before with other values.
    #[error("the ticket was used before with other values")]
    ReusedTicket {
        /// A ticket with which the form may be sent again.
        fresh_ticket: String,
    },
    /// The form was opened too long ago.
    #[error("the ticket has expired")]
    ExpiredTicket,
    /// The action no longer applies to the execution.
    #[error("not applicable: {0}")]
    NotApplicable(NotApplicable),
    /// The answer was lost, and a lookup showed that the action was not carried out.
    #[error("not carried out: {}", .0.code())]
    NotFound(NotFoundReason),
    /// AWS refused.
    #[error("{0}")]
    Refused(AwsError),
    /// SageMaker did not answer. The intent is written down, and the outcome is being looked up;
    /// the same form sent again is answered with it.
    #[error("{0}")]
    Unknown(AwsError),
    /// The intent could not be written down, so nothing was called.
    #[error("nothing was called, because the intent could not be recorded: {0}")]
    NotWritten(DatabaseError),
    /// The workspace, pipeline or execution does not exist or the person may not know that it does,
    /// or SageMaker did not answer a question about it.
    #[error("{0}")]
    ReadError(ReadError),
    /// The person may see the pipeline but not do this with it.
    #[error("the person does not have the role for this")]
    NotAllowed(Forbidden),
}

/// The answer to the action whose outcome this is.
pub(super) fn answer(outcome: Outcome, repeated: bool) -> Answer {
    match outcome {
        Outcome::Done {
            execution_arn,
            request_id,
        } => Ok(CompletedAction {
            execution_arn,
            request_id,
            repeated,
        }),
        Outcome::Refused(error) => Err(ActionError::Refused(error)),
        Outcome::NotFound(reason) => Err(ActionError::NotFound(reason)),
    }
}
