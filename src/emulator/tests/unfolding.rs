//! How executions unfold on top of earlier ones, and what is answered to those who act on them.

use super::*;

/// Three jobs in a row; the first two may be taken from the cache.
fn cached_jobs(epochs: u32) -> Value {
    let cache = json!({"Enabled": true, "ExpireAfter": "P1D"});
    let uses = |reference: &str| json!({"Environment": {"X": {"Get": reference}}});
    json!({
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Data", "Type": "String", "DefaultValue": "s3://a"}],
        "Steps": [
            {"Name": "Process", "Type": "Processing", "Arguments": arguments("Processing", &uses("Parameters.Data")), "CacheConfig": cache},
            {"Name": "Train", "Type": "Training", "DependsOn": ["Process"], "CacheConfig": cache,
                "Arguments": arguments("Training", &json!({"HyperParameters": {"epochs": epochs.to_string()}, "Environment": {"P": {"Get": "Steps.Process.ProcessingJobName"}}}))},
            {"Name": "Test", "Type": "Processing", "DependsOn": ["Train"], "Arguments": arguments("Processing", &Value::Null)},
        ],
    })
}

/// The steps of an execution that name another one, and which.
fn borrowed(bench: &Bench, execution: &Value, member: &str) -> Vec<(String, Value)> {
    let steps = bench.steps(execution).into_iter().rev();
    let borrowed = steps.filter(|step| step.get(member).is_some());
    borrowed
        .map(|step| {
            let name = step["StepName"].as_str().expect("a name").to_owned();
            (name, step[member]["SourcePipelineExecutionArn"].clone())
        })
        .collect()
}

fn started(bench: &Bench, body: Value) -> Value {
    let answer = bench.ok("StartPipelineExecution", body);
    bench.advance(3600.0);
    answer["PipelineExecutionArn"].clone()
}

#[test]
fn cached_results_are_reused_while_nothing_changed() {
    let bench = Bench::empty();
    bench.create("c", &cached_jobs(3));
    let plain = || json!({"PipelineName": "c"});
    let first = started(&bench, plain());
    let hits = |execution: &Value| borrowed(&bench, execution, "CacheHitResult");
    assert_eq!(hits(&first), []);
    let both = [
        ("Process".to_owned(), first.clone()),
        ("Train".to_owned(), first.clone()),
    ];
    assert_eq!(hits(&started(&bench, plain())), both);
    // Who hit the cache did no work, so that the first is named again.
    assert_eq!(hits(&started(&bench, plain())), both);
    let other =
        json!({"PipelineName": "c", "PipelineParameters": [{"Name": "Data", "Value": "s3://b"}]});
    assert_eq!(hits(&started(&bench, other)), []);
    let body = json!({"PipelineName": "c", "PipelineDefinition": cached_jobs(4).to_string()});
    bench.ok("UpdatePipeline", body);
    let updated = started(&bench, plain());
    assert_eq!(
        hits(&updated),
        both[..1],
        "other hyperparameters are another training"
    );
    bench.advance(25.0 * 3600.0);
    assert_eq!(
        hits(&started(&bench, plain())),
        [],
        "all results are too old"
    );
}

#[test]
fn neither_failed_steps_nor_other_pipelines_provide_results() {
    let bench = Bench::empty();
    bench.create("a", &cached_jobs(3));
    bench.create("b", &cached_jobs(3));
    started(&bench, json!({"PipelineName": "a"}));
    bench.control(
        "outcomes",
        json!({"pipeline": "b", "step": "Process", "attempts": 99, "reason": "AlgorithmError: no"}),
    );
    let failed = started(&bench, json!({"PipelineName": "b"}));
    assert_eq!(bench.status(&failed), "Failed");
    let again = started(&bench, json!({"PipelineName": "b"}));
    assert_eq!(borrowed(&bench, &again, "CacheHitResult"), []);
}

fn select(pipeline: &str, source: Option<&Value>, steps: &[&str]) -> Value {
    let selected: Vec<Value> = steps.iter().map(|step| json!({"StepName": step})).collect();
    let mut config = json!({"SelectedSteps": selected});
    if let Some(source) = source {
        config["SourcePipelineExecutionArn"] = source.clone();
    }
    json!({"PipelineName": pipeline, "SelectiveExecutionConfig": config})
}

