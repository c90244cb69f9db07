//! The smallest arguments that the service's model accepts, by step type: for definitions that are about other things.

use serde_json::{Value, json};

const IMAGE: &str = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1";

/// The smallest arguments of a step of this type, with more members, or others in their place.
pub fn arguments(kind: &str, more: &Value) -> Value {
    let mut arguments = smallest(kind);
    for (name, value) in more.as_object().into_iter().flatten() {
        arguments[name] = value.clone();
    }
    arguments
}

fn smallest(kind: &str) -> Value {
    match kind {
        "Processing" | "QualityCheck" | "ClarifyCheck" => json!({
            "ProcessingResources": {"ClusterConfig": {
                "InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30,
            }},
            "AppSpecification": {"ImageUri": IMAGE},
        }),
        "Training" => json!({"OutputDataConfig": {"S3OutputPath": "s3://models"}}),
        "Transform" => json!({
            "ModelName": "model",
            "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://rows"}}},
            "TransformOutput": {"S3OutputPath": "s3://scores"},
            "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        }),
        "Tuning" => json!({"HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
        }}),
        _ => json!({}),
    }
}
