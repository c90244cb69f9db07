mod properties;

use super::*;
use crate::{CacheHit, Iteration};

const BRANCHING: &str = r#"{"Steps": [
    {"Name": "Train", "Type": "Training"},
    {"Name": "Check", "Type": "Condition", "DependsOn": ["Train"], "Arguments": {
        "Conditions": [],
        "IfSteps": [{"Name": "Register", "Type": "RegisterModel"},
                    {"Name": "Deploy", "Type": "Lambda", "DependsOn": ["Register"]}],
        "ElseSteps": [{"Name": "Stop", "Type": "Fail"}]}},
    {"Name": "After", "Type": "Processing", "DependsOn": ["Deploy"]},
    {"Name": "Tidy", "Type": "Processing", "DependsOn": [{"Step": "Train", "Trigger": "Failed"}]}
]}"#;

const LOOPING: &str = r#"{"Steps": [
    {"Name": "Each", "Type": "ForEach", "ForEachBody": [
        {"Name": "Fit", "Type": "Training"},
        {"Name": "Score", "Type": "Processing", "DependsOn": ["Fit"]}]},
    {"Name": "Done", "Type": "Callback", "DependsOn": ["Each"]}
]}"#;

fn record(name: &str, status: StepStatus) -> StepRecord {
    StepRecord::new(name, status)
}

fn decided(name: &str, outcome: &str) -> StepRecord {
    let mut record = record(name, StepStatus::Succeeded);
    record.metadata.outcome = Some(outcome.into());
    record
}

fn child(body: &str, index: i64, status: StepStatus) -> StepRecord {
    let mut record = record(&format!("{body}-{index}"), status);
    record.iteration = Some(Iteration {
        parent: "Each".into(),
        index,
        item: None,
    });
    record
}

/// The statuses by step name.
fn named_statuses(
    text: &str,
    records: &[StepRecord],
    status: ExecutionStatus,
) -> Vec<(String, NodeStatus)> {
    let definition = Definition::read(text);
    let progress = Progress::of(&definition, records, &status, &[]);
    let names = definition.steps.iter().map(|step| step.name.clone());
    names
        .zip(progress.nodes.iter().map(|node| node.status))
        .collect()
}

fn statuses(text: &str, records: &[StepRecord], status: ExecutionStatus) -> Vec<NodeStatus> {
    named_statuses(text, records, status)
        .into_iter()
        .map(|(_, status)| status)
        .collect()
}

use NodeStatus as N;

#[test]
fn what_did_not_start_waits_while_the_execution_runs() {
    let running = record("Train", StepStatus::Executing);
    let nodes = statuses(
        BRANCHING,
        std::slice::from_ref(&running),
        ExecutionStatus::Executing,
    );
    assert_eq!(nodes[0], N::Executing);
    assert!(nodes[1..].iter().all(|status| *status == N::Waiting));
    let nodes = statuses(BRANCHING, &[running], ExecutionStatus::Stopped);
    assert!(nodes[1..].iter().all(|status| *status == N::NotRun));
}

#[test]
fn the_branch_not_taken_and_what_waits_for_it_will_not_run() {
    let records = [
        record("Train", StepStatus::Succeeded),
        decided("Check", "False"),
    ];
    let nodes = statuses(BRANCHING, &records, ExecutionStatus::Executing);
    // Train, Check, Register, Deploy, Stop, After, Tidy
    let expected = [
        N::Succeeded,
        N::Succeeded,
        N::NotRun,
        N::NotRun,
        N::Waiting,
        N::NotRun,
        N::NotRun,
    ];
    assert_eq!(nodes, expected);
    let records = [
        record("Train", StepStatus::Succeeded),
        decided("Check", "True"),
    ];
    let nodes = statuses(BRANCHING, &records, ExecutionStatus::Executing);
    assert_eq!(nodes[2..6], [N::Waiting, N::Waiting, N::NotRun, N::Waiting]);
}

