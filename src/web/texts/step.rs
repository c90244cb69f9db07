//! Steps: in a graph, in the list of steps, in the step panel.

use sluicegate_definition::Definition;

use super::Sentence;
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

/// What a waiting step waits for, after its accessible name.
pub fn waits_for(step: &str) -> String {
    format!(". Waits for {step}")
}

/// How many more there are than the ones named; empty where there is none.
pub fn and_others(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        _ => format!(" and {count} others"),
    }
}

/// Why a step did not run.
pub fn not_run(reason: &NotRunReason, definition: &Definition) -> Sentence {
    let after = |words: &str, step: usize| match definition.steps.get(step) {
        Some(step) => Sentence::from(words).name(&step.into()),
        None => Sentence::from(words),
    };
    match reason {
        NotRunReason::NotSelected => {
            "Skipped: this execution runs selected steps only, and this is not one of them.".into()
        }
        NotRunReason::BranchNotTaken { condition, outcome } => {
            let outcome = if *outcome { "True" } else { "False" };
            after("Skipped: ", *condition).words(format!(" was {outcome}."))
        }
        NotRunReason::DidNotFail(step) => after("Skipped: ", *step).words(" did not fail."),
        NotRunReason::WasNotStopped(step) => after("Skipped: ", *step).words(" was not stopped."),
        NotRunReason::NoItems(step) => after("Skipped: ", *step).words(" had no items."),
        NotRunReason::StepFailed(step) => after("Not reached: ", *step).words(" failed."),
        NotRunReason::StepStopped(step) => after("Not reached: ", *step).words(" was stopped."),
        NotRunReason::ExecutionEnded(ExecutionStatus::Failed) => {
            "Not reached: the execution failed before it.".into()
        }
        NotRunReason::ExecutionEnded(ExecutionStatus::Stopped) => {
            "Not reached: the execution was stopped before it.".into()
        }
        NotRunReason::ExecutionEnded(_) => "Not reached: the execution ended before it.".into(),
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
