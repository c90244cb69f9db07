use super::*;

fn chain(kind: &str) -> Arc<Program> {
    program(json!([
        step("First", "Processing", json!([])),
        step("Second", kind, json!(["First"])),
        step("Third", "Training", json!(["Second"])),
    ]))
}

#[test]
fn a_stop_stops_the_running_job_and_a_retry_goes_on_from_there() {
    let mut run = Run::start(chain("Training"), spec());
    let now = run_until_executing(&mut run, "Second");
    run.stop(now).expect("it executes");
    assert_eq!(
        (run.status(), run.last_modified()),
        (RunStatus::Stopping, now)
    );
    assert_eq!(record(&run, "Second").status, StepStatus::Stopping);
    assert!(run.stop(now).is_err());
    settle(&mut run);
    assert_eq!(run.status(), RunStatus::Stopped);
    assert_eq!(record(&run, "Second").status, StepStatus::Stopped);
    assert_eq!(names(&run), ["First", "Second"]);
    let first = record(&run, "First");

    let later = run.last_modified() + HOUR;
    run.retry(later, None, Pace { speed: 60.0 })
        .expect("it was stopped");
    assert_eq!(run.status(), RunStatus::Executing);
    settle(&mut run);
    assert_eq!(run.status(), RunStatus::Succeeded);
    assert_eq!(record(&run, "First"), first);
    let second = record(&run, "Second");
    assert!(second.start > later && second.attempt_count == 1);
    assert!(run.last_modified() < later + 60_000);
    assert!(run.retry(later, None, Pace::REAL).is_err());
}

#[test]
fn a_retry_after_a_failure_runs_the_failed_step_and_what_was_never_reached() {
    let mut run = run(
        &chain("Training"),
        failing("Second", 1, "AlgorithmError: no"),
    );
    assert_eq!(run.status(), RunStatus::Failed);
    assert!(run.stop(run.last_modified()).is_err());
    run.retry(run.last_modified() + 1_000, Some(1), Pace::REAL)
        .expect("it failed");
    settle(&mut run);
    assert_eq!(
        (run.status(), run.failure_reason()),
        (RunStatus::Succeeded, None)
    );
    assert_eq!(names(&run), ["First", "Second", "Third"]);
    assert_eq!(record(&run, "Second").attempt_count, 1);
    assert_eq!(record(&run, "First").attempt_count, 0);
    assert_eq!(run.spec().parallelism, Some(1));
}

#[test]
fn nothing_is_retried_after_a_fail_step_or_while_running() {
    let program =
        program(json!([{"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}]));
    let mut run = run(&program, spec());
    assert_eq!(run.status(), RunStatus::Failed);
    assert!(run.retry(START + HOUR, None, Pace::REAL).is_err());
    assert!(
        Run::start(chain("Training"), spec())
            .retry(START + 1, None, Pace::REAL)
            .is_err()
    );
}

#[test]
fn a_retried_for_each_continues_with_the_remaining_items() {
    let program = program(json!([
        {"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": ["a", "b", "c"], "MaxConcurrency": 1,
            "ForEachBody": [step("Train", "Training", json!([])), step("Test", "Processing", json!(["Train"]))]}},
        step("After", "Model", json!(["Each"])),
    ]));
    let mut run = Run::start(program, spec());
    let now = run_until_executing(&mut run, "Test-1");
    run.stop(now).expect("it executes");
    settle(&mut run);
    assert_eq!(run.status(), RunStatus::Stopped);
    assert_eq!(record(&run, "Each").status, StepStatus::Stopped);
    run.retry(now + HOUR, None, Pace::REAL)
        .expect("it was stopped");
    settle(&mut run);
    assert_eq!(run.status(), RunStatus::Succeeded);
    assert_eq!(names(&run).len(), 8);
    assert_eq!(record(&run, "Train-1").attempt_count, 0);
    assert_eq!(record(&run, "Test-1").attempt_count, 1);
}

#[test]
fn packages_are_numbered_once_in_their_group() {
    let mut register = step("Register", "RegisterModel", json!([]));
    register["Arguments"] = json!({"ModelPackageGroupName": "Group"});
    let mut run = run(&program(json!([register])), spec());
    let mut asked = Vec::new();
    for _ in 0..2 {
        run.version_packages(&mut |group| {
            asked.push(group.map(str::to_owned));
            42
        });
    }
    assert_eq!(asked, [Some("Group".to_owned())]);
    let Some(Metadata::RegisterModel { arn }) = record(&run, "Register").metadata else {
        panic!("a package")
    };
    assert!(arn.ends_with(":model-package/Group/42"));
}
