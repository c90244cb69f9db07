//! Processing and transform jobs.

use super::projection::project;
use super::training::time_or_null;
use super::{JobStatus, Member, StepJob, shapes, time, told};
use serde_json::{Value, json};

/// `DescribeProcessingJobResponse`.
pub(super) static PROCESSING: &[Member] = &[
    ("ProcessingInputs", |job| {
        job.argument_or_null("ProcessingInputs", &shapes::PROCESSING_INPUTS)
    }),
    ("ProcessingOutputConfig", outputs),
    ("ProcessingJobName", |job| json!(job.name())),
    ("ProcessingResources", |job| {
        let cluster = told(
            &job.argument("ProcessingResources")["ClusterConfig"],
            &shapes::CLUSTER,
        );
        json!({"ClusterConfig": cluster.unwrap_or_else(
            || json!({"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}),
        )})
    }),
    ("StoppingCondition", |job| job.stopping()),
    ("AppSpecification", |job| {
        job.told("AppSpecification", &shapes::APPLICATION)
            .unwrap_or_else(|| json!({"ImageUri": "sagemaker-model-monitor-analyzer"}))
    }),
    ("Environment", |job| {
        job.argument_or_null("Environment", &shapes::TEXTS)
    }),
    ("NetworkConfig", |job| {
        job.argument_or_null("NetworkConfig", &shapes::NETWORK_CONFIG)
    }),
    ("RoleArn", |job| job.role("RoleArn")),
    ("ExperimentConfig", |job| {
        job.argument_or_null("ExperimentConfig", &shapes::EXPERIMENT)
    }),
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
                .unwrap_or_else(|| job.start()),
        )
    }),
    ("CreationTime", |job| time(job.start())),
];

/// `ProcessingOutputConfig`: outputs at the places the service chooses where the definition names none.
fn outputs(job: &StepJob) -> Value {
    let config = job.argument("ProcessingOutputConfig");
    let outputs = config["Outputs"].as_array().into_iter().flatten();
    let told: Vec<Value> = outputs.filter_map(|output| placed(job, output)).collect();
    match told.is_empty() {
        true => Value::Null,
        false => json!({"Outputs": told}),
    }
}

fn placed(job: &StepJob, output: &Value) -> Option<Value> {
    let mut output = output.clone();
    let name = output
        .get("OutputName")
        .and_then(Value::as_str)
        .unwrap_or("output")
        .to_owned();
    let members = output.as_object_mut()?;
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
    project(&shapes::PROCESSING_OUTPUT, &output)
}

/// `DescribeTransformJobResponse`.
pub(super) static TRANSFORM: &[Member] = &[
    ("TransformJobName", |job| json!(job.name())),
    ("TransformJobArn", |job| json!(job.arn())),
    ("TransformJobStatus", |job| json!(job.status().as_str())),
    ("FailureReason", |job| job.failure()),
    ("ModelName", |job| {
        job.told("ModelName", &shapes::NAME)
            .unwrap_or_else(|| json!(job.name()))
    }),
    ("MaxConcurrentTransforms", |job| {
        job.argument_or_null("MaxConcurrentTransforms", &shapes::WHOLE)
    }),
    ("MaxPayloadInMB", |job| {
        job.argument_or_null("MaxPayloadInMB", &shapes::WHOLE)
    }),
    ("BatchStrategy", |job| {
        job.argument_or_null("BatchStrategy", &shapes::BATCHES)
    }),
    ("Environment", |job| {
        job.argument_or_null("Environment", &shapes::TEXTS)
    }),
    ("TransformInput", |job| {
        job.told("TransformInput", &shapes::TRANSFORM_INPUT)
            .unwrap_or_else(|| {
                let source = json!({"S3DataType": "S3Prefix", "S3Uri": job.bucket("input")});
                json!({"DataSource": {"S3DataSource": source}})
            })
    }),
    ("TransformOutput", |job| {
        job.told("TransformOutput", &shapes::TRANSFORM_OUTPUT)
            .unwrap_or_else(
                || json!({"S3OutputPath": job.bucket(&format!("{}/output", job.name()))}),
            )
    }),
    ("TransformResources", |job| {
        job.told("TransformResources", &shapes::TRANSFORM_RESOURCES)
            .unwrap_or_else(|| json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}))
    }),
    ("CreationTime", |job| time(job.start())),
    ("TransformStartTime", |job| time_or_null(job.launched())),
    ("TransformEndTime", |job| time_or_null(job.end())),
];
