//! Definitions that the journeys run.

use serde_json::{Value, json};

/// Prepare → Train → Check → Register or Give-Up, with a parameter of each type. `Threshold` over 0.9 ends in the
/// Fail step; `Stage` has no default.
pub fn training() -> Value {
    json!({
        "Version": "2020-12-01",
        "Parameters": [
            {"Name": "InstanceType", "Type": "String", "DefaultValue": "ml.m5.xlarge"},
            {"Name": "Instances", "Type": "Integer", "DefaultValue": 1},
            {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.5},
            {"Name": "InputData", "Type": "String", "DefaultValue": "s3://bucket/input"},
            {"Name": "Loud", "Type": "Boolean", "DefaultValue": false},
            {"Name": "Stage", "Type": "String", "EnumValues": ["test", "production"]},
        ],
        "Steps": [
            prepare(),
            {
                "Name": "Train",
                "Type": "Training",
                "Arguments": {
                    "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
                    "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": {"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"},
                    }}}],
                    "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
                    "ResourceConfig": {
                        "InstanceType": {"Get": "Parameters.InstanceType"},
                        "InstanceCount": {"Get": "Parameters.Instances"},
                        "VolumeSizeInGB": 30,
                    },
                    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
                    "RoleArn": "arn:aws:iam::111122223333:role/x",
                },
            },
            {
                "Name": "Check",
                "Type": "Condition",
                "DependsOn": ["Train"],
                "Arguments": {
                    "Conditions": [{
                        "Type": "LessThanOrEqualTo",
                        "LeftValue": {"Get": "Parameters.Threshold"},
                        "RightValue": 0.9,
                    }],
                    "IfSteps": [{
                        "Name": "Register",
                        "Type": "RegisterModel",
                        "Arguments": {
                            "ModelPackageGroupName": "journeys",
                            "ModelApprovalStatus": "PendingManualApproval",
                            "InferenceSpecification": {
                                "Containers": [{
                                    "Image": "image",
                                    "ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"},
                                }],
                                "SupportedContentTypes": ["text/csv"],
                                "SupportedResponseMIMETypes": ["text/csv"],
                            },
                        },
                    }],
                    "ElseSteps": [give_up()],
                },
            },
        ],
    })
}

/// Two steps in a row and no parameters.
pub fn plain() -> Value {
    let mut second = prepare();
    second["Name"] = json!("Clean");
    second["DependsOn"] = json!(["Prepare"]);
    json!({"Version": "2020-12-01", "Parameters": [], "Steps": [prepare(), second]})
}

/// So many steps in a row, `step-000` first.
pub fn chain(steps: usize) -> Value {
    let name = |number: usize| format!("step-{number:03}");
    let steps: Vec<Value> = (0..steps)
        .map(|number| {
            let mut step = prepare();
            step["Name"] = json!(name(number));
            if number > 0 {
                step["DependsOn"] = json!([name(number - 1)]);
            }
            step
        })
        .collect();
    json!({"Version": "2020-12-01", "Parameters": [], "Steps": steps})
}

/// A single Callback step, which holds a stop until it is answered.
pub fn waiting() -> Value {
    json!({
        "Version": "2020-12-01",
        "Parameters": [],
        "Steps": [{
            "Name": "Ask-A-Person",
            "Type": "Callback",
            "SqsQueueUrl": "https://sqs.eu-central-1.amazonaws.com/111122223333/approvals",
            "Arguments": {"question": "ready?"},
            "OutputParameters": [{"OutputName": "answer", "OutputType": "String"}],
        }],
    })
}

fn prepare() -> Value {
    json!({
        "Name": "Prepare",
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {
                "ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            },
            "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["python3", "prepare.py"]},
            "RoleArn": "arn:aws:iam::111122223333:role/x",
            "ProcessingOutputConfig": {"Outputs": [
                {"OutputName": "train", "S3Output": {
                    "S3Uri": "s3://bucket/train", "LocalPath": "/opt/ml/out", "S3UploadMode": "EndOfJob",
                }},
            ]},
        },
    })
}

fn give_up() -> Value {
    json!({"Name": "Give-Up", "Type": "Fail", "Arguments": {"ErrorMessage": "not good enough"}})
}
