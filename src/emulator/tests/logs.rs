//! CloudWatch Logs: the streams of jobs, and how they grow.

use super::*;
use crate::logs::{OPERATIONS, run};
use crate::tests::jobs::create;

const GROUP: &str = "/aws/sagemaker/TrainingJobs";

impl Bench {
    /// Calls an operation of CloudWatch Logs: the answer, or the body of the error.
    fn logs(&self, operation: &str, body: Value) -> Result<Value, Value> {
        let operation = OPERATIONS.iter().find(|one| one.name == operation);
        let body = body.as_object().expect("an object").clone();
        let mut world = self.shared.world_of(None);
        let now = world.tick();
        let operation = operation.expect("an operation");
        run(operation, &mut world, &body, now).map_err(|error| error.body())
    }

    fn streams(&self, prefix: &str) -> Vec<String> {
        let body = json!({"logGroupName": GROUP, "logStreamNamePrefix": prefix});
        let answer = self.logs("DescribeLogStreams", body).expect("streams");
        let streams = answer["logStreams"].as_array().expect("a list").iter();
        let name = |stream: &Value| stream["logStreamName"].as_str().expect("a name").to_owned();
        streams.map(name).collect()
    }

    /// Every line of a stream, `limit` a call.
    fn lines(&self, stream: &str, limit: usize) -> Vec<String> {
        let mut body = json!({
            "logGroupName": GROUP, "logStreamName": stream, "startFromHead": true, "limit": limit,
        });
        let mut lines = Vec::new();
        loop {
            let answer = self.logs("GetLogEvents", body.clone()).expect("events");
            let events = answer["events"].as_array().expect("a list").iter();
            lines.extend(events.map(|event| event["message"].as_str().expect("text").to_owned()));
            if answer["nextForwardToken"] == body["nextToken"] {
                return lines;
            }
            body["nextToken"] = answer["nextForwardToken"].clone();
        }
    }
}

#[test]
fn a_stream_begins_with_its_container_and_only_grows() {
    let bench = Bench::empty();
    bench.control("outcomes", json!({"job": "grows", "seconds": 3_600}));
    let two = json!({"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}});
    create(&bench, "Training", "grows", &two);
    assert!(bench.streams("grows/").is_empty(), "no instance yet");
    let mut known: Vec<String> = Vec::new();
    let mut looks_with_lines = 0;
    let is_whole = |lines: &[String]| {
        let last = lines.last();
        last.is_some_and(|line| line.ends_with("Training ended"))
    };
    // A minute, sixty times as fast as the service, besides the wait for the instances.
    for _ in 0..100 {
        bench.advance(4.0);
        let streams = bench.streams("grows/");
        let Some(first) = streams.first() else {
            continue;
        };
        assert_eq!(streams.len(), 2);
        assert!(first.starts_with("grows/algo-1-"), "{first}");
        let lines = bench.lines(first, 500);
        assert_eq!(lines[..known.len()], known);
        looks_with_lines += usize::from(lines.len() > known.len());
        known = lines;
        if is_whole(&known) {
            break;
        }
    }
    assert!(is_whole(&known), "{known:?}");
    assert!(looks_with_lines > 2, "it grew between looks");
    let streams = bench.streams("grows/");
    assert_eq!(bench.lines(&streams[0], 10_000), known);
    assert!(bench.streams("grow/").is_empty(), "a prefix is no pattern");
}

#[test]
fn a_failed_job_ends_with_its_traceback_and_one_without_an_instance_has_no_stream() {
    let bench = Bench::empty();
    let raised = "AlgorithmError: ExecuteUserScriptError: ErrorMessage \"ValueError: no rows\"";
    for (name, reason) in [("raises", raised), ("waits", "CapacityError: no instance")] {
        bench.control("outcomes", json!({"job": name, "reason": reason}));
        create(&bench, "Training", name, &Value::Null);
    }
    bench.advance(86_400.0);
    let streams = bench.streams("raises/");
    let lines = bench.lines(&streams[0], 10_000);
    assert!(
        lines.contains(&"ValueError: no rows".to_owned()),
        "{lines:?}"
    );
    assert!(bench.streams("waits/").is_empty());
}

#[test]
fn lines_that_an_order_gives_are_the_log() {
    let bench = Bench::empty();
    let lines = ["one", "\u{1b}[31mtwo", "three"];
    bench.control(
        "outcomes",
        json!({"job": "told", "seconds": 2, "logs": lines}),
    );
    create(&bench, "Training", "told", &Value::Null);
    bench.advance(86_400.0);
    let streams = bench.streams("told/");
    assert_eq!(bench.lines(&streams[0], 2), lines);
}

#[test]
fn a_search_reads_all_streams_from_either_end() {
    let bench = Bench::empty();
    let lines = ["a", "b ERROR", "c", "d ERROR"];
    bench.control("outcomes", json!({"job": "found", "logs": lines}));
    create(&bench, "Training", "found", &Value::Null);
    bench.advance(86_400.0);
    let search = |more: Value| {
        let mut body = json!({"logGroupName": GROUP, "logStreamNamePrefix": "found/"});
        let more = more.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(more);
        let answer = bench.logs("FilterLogEvents", body).expect("events");
        let events = answer["events"].as_array().expect("a list").iter();
        let message = |event: &Value| event["message"].as_str().expect("text").to_owned();
        events.map(message).collect::<Vec<_>>()
    };
    assert_eq!(search(json!({})), lines);
    assert_eq!(
        search(json!({"startFromHead": false, "limit": 2})),
        ["d ERROR", "c"]
    );
    assert_eq!(
        search(json!({"filterPattern": "ERROR"})),
        ["b ERROR", "d ERROR"]
    );
}

#[test]
fn refusals_are_those_of_the_service() {
    let bench = Bench::empty();
    for (operation, body, code) in [
        (
            "DescribeLogStreams",
            json!({"logGroupName": "/none"}),
            "ResourceNotFoundException",
        ),
        (
            "GetLogEvents",
            json!({"logGroupName": GROUP, "logStreamName": "none/algo-1"}),
            "ResourceNotFoundException",
        ),
        (
            "DescribeLogStreams",
            json!({"logGroupName": GROUP, "logStreamNamePrefix": "a", "orderBy": "LastEventTime"}),
            "InvalidParameterException",
        ),
        (
            "FilterLogEvents",
            json!({"logGroupName": GROUP, "limit": 10_001}),
            "InvalidParameterException",
        ),
    ] {
        let error = bench.logs(operation, body).expect_err("refused");
        assert_eq!(error["__type"], code, "{operation}");
    }
}
