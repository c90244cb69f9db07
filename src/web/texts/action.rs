//! Why an action does not apply.

use crate::domain::NotApplicable;

/// Why an action does not apply to an execution, in one sentence.
pub fn not_applicable(reason: NotApplicable) -> &'static str {
    match reason {
        NotApplicable::EndedInFailStep => {
            "A Fail step ended this execution, so SageMaker cannot retry it. Use Run again."
        }
        NotApplicable::AlreadyStopping => "This execution is already stopping.",
        NotApplicable::AlreadyStopped => "This execution has already stopped.",
        NotApplicable::AlreadyFailed => "This execution has already failed.",
        NotApplicable::AlreadySucceeded => "This execution has already succeeded.",
        NotApplicable::CompletedWithFailures => {
            "This execution completed with failures. Use Run again."
        }
        NotApplicable::AlreadyExecuting => "This execution is already running again.",
        NotApplicable::StillStopping => {
            "This execution is still stopping. Wait until it has stopped."
        }
        NotApplicable::UnknownStatus => {
            "This console does not know the status of this execution, so it offers no actions."
        }
    }
}
