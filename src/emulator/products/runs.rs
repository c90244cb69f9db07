//! Processing and transform jobs.

use super::project::fit;
use super::training::maybe;
use super::{Member, Standing, Work, shapes, time, told};
use serde_json::{Value, json};

/// `DescribeProcessingJobResponse`.
pub(super) static PROCESSING: &[Member] = &[
    ("ProcessingInputs", |work| {
        work.shown("ProcessingInputs", &shapes::PROCESSING_INPUTS)
    }),
    ("ProcessingOutputConfig", outputs),
    ("ProcessingJobName", |work| json!(work.name())),
    ("ProcessingResources", |work| {
        let cluster = told(
            &work.given("ProcessingResources")["ClusterConfig"],
            &shapes::CLUSTER,
        );
        json!({"ClusterConfig": cluster.unwrap_or_else(
            || json!({"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}),
        )})
    }),
    ("StoppingCondition", |work| work.stopping()),
    ("AppSpecification", |work| {
        work.told("AppSpecification", &shapes::APPLICATION)
            .unwrap_or_else(|| json!({"ImageUri": "sagemaker-model-monitor-analyzer"}))
    }),
    ("Environment", |work| {
        work.shown("Environment", &shapes::TEXTS)
    }),
    ("NetworkConfig", |work| {
        work.shown("NetworkConfig", &shapes::NETWORK_CONFIG)
    }),
    ("RoleArn", |work| work.role("RoleArn")),
    ("ExperimentConfig", |work| {
        work.shown("ExperimentConfig", &shapes::EXPERIMENT)
    }),
    ("ProcessingJobArn", |work| json!(work.arn())),
    ("ProcessingJobStatus", |work| {
        json!(work.standing().as_str())
    }),
    ("ExitMessage", |work| match work.standing() {
        Standing::Failed => json!("The container exited with a non-zero status."),
        _ => Value::Null,
    }),
    ("FailureReason", |work| work.failure()),
    ("ProcessingEndTime", |work| maybe(work.end())),
    ("ProcessingStartTime", |work| maybe(work.launched())),
    ("LastModifiedTime", |work| {
        time(
            work.end()
                .or_else(|| work.launched())
                .unwrap_or_else(|| work.start()),
        )
    }),
    ("CreationTime", |work| time(work.start())),
];

/// `ProcessingOutputConfig`: outputs at the places the service chooses where the definition names none.
fn outputs(work: &Work) -> Value {
    let config = work.given("ProcessingOutputConfig");
    let outputs = config["Outputs"].as_array().into_iter().flatten();
    let told: Vec<Value> = outputs.filter_map(|output| placed(work, output)).collect();
    match told.is_empty() {
        true => Value::Null,
        false => json!({"Outputs": told}),
    }
}

fn placed(work: &Work, output: &Value) -> Option<Value> {
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
            *uri = json!(work.bucket(&format!("{}/output/{name}", work.name())));
        }
        let local = json!(format!("/opt/ml/processing/output/{name}"));
        place.entry("LocalPath").or_insert(local);
        place.entry("S3UploadMode").or_insert(json!("EndOfJob"));
    }
    fit(&shapes::PROCESSING_OUTPUT, &output)
}

/// `DescribeTransformJobResponse`.
pub(super) static TRANSFORM: &[Member] = &[
    ("TransformJobName", |work| json!(work.name())),
    ("TransformJobArn", |work| json!(work.arn())),
    ("TransformJobStatus", |work| json!(work.standing().as_str())),
    ("FailureReason", |work| work.failure()),
    ("ModelName", |work| {
        work.told("ModelName", &shapes::NAME)
            .unwrap_or_else(|| json!(work.name()))
    }),
    ("MaxConcurrentTransforms", |work| {
        work.shown("MaxConcurrentTransforms", &shapes::WHOLE)
    }),
    ("MaxPayloadInMB", |work| {
        work.shown("MaxPayloadInMB", &shapes::WHOLE)
    }),
    ("BatchStrategy", |work| {
        work.shown("BatchStrategy", &shapes::BATCHES)
    }),
    ("Environment", |work| {
        work.shown("Environment", &shapes::TEXTS)
    }),
    ("TransformInput", |work| {
        work.told("TransformInput", &shapes::TRANSFORM_INPUT)
            .unwrap_or_else(|| {
                let source = json!({"S3DataType": "S3Prefix", "S3Uri": work.bucket("input")});
                json!({"DataSource": {"S3DataSource": source}})
            })
    }),
    ("TransformOutput", |work| {
        work.told("TransformOutput", &shapes::TRANSFORM_OUTPUT)
            .unwrap_or_else(
                || json!({"S3OutputPath": work.bucket(&format!("{}/output", work.name()))}),
            )
    }),
    ("TransformResources", |work| {
        work.told("TransformResources", &shapes::TRANSFORM_RESOURCES)
            .unwrap_or_else(|| json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}))
    }),
    ("CreationTime", |work| time(work.start())),
    ("TransformStartTime", |work| maybe(work.launched())),
    ("TransformEndTime", |work| maybe(work.end())),
];
