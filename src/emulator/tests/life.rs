//! Executions from start to end.

use super::*;

#[test]
fn an_execution_runs_to_its_end_as_the_clock_moves() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    assert_eq!(bench.status(&execution), "Executing");
    assert!(bench.steps(&execution).is_empty(), "no step starts at once");
    bench.advance(3600.0);
    assert_eq!(bench.status(&execution), "Succeeded");
    let names: Vec<_> = bench
        .steps(&execution)
        .iter()
        .map(|step| step["StepName"].clone())
        .collect();
    assert_eq!(names, ["Second", "First"], "newest first");
}

#[test]
fn history_does_not_depend_on_when_somebody_looked() {
    let bench = Bench::empty();
    bench.create("watched", &two_jobs());
    let watched = bench.start("watched");
    for _ in 0..600 {
        bench.advance(6.0);
        bench.steps(&watched);
    }
    let other = Bench::empty();
    other.create("watched", &two_jobs());
    let alone = other.start("watched");
    other.advance(3600.0);
    let lengths = |bench: &Bench, execution: &Value| -> Vec<i64> {
        let created = bench.describe(execution)["CreationTime"]
            .as_f64()
            .expect("a time");
        let since =
            |time: &Value| ((time.as_f64().unwrap_or(0.0) - created) * 1000.0).round() as i64;
        let mut times: Vec<i64> = Vec::new();
        for step in bench.steps(execution) {
            times.extend([since(&step["StartTime"]), since(&step["EndTime"])]);
        }
        times.push(since(&bench.describe(execution)["LastModifiedTime"]));
        times
    };
    assert_eq!(lengths(&bench, &watched).len(), 5);
    // The chance of a job's own lengths is drawn by the run's seed alone, which both share.
    assert_eq!(lengths(&bench, &watched), lengths(&other, &alone));
}

#[test]
fn last_modified_is_when_it_happened_not_when_it_was_read() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    bench.advance(86_400.0);
    let answer = bench.describe(&execution);
    let length = answer["LastModifiedTime"].as_f64().expect("a time")
        - answer["CreationTime"].as_f64().expect("a time");
    assert!(length < 3600.0, "it took {length} s");
}

#[test]
fn a_retried_execution_continues_where_it_was_stopped() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    bench.advance(2.0);
    bench.stop(&execution);
    assert_eq!(bench.status(&execution), "Stopping");
    bench.advance(600.0);
    assert_eq!(bench.status(&execution), "Stopped");
    let (code, message) = bench.refused(
        "StopPipelineExecution",
        json!({"PipelineExecutionArn": execution}),
    );
    assert_eq!(code, ErrorCode::Validation);
    assert!(
        message.contains("Only pipelines with 'Executing' status can be stopped"),
        "{message}"
    );
    bench.retry(&execution);
    bench.advance(3600.0);
    assert_eq!(bench.status(&execution), "Succeeded");
}

#[test]
fn a_scripted_failure_applies_to_the_next_start_only() {
    let bench = Bench::empty();
    bench.create("Two", &two_jobs());
    let order = json!({"pipeline": "Two", "step": "Second", "attempts": 1, "reason": "ClientError: no such image"});
    bench.control("outcomes", order);
    let first = bench.start("Two");
    let second = bench.start("Two");
    bench.advance(3600.0);
    assert_eq!(
        (bench.status(&first), bench.status(&second)),
        ("Failed".to_owned(), "Succeeded".to_owned())
    );
    assert_eq!(
        bench.describe(&first)["FailureReason"],
        "Step failure: One or multiple steps failed"
    );
    let failed = &bench.steps(&first)[0];
    assert!(
        failed["FailureReason"]
            .as_str()
            .expect("a reason")
            .contains("no such image")
    );
    bench.retry(&first);
    bench.advance(3600.0);
    assert_eq!(bench.status(&first), "Succeeded");
}

#[test]
fn a_callback_holds_a_stop_until_it_is_answered() {
    let bench = Bench::empty();
    bench.create("ask", &one_question());
    let execution = bench.start("ask");
    bench.advance(10.0);
    let token = bench.steps(&execution)[0]["Metadata"]["Callback"]["CallbackToken"].clone();
    bench.stop(&execution);
    bench.advance(86_400.0);
    assert_eq!(bench.status(&execution), "Stopping");
    bench.ok(
        "SendPipelineExecutionStepFailure",
        json!({"CallbackToken": token}),
    );
    bench.advance(10.0);
    assert_ne!(bench.status(&execution), "Stopping");
    let (code, _) = bench.refused(
        "SendPipelineExecutionStepSuccess",
        json!({"CallbackToken": token}),
    );
    assert_eq!(code, ErrorCode::NotFound);
}

#[test]
fn executions_are_deleted_with_their_pipeline() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    let (_, message) = bench.refused("DeletePipeline", json!({"PipelineName": "two"}));
    assert_eq!(
        message,
        "Pipelines with running executions cannot be deleted."
    );
    bench.advance(3600.0);
    bench.ok("DeletePipeline", json!({"PipelineName": "two"}));
    let (code, _) = bench.refused(
        "DescribePipelineExecution",
        json!({"PipelineExecutionArn": execution}),
    );
    assert_eq!(code, ErrorCode::NotFound);
    bench.create("two", &one_question());
    let listed = bench.ok("ListPipelineExecutions", json!({"PipelineName": "two"}));
    assert_eq!(listed["PipelineExecutionSummaries"], json!([]));
}
