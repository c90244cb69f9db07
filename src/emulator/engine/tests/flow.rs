use super::*;

fn diamond() -> Arc<Program> {
    program(json!([
        step("A", "Processing", json!([])),
        step("B", "Training", json!(["A"])),
        step("C", "Training", json!(["A"])),
        step("D", "Model", json!(["B", "C"])),
    ]))
}

#[test]
fn steps_wait_for_what_they_depend_on() {
    let run = run(&diamond(), spec());
    assert_eq!(run.status(), RunStatus::Succeeded);
    let (a, b, c, d) = (
        record(&run, "A"),
        record(&run, "B"),
        record(&run, "C"),
        record(&run, "D"),
    );
    assert!(
        a.end < Some(b.start)
            && a.end < Some(c.start)
            && b.start < c.end.unwrap_or(0)
            && c.start < b.end.unwrap_or(0)
    );
    assert!(Some(d.start) > b.end.max(c.end));
    assert!((START..START + 2_000).contains(&a.start));
    assert!(run.last_modified() > d.end.unwrap_or(0));
    let length = a.end.unwrap_or(0) - a.start;
    assert!((120_000..=900_000).contains(&length));
}

#[test]
fn parallelism_is_limited() {
    let steps: Vec<Value> = (0..12)
        .map(|n| step(&format!("S{n}"), "Processing", json!([])))
        .collect();
    let program = program(json!(steps));
    for limit in 1..5 {
        let mut run = Run::start(
            Arc::clone(&program),
            StartSpec {
                parallelism: Some(limit),
                ..spec()
            },
        );
        let mut most = 0;
        while let Some(at) = run.next_event() {
            run.advance(at);
            most = most.max(run.steps().iter().filter(|step| step.end.is_none()).count());
        }
        assert_eq!((most, run.steps().len()), (limit as usize, 12));
    }
}

#[test]
fn property_references_are_dependencies() {
    let program = program(json!([
        {"Name": "Late", "Type": "Training", "Arguments": {"InputDataConfig": [{"Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Steps.Early.Outputs['x'].S3Uri"}]}}}]}},
        step("Early", "Processing", json!([])),
    ]));
    assert_eq!(names(&run(&program, spec())), ["Early", "Late"]);
}

#[test]
fn a_failure_lets_others_run_out_and_starts_nothing_new() {
    let program = program(json!([
        step("Bad", "Processing", json!([])),
        step("Other", "Training", json!([])),
        step("AfterBad", "Model", json!(["Bad"])),
        step("AfterOther", "Model", json!(["Other"])),
    ]));
    let reason = "ClientError: Please use an instance type with more memory";
    let run = run(&program, failing("Bad", 1, reason));
    assert_eq!(run.status(), RunStatus::Failed);
    assert_eq!(
        run.failure_reason(),
        Some("Step failure: One or multiple steps failed")
    );
    let mut listed = names(&run);
    listed.sort();
    assert_eq!(listed, ["Bad", "Other"]);
    assert_eq!(record(&run, "Bad").failure_reason.as_deref(), Some(reason));
    assert_eq!(record(&run, "Other").status, StepStatus::Succeeded);
}

#[test]
fn triggers_handle_failures() {
    let handled = |trigger: &str| {
        program(json!([
            step("Bad", "Processing", json!([])),
            step(
                "Handler",
                "Lambda",
                json!([{"Step": "Bad", "Trigger": trigger}])
            ),
            step("Next", "Model", json!(["Bad"])),
            step("Other", "Processing", json!([])),
            step("AfterOther", "Processing", json!(["Other"])),
        ]))
    };
    for trigger in ["Failed", "Any"] {
        let run = run(&handled(trigger), failing("Bad", 1, "AlgorithmError: no"));
        assert_eq!(run.status(), RunStatus::CompletedWithFailures);
        assert_eq!(run.failure_reason(), None);
        assert!(
            names(&run).contains(&"Handler".to_owned())
                && names(&run).contains(&"AfterOther".to_owned())
        );
        assert!(!names(&run).contains(&"Next".to_owned()));
    }
    let fine = run(&handled("Failed"), spec());
    assert_eq!(fine.status(), RunStatus::Succeeded);
    assert!(!names(&fine).contains(&"Handler".to_owned()));
    assert!(names(&run(&handled("Any"), spec())).contains(&"Handler".to_owned()));
}