#[test]
fn a_selective_execution_reuses_its_sources_jobs() {
    let bench = Bench::empty();
    bench.create("s", &cached_jobs(3));
    let first = started(&bench, json!({"PipelineName": "s"}));
    let second = started(&bench, select("s", Some(&first), &["Train", "Test"]));
    assert_eq!(
        borrowed(&bench, &second, "SelectiveExecutionResult"),
        [("Process".to_owned(), first.clone())]
    );
    let metadata = |execution: &Value, name: &str| {
        let steps = bench.steps(execution);
        let step = steps.iter().find(|step| step["StepName"] == name);
        step.expect("it started")["Metadata"].clone()
    };
    assert_eq!(metadata(&second, "Process"), metadata(&first, "Process"));
    assert_ne!(metadata(&second, "Train"), metadata(&first, "Train"));
    // The second provides its own results; for what it reused itself, those of the first.
    let third = started(&bench, select("s", Some(&second), &["Test"]));
    assert_eq!(metadata(&third, "Train"), metadata(&second, "Train"));
    let answer = bench.describe(&third);
    assert_eq!(
        answer["SelectiveExecutionConfig"],
        json!({"SourcePipelineExecutionArn": second, "SelectedSteps": [{"StepName": "Test"}]})
    );
}

#[test]
fn a_selection_that_cannot_run_is_rejected() {
    let bench = Bench::empty();
    bench.create("s", &cached_jobs(3));
    bench.create("other", &cached_jobs(3));
    let refused = |body: Value| bench.refused("StartPipelineExecution", body);
    assert_eq!(
        refused(select("s", None, &["Test"])),
        (
            ErrorCode::Validation,
            "Invalid SourcePipelineExecutionArn: null. The selected steps [Test] have dependencies on [Train].".to_owned()
        )
    );
    let gap = refused(select("s", None, &["Process", "Test"]));
    assert!(
        gap.0 == ErrorCode::Validation && gap.1.contains("The steps [Train] are between"),
        "{gap:?}"
    );

    bench.control(
        "outcomes",
        json!({"pipeline": "s", "step": "Train", "attempts": 99, "reason": "AlgorithmError: no"}),
    );
    let failed = started(&bench, json!({"PipelineName": "s"}));
    let (code, message) = refused(select("s", Some(&failed), &["Test"]));
    assert!(
        code == ErrorCode::Validation
            && message.contains("dependencies on [Train], which did not succeed"),
        "{message}"
    );
    let enough = started(&bench, select("s", Some(&failed), &["Train"]));
    assert_eq!(
        bench.status(&enough),
        "Succeeded",
        "what is needed is there"
    );

    let elsewhere = started(&bench, json!({"PipelineName": "other"}));
    let (code, _) = refused(select("s", Some(&elsewhere), &["Test"]));
    assert_eq!(code, ErrorCode::NotFound, "a source of another pipeline");
    let running = bench.start("s");
    let (code, message) = refused(select("s", Some(&running), &["Test"]));
    assert!(
        code == ErrorCode::Validation && message.contains("it is Executing"),
        "{message}"
    );
    let stop = json!({"PipelineExecutionArn": running});
    bench.ok("StopPipelineExecution", stop);
    bench.advance(3600.0);
    let (_, message) = refused(select("s", Some(&running), &["Test"]));
    assert!(message.contains("it is Stopped"), "{message}");
}

#[test]
fn a_callback_answer_needs_the_declared_outputs() {
    let bench = Bench::empty();
    let mut question = one_question();
    question["Steps"][0]["OutputParameters"] =
        json!([{"OutputName": "score", "OutputType": "Float"}]);
    bench.create("ask", &question);
    let execution = bench.start("ask");
    bench.advance(10.0);
    let token = bench.steps(&execution)[0]["Metadata"]["Callback"]["CallbackToken"].clone();
    let with = |value: &str| json!({"CallbackToken": token, "OutputParameters": [{"Name": "score", "Value": value}]});
    for body in [json!({"CallbackToken": token}), with("high")] {
        let (code, message) = bench.refused("SendPipelineExecutionStepSuccess", body);
        assert!(
            code == ErrorCode::Validation && message.contains("score"),
            "{message}"
        );
    }
    assert_eq!(
        bench.ok("SendPipelineExecutionStepSuccess", with("0.5"))["PipelineExecutionArn"],
        execution
    );
    bench.advance(10.0);
    assert_eq!(bench.status(&execution), "Succeeded");
}