#[test]
fn a_step_that_did_not_run_has_a_reason() {
    let definition = Definition::read(BRANCHING);
    let reason =
        |records: &[StepRecord], status: ExecutionStatus, selected: &[&str], step: &str| {
            let selected: Vec<String> = selected.iter().map(ToString::to_string).collect();
            let progress = Progress::of(&definition, records, &status, &selected);
            let step = definition.step(step).expect("a step");
            progress.nodes[step].not_run.clone()
        };
    let decided = [
        record("Train", StepStatus::Succeeded),
        decided("Check", "False"),
    ];
    let skipped = NotRunReason::BranchNotTaken {
        condition: 1,
        outcome: false,
    };
    let executing = ExecutionStatus::Executing;
    for step in ["Register", "Deploy", "After"] {
        let found = reason(&decided, executing.clone(), &[], step);
        assert_eq!(found, Some(skipped.clone()), "{step}");
    }
    assert_eq!(reason(&decided, executing.clone(), &[], "Stop"), None);
    let failed = [record("Train", StepStatus::Failed)];
    let ended = ExecutionStatus::Failed;
    for step in ["Check", "Deploy"] {
        let found = reason(&failed, ended.clone(), &[], step);
        assert_eq!(found, Some(NotRunReason::StepFailed(0)), "{step}");
    }
    let stopped = ExecutionStatus::Stopped;
    assert_eq!(
        reason(&[], stopped.clone(), &[], "Train"),
        Some(NotRunReason::ExecutionEnded(stopped))
    );
    assert_eq!(
        reason(&failed, ended, &["Train"], "Check"),
        Some(NotRunReason::NotSelected)
    );
}

#[test]
fn only_steps_that_handle_a_failure_still_wait_after_one() {
    let records = [record("Train", StepStatus::Failed)];
    let nodes = statuses(BRANCHING, &records, ExecutionStatus::Executing);
    assert_eq!(nodes[0], N::Failed);
    assert!(nodes[1..6].iter().all(|status| *status == N::NotRun));
    assert_eq!(nodes[6], N::Waiting);
}

#[test]
fn results_of_other_executions_are_distinguished() {
    let mut cached = record("Train", StepStatus::Succeeded);
    cached.cache_hit = Some(CacheHit {
        source_execution_arn: "arn:x".into(),
    });
    let mut reused = record("After", StepStatus::Succeeded);
    reused.reused_from = Some("arn:y".into());
    let nodes = statuses(BRANCHING, &[cached, reused], ExecutionStatus::Succeeded);
    assert_eq!((nodes[0], nodes[5]), (N::Cached, N::Reused));
}

#[test]
fn iterations_belong_to_the_body_and_give_its_state() {
    let definition = Definition::read(LOOPING);
    let mut records = vec![
        record("Each", StepStatus::Executing),
        child("Fit", 10, StepStatus::Succeeded),
        child("Fit", 2, StepStatus::Succeeded),
        child("Score", 2, StepStatus::Failed),
    ];
    let status = ExecutionStatus::Executing;
    let progress = Progress::of(&definition, &records, &status, &[]);
    assert_eq!(progress.nodes[1].children, [2, 1], "by iteration");
    assert_eq!(progress.nodes[0].children.len(), 3);
    let states: Vec<_> = progress.nodes.iter().map(|node| node.status).collect();
    assert_eq!(states, [N::Executing, N::Executing, N::Failed, N::Waiting]);
    assert!(progress.unmatched_records.is_empty());
    records[0].status = StepStatus::Succeeded;
    let progress = Progress::of(&definition, &records, &status, &[]);
    assert_eq!(progress.nodes[1].status, N::Succeeded, "no more can come");
}

#[test]
fn records_without_a_step_in_the_definition_are_unmatched() {
    let definition = Definition::read(LOOPING);
    let mut lost = child("Fit", 0, StepStatus::Succeeded);
    lost.name = "Other-0".into();
    lost.iteration.as_mut().unwrap().parent = "Nowhere".into();
    let records = [record("Ghost", StepStatus::Succeeded), lost];
    let progress = Progress::of(&definition, &records, &ExecutionStatus::Executing, &[]);
    assert_eq!(progress.unmatched_records, [0, 1]);
}

#[test]
fn a_cycle_and_an_empty_definition_end() {
    let text =
        r#"{"Steps": [{"Name": "A", "DependsOn": ["B"]}, {"Name": "B", "DependsOn": ["A"]}]}"#;
    let nodes = statuses(text, &[], ExecutionStatus::Executing);
    assert_eq!(nodes, [N::Waiting, N::Waiting]);
    assert!(statuses("", &[], ExecutionStatus::Executing).is_empty());
}

