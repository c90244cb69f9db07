//! What steps produce is the same wherever it is read.

use super::*;
use proptest::prelude::*;

/// A step that reads values: what it read is among its arguments.
pub(super) fn reader(name: &str, values: Value) -> Value {
    json!({"Name": name, "Type": "Training", "Arguments": {"HyperParameters": values}})
}

pub(super) fn get(reference: &str) -> Value {
    json!({"Get": reference})
}

pub(super) fn json_get(step: &str, file: &str, path: Value) -> Value {
    json!({"Std:JsonGet": {"PropertyFile": get(&format!("Steps.{step}.PropertyFiles.{file}")), "Path": path}})
}

/// What a step that ended read.
pub(super) fn read(run: &Run, step: &str) -> Value {
    run.arguments(step).expect("it started")["HyperParameters"].clone()
}

pub(super) fn evaluation() -> Value {
    json!({"Name": "Evaluate", "Type": "Processing",
        "Arguments": {"ProcessingOutputConfig": {"Outputs": [
            {"OutputName": "train", "S3Output": {"S3Uri": "s3://data/train", "LocalPath": "/t", "S3UploadMode": "EndOfJob"}},
            {"OutputName": "report"},
        ]}},
        "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}]})
}

/// One step of every kind whose properties others read.
fn producers() -> Vec<Value> {
    let training = json!({
        "AlgorithmSpecification": {"TrainingImage": "image:1", "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "validation:rmse", "Regex": "x"}]},
        "OutputDataConfig": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3://models", get("Execution.PipelineExecutionId")]}}},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": get("Parameters.Instances"), "VolumeSizeInGB": 30},
        "RoleArn": "NoRole"});
    let tuning = json!({"HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian", "ResourceLimits": {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 2},
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ParameterRanges": {"IntegerParameterRanges": [{"Name": "depth", "MinValue": "2", "MaxValue": "8"}]}}});
    vec![
        evaluation(),
        json!({"Name": "Train", "Type": "Training", "Arguments": training}),
        json!({"Name": "Tune", "Type": "Tuning", "Arguments": tuning}),
        json!({"Name": "Auto", "Type": "AutoML", "Arguments": {"OutputDataConfig": {"S3OutputPath": "s3://auto"}}}),
        json!({"Name": "Model", "Type": "Model", "Arguments": {"PrimaryContainer": {"Image": "image:1"}}}),
        json!({"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "Group"}}),
        json!({"Name": "Batch", "Type": "Transform", "Arguments": {"TransformOutput": {"S3OutputPath": "s3://batch"}}}),
        json!({"Name": "Check", "Type": "QualityCheck", "CheckType": "DATA_QUALITY", "Arguments": {}}),
        json!({"Name": "Ask", "Type": "Lambda", "FunctionArn": "arn:aws:lambda:eu-central-1:111122223333:function:f", "Arguments": {},
            "OutputParameters": [{"OutputName": "count", "OutputType": "Integer"}, {"OutputName": "word", "OutputType": "String"}]}),
    ]
}

const REFERENCES: &[(&str, &str)] = &[
    ("Train", "ModelArtifacts.S3ModelArtifacts"),
    ("Train", "TrainingJobName"),
    ("Train", "TrainingJobArn"),
    ("Train", "TrainingJobStatus"),
    ("Train", "OutputDataConfig.S3OutputPath"),
    ("Train", "AlgorithmSpecification.TrainingImage"),
    ("Train", "ResourceConfig.InstanceCount"),
    ("Train", "FinalMetricDataList['validation:rmse'].Value"),
    ("Train", "FinalMetricDataList[0].MetricName"),
    ("Train", "CreationTime"),
    (
        "Evaluate",
        "ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri",
    ),
    (
        "Evaluate",
        "ProcessingOutputConfig.Outputs[1].S3Output.S3Uri",
    ),
    ("Evaluate", "ProcessingJobName"),
    ("Tune", "BestTrainingJob.TrainingJobName"),
    (
        "Tune",
        "BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value",
    ),
    ("Tune", "BestTrainingJob.TunedHyperParameters['depth']"),
    ("Auto", "BestCandidate.InferenceContainers[0].ModelDataUrl"),
    (
        "Auto",
        "BestCandidate.InferenceContainers[0].Environment['MODEL_NAME']",
    ),
    ("Model", "ModelName"),
    ("Register", "ModelPackageArn"),
    ("Register", "ModelApprovalStatus"),
    ("Batch", "TransformOutput.S3OutputPath"),
];

pub(super) fn parameters() -> Value {
    json!([{"Name": "Instances", "Type": "Integer", "DefaultValue": 3}, {"Name": "Field", "Type": "String", "DefaultValue": "mse"}])
}

#[test]
fn a_reference_is_the_member_of_the_answer_that_describes_the_job() {
    let mut steps = producers();
    let mut values = serde_json::Map::new();
    for (step, property) in REFERENCES {
        values.insert(
            format!("{step}.{property}"),
            get(&format!("Steps.{step}.{property}")),
        );
    }
    steps.push(reader("Reads", values.into()));
    let run = run(&with_parameters(parameters(), json!(steps)), spec());
    let read = read(&run, "Reads");
    for (step, property) in REFERENCES {
        let answer = run.described(step, 1.0).expect("it started");
        let path = expression::path::Path::parse(property).expect("a path");
        let member = expression::path::find(&answer, path.segments());
        let value = &read[format!("{step}.{property}")];
        assert_eq!(Some(value), member, "{step}.{property}");
        assert!(!value.is_null(), "{step}.{property}");
    }
    assert_eq!(read["Train.ResourceConfig.InstanceCount"], 3);
    assert_eq!(
        read["Train.OutputDataConfig.S3OutputPath"],
        "s3://models/abcdefghijkl"
    );
    assert!(
        read["Train.ModelArtifacts.S3ModelArtifacts"]
            .as_str()
            .is_some_and(
                |place| place.starts_with("s3://models/abcdefghijkl/pipelines-abcdefghijkl-Train-")
            )
    );
}

#[test]
fn references_beyond_the_answer_are_resolved_as_the_sdk_means_them() {
    let mut steps = producers();
    steps.push(reader("Reads", json!({
        "second": get("Steps.Tune.TrainingJobSummaries[1].TrainingJobName"),
        "insights": get("Steps.Auto.BestCandidateProperties.ModelInsightsJsonReportPath"),
        "baseline": get("Steps.Check.CalculatedBaselineConstraints"),
        "role": get("Steps.Train.RoleArn"),
        "count": get("Steps.Ask.OutputParameters['count']"),
        "word": get("Steps.Ask.OutputParameters['word']"),
        "dynamic": json_get("Evaluate", "Report", json!({"Std:Join": {"On": ".", "Values": ["metrics", get("Parameters.Field"), "value"]}})),
        "experiment": get("PipelineExperimentConfig.ExperimentName"),
        "self": get("Execution.TrainingJobName"),
    })));
    let run = run(&with_parameters(parameters(), json!(steps)), spec());
    let read = read(&run, "Reads");
    let best = run.described("Tune", 1.0).expect("a description")["BestTrainingJob"].clone();
    let second = run
        .property("Tune", "TrainingJobSummaries[1]")
        .expect("a second");
    let value = |job: &Value| job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"].as_f64();
    assert!(value(&best) < value(&second), "the least is the best");
    assert_eq!(read["second"], second["TrainingJobName"]);
    assert_eq!(read["role"], "NoRole");
    assert_eq!(read["word"], "ok");
    assert!(read["count"].is_u64());
    assert!(
        read["insights"]
            .as_str()
            .is_some_and(|place| place.starts_with("s3://auto/abcdefghijkl-Auto"))
    );
    assert!(
        read["baseline"]
            .as_str()
            .is_some_and(|place| place.ends_with("/output/constraints.json"))
    );
    let place = run.property(
        "Evaluate",
        "ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri",
    );
    let place = format!(
        "{}/report.json",
        place.expect("a place").as_str().expect("text")
    );
    let report = run.document_at(&place).expect("it was written");
    assert_eq!(report["metrics"]["mse"]["value"], read["dynamic"]);
    assert!(report["metrics"]["mse"]["standard_deviation"].is_number());
    assert_eq!(run.document_at("s3://nowhere/report.json"), None);
    assert_eq!(read["experiment"], "Test-Pipeline");
    assert_eq!(
        read["self"],
        run.described("Reads", 1.0).expect("a description")["TrainingJobName"]
    );
}

#[test]
fn types_are_kept_in_arguments() {
    let parameters = json!([
        {"Name": "whole", "Type": "Integer", "DefaultValue": 5},
        {"Name": "part", "Type": "Float", "DefaultValue": 0.5},
        {"Name": "flag", "Type": "Boolean", "DefaultValue": true},
        {"Name": "text", "Type": "String", "DefaultValue": "5"}
    ]);
    let values = json!({"list": [get("Parameters.whole"), get("Parameters.part")], "flag": get("Parameters.flag"),
        "text": get("Parameters.text"), "joined": {"Std:Join": {"On": "-", "Values": [get("Parameters.whole"), get("Parameters.flag")]}},
        "null": null, "fixed": {"a": [1, 2.5, true]}});
    let run = run(
        &with_parameters(parameters, json!([reader("Reads", values)])),
        spec(),
    );
    let expected = json!({"list": [5, 0.5], "flag": true, "text": "5", "joined": "5-true", "null": null, "fixed": {"a": [1, 2.5, true]}});
    assert_eq!(read(&run, "Reads"), expected);
}

/// A pipeline whose condition compares a figure of every kind.
fn dependency(kind: &str, bar: f64) -> Arc<Program> {
    let figures = [
        get("Steps.Train.FinalMetricDataList['validation:rmse'].Value"),
        get("Steps.Tune.BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value"),
        json_get("Evaluate", "Report", json!("$.metrics['mse'].value")),
        json!({"Std:JsonGet": {"S3Uri": {"Std:Join": {"On": "/", "Values": [get("Steps.Train.OutputDataConfig.S3OutputPath"), "results.json"]}}, "Path": "Result['rmse']"}}),
    ];
    let conditions: Vec<Value> = figures
        .iter()
        .map(|figure| json!({"Type": kind, "LeftValue": figure, "RightValue": bar}))
        .collect();
    let mut steps = producers();
    steps.push(
        json!({"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": conditions,
        "IfSteps": [reader("Good", json!({}))], "ElseSteps": [reader("Bad", json!({}))]}}),
    );
    with_parameters(parameters(), json!(steps))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conditions_and_answers_agree(seed: u64, above: bool, bar in 0.1f64..20.0) {
        let kind = if above { "GreaterThan" } else { "LessThan" };
        let run = run(&dependency(kind, bar), StartSpec { seed, ..spec() });
        let place = run.property("Evaluate", "ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri").expect("a place");
        let report = run.document_at(&format!("{}/report.json", place.as_str().expect("text"))).expect("a report");
        let results = run.document_at("s3://models/abcdefghijkl/results.json").expect("results");
        let train = run.described("Train", 1.0).expect("a description");
        let tune = run.described("Tune", 1.0).expect("a description");
        let figures = [
            &train["FinalMetricDataList"][0]["Value"],
            &tune["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"],
            &report["metrics"]["mse"]["value"],
            &results["Result"]["rmse"],
        ];
        let holds = |figure: &Value| {
            let figure = figure.as_f64().expect("a number");
            if above { figure > bar } else { figure < bar }
        };
        let outcome = figures.into_iter().all(holds);
        prop_assert_eq!(record(&run, "Gate").metadata, Some(Metadata::Condition { outcome }));
        let better = |answer: &Value| answer["FinalHyperParameterTuningJobObjectiveMetric"]["Value"].as_f64();
        let others = run.property("Tune", "TrainingJobSummaries").expect("a description");
        for other in others.as_array().expect("a list") {
            prop_assert!(better(other) >= better(&tune["BestTrainingJob"]));
        }
    }
}
