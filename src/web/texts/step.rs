//! Steps: in a graph, in the list of steps, in the step panel.

use sluicegate_definition::Definition;

use super::status::lower_case;
use super::{Sentence, grouped};
use crate::domain::search::word_starts;
use crate::domain::{
    ExecutionStatus, Instances, JobDetail, NodeStatus, NotRunReason, TrainingJobCounts,
};
use crate::web::fmt::duration_text;

/// The member of a step's metadata that says where its log is.
pub const LOG_FILE_MEMBER: &str = "LogFilePath";

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

/// A name of the API as a label: `Training job` for `TrainingJob`, `SQS queue URL` for `SqsQueueUrl`. A name that is not
/// of that kind stays as it is.
pub fn label(name: &str) -> String {
    let is_api_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if !is_api_name {
        return name.to_owned();
    }
    let name = name
        .strip_prefix("S3")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name);
    let mut borders: Vec<usize> = word_starts(name).into_iter().filter(|at| *at > 0).collect();
    borders.insert(0, 0);
    borders.push(name.len());
    let words = borders.windows(2).enumerate().map(|(index, at)| {
        let word = name[at[0]..at[1]].trim_matches('.');
        match word.to_ascii_lowercase().as_str() {
            "sqs" | "url" | "uri" | "arn" | "id" | "emr" => word.to_ascii_uppercase(),
            "arns" => "ARNs".to_owned(),
            lower if index > 0 && !is_acronym(word) => lower.to_owned(),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_acronym(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())
}

/// A job's status, and the finer one where it says more.
pub fn job_status(job: &JobDetail) -> Option<String> {
    let status = job.status.as_ref()?;
    Some(match &job.secondary_status {
        Some(secondary) if secondary != status => {
            format!("{} · {}", label(status), label(secondary))
        }
        _ if status == "InProgress" => label(status),
        _ => status.clone(),
    })
}

/// How long a job trained, for how much of that it is billed, and whether on spot instances; `None` where it did not.
pub fn training_time(job: &JobDetail) -> Option<String> {
    let duration = |seconds: Option<i32>| {
        let seconds = seconds.filter(|seconds| *seconds > 0)?;
        Some(duration_text(i64::from(seconds)))
    };
    let trained = duration(job.training_seconds)?;
    let billed = duration(job.billable_seconds).map(|billed| format!("billed {billed}"));
    let spot = job
        .managed_spot
        .filter(|spot| *spot)
        .map(|_| "Spot".to_owned());
    let parts = [Some(trained), billed, spot].into_iter().flatten();
    Some(parts.collect::<Vec<_>>().join(" · "))
}

/// The instances of a job: `2 × ml.m5.xlarge`.
pub fn instances(instances: &Instances) -> String {
    format!("{} × {}", instances.count, instances.instance_type)
}

/// How many training jobs of a tuning job are in each status, without those of which there are none.
pub fn training_job_counts(counts: &TrainingJobCounts) -> Option<String> {
    let all = [
        (counts.completed, "completed"),
        (counts.in_progress, "in progress"),
        (counts.retryable_error, "failed, to be retried"),
        (counts.non_retryable_error, "failed"),
        (counts.stopped, "stopped"),
    ];
    let parts = all.into_iter().filter_map(|(count, what)| {
        let count = count.filter(|count| *count > 0)?;
        Some(format!("{count} {what}"))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// A registered model: `CustomerChurnModels v24`. `None` where its group is not known.
pub fn model_version(group: Option<&str>, version: Option<i32>) -> Option<String> {
    let group = group?;
    Some(match version {
        Some(version) => format!("{group} v{version}"),
        None => group.to_owned(),
    })
}

/// The approval status of a registered model.
pub fn approval(status: &str) -> String {
    match status {
        "PendingManualApproval" => "pending approval".to_owned(),
        "Approved" => "approved".to_owned(),
        "Rejected" => "rejected".to_owned(),
        other => other.to_owned(),
    }
}

/// Why there is no log to link to.
pub enum NoLog {
    /// The step has not started.
    NotStarted,
    /// The step started no job.
    NoJob,
    /// What it started writes no log whose place is known.
    NotKnown,
}

/// Why there is no log to link to.
pub fn no_log(why: NoLog) -> &'static str {
    match why {
        NoLog::NotStarted => "No log yet: the step has not started.",
        NoLog::NoJob => "No log: the step started no job.",
        NoLog::NotKnown => {
            "This type of step has no log in CloudWatch, or its log group is not known."
        }
    }
}

/// The item of a ForEach step that an iteration runs for; items count from 1.
pub fn item_of(number: i64, foreach: &str) -> String {
    format!("{number} of {foreach}")
}

/// How many iterations of a ForEach step have ended, and how many of them failed.
pub fn items_done(done: usize, all: usize, failed: usize) -> String {
    match failed {
        0 => format!("{done} of {all} items"),
        _ => format!("{done}/{all}, {failed} failed"),
    }
}

/// How many steps a fold has, after its name.
pub fn fold_count(count: usize) -> String {
    format!(" · {count}")
}

/// How many steps have which status, the most urgent first: `2 failed, 38 succeeded`. More than three are not told apart.
pub fn steps_by_status(counts: &[(usize, NodeStatus)]) -> String {
    let named = if counts.len() > 3 { 2 } else { counts.len() };
    let (named, rest) = counts.split_at(named);
    let word = |status: &NodeStatus| lower_case(status.as_str());
    let mut parts: Vec<String> = named
        .iter()
        .map(|(count, status)| format!("{count} {}", word(status)))
        .collect();
    if !rest.is_empty() {
        let count: usize = rest.iter().map(|(count, _)| count).sum();
        parts.push(format!("{count} others"));
    }
    parts.join(", ")
}

/// A fold for readers who do not see the graph, with all statuses of its steps.
pub fn fold_label(
    name: &str,
    count: usize,
    kind: &str,
    statuses: &[(usize, NodeStatus)],
) -> String {
    let mut label = format!("{name}, {count} {kind} steps");
    for (count, status) in statuses {
        label.push_str(&format!(", {count} {}", lower_case(status.as_str())));
    }
    label
}

/// How many steps of a graph are folded, into how many groups.
pub fn folded(folded: usize, all: usize, groups: usize) -> String {
    let (folded, all) = (grouped(folded as u64), grouped(all as u64));
    match groups {
        0 => format!("All {all} steps are shown"),
        1 => format!("{folded} of {all} steps are folded into 1 group"),
        _ => format!("{folded} of {all} steps are folded into {groups} groups"),
    }
}

/// Which item of a ForEach step an iteration runs for; items count from 1.
pub fn item(number: i64, value: Option<&str>, foreach: &str) -> String {
    match value {
        Some(value) => format!("item {number}: {value}"),
        None => format!("item {number} of {foreach}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statuses_of_a_fold_are_counted_the_most_urgent_first() {
        use NodeStatus as S;
        let two = [(2, S::Failed), (38, S::Succeeded)];
        assert_eq!(steps_by_status(&two), "2 failed, 38 succeeded");
        let four = [
            (1, S::Failed),
            (3, S::Executing),
            (2, S::Waiting),
            (4, S::Succeeded),
        ];
        assert_eq!(steps_by_status(&four), "1 failed, 3 executing, 6 others");
        assert_eq!(
            fold_label("Train-*", 40, "Training", &two),
            "Train-*, 40 Training steps, 2 failed, 38 succeeded"
        );
    }

    #[test]
    fn what_is_folded_is_counted() {
        assert_eq!(folded(0, 1_000, 0), "All 1,000 steps are shown");
        assert_eq!(
            folded(40, 212, 1),
            "40 of 212 steps are folded into 1 group"
        );
    }

    #[test]
    fn names_of_the_api_become_labels() {
        for (name, shown) in [
            ("TrainingJob", "Training job"),
            ("AutoMLJob", "Auto ML job"),
            ("SqsQueueUrl", "SQS queue URL"),
            ("S3ModelArtifacts", "Model artifacts"),
            ("ActionArns.train", "Action ARNs train"),
            ("RegisterModel", "Register model"),
            ("train", "train"),
            ("my-Output_1", "my-Output_1"),
        ] {
            assert_eq!(label(name), shown);
        }
    }

    #[test]
    fn counts_of_nothing_are_left_out() {
        let none = TrainingJobCounts::default();
        assert_eq!(training_job_counts(&none), None);
        let some = TrainingJobCounts {
            completed: Some(8),
            in_progress: Some(0),
            stopped: Some(1),
            ..none
        };
        assert_eq!(
            training_job_counts(&some).as_deref(),
            Some("8 completed · 1 stopped")
        );
    }
}