#[test]
fn an_execution_that_nobody_answers_fails_after_28_days() {
    let bench = Bench::empty();
    bench.create("ask", &one_question());
    let execution = bench.start("ask");
    bench.advance(28.0 * 86_400.0 - 1.0);
    assert_eq!(bench.status(&execution), "Executing");
    bench.advance(1.0);
    let answer = bench.describe(&execution);
    assert_eq!(
        (&answer["PipelineExecutionStatus"], &answer["FailureReason"]),
        (
            &json!("Failed"),
            &json!("The pipeline execution timed out after 672 hours.")
        )
    );
    let listed = bench.ok("ListPipelineExecutions", json!({"PipelineName": "ask"}));
    assert_eq!(
        listed["PipelineExecutionSummaries"][0]["PipelineExecutionStatus"],
        "Failed"
    );
    assert_eq!(bench.steps(&execution)[0]["StepStatus"], "Failed");
    bench.ok("DeletePipeline", json!({"PipelineName": "ask"}));
}

#[test]
fn a_retry_keeps_the_version_and_a_fail_step_allows_none() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    bench.control(
        "outcomes",
        json!({"pipeline": "two", "step": "Second", "attempts": 1, "reason": "AlgorithmError: no"}),
    );
    let execution = started(&bench, json!({"PipelineName": "two"}));
    let body = json!({"PipelineName": "two", "PipelineDefinition": one_question().to_string()});
    bench.ok("UpdatePipeline", body);
    let one = json!({"PipelineExecutionArn": execution});
    let before = bench.ok("DescribePipelineDefinitionForExecution", one.clone());
    let kept = bench.steps(&execution)[1].clone();
    bench.ok(
        "RetryPipelineExecution",
        json!({"PipelineExecutionArn": execution, "ParallelismConfiguration": {"MaxParallelExecutionSteps": 7}}),
    );
    bench.refused("RetryPipelineExecution", one.clone());
    bench.advance(3600.0);
    assert_eq!(bench.status(&execution), "Succeeded");
    assert_eq!(bench.steps(&execution)[1], kept);
    assert_eq!(bench.steps(&execution)[0]["AttemptCount"], 2);
    assert_eq!(
        bench.ok("DescribePipelineDefinitionForExecution", one.clone()),
        before
    );
    let answer = bench.describe(&execution);
    assert_eq!(
        answer["ParallelismConfiguration"],
        json!({"MaxParallelExecutionSteps": 7})
    );
    assert_eq!(answer["PipelineVersionId"], 1);
    bench.refused("RetryPipelineExecution", one);

    let fails = json!({"Version": "2020-12-01", "Steps": [{"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}]});
    bench.create("fails", &fails);
    let failed = started(&bench, json!({"PipelineName": "fails"}));
    assert_eq!(bench.status(&failed), "Failed");
    let (code, _) = bench.refused(
        "RetryPipelineExecution",
        json!({"PipelineExecutionArn": failed}),
    );
    assert_eq!(code, ErrorCode::Validation);
}

#[test]
fn parallelism_is_the_starts_then_the_pipelines_and_may_change_meanwhile() {
    let bench = Bench::empty();
    let steps: Vec<Value> = (0..8)
        .map(|n| json!({"Name": format!("S{n}"), "Type": "Processing", "Arguments": arguments("Processing", &Value::Null)}))
        .collect();
    let definition = json!({"Version": "2020-12-01", "Steps": steps}).to_string();
    let at_most = |steps: u32| json!({"MaxParallelExecutionSteps": steps});
    bench.ok(
        "CreatePipeline",
        json!({"PipelineName": "wide", "RoleArn": ROLE, "PipelineDefinition": definition, "ParallelismConfiguration": at_most(2)}),
    );
    let begun = |execution: &Value| {
        let steps = bench.steps(execution);
        steps
            .iter()
            .filter(|step| step.get("EndTime").is_none())
            .count()
    };
    let pipelines = bench.start("wide");
    let own = json!({"PipelineName": "wide", "ParallelismConfiguration": at_most(5)});
    let own = bench.ok("StartPipelineExecution", own)["PipelineExecutionArn"].clone();
    bench.advance(2.0);
    assert_eq!((begun(&pipelines), begun(&own)), (2, 5));
    let update = |execution: &Value, steps: u32| {
        let body =
            json!({"PipelineExecutionArn": execution, "ParallelismConfiguration": at_most(steps)});
        bench.ok("UpdatePipelineExecution", body);
    };
    update(&pipelines, 4);
    update(&own, 1);
    bench.advance(1.2);
    assert_eq!(begun(&pipelines), 4);
    for _ in 0..200 {
        let before = begun(&own);
        bench.advance(0.25);
        assert!(
            begun(&own) <= before.max(1),
            "nothing begins above the new limit"
        );
    }
    assert_eq!(
        (bench.status(&pipelines), bench.steps(&own).len()),
        ("Succeeded".to_owned(), 8)
    );
}