#[test]
fn a_selective_execution_rules_out_the_rest() {
    let definition = Definition::read(LOOPING);
    let executing = ExecutionStatus::Executing;
    let progress = Progress::of(&definition, &[], &executing, &["Each".into()]);
    let states: Vec<_> = progress.nodes.iter().map(|node| node.status).collect();
    assert_eq!(states, [N::Waiting, N::Waiting, N::Waiting, N::NotRun]);
}

#[test]
fn every_step_of_the_definition_counts_and_those_done_without_are_shown_apart() {
    let definition = Definition::read(BRANCHING);
    let counts = |records: &[StepRecord], status: ExecutionStatus| {
        let counts = Progress::of(&definition, records, &status, &[]).counts();
        (counts.done, counts.skipped, counts.all)
    };
    let records = [
        record("Train", StepStatus::Succeeded),
        decided("Check", "False"),
    ];
    // Skipped are Register, Deploy, After and Tidy, which runs only after a failure.
    assert_eq!(counts(&records, ExecutionStatus::Executing), (2, 4, 7));
    let stopped = [record("Train", StepStatus::Stopped)];
    assert_eq!(counts(&stopped, ExecutionStatus::Stopped), (0, 1, 7));
}

#[test]
fn a_step_that_runs_after_a_failure_is_skipped_where_there_was_none() {
    let definition = Definition::read(BRANCHING);
    let records = [record("Train", StepStatus::Succeeded)];
    let progress = Progress::of(&definition, &records, &ExecutionStatus::Executing, &[]);
    assert_eq!(progress.nodes[6].not_run, Some(NotRunReason::DidNotFail(0)));
}

#[test]
fn the_body_of_a_for_each_without_items_is_skipped() {
    let definition = Definition::read(LOOPING);
    let records = [record("Each", StepStatus::Succeeded)];
    let progress = Progress::of(&definition, &records, &ExecutionStatus::Succeeded, &[]);
    for body in [1, 2] {
        assert_eq!(progress.nodes[body].not_run, Some(NotRunReason::NoItems(0)));
    }
}

#[test]
fn no_step_of_an_ended_execution_runs() {
    let lagging = [record("Train", StepStatus::Stopping)];
    let nodes = statuses(BRANCHING, &lagging, ExecutionStatus::Stopped);
    assert_eq!(nodes[0], N::Stopped);
    let nodes = statuses(BRANCHING, &lagging, ExecutionStatus::Stopping);
    assert_eq!(nodes[0], N::Stopping);
}

#[test]
fn what_a_resumed_execution_has_to_run_again_waits() {
    let definition = Definition::read(BRANCHING);
    let stopped = [
        record("Train", StepStatus::Stopped),
        record("Tidy", StepStatus::Succeeded),
    ];
    let mut listed = stopped.to_vec();
    let (before, executing) = (ExecutionStatus::Stopped, ExecutionStatus::Executing);
    mark_reruns((&before, &stopped), &executing, &mut listed);
    assert!(listed[0].is_left_over && !listed[1].is_left_over);
    let progress = Progress::of(&definition, &listed, &executing, &[]);
    assert!(
        progress.nodes[..6]
            .iter()
            .all(|node| node.status == N::Waiting)
    );
    let entries = step_entries(Some((&definition, &progress)), &listed, &executing);
    assert_eq!(entries.len(), 7, "one row a step");
    // Read again, it is still left over; once it started again, it is not.
    let mut again = stopped.to_vec();
    mark_reruns((&executing, &listed), &executing, &mut again);
    assert!(again[0].is_left_over);
    let mut restarted = stopped.to_vec();
    restarted[0].started = Some(Timestamp::from_second(9).unwrap());
    mark_reruns((&executing, &again), &executing, &mut restarted);
    assert!(!restarted[0].is_left_over);
    // Its times come from the copy in whole microseconds.
    let exact = |nanosecond| Some(Timestamp::new(7, nanosecond).unwrap());
    let mut known = stopped.to_vec();
    known[0].ended = exact(123_000);
    let mut finer = stopped.to_vec();
    finer[0].ended = exact(123_456);
    mark_reruns((&before, &known), &executing, &mut finer);
    assert!(finer[0].is_left_over);
    // A step that is stopped by itself while the execution runs is not left over.
    let mut alone = stopped.to_vec();
    mark_reruns((&executing, &stopped), &executing, &mut alone);
    assert!(!alone[0].is_left_over);
}

