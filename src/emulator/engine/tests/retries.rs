//! Retry policies.

use super::*;

const CAPACITY: &str = "CapacityError: none left";
const THROTTLED: &str =
    "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: Rate exceeded";

fn policy(kinds: &[&str], more: Value) -> Value {
    let mut policy = json!({"ExceptionType": kinds, "IntervalSeconds": 60, "BackoffRate": 3.0});
    for (name, value) in more.as_object().into_iter().flatten() {
        policy[name] = value.clone();
    }
    policy
}

fn with_policies(kind: &str, policies: Value) -> Arc<Program> {
    let mut steps = step("S", kind, json!([]));
    steps["RetryPolicies"] = policies;
    program(json!([steps]))
}

/// How it ended and after how many attempts beside the first.
fn outcome(program: &Arc<Program>, attempts: u32, reason: &str) -> (RunStatus, u32) {
    let run = run(program, failing("S", attempts, reason));
    (run.status(), record(&run, "S").attempt_count)
}

#[test]
fn policies_give_further_attempts_with_longer_waits_and_new_jobs() {
    let kinds = ["SageMaker.CAPACITY_ERROR"];
    let program = with_policies(
        "Training",
        json!([policy(&kinds, json!({"MaxAttempts": 2}))]),
    );
    assert_eq!(outcome(&program, 2, CAPACITY), (RunStatus::Succeeded, 2));
    assert_eq!(outcome(&program, 3, CAPACITY), (RunStatus::Failed, 2));
    assert_eq!(
        outcome(&program, 1, "AlgorithmError: no"),
        (RunStatus::Failed, 0)
    );
    let thrice = run(&program, failing("S", 3, CAPACITY));
    let span = record(&thrice, "S");
    assert!(span.end.unwrap_or(0) - span.start > (60 + 180) * 1_000);

    let mut run = Run::start(Arc::clone(&program), failing("S", 2, CAPACITY));
    let mut jobs = Vec::new();
    while let Some(at) = run.next_event() {
        run.advance(at);
        jobs.extend(run.steps().into_iter().filter_map(|step| step.metadata));
    }
    jobs.dedup();
    assert_eq!(jobs.len(), 3, "{jobs:?}");
}

#[test]
fn a_step_between_attempts_is_executing() {
    for reason in [CAPACITY, "ResourceLimitExceeded: no more"] {
        let kinds = ["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"];
        let program = with_policies(
            "Training",
            json!([policy(&kinds, json!({"IntervalSeconds": 3600}))]),
        );
        let mut run = Run::start(program, failing("S", 1, reason));
        run_until_executing(&mut run, "S");
        let at = run.next_event().expect("the attempt ends");
        run.advance(at + HOUR / 2);
        let waiting = record(&run, "S");
        assert_eq!(waiting.status, StepStatus::Executing, "{reason}");
        assert_eq!((waiting.end, waiting.failure_reason), (None, None));
        run.stop(at + HOUR / 2).expect("it executes");
        settle(&mut run);
        let stopped = record(&run, "S");
        assert_eq!(
            (run.status(), stopped.status, stopped.attempt_count),
            (RunStatus::Stopped, StepStatus::Stopped, 0)
        );
        assert!(
            run.last_modified() < at + HOUR / 2 + 5_000,
            "nothing has to be stopped"
        );
    }
}

#[test]
fn attempts_end_by_number_or_by_time() {
    let capacity = ["SageMaker.CAPACITY_ERROR"];
    let timed = policy(
        &capacity,
        json!({"ExpireAfterMin": 60, "BackoffRate": 1.0, "IntervalSeconds": 600}),
    );
    let timed = run(
        &with_policies("Training", json!([timed])),
        failing("S", u32::MAX, CAPACITY),
    );
    let tried = record(&timed, "S");
    assert!(
        (1..=6).contains(&tried.attempt_count),
        "{}",
        tried.attempt_count
    );
    assert!(tried.end.unwrap_or(0) < tried.start + 2 * HOUR);
    let default = with_policies(
        "Training",
        json!([policy(&capacity, json!({"BackoffRate": 1.0}))]),
    );
    assert_eq!(
        outcome(&default, u32::MAX, CAPACITY),
        (RunStatus::Failed, 5)
    );
    let none = with_policies(
        "Training",
        json!([policy(&capacity, json!({"MaxAttempts": 0}))]),
    );
    assert_eq!(outcome(&none, 1, CAPACITY), (RunStatus::Failed, 0));
}

