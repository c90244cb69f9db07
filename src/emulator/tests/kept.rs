//! What a state file keeps. A restart is the end of one emulator and the beginning of another on the same file.

mod file;
mod format;
mod hosting;
mod imported;
mod jobs;
mod lists;
mod registry;

use super::*;
use std::path::{Path, PathBuf};

/// A folder with a state file.
struct ArnContext {
    folder: tempfile::TempDir,
}

impl ArnContext {
    fn new() -> ArnContext {
        ArnContext {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// An emulator on the file, with its clock as it was left.
    fn open(&self) -> Bench {
        Bench::with(options(&self.file(), None))
    }

    /// A new one with nothing in it, whose clock stands.
    fn begin(&self, seed: SeedKind) -> Bench {
        let bench = Bench::with(options(&self.file(), Some(seed)));
        bench.control("clock", json!({"freeze": true}));
        bench
    }
}

fn options(path: &Path, seed: Option<SeedKind>) -> Options {
    Options {
        seed,
        state: Some(path.to_owned()),
        ..Options::default()
    }
}

/// Every page of a list.
fn all(bench: &Bench, operation: &str, list: &str, mut body: Value) -> Vec<Value> {
    let mut items = Vec::new();
    loop {
        let page = bench.ok(operation, body.clone());
        items.extend(page[list].as_array().cloned().unwrap_or_default());
        match page.get("NextToken") {
            Some(token) => body["NextToken"] = token.clone(),
            None => return items,
        }
    }
}

/// Everything that can be asked for without knowing a name.
fn everything(bench: &Bench) -> Vec<Value> {
    let mut answer = all(bench, "ListPipelines", "PipelineSummaries", json!({}));
    let names: Vec<Value> = answer
        .iter()
        .map(|one| one["PipelineName"].clone())
        .collect();
    for name in names {
        let named = json!({"PipelineName": name});
        answer.push(bench.ok("DescribePipeline", named.clone()));
        answer.extend(all(
            bench,
            "ListPipelineVersions",
            "PipelineVersionSummaries",
            named.clone(),
        ));
        let arn = answer
            .iter()
            .rev()
            .find_map(|one| one.get("PipelineArn"))
            .cloned();
        answer.extend(all(bench, "ListTags", "Tags", json!({"ResourceArn": arn})));
        let executions = all(
            bench,
            "ListPipelineExecutions",
            "PipelineExecutionSummaries",
            named,
        );
        for execution in executions {
            let of = json!({"PipelineExecutionArn": execution["PipelineExecutionArn"]});
            answer.push(bench.ok("DescribePipelineExecution", of.clone()));
            let parameters = ("ListPipelineParametersForExecution", "PipelineParameters");
            answer.extend(all(bench, parameters.0, parameters.1, of.clone()));
            answer.extend(all(
                bench,
                "ListPipelineExecutionSteps",
                "PipelineExecutionSteps",
                of,
            ));
            answer.push(execution);
        }
    }
    let groups = ("ListModelPackageGroups", "ModelPackageGroupSummaryList");
    answer.extend(all(bench, groups.0, groups.1, json!({})));
    answer
}

#[test]
fn a_restart_keeps_pipelines_with_their_versions_and_tags() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    let arn = bench.create("two", &two_jobs());
    bench.create("gone", &one_question());
    let tags = json!([{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "b"}]);
    bench.ok("AddTags", json!({"ResourceArn": arn, "Tags": tags}));
    bench.ok(
        "DeleteTags",
        json!({"ResourceArn": arn, "TagKeys": ["team"]}),
    );
    bench.advance(60.0);
    bench.ok(
        "UpdatePipeline",
        json!({"PipelineName": "two", "PipelineDefinition": one_question().to_string(), "PipelineDescription": "asks",
               "ParallelismConfiguration": {"MaxParallelExecutionSteps": 3}}),
    );
    bench.ok(
        "UpdatePipelineVersion",
        json!({"PipelineArn": arn, "PipelineVersionId": 1, "PipelineVersionDisplayName": "first",
               "PipelineVersionAliasOperations": {"Add": ["old"]}}),
    );
    bench.ok("DeletePipeline", json!({"PipelineName": "gone"}));
    bench.create("GONE", &two_jobs());
    let before = everything(&bench);
    drop(bench);
    let again = place.open();
    assert_eq!(everything(&again), before);
    let old = json!({"PipelineName": "two", "PipelineVersionAlias": "old"});
    let answer = again.ok("DescribePipeline", old);
    assert_eq!(answer["PipelineDefinition"], two_jobs().to_string());
    assert_eq!(again.refused("CreatePipeline", json!({"PipelineName": "gone", "RoleArn": ROLE, "PipelineDefinition": two_jobs().to_string(), "ClientRequestToken": TOKEN})).0, ErrorCode::Validation);
}

#[test]
fn a_restart_keeps_executions_that_ended_and_lets_the_others_go_on() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.create("two", &two_jobs());
    let ended = bench.start("two");
    bench.advance(3600.0);
    let (running, stopped) = (bench.start("two"), bench.start("two"));
    bench.advance(3.0);
    bench.stop(&stopped);
    let edit = json!({"PipelineExecutionArn": ended, "PipelineExecutionDisplayName": "renamed"});
    bench.ok("UpdatePipelineExecution", edit);
    let before = everything(&bench);
    drop(bench);

