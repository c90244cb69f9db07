//! Callback and Lambda steps: what others answer, and in which time.

use super::*;

fn chain(kind: &str) -> Arc<Program> {
    program(json!([
        step("First", "Processing", json!([])),
        step("Second", kind, json!(["First"])),
        step("Third", "Training", json!(["Second"])),
    ]))
}

/// A Callback that states an output of every type.
fn asking() -> Arc<Program> {
    let output = |name: &str, kind: &str| json!({"OutputName": name, "OutputType": kind});
    program(
        json!([{"Name": "Ask", "Type": "Callback", "Arguments": {}, "SqsQueueUrl": "https://sqs/q",
        "OutputParameters": [output("text", "String"), output("count", "Integer"), output("share", "Float"), output("fine", "Boolean")]}]),
    )
}

fn outputs(answer: &[(&str, &str)]) -> CallbackAnswer {
    CallbackAnswer::Success(
        answer
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    )
}

/// Lets a run go on to its first Callback step.
fn waiting(program: Arc<Program>, name: &str) -> (Run, String, Millis) {
    let mut run = Run::start(program, spec());
    let now = run_until_executing(&mut run, name);
    let token = run.waiting_tokens().pop().expect("a token");
    (run, token, now)
}

#[test]
fn a_callback_holds_a_stop_until_it_is_answered_either_way() {
    for answer in [
        CallbackAnswer::Success(Vec::new()),
        CallbackAnswer::Failure(None),
    ] {
        let (mut run, token, now) = waiting(chain("Callback"), "Second");
        run.stop(now).expect("it executes");
        settle(&mut run);
        run.advance(now + 100 * HOUR);
        assert_eq!(run.status(), RunStatus::Stopping);
        assert_eq!(record(&run, "Second").status, StepStatus::Stopping);
        assert!(token.len() == 10 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(
            run.answer("0123456789", CallbackAnswer::Failure(None), now)
                .is_err()
        );
        run.answer(&token, answer, now + 101 * HOUR)
            .expect("it waits");
        settle(&mut run);
        assert_eq!(run.status(), RunStatus::Stopped);
        assert_eq!(record(&run, "Second").status, StepStatus::Stopped);
        run.retry(now + 102 * HOUR, None, Pace::REAL)
            .expect("it was stopped");
        settle(&mut run);
        let renewed = run.waiting_tokens();
        assert!(
            renewed.len() == 1
                && renewed != [token.clone()]
                && !run.waiting_tokens().contains(&token)
        );
    }
}

#[test]
fn a_callbacks_answer_lets_the_execution_go_on_or_fail_and_counts_once() {
    for (answer, status) in [
        (CallbackAnswer::Success(Vec::new()), RunStatus::Succeeded),
        (
            CallbackAnswer::Failure(Some("not today".into())),
            RunStatus::Failed,
        ),
    ] {
        let (mut run, token, _) = waiting(chain("Callback"), "Second");
        let Some(Metadata::Callback { callback_token, .. }) = record(&run, "Second").metadata
        else {
            panic!("a callback")
        };
        assert_eq!(callback_token, token);
        run.answer(&token, answer, START + 9 * HOUR)
            .expect("it waits");
        let again = run.answer(
            &token,
            CallbackAnswer::Success(Vec::new()),
            START + 9 * HOUR,
        );
        assert!(again.is_err() && run.waiting_tokens().is_empty());
        settle(&mut run);
        assert_eq!(run.status(), status);
    }
    let answered = StartSpec {
        callbacks: Callbacks::Answered,
        ..spec()
    };
    assert_eq!(
        run(&chain("Callback"), answered).status(),
        RunStatus::Succeeded
    );
}

#[test]
fn a_callback_success_needs_the_declared_outputs() {
    let (mut run, token, _) = waiting(asking(), "Ask");
    let whole = [
        ("text", "a"),
        ("count", "3"),
        ("share", "0.5"),
        ("fine", "True"),
    ];
    let with = |name: &'static str, value: &'static str| {
        whole.map(|(known, old)| (known, if known == name { value } else { old }))
    };
    for (answer, reason) in [
        (outputs(&whole[..3]), "'fine' is missing"),
        (outputs(&with("count", "3.5")), "'3.5' is no Integer"),
        (outputs(&with("share", "much")), "'much' is no Float"),
        (outputs(&with("fine", "yes")), "'yes' is no Boolean"),
        (
            outputs(&[("more", "1")]),
            "'more' is not an output parameter of step Ask.",
        ),
        (
            outputs(&[("text", "1"), ("text", "2")]),
            "'text' is given twice",
        ),
    ] {
        let refused = run.answer(&token, answer, START + HOUR).expect_err(reason);
        assert!(refused.to_string().contains(reason), "{refused}");
    }
    assert!(
        run.waiting_tokens().contains(&token),
        "a refused answer is no answer"
    );
    run.answer(&token, outputs(&whole), START + 2 * HOUR)
        .expect("it is whole");
    settle(&mut run);
    let Some(Metadata::Callback {
        output_parameters, ..
    }) = record(&run, "Ask").metadata
    else {
        panic!("a callback")
    };
    assert_eq!(output_parameters.len(), 4);
    assert_eq!(run.status(), RunStatus::Succeeded);
}

#[test]
fn nothing_outlives_the_672_hours_an_execution_has() {
    for stopped in [false, true] {
        let (mut run, token, now) = waiting(
            program(json!([
                step("Ask", "Callback", json!([])),
                step("Next", "Model", json!(["Ask"]))
            ])),
            "Ask",
        );
        if stopped {
            run.stop(now).expect("it executes");
            settle(&mut run);
        }
        let end = START + 672 * HOUR;
        assert_eq!((run.next_event(), run.next_wake()), (None, Some(end)));
        run.advance(end - 1);
        assert!(!run.status().is_terminal());
        run.advance(end + HOUR);
        assert_eq!(
            (run.status(), run.last_modified(), run.next_wake()),
            (RunStatus::Failed, end, None)
        );
        assert_eq!(
            run.failure_reason(),
            Some("The pipeline execution timed out after 672 hours.")
        );
        let ask = record(&run, "Ask");
        assert_eq!((ask.status, ask.end), (StepStatus::Failed, Some(end)));
        assert!(!run.waiting_tokens().contains(&token) && names(&run) == ["Ask"]);
        run.retry(end + 2 * HOUR, None, Pace::REAL)
            .expect("it failed");
        settle(&mut run);
        assert_eq!(
            (run.failure_reason(), run.waiting_tokens().len()),
            (None, 1)
        );
        assert_eq!(run.next_wake(), Some(end + 674 * HOUR));
    }
}

#[test]
fn jobs_are_stopped_when_an_execution_has_no_time_left() {
    let mut run = Run::start(
        program(json!([
            step("Ask", "Callback", json!([])),
            {"Name": "Each", "Type": "ForEach", "DependsOn": ["Ask"], "Arguments": {"IterableItems": ["a", "b"], "MaxConcurrency": 1,
                "ForEachBody": [step("Body", "Training", json!([]))]}},
        ])),
        spec(),
    );
    run_until_executing(&mut run, "Ask");
    let token = run.waiting_tokens().pop().expect("a token");
    let end = START + 672 * HOUR;
    run.answer(&token, CallbackAnswer::Success(Vec::new()), end - 60_000)
        .expect("it waits");
    run.advance(end);
    assert_eq!(run.status(), RunStatus::Failed);
    for name in ["Each", "Body-0"] {
        assert_eq!(record(&run, name).status, StepStatus::Stopped, "{name}");
    }
    run.retry(end + HOUR, None, Pace::REAL).expect("it failed");
    settle(&mut run);
    assert_eq!((run.status(), names(&run).len()), (RunStatus::Succeeded, 4));
}

#[test]
fn a_stop_waits_for_a_lambda_function_and_fails_only_if_that_times_out() {
    for (spec, status, step_status) in [
        (spec(), RunStatus::Stopped, StepStatus::Succeeded),
        (
            failing("Second", 9, "Lambda function failed: KeyError"),
            RunStatus::Stopped,
            StepStatus::Failed,
        ),
        (
            failing("Second", 9, "Lambda function timed out after 120 seconds"),
            RunStatus::Failed,
            StepStatus::Failed,
        ),
    ] {
        let mut run = Run::start(chain("Lambda"), spec);
        let now = run_until_executing(&mut run, "Second");
        run.stop(now).expect("it executes");
        assert_eq!(record(&run, "Second").status, StepStatus::Executing);
        settle(&mut run);
        assert_eq!(
            (run.status(), record(&run, "Second").status),
            (status, step_status)
        );
        assert!(!names(&run).contains(&"Third".to_owned()));
    }
}

#[test]
fn a_lambda_function_that_times_out_takes_its_timeout() {
    for (reason, seconds) in [
        ("Lambda function timed out after 120 seconds", 120),
        ("Lambda function timed out after 300 seconds", 300),
        ("Lambda function timed out after 4000 seconds", 600),
        ("Lambda function timed out", 600),
    ] {
        let run = run(
            &program(json!([step("L", "Lambda", json!([]))])),
            failing("L", 1, reason),
        );
        let failed = record(&run, "L");
        assert_eq!(failed.failure_reason.as_deref(), Some(reason));
        assert_eq!(
            failed.end.unwrap_or(0) - failed.start,
            seconds * 1_000,
            "{reason}"
        );
    }
}

#[test]
fn a_lambda_function_takes_no_longer_than_its_step_may_or_its_own_timeout() {
    let scripted = |seconds: Millis, timeout: Option<Millis>| StartSpec {
        outcomes: vec![ScriptedOutcome {
            step: "L".into(),
            duration: Some(seconds * 1_000),
            timeout: timeout.map(|seconds| seconds * 1_000),
            ..ScriptedOutcome::default()
        }],
        ..spec()
    };
    let program = program(json!([step("L", "Lambda", json!([]))]));
    for (seconds, timeout, fails_after) in [
        (100, None, None),
        (420, None, None),
        (700, None, Some(600)),
        (100, Some(120), None),
        (420, Some(120), Some(120)),
        (700, Some(900), Some(600)),
    ] {
        let run = run(&program, scripted(seconds, timeout));
        let function = record(&run, "L");
        let reason =
            fails_after.map(|after| format!("Lambda function timed out after {after} seconds"));
        assert_eq!(function.failure_reason, reason);
        let took = fails_after.unwrap_or(seconds) * 1_000;
        assert_eq!(function.end.unwrap_or(0) - function.start, took);
    }
}