#[test]
fn the_failure_shown_is_the_first_with_a_reason() {
    let at = |second| Timestamp::from_second(second).unwrap();
    let mut each = record("Each", StepStatus::Failed);
    each.ended = Some(at(9));
    each.failure_reason = Some("an iteration failed".into());
    let mut fit = child("Fit", 0, StepStatus::Failed);
    fit.ended = Some(at(5));
    fit.failure_reason = Some("out of memory".into());
    let mut silent = record("Done", StepStatus::Failed);
    silent.ended = Some(at(1));
    assert_eq!(failed_step(&[each, silent, fit]), Some(2));
    assert_eq!(failed_step(&[record("Done", StepStatus::Succeeded)]), None);
}

#[test]
fn callbacks_and_lambdas_hold_a_stop_while_they_run() {
    let definition = Definition::read(LOOPING);
    let mut lambda = record("Ghost", StepStatus::Stopping);
    lambda.metadata.member = Some(StepMember::Resource(StepResource::LambdaFunction));
    let records = [
        record("Each", StepStatus::Executing),
        record("Done", StepStatus::Executing),
        lambda,
    ];
    assert_eq!(holding_stop(Some(&definition), &records), [1, 2]);
    let over = [record("Done", StepStatus::Succeeded)];
    assert!(holding_stop(Some(&definition), &over).is_empty());
}

#[test]
fn a_fail_step_is_recognised_by_its_type_or_its_record() {
    let definition = Definition::read(BRANCHING);
    let failed = ExecutionStatus::Failed;
    let by_type = [record("Stop", StepStatus::Failed)];
    assert!(ended_in_fail_step(&failed, Some(&definition), &by_type));
    assert!(!ended_in_fail_step(&failed, None, &by_type));
    let mut fail = record("Ghost", StepStatus::Failed);
    fail.metadata.member = Some(StepMember::Fail);
    assert!(ended_in_fail_step(&failed, None, &[fail.clone()]));
    assert!(!ended_in_fail_step(
        &ExecutionStatus::Stopped,
        None,
        &[fail]
    ));
    let other = [record("Train", StepStatus::Failed)];
    assert!(!ended_in_fail_step(&failed, Some(&definition), &other));
}

/// What the step called `name` waits for, by name.
fn waits_of(text: &str, records: &[StepRecord], name: &str) -> Vec<String> {
    let definition = Definition::read(text);
    let progress = Progress::of(&definition, records, &ExecutionStatus::Executing, &[]);
    let waits = Waits::of(&definition, &progress);
    let steps = waits.for_step(definition.step(name).unwrap());
    steps
        .into_iter()
        .map(|step| definition.steps[step].name.clone())
        .collect()
}

#[test]
fn a_step_waits_for_the_nearest_running_step() {
    let running = [record("Train", StepStatus::Executing)];
    assert_eq!(waits_of(BRANCHING, &running, "Check"), ["Train"]);
    assert_eq!(waits_of(BRANCHING, &running, "After"), ["Train"]);
    let none: [String; 0] = [];
    assert_eq!(waits_of(BRANCHING, &running, "Train"), none);
}

#[test]
fn where_nothing_runs_a_step_waits_for_those_directly_before_it() {
    assert_eq!(waits_of(BRANCHING, &[], "After"), ["Deploy"]);
    let none: [String; 0] = [];
    assert_eq!(waits_of(BRANCHING, &[], "Train"), none);
}

#[test]
fn waiting_in_a_circle_ends() {
    let circle =
        r#"{"Steps": [{"Name": "A", "DependsOn": ["B"]}, {"Name": "B", "DependsOn": ["A"]}]}"#;
    assert_eq!(waits_of(circle, &[], "A"), ["B"]);
}
