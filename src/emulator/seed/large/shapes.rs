//! Definitions of the large seed: small ones, and those with 50, 300 and 1,000 steps.

use crate::engine::SeededRandom;
use crate::seed::smallest;
use serde_json::{Value, json};

/// Values that executions choose, for parameters that some definitions have.
pub const CHOICES: &[(&str, &[&str])] = &[
    ("LearningRate", &["0.001", "0.003", "0.01", "0.03"]),
    ("Epochs", &["5", "10", "20", "40"]),
    (
        "TrainingInstanceType",
        &["ml.m5.2xlarge", "ml.g5.xlarge", "ml.p3.2xlarge"],
    ),
    ("Region", &["emea", "apac", "latam"]),
];

/// The parents of each step, one step a line: five steps to a layer.
const LAYERED_50: &str = include_str!("layered-50.txt");
/// The parents of each step, one step a line: ten steps to a layer.
const LAYERED_300: &str = include_str!("layered-300.txt");

/// The small definitions: 20 shapes of 5 to 12 steps.
pub fn small() -> Vec<String> {
    (0..20)
        .map(|number| {
            small_one(
                SeededRandom::from_seed(0x5a9e).with(number),
                1 + number as usize % 4,
            )
            .to_string()
        })
        .collect()
}

/// Prepares, trains several models side by side, evaluates them, and registers the best or fails.
fn small_one(random: SeededRandom, models: usize) -> Value {
    let mut steps = vec![job("Prepare", "Processing", &[])];
    if random.named("check").unit() < 0.4 {
        steps.push(job("CheckData", "QualityCheck", &["Prepare".to_owned()]));
    }
    let names: Vec<String> = (1..=models)
        .map(|number| format!("Train{number}"))
        .collect();
    for name in &names {
        let mut step = job(name, "Training", &["Prepare".to_owned()]);
        step["Arguments"]["ResourceConfig"] = json!({"InstanceCount": 1, "InstanceType": {"Get": "Parameters.TrainingInstanceType"}, "VolumeSizeInGB": 30});
        step["Arguments"]["HyperParameters"] =
            json!({"lr": text("Parameters.LearningRate"), "epochs": text("Parameters.Epochs")});
        steps.push(step);
    }
    let mut evaluate = job("Evaluate", "Processing", &names);
    evaluate["Arguments"]["ProcessingOutputConfig"] = json!({"Outputs": [{"OutputName": "report", "S3Output": {"S3Uri": "s3://reports", "S3UploadMode": "EndOfJob"}}]});
    evaluate["PropertyFiles"] =
        json!([{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}]);
    steps.push(evaluate);
    let otherwise = match random.named("fail").unit() < 0.5 {
        true => {
            json!([{"Name": "NotGoodEnough", "Type": "Fail", "Arguments": {"ErrorMessage": "The score is below the bar."}}])
        }
        false => json!([]),
    };
    steps.push(json!({
        "Name": "GoodEnough", "Type": "Condition",
        "Arguments": {
            "Conditions": [{
                "Type": "GreaterThanOrEqualTo",
                "LeftValue": {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": "score"}},
                "RightValue": 0.8
            }],
            "IfSteps": [
                {"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "ranking-models"}},
                {"Name": "CreateModel", "Type": "Model", "Arguments": {"PrimaryContainer": {"ModelDataUrl": {"Get": "Steps.Train1.ModelArtifacts.S3ModelArtifacts"}}}},
                {"Name": "Score", "Type": "Transform", "Arguments": smallest::arguments("Transform", &json!({"ModelName": {"Get": "Steps.CreateModel.ModelName"}}))}
            ],
            "ElseSteps": otherwise
        }
    }));
    definition(steps)
}

/// A definition with this many steps, in layers.
pub fn big(steps: usize) -> String {
    let parents: Vec<Vec<usize>> = match steps {
        50 => listed(LAYERED_50),
        300 => listed(LAYERED_300),
        _ => layered(steps, 20),
    };
    let name = |number: &usize| format!("step_{number:03}");
    let kinds = [
        "Processing",
        "Training",
        "Processing",
        "Transform",
        "Training",
        "Processing",
    ];
    let step = |(number, parents): (usize, &Vec<usize>)| {
        let waits: Vec<String> = parents.iter().map(name).collect();
        job(&name(&number), kinds[number % kinds.len()], &waits)
    };
    definition(parents.iter().enumerate().map(step).collect()).to_string()
}

fn listed(text: &str) -> Vec<Vec<usize>> {
    text.lines()
        .map(|line| {
            line.split_whitespace()
                .filter_map(|number| number.parse().ok())
                .collect()
        })
        .collect()
}

/// This many steps to a layer, each with one to three parents in the layer before.
fn layered(steps: usize, width: usize) -> Vec<Vec<usize>> {
    let parents = |number: usize| {
        let layer = number / width;
        if layer == 0 {
            return Vec::new();
        }
        let random = SeededRandom::from_seed(0x1a7e).with(number as u64);
        let count = [1, 1, 2, 2, 3][random.between(0, 5) as usize];
        let place = |which: i64| random.with(which as u64).between(0, width as i64) as usize;
        let mut parents: Vec<usize> = (0..count)
            .map(|which| (layer - 1) * width + place(which))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    };
    (0..steps).map(parents).collect()
}

fn job(name: &str, kind: &str, depends_on: &[String]) -> Value {
    let arguments = smallest::arguments(kind, &Value::Null);
    let mut step = json!({"Name": name, "Type": kind, "Arguments": arguments});
    if kind == "QualityCheck" {
        step["CheckType"] = json!("DATA_QUALITY");
    }
    if !depends_on.is_empty() {
        step["DependsOn"] = json!(depends_on);
    }
    step
}

/// A reference to a number where an argument is text.
fn text(reference: &str) -> Value {
    json!({"Std:Join": {"On": "", "Values": [{"Get": reference}]}})
}

fn definition(steps: Vec<Value>) -> Value {
    json!({
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [
            {"Name": "TrainingInstanceType", "Type": "String", "DefaultValue": "ml.m5.xlarge"},
            {"Name": "LearningRate", "Type": "Float", "DefaultValue": 0.003},
            {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
            {"Name": "Region", "Type": "String", "DefaultValue": "emea"}
        ],
        "PipelineExperimentConfig": {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": {"Get": "Execution.PipelineExecutionId"}},
        "Steps": steps
    })
}
