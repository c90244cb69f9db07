//! Steps: in a graph, in the list of steps, in the step panel.

use sluicegate_definition::Definition;

use crate::domain::{ExecutionStatus, NotRunReason};

/// A step for readers who do not see the graph: its name, its type, and its status and time where
/// it has them.
pub fn accessible_name(title: &str, kind: &str, status: Option<&str>) -> String {
    match status {
        Some(status) => format!("{title}, {kind}, {status}"),
        None => format!("{title}, {kind}"),
    }
}

/// A status and how long the step took.
pub fn status_and_time(status: &str, time: &str) -> String {
    format!("{status}, {time}")
}

/// Why a step did not run.
pub fn not_run(reason: &NotRunReason, definition: &Definition) -> String {
    let name = |step: usize| definition.steps.get(step).map_or("", |step| &step.name);
    match reason {
        NotRunReason::NotSelected => {
            "Skipped: this execution runs selected steps only, and this is not one of them."
                .to_owned()
        }
        NotRunReason::BranchNotTaken { condition, outcome } => {
            let outcome = if *outcome { "True" } else { "False" };
            format!("Skipped: {} was {outcome}.", name(*condition))
        }
        NotRunReason::DidNotFail(step) => format!("Skipped: {} did not fail.", name(*step)),
        NotRunReason::WasNotStopped(step) => format!("Skipped: {} was not stopped.", name(*step)),
        NotRunReason::NoItems(step) => format!("Skipped: {} had no items.", name(*step)),
        NotRunReason::StepFailed(step) => format!("Not reached: {} failed.", name(*step)),
        NotRunReason::StepStopped(step) => format!("Not reached: {} was stopped.", name(*step)),
        NotRunReason::ExecutionEnded(ExecutionStatus::Failed) => {
            "Not reached: the execution failed before it.".to_owned()
        }
        NotRunReason::ExecutionEnded(ExecutionStatus::Stopped) => {
            "Not reached: the execution was stopped before it.".to_owned()
        }
        NotRunReason::ExecutionEnded(_) => "Not reached: the execution ended before it.".to_owned(),
    }
}

/// How many iterations of a ForEach step have ended.
pub fn items_done(done: usize, all: usize) -> String {
    format!("{done} of {all} items")
}

/// Which item of a ForEach step an iteration runs for; items count from 1.
pub fn item(number: i64, value: Option<&str>, foreach: &str) -> String {
    match value {
        Some(value) => format!("item {number}: {value}"),
        None => format!("item {number} of {foreach}"),
    }
}