    let again = place.open();
    assert_eq!(everything(&again), before);
    assert_eq!(again.status(&ended), "Succeeded");
    assert_eq!(again.status(&running), "Executing");
    again.advance(3600.0);
    assert_eq!(again.status(&running), "Succeeded");
    assert_eq!(again.status(&stopped), "Stopped");
    again.retry(&stopped);
    again.advance(2.0);
    let before = everything(&again);
    drop(again);

    let third = place.open();
    assert_eq!(everything(&third), before);
    assert_eq!(third.status(&stopped), "Executing");
    third.advance(3600.0);
    assert_eq!(third.status(&stopped), "Succeeded");
}

#[test]
fn a_restart_does_not_change_a_running_executions_history() {
    let (kept, other) = (ArnContext::new(), Bench::empty());
    let bench = kept.begin(SeedKind::Empty);
    for bench in [&bench, &other] {
        bench.create("two", &two_jobs());
    }
    let (first, second) = (bench.start("two"), other.start("two"));
    bench.advance(4.0);
    drop(bench);
    let again = kept.open();
    again.advance(3600.0);
    other.advance(3604.0);
    let lengths = |bench: &Bench, execution: &Value| -> Vec<i64> {
        let of = |value: &Value| (value.as_f64().unwrap_or(0.0) * 1000.0).round() as i64;
        let begun = of(&bench.describe(execution)["CreationTime"]);
        let steps = bench.steps(execution);
        let times = steps
            .iter()
            .flat_map(|step| [&step["StartTime"], &step["EndTime"]]);
        times.map(|time| of(time) - begun).collect()
    };
    assert_eq!(lengths(&again, &first), lengths(&other, &second));
}

#[test]
fn a_restart_keeps_waiting_callbacks_and_scripted_failures() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.create("ask", &one_question());
    bench.create("two", &two_jobs());
    let asked = bench.start("ask");
    bench.advance(10.0);
    let token = bench.steps(&asked)[0]["Metadata"]["Callback"]["CallbackToken"].clone();
    bench.control(
        "outcomes",
        json!({"pipeline": "two", "step": "First", "reason": "no"}),
    );
    drop(bench);

    let again = place.open();
    let failing = again.start("two");
    again.ok(
        "SendPipelineExecutionStepSuccess",
        json!({"CallbackToken": token}),
    );
    let answered = json!({"CallbackToken": token, "ClientRequestToken": TOKEN});
    assert_eq!(
        again
            .refused("SendPipelineExecutionStepFailure", answered.clone())
            .0,
        ErrorCode::NotFound
    );
    drop(again);
    let third = place.open();
    third.advance(3600.0);
    assert_eq!(third.status(&asked), "Succeeded");
    assert_eq!(third.status(&failing), "Failed");
    assert_eq!(
        third
            .refused("SendPipelineExecutionStepFailure", answered)
            .0,
        ErrorCode::NotFound
    );
    let next = third.start("two");
    third.advance(3600.0);
    assert_eq!(
        third.status(&next),
        "Succeeded",
        "a script is for one start"
    );
}

#[test]
fn a_restart_keeps_client_tokens_and_page_tokens() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.create("two", &two_jobs());
    let start = json!({"PipelineName": "two", "ClientRequestToken": TOKEN});
    let first = bench.ok("StartPipelineExecution", start.clone());
    for _ in 0..4 {
        bench.start("two");
    }
    let list = json!({"PipelineName": "two", "MaxResults": 2});
    let page = bench.ok("ListPipelineExecutions", list.clone());
    let mut rest = list;
    rest["NextToken"] = page["NextToken"].clone();
    let second = bench.ok("ListPipelineExecutions", rest.clone());
    drop(bench);
    let again = place.open();
    assert_eq!(again.ok("StartPipelineExecution", start), first);
    assert_eq!(again.ok("ListPipelineExecutions", rest), second);
    let other = json!({"PipelineName": "two", "PipelineExecutionDisplayName": "x", "ClientRequestToken": TOKEN});
    assert_eq!(
        again.refused("StartPipelineExecution", other).0,
        ErrorCode::Conflict
    );
}

#[test]
fn a_restart_keeps_a_frozen_clock_and_a_running_one_ran_on() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.advance(86_400.0);
    let stood = bench.control("clock", json!({"speed": 5.0}));
    drop(bench);
    let again = place.open();
    assert_eq!(again.control("clock", json!({})), stood);
    let ran = again.control("clock", json!({"freeze": false}));
    drop(again);
    let answer = place.open().control("clock", json!({}));
    assert!(answer["now"].as_f64() >= ran["now"].as_f64());
    assert_eq!(
        (&answer["frozen"], &answer["speed"]),
        (&json!(false), &json!(5.0))
    );
}

#[test]
fn a_seed_is_made_once_and_is_the_same_after_a_restart() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Demo);
    let before = everything(&bench);
    assert!(before.len() > 1_000);
    drop(bench);
    let again = place.open();
    assert_eq!(everything(&again), before);
    again.advance(86_400.0);
    let later = everything(&again);
    drop(again);
    assert_eq!(everything(&place.open()), later);
}
