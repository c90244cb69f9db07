//! Selective execution.

use super::*;

fn abalone() -> Arc<Program> {
    program(json!([
        step("Process", "Processing", json!([])),
        step("Train", "Training", json!(["Process"])),
        step("Eval", "Processing", json!(["Train", "Process"])),
        {"Name": "Check", "Type": "Condition", "DependsOn": ["Eval"], "Arguments": {
            "Conditions": [{"Type": "Equals", "LeftValue": 1, "RightValue": 2}],
            "IfSteps": [step("Register", "RegisterModel", json!([]))],
            "ElseSteps": [step("Report", "Processing", json!([]))]}},
    ]))
}

fn selected(steps: &[&str]) -> Selective {
    Selective {
        selected: steps.iter().map(|step| (*step).to_owned()).collect(),
        ..Selective::default()
    }
}

/// On top of an execution that ended.
fn on(source: &Run, steps: &[&str], id: &str) -> StartSpec {
    let mut selective = selected(steps);
    selective.source = Some(
        spec()
            .arn_context
            .execution_arn(&source.spec().execution_id),
    );
    assert_eq!(source.program().check_selection(&selective), Ok(()));
    let reused_steps = source.program().reused_steps(&selective);
    selective.reused_results = reused_steps
        .iter()
        .map(|step| source.result_of(step).expect("it succeeded"))
        .collect();
    StartSpec {
        execution_id: id.into(),
        seed: 99,
        selective: Some(selective),
        ..spec()
    }
}

fn refused(steps: &[&str]) -> String {
    let refused = abalone().check_selection(&selected(steps));
    refused.expect_err("refused").to_string()
}

#[test]
fn selected_steps_run_and_those_they_depend_on_are_reused() {
    let source = run(&abalone(), spec());
    let again = run(&abalone(), on(&source, &["Train"], "secondsecond"));
    assert_eq!(again.status(), RunStatus::Succeeded);
    assert_eq!(names(&again), ["Process", "Train"]);
    let arn = spec().arn_context.execution_arn("abcdefghijkl");
    let reused = record(&again, "Process");
    assert_eq!(reused.selective_result, Some(arn));
    assert_eq!(reused.metadata, record(&source, "Process").metadata);
    assert_eq!(record(&again, "Train").selective_result, None);
    assert_ne!(
        record(&again, "Train").metadata,
        record(&source, "Train").metadata
    );
}

#[test]
fn a_source_that_reused_a_result_provides_the_original_one() {
    let first = run(&abalone(), spec());
    let second = run(&abalone(), on(&first, &["Train", "Eval"], "secondsecond"));
    let third = run(&abalone(), on(&second, &["Eval"], "thirdthirdth"));
    assert_eq!(names(&third).len(), 3);
    let process = record(&third, "Process");
    assert_eq!(process.metadata, record(&first, "Process").metadata);
    assert_eq!(
        process.selective_result,
        Some(spec().arn_context.execution_arn("secondsecond"))
    );
    assert_eq!(
        record(&third, "Train").metadata,
        record(&second, "Train").metadata
    );
}

#[test]
fn every_step_between_two_selected_ones_must_be_selected() {
    assert_eq!(
        refused(&["Process", "Eval"]),
        "Invalid SelectedSteps: all steps in all paths between two selected steps must be selected. The steps [Train] \
         are between the selected steps [Process, Eval]."
    );
    assert!(refused(&["Train", "Register"]).contains("The steps [Eval, Check] are between"));
    assert_eq!(
        abalone().check_selection(&selected(&["Process", "Train", "Eval"])),
        Ok(())
    );
}

#[test]
fn a_selection_without_a_source_needs_no_other_results() {
    assert_eq!(
        refused(&["Eval"]),
        "Invalid SourcePipelineExecutionArn: null. The selected steps [Eval] have dependencies on [Process, Train]."
    );
    assert_eq!(
        refused(&["Nope"]),
        "Invalid step name Nope provided in the SelectedSteps list."
    );
    assert_eq!(abalone().check_selection(&selected(&["Process"])), Ok(()));
    let body = program(
        json!([{"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": ["a"],
        "ForEachBody": [step("Body", "Processing", json!([]))]}}]),
    );
    assert!(body.check_selection(&selected(&["Body"])).is_err());
}

#[test]
fn a_reused_condition_keeps_its_outcome_and_a_selected_branch_runs_anyway() {
    let source = run(&abalone(), spec());
    let outcome = |run: &Run| record(run, "Check").metadata;
    assert_eq!(
        outcome(&source),
        Some(Metadata::Condition { outcome: false })
    );
    for branch in ["Register", "Report"] {
        let again = run(&abalone(), on(&source, &[branch], "secondsecond"));
        assert_eq!(names(&again), ["Check", branch]);
        assert_eq!(outcome(&again), outcome(&source));
    }
    // A selected condition is evaluated again, and what is not selected of its branches does not run.
    let again = run(
        &abalone(),
        on(&source, &["Check", "Register"], "secondsecond"),
    );
    assert_eq!(names(&again), ["Eval", "Check"]);
    assert_eq!(again.status(), RunStatus::Succeeded);
}

#[test]
fn a_source_provides_results_of_succeeded_steps_only() {
    let source = run(&abalone(), failing("Train", u32::MAX, "AlgorithmError: no"));
    assert!(source.result_of("Process").is_some());
    assert!(source.result_of("Train").is_none() && source.result_of("Eval").is_none());
}

#[test]
fn a_retry_of_a_selective_execution_stays_selective() {
    let source = run(&abalone(), spec());
    let spec = StartSpec {
        outcomes: failing("Train", 1, "AlgorithmError: no").outcomes,
        ..on(&source, &["Train"], "secondsecond")
    };
    let mut again = run(&abalone(), spec);
    assert_eq!(again.status(), RunStatus::Failed);
    let reused = record(&again, "Process");
    again
        .retry(START + 9 * HOUR, None, Pace::REAL)
        .expect("it failed");
    settle(&mut again);
    assert_eq!(
        (again.status(), names(&again).len()),
        (RunStatus::Succeeded, 2)
    );
    assert_eq!(record(&again, "Process"), reused);
}
