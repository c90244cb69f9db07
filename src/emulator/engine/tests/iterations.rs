//! ForEach steps under everything that can happen to them.

use super::*;

const NO: &str = "AlgorithmError: no";

fn each(items: &Value, concurrency: u32, body: Value) -> Arc<Program> {
    program(json!([
        {"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": items, "MaxConcurrency": concurrency, "ForEachBody": body}},
        step("After", "Model", json!(["Each"])),
    ]))
}

fn counts(run: &Run) -> (u32, u32, u32, u32, u32) {
    match record(run, "Each").metadata {
        Some(Metadata::ForEach {
            input_item_count,
            total_step_count,
            succeeded_step_count,
            failed_step_count,
            stopped_step_count,
            ..
        }) => (
            input_item_count,
            total_step_count,
            succeeded_step_count,
            failed_step_count,
            stopped_step_count,
        ),
        other => panic!("{other:?} is not the metadata of a ForEach"),
    }
}

#[test]
fn concurrency_of_iterations_and_parallelism_apply_together() {
    let body = json!([
        step("A", "Processing", json!([])),
        step("B", "Training", json!([])),
        step("C", "Model", json!(["A", "B"]))
    ]);
    let items: Vec<String> = (0..100).map(|item| format!("item {item}")).collect();
    let program = each(&json!(items), 50, body);
    for limit in [1, 3, 200] {
        let start = StartSpec {
            parallelism: Some(limit),
            pace: Pace { speed: 60.0 },
            ..spec()
        };
        let mut run = Run::start(Arc::clone(&program), start);
        let (mut most, mut iterations) = (0, 0);
        while let Some(at) = run.next_event() {
            run.advance(at);
            let steps = run.steps();
            let running = steps.iter().filter(|step| step.end.is_none());
            let indexes: Vec<u32> = running
                .filter_map(|step| Some(step.iteration.as_ref()?.index))
                .collect();
            most = most.max(indexes.len());
            iterations = iterations.max(
                indexes
                    .iter()
                    .collect::<std::collections::BTreeSet<_>>()
                    .len(),
            );
        }
        assert_eq!(run.status(), RunStatus::Succeeded);
        assert_eq!(counts(&run), (100, 300, 300, 0, 0));
        assert!(
            most <= limit as usize && iterations <= 50,
            "{most} steps, {iterations} iterations"
        );
        let last = record(&run, "C-99");
        assert_eq!(
            last.iteration,
            Some(Iteration {
                parent: "Each".into(),
                index: 99,
                item: "item 99".into()
            })
        );
    }
}

#[test]
fn a_failure_handled_within_an_iteration_does_not_fail_it() {
    let body = json!([
        step("Bad", "Processing", json!([])),
        step(
            "Handler",
            "Lambda",
            json!([{"Step": "Bad", "Trigger": "Failed"}])
        )
    ]);
    let program = each(&json!(["a", "b", "c"]), 1, body);
    let one = run(&program, failing("Bad-1", u32::MAX, NO));
    assert_eq!(one.status(), RunStatus::CompletedWithFailures);
    assert_eq!(record(&one, "Each").status, StepStatus::Succeeded);
    assert_eq!(counts(&one), (3, 6, 3, 1, 0));
    let worst = run(
        &program,
        StartSpec {
            outcomes: ["Bad-1", "Handler-1"]
                .iter()
                .flat_map(|step| failing(step, u32::MAX, NO).outcomes)
                .collect(),
            ..spec()
        },
    );
    assert_eq!(worst.status(), RunStatus::Failed);
    assert!(!names(&worst).contains(&"Bad-2".to_owned()));
}

#[test]
fn a_retry_leaves_a_for_each_that_succeeded_as_it_was() {
    let program = program(json!([
        {"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": ["a", "b"], "ForEachBody": [
            step("Bad", "Processing", json!([])), step("Handler", "Lambda", json!([{"Step": "Bad", "Trigger": "Any"}]))]}},
        step("Last", "Training", json!(["Each"])),
    ]));
    let outcomes = [failing("Bad", u32::MAX, NO), failing("Last", 1, NO)];
    let outcomes = outcomes
        .into_iter()
        .flat_map(|spec| spec.outcomes)
        .collect();
    let mut run = run(&program, StartSpec { outcomes, ..spec() });
    assert_eq!(run.status(), RunStatus::Failed);
    let before = run.steps();
    run.retry(START + 9 * HOUR, None, Pace::REAL)
        .expect("it failed");
    settle(&mut run);
    assert_eq!(run.status(), RunStatus::CompletedWithFailures);
    let after = run.steps();
    assert_eq!(before[..5], after[..5], "all but the last");
}

#[test]
fn a_handled_failure_of_the_whole_step_completes_the_execution() {
    let program = program(json!([
        {"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": ["a", "b"], "MaxConcurrency": 1,
            "ForEachBody": [step("Body", "Processing", json!([]))]}},
        step("Handler", "Lambda", json!([{"Step": "Each", "Trigger": "Failed"}])),
    ]));
    let mut run = run(&program, failing("Body-0", 1, NO));
    assert_eq!(run.status(), RunStatus::CompletedWithFailures);
    assert_eq!(names(&run), ["Each", "Body-0", "Handler"]);
    assert_eq!(counts(&run), (2, 2, 0, 1, 0));
    assert!(run.retry(START + 9 * HOUR, None, Pace::REAL).is_err());
}

#[test]
fn a_retried_for_each_continues_with_the_failed_iteration() {
    let body = json!([
        step("A", "Processing", json!([])),
        step("B", "Training", json!(["A"]))
    ]);
    let program = each(&json!(["a", "b", "c", "d"]), 2, body);
    let mut run = run(&program, failing("B-1", 1, NO));
    assert_eq!(run.status(), RunStatus::Failed);
    let kept = record(&run, "A-1");
    run.retry(START + 9 * HOUR, Some(1), Pace::REAL)
        .expect("it failed");
    let mut most = 0;
    while let Some(at) = run.next_event() {
        run.advance(at);
        let steps = run.steps();
        let children = steps
            .iter()
            .filter(|step| step.iteration.is_some() && step.end.is_none());
        most = most.max(children.count());
    }
    assert_eq!((run.status(), most), (RunStatus::Succeeded, 1));
    assert_eq!((record(&run, "A-1"), counts(&run)), (kept, (4, 8, 8, 0, 0)));
    assert_eq!(record(&run, "B-1").attempt_count, 1);
}

#[test]
fn a_callback_within_an_iteration_holds_a_stop() {
    let program = each(
        &json!(["a", "b"]),
        2,
        json!([step("Ask", "Callback", json!([]))]),
    );
    let mut run = Run::start(program, spec());
    let mut now = run_until_executing(&mut run, "Ask-0");
    while run.waiting_tokens().len() < 2 {
        now = run.next_event().expect("the other begins");
        run.advance(now);
    }
    run.stop(now).expect("it executes");
    for token in run.waiting_tokens() {
        assert_eq!(run.status(), RunStatus::Stopping);
        run.answer(&token, CallbackAnswer::Success(Vec::new()), now + HOUR)
            .expect("it waits");
    }
    settle(&mut run);
    assert_eq!(run.status(), RunStatus::Stopped);
    assert_eq!(counts(&run), (2, 2, 0, 0, 2));
    run.retry(now + 2 * HOUR, None, Pace::REAL)
        .expect("it was stopped");
    settle(&mut run);
    assert_eq!(run.waiting_tokens().len(), 2);
}
