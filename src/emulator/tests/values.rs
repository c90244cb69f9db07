//! What jobs produce, as callers see it.

use super::*;

/// A pipeline that trains and evaluates, and goes on when the report is good enough.
fn gated() -> Value {
    let report = json!({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": "metrics.mse.value"}});
    json!({"Version": "2020-12-01", "Steps": [
        {"Name": "Train", "Type": "Training", "CacheConfig": {"Enabled": true, "ExpireAfter": "30d"}, "Arguments": {
            "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "image", "MetricDefinitions": [{"Name": "auc", "Regex": "auc"}]},
            "OutputDataConfig": {"S3OutputPath": "s3://models/here"}}},
        {"Name": "Evaluate", "Type": "Processing", "CacheConfig": {"Enabled": true, "ExpireAfter": "30d"}, "Arguments": arguments("Processing", &json!({
            "ProcessingInputs": [{"InputName": "model", "S3Input": {"S3Uri": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}, "S3DataType": "S3Prefix", "LocalPath": "/m"}}],
            "ProcessingOutputConfig": {"Outputs": [{"OutputName": "report", "S3Output": {"S3Uri": {"Std:Join": {"On": "/", "Values": ["s3://reports", {"Get": "Execution.PipelineExecutionId"}]}}, "LocalPath": "/r", "S3UploadMode": "EndOfJob"}}]}})),
         "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}]},
        {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [{"Type": "LessThan", "LeftValue": report, "RightValue": 6.0}],
            "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "Good"}}], "ElseSteps": []}},
    ]})
}

fn job(step: &Value) -> String {
    let metadata = step["Metadata"].as_object().expect("a job");
    let arn = metadata.values().find_map(|answer| answer["Arn"].as_str());
    let (_, name) = arn.and_then(|arn| arn.split_once('/')).expect("a name");
    name.to_owned()
}

fn step<'s>(steps: &'s [Value], name: &str) -> &'s Value {
    let found = steps.iter().find(|step| step["StepName"] == name);
    found.expect("it started")
}

fn report(bench: &Bench, execution: &Value) -> Option<Value> {
    let id = execution.as_str()?.rsplit('/').next()?;
    let path = format!("files/reports/{id}/report.json");
    let (status, report) = control::answer(&bench.shared, &Method::GET, &path, b"");
    (status == 200).then_some(report)
}

#[test]
fn a_scripted_value_decides_the_condition_and_every_reader_sees_it() {
    let bench = Bench::empty();
    bench.create("gated", &gated());
    for (mse, outcome) in [(5.9, "True"), (6.1, "False")] {
        let document = json!({"metrics": {"mse": {"value": mse}}, "note": mse});
        bench.control("outcomes", json!({"pipeline": "gated", "step": "Evaluate", "values": {"files": {"Report": document}}}));
        bench.control("outcomes", json!({"pipeline": "gated", "step": "Train", "seconds": 60, "values": {
            "metrics": {"auc": 0.875}, "properties": {"ModelArtifacts.S3ModelArtifacts": format!("s3://x/{mse}.tar.gz")}}}));
        let execution = bench.start("gated");
        assert_eq!(report(&bench, &execution), None, "it is not written yet");
        bench.advance(3600.0);
        let steps = bench.steps(&execution);
        let cached = step(&steps, "Train").get("CacheHitResult").is_some();
        assert_eq!(
            step(&steps, "Gate")["Metadata"]["Condition"]["Outcome"],
            if cached { "True" } else { outcome }
        );
        if cached {
            continue;
        }
        let train = json!({"TrainingJobName": job(step(&steps, "Train"))});
        let answer = bench.ok("DescribeTrainingJob", train);
        assert_eq!(answer["FinalMetricDataList"][0]["Value"], 0.875);
        assert_eq!(
            answer["ModelArtifacts"]["S3ModelArtifacts"],
            format!("s3://x/{mse}.tar.gz")
        );
        assert_eq!(answer["RoleArn"], ROLE);
        let evaluate = json!({"ProcessingJobName": job(step(&steps, "Evaluate"))});
        let answer = bench.ok("DescribeProcessingJob", evaluate);
        assert_eq!(
            answer["ProcessingInputs"][0]["S3Input"]["S3Uri"],
            format!("s3://x/{mse}.tar.gz")
        );
        assert_eq!(report(&bench, &execution), Some(document));
    }
}

#[test]
fn cached_results_keep_their_values() {
    let bench = Bench::empty();
    bench.create("gated", &gated());
    let first = bench.start("gated");
    bench.advance(7200.0);
    let outcome = |execution: &Value| {
        let steps = bench.steps(execution);
        step(&steps, "Gate")["Metadata"]["Condition"]["Outcome"].clone()
    };
    let own = outcome(&first);
    for _ in 0..8 {
        let again = bench.start("gated");
        bench.advance(7200.0);
        let steps = bench.steps(&again);
        assert_eq!(
            step(&steps, "Evaluate")["CacheHitResult"]["SourcePipelineExecutionArn"],
            first
        );
        assert_eq!(outcome(&again), own);
        assert_eq!(
            report(&bench, &again),
            None,
            "the report stands where it was written"
        );
    }
}

#[test]
fn an_invalid_scripted_outcome_is_rejected() {
    let bench = Bench::empty();
    bench.create("gated", &gated());
    for order in [
        json!({"pipeline": "gated", "step": "Train", "seconds": -1}),
        json!({"pipeline": "gated", "step": "Train", "values": {"metrics": {"auc": "high"}}}),
        json!({"pipeline": "gated", "step": "Train", "values": {"reports": {}}}),
    ] {
        let body = order.to_string();
        let (status, _) =
            control::answer(&bench.shared, &Method::POST, "outcomes", body.as_bytes());
        assert_eq!(status, 400, "{order}");
    }
}

#[test]
fn tuning_jobs_list_their_training_jobs() {
    let bench = Bench::empty();
    let tuning = json!({"HyperParameterTuningJobConfig": {
        "Strategy": "Random", "ResourceLimits": {"MaxNumberOfTrainingJobs": 5, "MaxParallelTrainingJobs": 5},
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"}},
        "TrainingJobDefinition": {
            "StaticHyperParameters": {"epochs": "3"}, "OutputDataConfig": {"S3OutputPath": "s3://tuned"},
            "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600}, "RoleArn": ROLE}});
    bench.create("tuned", &json!({"Version": "2020-12-01", "Steps": [{"Name": "Tune", "Type": "Tuning", "Arguments": tuning}]}));
    let execution = bench.start("tuned");
    bench.advance(3600.0);
    let name = job(&bench.steps(&execution)[0]);
    let answer = bench.ok(
        "DescribeHyperParameterTuningJob",
        json!({"HyperParameterTuningJobName": name}),
    );
    let best = &answer["BestTrainingJob"];
    let list = |body: Value| {
        bench.ok("ListTrainingJobsForHyperParameterTuningJob", body)["TrainingJobSummaries"].clone()
    };
    let all = list(
        json!({"HyperParameterTuningJobName": name, "SortBy": "FinalObjectiveMetricValue", "SortOrder": "Descending"}),
    );
    assert_eq!(all.as_array().map(Vec::len), Some(5));
    assert_eq!(&all[0], best);
    let page = list(json!({"HyperParameterTuningJobName": name, "MaxResults": 2}));
    assert_eq!(page.as_array().map(Vec::len), Some(2));
    assert_eq!(
        list(json!({"HyperParameterTuningJobName": name, "StatusEquals": "Failed"})),
        json!([])
    );
    let trained = bench.ok(
        "DescribeTrainingJob",
        json!({"TrainingJobName": best["TrainingJobName"]}),
    );
    assert_eq!(trained["TrainingJobArn"], best["TrainingJobArn"]);
    assert_eq!(trained["HyperParameters"]["epochs"], "3");
    assert_eq!(
        trained["FinalMetricDataList"][0]["Value"],
        best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    );
}

#[test]
fn a_selected_step_sees_the_values_of_its_source() {
    let bench = Bench::empty();
    let definition = json!({"Version": "2020-12-01",
    "Parameters": [{"Name": "Place", "Type": "String", "DefaultValue": "s3://default"}],
    "Steps": [
        {"Name": "Ask", "Type": "Callback", "SqsQueueUrl": "q", "Arguments": {}, "OutputParameters": [{"OutputName": "word", "OutputType": "String"}]},
        {"Name": "Train", "Type": "Training", "Arguments": {"OutputDataConfig": {"S3OutputPath": {"Get": "Parameters.Place"}}}},
        {"Name": "Use", "Type": "Training", "Arguments": arguments("Training", &json!({"HyperParameters": {
            "word": {"Get": "Steps.Ask.OutputParameters['word']"}, "model": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}}))},
    ]});
    bench.create("lending", &definition);
    let given = json!([{"Name": "Place", "Value": "s3://given"}]);
    let body = json!({"PipelineName": "lending", "PipelineParameters": given});
    let source = bench.ok("StartPipelineExecution", body)["PipelineExecutionArn"].clone();
    bench.advance(60.0);
    let steps = bench.steps(&source);
    let token = step(&steps, "Ask")["Metadata"]["Callback"]["CallbackToken"].clone();
    let sent = json!([{"Name": "word", "Value": "sent"}]);
    bench.ok(
        "SendPipelineExecutionStepSuccess",
        json!({"CallbackToken": token, "OutputParameters": sent}),
    );
    bench.advance(7200.0);
    let chosen =
        json!({"SourcePipelineExecutionArn": source, "SelectedSteps": [{"StepName": "Use"}]});
    let body = json!({"PipelineName": "lending", "SelectiveExecutionConfig": chosen});
    let again = bench.ok("StartPipelineExecution", body)["PipelineExecutionArn"].clone();
    bench.advance(7200.0);
    let used = |execution: &Value| {
        let steps = bench.steps(execution);
        let name = json!({"TrainingJobName": job(step(&steps, "Use"))});
        bench.ok("DescribeTrainingJob", name)["HyperParameters"].clone()
    };
    let own = used(&source);
    assert_eq!(own["word"], "sent");
    assert!(
        own["model"]
            .as_str()
            .is_some_and(|place| place.starts_with("s3://given/"))
    );
    assert_eq!(used(&again), own);
}
