//! Why an execution failed.

use super::Sentence;
use crate::domain::{Check, FailedStep, FailedStepKind, Failure, KnownCause, Named};

/// What a Fail step did, without its reason: `Stopped by a check: Check bias was False`.
pub fn stopped_by(fail_step: &Named, check: Option<&Check>) -> Sentence {
    match check {
        Some(Check { condition, outcome }) => Sentence::from("Stopped by a check: ")
            .name(condition)
            .words(if *outcome { " was True" } else { " was False" }),
        None => Sentence::from("Stopped by the Fail step ").name(fail_step),
    }
}

/// The failed step and the reason, for one line: `Train · CapacityError: Unable to provision…`.
pub fn failure(failure: &Failure) -> Sentence {
    let reason = failure
        .reason
        .as_deref()
        .filter(|reason| !reason.is_empty());
    match &failure.step {
        None => reason.unwrap_or("No reason given").into(),
        Some(step) => headline(step)
            .words(" · ")
            .words(reason.unwrap_or("no reason given")),
    }
}

fn headline(step: &FailedStep) -> Sentence {
    match &step.kind {
        FailedStepKind::Work => Sentence::default().name(&step.named),
        FailedStepKind::Fail(check) => stopped_by(&step.named, check.as_ref()),
    }
}

/// What a cause that recurs is recognised as, and what usually helps.
pub fn hint(cause: &KnownCause) -> String {
    let of = |what: &Option<String>, before: &str| {
        what.as_deref()
            .map_or_else(String::new, |what| format!("{before}{what}"))
    };
    match cause {
        KnownCause::Quota { name } => format!(
            "A quota of the AWS account is used up{}. Retry once other jobs have ended, or request more in Service Quotas.",
            of(name, ": ")
        ),
        KnownCause::Capacity => {
            "No instance of this type was free. Retry later, or run again with another instance type.".to_owned()
        }
        KnownCause::AccessDenied { action, resource } => format!(
            "The job's role lacks a permission{}{}. Add it to the role's policy, check the policies of the bucket and \
             of the key, then retry.",
            of(action, ": "),
            of(resource, " on ")
        ),
        KnownCause::Image { uri } => format!(
            "The container image{} cannot be pulled. Check its name and tag, and that its repository lets SageMaker \
             pull it.",
            of(uri, " ")
        ),
        KnownCause::MissingObject { uri } => format!(
            "Nothing was found at {}. Check the path, and whether what writes there has run.",
            uri.as_deref().unwrap_or("an S3 address that the job reads")
        ),
        KnownCause::Memory => {
            "The job ran out of memory. Use an instance type with more memory, or less data at a time.".to_owned()
        }
        KnownCause::Disk => "The job's volume is full. Give the job a larger volume (VolumeSizeInGB).".to_owned(),
        KnownCause::TimeLimit => {
            "The job reached its time limit. Raise MaxRuntimeInSeconds, or use a faster instance type.".to_owned()
        }
        KnownCause::Spot => {
            "No spot instance was there for long enough. Raise MaxWaitTimeInSeconds, or train on demand.".to_owned()
        }
        KnownCause::Throttled => {
            "SageMaker got too many calls at once. Retry, and start fewer executions at a time.".to_owned()
        }
        KnownCause::Internal => {
            "A fault within AWS. Retry; if it comes back, give AWS Support the ARN of the job.".to_owned()
        }
        KnownCause::Exception { name } => {
            format!("The program in the container ended with {name}. Its log has the lines before it.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: FailedStepKind, reason: Option<&str>) -> String {
        let step = FailedStep {
            name: "TooBiased".into(),
            named: Named::new("TooBiased", Some("Too biased")),
            kind,
        };
        let failed = Failure {
            step: Some(step),
            reason: reason.map(str::to_owned),
        };
        failure(&failed).plain()
    }

    #[test]
    fn a_failure_names_the_step_and_a_fail_step_the_check_before_it() {
        let check = Check {
            condition: Named::new("CheckBias", None),
            outcome: false,
        };
        for (kind, reason, expected) in [
            (
                FailedStepKind::Work,
                Some("no capacity"),
                "Too biased (TooBiased) · no capacity",
            ),
            (
                FailedStepKind::Work,
                None,
                "Too biased (TooBiased) · no reason given",
            ),
            (
                FailedStepKind::Fail(Some(check)),
                Some("0.31 is more than 0.25"),
                "Stopped by a check: CheckBias was False · 0.31 is more than 0.25",
            ),
            (
                FailedStepKind::Fail(None),
                Some("stop"),
                "Stopped by the Fail step Too biased (TooBiased) · stop",
            ),
        ] {
            assert_eq!(failed(kind, reason), expected);
        }
        assert_eq!(failure(&Failure::default()).plain(), "No reason given");
    }
}
