//! The confirmation of an action, and forms that come back.

use crate::domain::{Action, StepRecord, StepResource};
use crate::web::texts;

/// The title of a confirmation.
pub fn question(action: Action) -> &'static str {
    match action {
        Action::Start => "Create execution",
        Action::Stop => "Stop this execution?",
        Action::Resume => "Resume this execution?",
        Action::Retry => "Retry this execution?",
    }
}

/// The button that carries it out.
pub fn button(action: Action) -> &'static str {
    match action {
        Action::Start => "Create",
        Action::Stop => "Stop execution",
        Action::Resume => "Resume execution",
        Action::Retry => "Retry execution",
    }
}

/// The title of a confirmation where the action no longer applies.
pub fn nothing_to_do(action: Action) -> &'static str {
    match action {
        Action::Start => "There is nothing to create",
        Action::Stop => "There is nothing to stop",
        Action::Resume => "There is nothing to resume",
        Action::Retry => "There is nothing to retry",
    }
}

/// The title of an action that was refused and whose form cannot be shown again.
pub const NOTHING_DONE: &str = "Nothing was done";

/// What an action does to an execution; `steps` is how many steps it affects.
pub fn effect(action: Action, steps: usize) -> &'static str {
    match (action, steps) {
        (Action::Start, _) => "Starts a new execution.",
        (Action::Stop, 0) => "No step is running right now, and no more steps will start.",
        (Action::Stop, 1) => "Stops the running step; no more steps will start.",
        (Action::Stop, _) => "Stops the running steps; no more steps will start.",
        (Action::Resume, 0) => {
            "Continues where it stopped, with the steps that have not started yet."
        }
        (Action::Resume, _) => {
            "Continues where it stopped. Stopped steps start over; steps that succeeded are not run again."
        }
        (Action::Retry, 0) => {
            "Runs again from where it failed. Steps that succeeded are not run again."
        }
        (Action::Retry, 1) => {
            "Runs again from the failed step. Steps that succeeded are not run again."
        }
        (Action::Retry, _) => {
            "Runs again from the failed steps. Steps that succeeded are not run again."
        }
    }
}

/// The heading above the steps that it affects.
pub fn affected_steps(action: Action) -> &'static str {
    match action {
        Action::Start => "",
        Action::Stop => "Running now",
        Action::Resume => "Starts over with",
        Action::Retry => "Runs again from",
    }
}

/// What else to know before it is done.
pub fn remark(action: Action) -> &'static str {
    match action {
        Action::Start => "",
        Action::Stop => {
            "Results of finished steps are kept. A stopped execution can be resumed where it stopped."
        }
        Action::Resume => "Uses the same parameters and pipeline version.",
        Action::Retry => {
            "Uses the same parameters and pipeline version. To change them, create a new execution."
        }
    }
}

/// Why a running step keeps an execution in Stopping.
pub fn holds_stop(step: &StepRecord) -> String {
    if step.metadata.resource() == Some(StepResource::LambdaFunction) {
        return "The execution stays in Stopping until its Lambda function finishes.".to_owned();
    }
    match &step.metadata.callback_token {
        Some(token) => format!(
            "The execution stays in Stopping until this Callback step is answered (token {token})."
        ),
        None => "The execution stays in Stopping until this Callback step is answered.".to_owned(),
    }
}

/// A text that is longer than its field may hold, in characters.
pub fn too_long(max: usize, length: usize) -> String {
    format!("Use at most {max} characters; this has {length}.")
}

/// The form of an action whose ticket was missing or forged.
pub const FORGED_TICKET: &str = "This form did not come from a page of this console, so nothing was sent to SageMaker. Check the values and send them again.";

/// A form whose ticket was used with other values.
pub const REUSED_TICKET: &str = "This form was already sent with other values, and only those count. To send these as well, send the form again.";

/// A form whose ticket has expired.
pub const EXPIRED_TICKET: &str = "This form was open for too long, so nothing was sent to SageMaker. Check the values and send them again.";

/// An action that could not be recorded, and so was not sent.
pub fn not_recorded(reason: &str) -> String {
    format!(
        "The console could not record this action because {reason}, so nothing was sent to SageMaker. Send it again when that is fixed; the console's log has details."
    )
}

/// The definition's parameters that a link to the create form names in vain.
pub fn unknown_parameters(names: &[&str]) -> String {
    format!(
        "The link to this form sets parameters that the pipeline does not have: {}.",
        texts::first_few(names, 12)
    )
}
