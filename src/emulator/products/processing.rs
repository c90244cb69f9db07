//! Processing and transform jobs.

use super::training::time_or_null;
use super::{JobStatus, Member, StepJob, time};
use serde_json::{Value, json};

/// `DescribeProcessingJobResponse`.
pub(super) static PROCESSING: &[Member] = &[
    ("ProcessingOutputConfig", outputs),
    ("ProcessingJobName", |job| json!(job.name())),
    ("ProcessingResources", |job| {
        job.fitting("ProcessingResources").unwrap_or_else(|| {
            json!({"ClusterConfig": {
                "InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30,
            }})
        })
    }),
    ("StoppingCondition", |job| job.stopping()),
    ("AppSpecification", |job| {
        job.fitting("AppSpecification")
            .unwrap_or_else(|| json!({"ImageUri": "sagemaker-model-monitor-analyzer"}))
    }),
    ("RoleArn", |job| job.role("RoleArn")),
    ("ProcessingJobArn", |job| json!(job.arn())),
    ("ProcessingJobStatus", |job| json!(job.status().as_str())),
    ("ExitMessage", |job| match job.status() {
        JobStatus::Failed => json!("The container exited with a non-zero status."),
        _ => Value::Null,
    }),
    ("FailureReason", |job| job.failure()),
    ("ProcessingEndTime", |job| time_or_null(job.end())),
    ("ProcessingStartTime", |job| time_or_null(job.launched())),
    ("LastModifiedTime", |job| {
        time(
            job.end()
                .or_else(|| job.launched())
                .unwrap_or_else(|| job.begun()),
        )
    }),
    ("CreationTime", |job| time(job.begun())),
];

/// `ProcessingOutputConfig`, with what the service chooses where the definition has nothing.
fn outputs(job: &StepJob) -> Value {
    let mut config = job.argument("ProcessingOutputConfig");
    if let Some(outputs) = config.get_mut("Outputs").and_then(Value::as_array_mut) {
        for output in outputs {
            complete(job, output);
        }
    }
    job.part("ProcessingOutputConfig", &config)
        .unwrap_or_default()
}

fn complete(job: &StepJob, output: &mut Value) {
    let name = output.get("OutputName").and_then(Value::as_str);
    let name = name.unwrap_or("output").to_owned();
    let Some(members) = output.as_object_mut() else {
        return;
    };
    let place = members.entry("S3Output").or_insert_with(|| json!({}));
    if let Some(place) = place.as_object_mut() {
        let uri = place.entry("S3Uri").or_insert(Value::Null);
        if !uri.is_string() {
            *uri = json!(job.bucket(&format!("{}/output/{name}", job.name())));
        }
        let local = json!(format!("/opt/ml/processing/output/{name}"));
        place.entry("LocalPath").or_insert(local);
        place.entry("S3UploadMode").or_insert(json!("EndOfJob"));
    }
}

/// `DescribeTransformJobResponse`.
pub(super) static TRANSFORM: &[Member] = &[
    ("TransformJobName", |job| json!(job.name())),
    ("TransformJobArn", |job| json!(job.arn())),
    ("TransformJobStatus", |job| json!(job.status().as_str())),
    ("FailureReason", |job| job.failure()),
    ("ModelName", |job| {
        job.fitting("ModelName")
            .unwrap_or_else(|| json!(job.name()))
    }),
    ("TransformInput", |job| {
        job.fitting("TransformInput").unwrap_or_else(|| {
            let source = json!({"S3DataType": "S3Prefix", "S3Uri": job.bucket("input")});
            json!({"DataSource": {"S3DataSource": source}})
        })
    }),
    ("TransformOutput", |job| {
        job.fitting("TransformOutput").unwrap_or_else(
            || json!({"S3OutputPath": job.bucket(&format!("{}/output", job.name()))}),
        )
    }),
    ("TransformResources", |job| {
        job.fitting("TransformResources")
            .unwrap_or_else(|| json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}))
    }),
    ("CreationTime", |job| time(job.begun())),
    ("TransformStartTime", |job| time_or_null(job.launched())),
    ("TransformEndTime", |job| time_or_null(job.end())),
];
