//! Statuses of executions, steps and jobs.

use std::borrow::Cow;

use crate::domain::{Action, ExecutionStatus};
use crate::web::fmt::visible_text;

/// A status as pages show it; one that the console does not know is shown as SageMaker spells it.
pub fn word(status: &str) -> Cow<'_, str> {
    match status {
        "CompletedWithFailures" => Cow::Borrowed("Completed with failures"),
        "NotRun" => Cow::Borrowed("Not run"),
        "Cached" => Cow::Borrowed("From cache"),
        other => visible_text(other),
    }
}

/// The status of an execution; while an accepted action is pending, what is being done.
pub fn execution(status: &ExecutionStatus, pending: Option<Action>) -> Cow<'_, str> {
    match pending {
        Some(Action::Stop) => Cow::Borrowed("Stopping…"),
        Some(Action::Resume) => Cow::Borrowed("Resuming…"),
        Some(Action::Retry) => Cow::Borrowed("Retrying…"),
        Some(Action::Start) | None => word(status.as_str()),
    }
}

/// A status inside a sentence: `not run`.
pub fn lower_case(status: &str) -> String {
    word(status).to_lowercase()
}

/// Where the status of something that ran is not known now.
pub const UNKNOWN_SYMBOL: &str = "?";

/// A symbol for the title of a tab in the background.
pub fn symbol(status: &ExecutionStatus) -> &'static str {
    match status {
        ExecutionStatus::Executing => "▶",
        ExecutionStatus::Stopping => "◼…",
        ExecutionStatus::Stopped => "◼",
        ExecutionStatus::Failed => "✕",
        ExecutionStatus::Succeeded => "✓",
        ExecutionStatus::CompletedWithFailures => "⚠",
        ExecutionStatus::Other(_) => "•",
    }
}

/// What a step's status means, where its word alone does not say it.
pub fn explanation(step_status: &str) -> Option<&'static str> {
    match step_status {
        "Waiting" => Some("This step waits for the steps before it."),
        "NotRun" => Some("This step did not start: what it depends on did not happen."),
        "Cached" => Some(
            "This step did not run: an earlier result with the same arguments was taken from the cache.",
        ),
        "Reused" => Some(
            "This step did not run: this execution runs selected steps only and reuses an earlier result.",
        ),
        _ => None,
    }
}