#[test]
fn the_first_policy_that_names_the_exception_counts() {
    let program = with_policies(
        "Training",
        json!([
            policy(
                &["SageMaker.JOB_INTERNAL_ERROR", "SageMaker.RESOURCE_LIMIT"],
                json!({"MaxAttempts": 1})
            ),
            policy(
                &["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"],
                json!({"MaxAttempts": 3})
            ),
        ]),
    );
    for (reason, attempts) in [
        (CAPACITY, 3),
        ("InternalServerError: We encountered an internal error.", 1),
        (
            "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: The account-level service limit 'x' is 0 Instances",
            1,
        ),
    ] {
        assert_eq!(
            outcome(&program, u32::MAX, reason),
            (RunStatus::Failed, attempts),
            "{reason}"
        );
    }
}

#[test]
fn faults_of_called_services_are_retried_by_default() {
    let reasons = [
        THROTTLED,
        "Step.SERVICE_FAULT: 503",
        "Step.THROTTLING: Rate exceeded",
    ];
    for reason in reasons {
        let plain = with_policies("Training", json!([]));
        assert_eq!(
            outcome(&plain, 4, reason),
            (RunStatus::Succeeded, 4),
            "{reason}"
        );
        assert_eq!(
            outcome(&plain, u32::MAX, reason),
            (RunStatus::Failed, 5),
            "{reason}"
        );
        let kinds = ["Step.SERVICE_FAULT", "Step.THROTTLING"];
        let own = with_policies(
            "Training",
            json!([policy(&kinds, json!({"MaxAttempts": 1}))]),
        );
        assert_eq!(
            outcome(&own, u32::MAX, reason),
            (RunStatus::Failed, 1),
            "{reason}"
        );
    }
    assert_eq!(
        outcome(&with_policies("Lambda", json!([])), 1, THROTTLED),
        (RunStatus::Failed, 0)
    );
}

#[test]
fn retry_policies_apply_to_types_that_allow_them() {
    let reason = "InternalServerError: We encountered an internal error.";
    let all = json!([policy(
        &["SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR"],
        json!({"MaxAttempts": 2})
    )]);
    for (kind, internal, capacity) in [
        ("Training", 2, 2),
        ("Processing", 2, 2),
        ("Transform", 2, 2),
        // Their jobs retry by themselves.
        ("Tuning", 0, 2),
        ("AutoML", 0, 2),
        ("EMR", 2, 2),
        ("EMRServerless", 0, 0),
        ("QualityCheck", 0, 0),
        ("Lambda", 0, 0),
    ] {
        let program = with_policies(kind, all.clone());
        assert_eq!(outcome(&program, u32::MAX, reason).1, internal, "{kind}");
        assert_eq!(outcome(&program, u32::MAX, CAPACITY).1, capacity, "{kind}");
    }
}

#[test]
fn a_retry_of_the_execution_begins_the_policies_anew() {
    let kinds = ["SageMaker.CAPACITY_ERROR"];
    let program = with_policies(
        "Training",
        json!([policy(&kinds, json!({"MaxAttempts": 1}))]),
    );
    let mut run = run(&program, failing("S", 3, CAPACITY));
    assert_eq!(
        (run.status(), record(&run, "S").attempt_count),
        (RunStatus::Failed, 1)
    );
    run.retry(run.last_modified() + 1, None, Pace::REAL)
        .expect("it failed");
    settle(&mut run);
    assert_eq!(
        (run.status(), record(&run, "S").attempt_count),
        (RunStatus::Succeeded, 3)
    );
}

#[test]
fn a_call_that_no_policy_retries_is_reported_as_such() {
    let reason = "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: The account-level service limit 'x' is 0 Instances";
    let answer = |policies: Value| {
        let run = run(
            &with_policies("Training", policies),
            failing("S", u32::MAX, reason),
        );
        record(&run, "S").failure_reason.unwrap_or_default()
    };
    assert_eq!(
        answer(json!([])),
        format!(
            "{reason}\nRetry not appropriate on execution of step with PipelineExecutionArn \
             arn:aws:sagemaker:eu-central-1:111122223333:pipeline/Test-Pipeline/execution/abcdefghijkl and StepId S. \
             No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT."
        )
    );
    let kinds = ["SageMaker.RESOURCE_LIMIT"];
    assert_eq!(
        answer(json!([policy(&kinds, json!({"MaxAttempts": 1}))])),
        reason
    );
}