#[test]
fn a_fail_step_fails_the_execution_when_others_are_done() {
    let program = program(json!([
        {"Name": "Stop here", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ", "Values": ["too", "bad"]}}}},
        step("Long", "Training", json!([])),
    ]));
    let run = run(&program, spec());
    assert_eq!(run.status(), RunStatus::Failed);
    let failed = record(&run, "Stop here");
    assert_eq!(failed.failure_reason.as_deref(), Some("too bad"));
    assert_eq!(
        failed.metadata,
        Some(Metadata::Fail {
            error_message: "too bad".into()
        })
    );
    assert!(Some(run.last_modified()) > record(&run, "Long").end);
}

fn for_each(concurrency: u32) -> Arc<Program> {
    with_parameters(
        json!([{"Name": "Items", "Type": "String", "DefaultValue": "[\"a\", \"b\", {\"c\": 1}, \"d\"]"}]),
        json!([
            step("Before", "Processing", json!([])),
            {"Name": "Each", "Type": "ForEach", "DependsOn": ["Before"], "Arguments": {
                "IterableItems": {"Get": "Parameters.Items"}, "MaxConcurrency": concurrency,
                "ForEachBody": [step("Train", "Training", json!([])), step("Test", "Processing", json!(["Train"]))]}},
            step("After", "Model", json!(["Each"])),
        ]),
    )
}

#[test]
fn a_for_each_runs_its_body_for_every_item() {
    let mut run = Run::start(for_each(2), spec());
    let mut most = 0;
    while let Some(at) = run.next_event() {
        run.advance(at);
        most = most.max(
            run.steps()
                .iter()
                .filter(|step| step.iteration.is_some() && step.end.is_none())
                .count(),
        );
    }
    assert_eq!((run.status(), most), (RunStatus::Succeeded, 2));
    let steps = run.steps();
    assert_eq!(steps.len(), 3 + 8);
    assert_eq!(steps.last().map(|step| step.name.as_str()), Some("After"));
    let third = record(&run, "Test-2");
    assert_eq!(
        third.iteration,
        Some(Iteration {
            parent: "Each".into(),
            index: 2,
            item: "{\"c\":1}".into()
        })
    );
    assert_eq!(third.definition_step, "Test");
    assert!(record(&run, "Train-2").end < Some(third.start));
    let Some(Metadata::ForEach {
        status,
        input_item_count,
        total_step_count,
        succeeded_step_count,
        ..
    }) = record(&run, "Each").metadata
    else {
        panic!("a ForEach has metadata")
    };
    assert_eq!(
        (
            status.as_deref(),
            input_item_count,
            total_step_count,
            succeeded_step_count
        ),
        (Some("Succeeded"), 4, 8, 8)
    );
}

#[test]
fn a_failed_iteration_fails_the_for_each_and_begins_no_further_ones() {
    let run = run(
        &for_each(1),
        failing("Train-1", u32::MAX, "AlgorithmError: no"),
    );
    assert_eq!(run.status(), RunStatus::Failed);
    assert_eq!(
        names(&run),
        ["Before", "Each", "Train-0", "Test-0", "Train-1"]
    );
    assert_eq!(record(&run, "Each").status, StepStatus::Failed);
    let nothing = super::run(
        &for_each(3),
        StartSpec {
            parameters: vec![("Items".into(), "[]".into())],
            ..spec()
        },
    );
    assert_eq!(names(&nothing), ["Before", "Each", "After"]);
}

#[test]
fn executions_of_cyclic_and_empty_definitions_end() {
    let circle = program(json!([
        step("A", "Model", json!(["B"])),
        step("B", "Model", json!(["A"])),
        step("C", "Model", json!(["C"]))
    ]));
    for program in [
        circle,
        program(json!([])),
        Arc::new(Program::compile(&Definition::read("not json"))),
    ] {
        let run = run(&program, spec());
        assert_eq!((run.status(), run.steps().len()), (RunStatus::Succeeded, 0));
    }
}

#[test]
fn jobs_are_named_as_the_service_names_them() {
    let program = program(json!([step(
        "create-provisioned-throughput-step",
        "Training",
        json!([])
    )]));
    let Some(Metadata::TrainingJob { arn }) =
        record(&run(&program, spec()), "create-provisioned-throughput-step").metadata
    else {
        panic!("a training job")
    };
    let start = "arn:aws:sagemaker:eu-central-1:111122223333:training-job/pipelines-abcdefghijkl-create-provisioned-t-";
    assert!(
        arn.starts_with(start) && arn.len() == start.len() + 10,
        "{arn}"
    );
}

#[test]
fn a_step_starts_before_its_job_is_there() {
    let program = program(json!([step("A", "Processing", json!([]))]));
    let mut run = Run::start(Arc::clone(&program), spec());
    assert!(run.is_between_steps() && run.steps().is_empty());
    run.advance(run.next_event().expect("it begins"));
    let a = record(&run, "A");
    assert_eq!(
        (a.status, &a.metadata, a.end),
        (StepStatus::Starting, &None, None)
    );
    run.advance(a.start + 2_000);
    let a = record(&run, "A");
    assert!(a.status == StepStatus::Executing && a.metadata.is_some() && !run.is_between_steps());

    let reason = "ResourceLimitExceeded: The account-level service limit is 0 Instances";
    let never = super::run(&program, failing("A", 1, reason));
    assert_eq!(record(&never, "A").metadata, None);
    let mut stopped = Run::start(program, spec());
    stopped.stop(a.start + 1).expect("it executes");
    settle(&mut stopped);
    assert_eq!(
        (record(&stopped, "A").metadata, stopped.status()),
        (None, RunStatus::Stopped)
    );
}
