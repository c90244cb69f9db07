//! Failures, and the steps that take care of them.

use super::*;

const NO: &str = "AlgorithmError: no";

fn when(step: &str, trigger: &str) -> Value {
    json!([{"Step": step, "Trigger": trigger}])
}

/// Several steps that always fail.
fn all_failing(steps: &[&str]) -> StartSpec {
    let outcomes = steps.iter().map(|step| ScriptedOutcome {
        step: (*step).into(),
        attempts: u32::MAX,
        reason: NO.into(),
        ..ScriptedOutcome::default()
    });
    StartSpec {
        outcomes: outcomes.collect(),
        ..spec()
    }
}

#[test]
fn a_handler_that_fails_itself_leaves_the_execution_failed_unless_it_is_handled_too() {
    let program = program(json!([
        step("Bad", "Processing", json!([])),
        step("Handler", "Processing", when("Bad", "Failed")),
        step("Last", "Lambda", when("Handler", "Any")),
        step("Never", "Lambda", json!(["Bad"])),
    ]));
    let both = run(&program, all_failing(&["Bad", "Handler"]));
    assert_eq!(both.status(), RunStatus::CompletedWithFailures);
    assert_eq!(names(&both), ["Bad", "Handler", "Last"]);
    let all = run(&program, all_failing(&["Bad", "Handler", "Last"]));
    assert_eq!(all.status(), RunStatus::Failed);
    let none = run(&program, spec());
    assert_eq!(
        (none.status(), names(&none)),
        (
            RunStatus::Succeeded,
            vec!["Bad".to_owned(), "Never".to_owned()]
        )
    );
}

#[test]
fn a_handler_that_cannot_run_handles_nothing() {
    let program = program(json!([
        step("Bad", "Processing", json!([])),
        step("Worse", "Training", json!([])),
        step("Other", "Lambda", when("Worse", "Any")),
        step(
            "Handler",
            "Lambda",
            json!([{"Step": "Bad", "Trigger": "Failed"}, "Worse"])
        ),
    ]));
    assert_eq!(
        run(&program, all_failing(&["Bad"])).status(),
        RunStatus::CompletedWithFailures
    );
    let run = run(&program, all_failing(&["Bad", "Worse"]));
    assert_eq!(run.status(), RunStatus::Failed);
    assert!(!names(&run).contains(&"Handler".to_owned()));
}

#[test]
fn a_handler_in_a_branch_counts_when_the_branch_is_taken() {
    let program = |value: u32| {
        program(json!([
            step("Bad", "Processing", json!([])),
            {"Name": "C", "Type": "Condition", "Arguments": {
                "Conditions": [{"Type": "Equals", "LeftValue": value, "RightValue": 1}],
                "IfSteps": [step("Handler", "Lambda", when("Bad", "Failed"))], "ElseSteps": []}},
        ]))
    };
    let taken = run(&program(1), all_failing(&["Bad"]));
    assert_eq!(taken.status(), RunStatus::CompletedWithFailures);
    let other = run(&program(2), all_failing(&["Bad"]));
    assert_eq!(
        (other.status(), names(&other).len()),
        (RunStatus::Failed, 2)
    );
}

#[test]
fn triggers_of_stopped_and_completed_do_not_handle_a_failure() {
    for trigger in ["Stopped", "Completed"] {
        let program = program(json!([
            step("Bad", "Processing", json!([])),
            step("Next", "Lambda", when("Bad", trigger))
        ]));
        let run = run(&program, all_failing(&["Bad"]));
        assert_eq!(
            (run.status(), names(&run).len()),
            (RunStatus::Failed, 1),
            "{trigger}"
        );
    }
}

#[test]
fn a_handled_failure_does_not_hold_up_what_does_not_depend_on_it() {
    let program = program(json!([
        step("Bad", "Processing", json!([])),
        step("Handler", "Lambda", when("Bad", "Any")),
        step("Long", "Training", json!([])),
        step("After", "Processing", json!(["Long"])),
        step(
            "Both",
            "Lambda",
            json!([{"Step": "Bad", "Trigger": "Any"}, "After"])
        ),
    ]));
    let run = run(&program, all_failing(&["Bad"]));
    assert_eq!(
        (run.status(), names(&run).len()),
        (RunStatus::CompletedWithFailures, 5)
    );
    assert_eq!(run.failure_reason(), None);
}

#[test]
fn a_fail_step_fails_the_execution_even_when_handled_and_lets_nothing_new_begin() {
    let program = program(json!([
        step("Long", "Training", json!([])),
        {"Name": "Fail", "Type": "Fail", "Arguments": {"ErrorMessage": "enough"}},
        step("Handler", "Lambda", when("Fail", "Failed")),
        step("AfterLong", "Processing", json!(["Long"])),
    ]));
    let mut run = run(&program, spec());
    assert_eq!(run.status(), RunStatus::Failed);
    assert!(record(&run, "Long").end < Some(run.last_modified()));
    let refused = run.retry(START + 9 * HOUR, None, Pace::REAL);
    assert!(refused.is_err());
    let plain = super::program(json!([
        step("Long", "Training", json!([])),
        {"Name": "Fail", "Type": "Fail", "Arguments": {"ErrorMessage": "enough"}},
        step("AfterLong", "Processing", json!(["Long"])),
    ]));
    assert_eq!(names(&super::run(&plain, spec())).len(), 2);
}

#[test]
fn a_retry_runs_handled_failures_again_and_keeps_the_handlers() {
    let program = program(json!([
        step("Bad", "Processing", json!([])),
        step("Handler", "Lambda", when("Bad", "Failed")),
        step("Next", "Lambda", json!(["Bad"])),
        step("Worse", "Training", json!([])),
    ]));
    let mut spec = all_failing(&["Bad", "Worse"]);
    for script in &mut spec.outcomes {
        script.attempts = 1;
    }
    let mut run = run(&program, spec);
    assert_eq!(run.status(), RunStatus::Failed);
    let handler = record(&run, "Handler");
    run.retry(START + 9 * HOUR, None, Pace::REAL)
        .expect("it failed");
    settle(&mut run);
    assert_eq!((run.status(), names(&run).len()), (RunStatus::Succeeded, 4));
    assert_eq!(record(&run, "Handler"), handler);
}

#[test]
fn a_retry_keeps_the_outcomes_of_conditions() {
    let program = program(json!([
        {"Name": "C", "Type": "Condition", "Arguments": {
            "Conditions": [{"Type": "Equals", "LeftValue": 1, "RightValue": 2}],
            "IfSteps": [step("Yes", "Model", json!([]))],
            "ElseSteps": [step("No", "Processing", json!([])), step("Then", "Processing", json!(["No"]))]}},
    ]));
    let mut run = run(&program, failing("No", 1, NO));
    let before = record(&run, "C");
    run.retry(START + 9 * HOUR, None, Pace::REAL)
        .expect("it failed");
    settle(&mut run);
    assert_eq!((run.status(), names(&run).len()), (RunStatus::Succeeded, 3));
    assert_eq!(record(&run, "C"), before);
}
