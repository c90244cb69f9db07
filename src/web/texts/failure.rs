//! Why an execution failed.

use super::Sentence;
use crate::domain::{Check, FailedStep, FailedStepKind, Failure, Named};

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
