use super::*;
use crate::{ExecutionStatus, StepMember};

const CHECKED: &str = r#"{"Steps": [
    {"Name": "Train", "DisplayName": "Train the model", "Type": "Training"},
    {"Name": "Bias", "DisplayName": "Check the bias", "Type": "Condition", "DependsOn": ["Train"], "Arguments": {
        "Conditions": [], "IfSteps": [], "ElseSteps": [{"Name": "TooBiased", "Type": "Fail"}]}},
    {"Name": "GiveUp", "Type": "Fail", "DependsOn": ["Bias"]},
    {"Name": "Alone", "Type": "Fail", "DependsOn": ["Train"]}
]}"#;

fn execution() -> Execution {
    let arn = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/p/execution/4qyo3ncfdaqp";
    Execution {
        failure_reason: Some("One or multiple steps failed".into()),
        ..Execution::new(arn, ExecutionStatus::Failed)
    }
}

fn record(name: &str, status: StepStatus, reason: Option<&str>) -> StepRecord {
    StepRecord {
        failure_reason: reason.map(str::to_owned),
        ..StepRecord::new(name, status)
    }
}

fn failed(name: &str) -> StepRecord {
    record(name, StepStatus::Failed, Some("because"))
}

/// The failure of an execution by [`CHECKED`] in which this step failed after `Bias` had this outcome.
fn failure_of(step: &str, outcome: &str) -> Failure {
    let mut bias = record("Bias", StepStatus::Succeeded, None);
    bias.metadata.outcome = Some(outcome.into());
    let definition = Definition::read(CHECKED);
    Failure::of(&execution(), Some(&definition), &[bias, failed(step)])
}

fn check(outcome: bool) -> FailedStepKind {
    FailedStepKind::Fail(Some(Check {
        condition: Named::new("Bias", Some("Check the bias")),
        outcome,
    }))
}

#[test]
fn a_failed_step_has_its_name_for_people_and_its_own_reason() {
    let failure = failure_of("Train", "True");
    let step = failure.step.unwrap();
    assert_eq!(step.name, "Train");
    assert_eq!(step.named.title(), "Train the model");
    assert_eq!(step.kind, FailedStepKind::Work);
    assert_eq!(failure.reason.as_deref(), Some("because"));
}

#[test]
fn a_fail_step_names_the_check_that_led_to_it() {
    let kind = |step, outcome| failure_of(step, outcome).step.unwrap().kind;
    assert_eq!(kind("TooBiased", "False"), check(false));
    assert_eq!(kind("GiveUp", "True"), check(true));
    assert_eq!(kind("Alone", "True"), FailedStepKind::Fail(None));
}

#[test]
fn without_a_definition_the_record_alone_shows_a_fail_step() {
    let mut stopped = failed("TooBiased");
    stopped.metadata.member = Some(StepMember::Fail);
    let step = Failure::of(&execution(), None, &[stopped]).step.unwrap();
    assert_eq!(step.named, Named::new("TooBiased", None));
    assert_eq!(step.kind, FailedStepKind::Fail(None));
}

#[test]
fn without_a_failed_step_the_reason_is_that_of_the_execution() {
    let failure = Failure::of(&execution(), None, &[]);
    assert_eq!(failure.step, None);
    assert_eq!(
        failure.reason.as_deref(),
        Some("One or multiple steps failed")
    );
}

#[test]
fn records_show_a_failure_once_a_step_failed_and_none_runs() {
    let running = record("Other", StepStatus::Executing, None);
    assert!(shows_failure(&[failed("Train")]));
    assert!(!shows_failure(&[failed("Train"), running]));
    assert!(!shows_failure(&[record(
        "Train",
        StepStatus::Succeeded,
        None
    )]));
}

#[test]
fn the_same_step_for_the_same_reason_is_the_same_cause() {
    let one = |name: &str, reason: Option<&str>| {
        let records = [record(name, StepStatus::Failed, reason)];
        let unexplained = Execution {
            failure_reason: None,
            ..execution()
        };
        Failure::of(&unexplained, None, &records)
    };
    let first = one("Train", Some("no answer after 31.5s"));
    assert!(first.has_same_cause(&one("Train", Some("no answer after 7s"))));
    assert!(!first.has_same_cause(&one("Train", Some("no memory after 7s"))));
    assert!(!first.has_same_cause(&one("Tune", Some("no answer after 31.5s"))));
    assert!(!one("Train", None).has_same_cause(&one("Train", None)));
}
