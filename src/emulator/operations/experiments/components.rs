//! Trial components: what a job of a step is in a trial.

use super::super::common::seconds;
use super::{Recorded, answer, known, with_users};
use crate::engine::{Metadata, Millis, StepRecord, StepStatus};
use crate::jobs::Job;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::{Map, Value, json};

/// A component of a trial.
struct Component {
    name: String,
    /// ARN of its job.
    job: String,
    /// The type of its job, as in `SageMakerTrainingJob`.
    kind: &'static str,
    step: StepRecord,
}

/// `ListTrialComponents`, newest first by default.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (experiment, trial) = (input.text("ExperimentName"), input.text("TrialName"));
    let source = input.text("SourceArn");
    if [experiment, trial, source].into_iter().flatten().count() > 1 {
        return Err(ServiceError::validation(
            "Only one of ExperimentName, TrialName and SourceArn can be given.",
        ));
    }
    let recorded = match (experiment, trial, source) {
        (Some(experiment), ..) => Recorded::of_experiment(world, experiment)?,
        (_, Some(trial), _) => Recorded::of_trial(world, trial)?,
        (.., Some(source)) => Recorded::named(world, name_in(source)).collect(),
        _ => Recorded::newest(world).collect(),
    };
    let components = recorded.iter().flat_map(components);
    let components = components
        .filter(|component| source.is_none_or(|arn| component.job.eq_ignore_ascii_case(arn)));
    let listed = components.map(|component| {
        let value = members(world, &component, "TrialComponentSource");
        (component.name, component.step.start, value)
    });
    answer(
        "ListTrialComponents",
        "TrialComponentSummaries",
        input,
        listed,
    )
}

/// `DescribeTrialComponent`.
pub fn describe(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let name = input.required("TrialComponentName");
    let found = Recorded::named(world, name).flat_map(|recorded| {
        let components = components(&recorded);
        components.map(move |component| (recorded.key, component))
    });
    let found = found.filter(|(_, component)| component.name.eq_ignore_ascii_case(name));
    let found = known(
        found.collect(),
        world,
        "Trial component",
        "experiment-trial-component",
        name,
    )?;
    let (key, component) = &found[0];
    let job = Job::of(world, *key, &|step| step.name == component.step.name);
    let job = job.map(|job| job.description()).unwrap_or_default();
    let mut described = with_users(members(world, component, "Source"));
    described["Parameters"] = json!(parameters(&job));
    described["InputArtifacts"] = json!(inputs(&job));
    described["OutputArtifacts"] = json!(outputs(&job));
    described["Metrics"] = metrics(&component.job, &job);
    Ok(described)
}

/// Whether a recorded execution has a component of this name.
pub(super) fn has(recorded: &Recorded, name: &str) -> bool {
    components(recorded).any(|component| component.name.eq_ignore_ascii_case(name))
}

/// The components of an execution's trial: its own jobs, not those whose results it took over.
fn components(recorded: &Recorded) -> impl Iterator<Item = Component> + use<> {
    let steps = recorded.execution.run.steps().into_iter();
    let own = steps.filter(StepRecord::has_own_result);
    own.filter_map(|step| {
        let (job, kind, suffix) = match step.metadata.as_ref()? {
            Metadata::TrainingJob { arn } => (arn, "SageMakerTrainingJob", "training"),
            Metadata::ProcessingJob { arn }
            | Metadata::QualityCheck {
                check_job_arn: arn, ..
            }
            | Metadata::ClarifyCheck {
                check_job_arn: arn, ..
            } => (arn, "SageMakerProcessingJob", "processing"),
            Metadata::TransformJob { arn } => (arn, "SageMakerTransformJob", "transform"),
            _ => return None,
        };
        Some(Component {
            name: format!("{}-aws-{suffix}-job", name_in(job)),
            job: job.clone(),
            kind,
            step,
        })
    })
}

/// The name in an ARN.
fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The members that a component's description and lists have; the source is called otherwise in both.
fn members(world: &World, component: &Component, source: &str) -> Value {
    let (name, step) = (&component.name, &component.step);
    let changed = step.end.unwrap_or(step.start);
    json!({
        "TrialComponentName": name,
        "TrialComponentArn": world.arn_context.arn(&format!("experiment-trial-component/{name}")),
        "DisplayName": name,
        source: {"SourceArn": component.job, "SourceType": component.kind},
        "Status": {"PrimaryStatus": primary_status(step.status), "Message": step.failure_reason},
        "StartTime": seconds(step.start),
        "EndTime": step.end.map(seconds),
        "CreationTime": seconds(step.start),
        "CreatedBy": {},
        "LastModifiedTime": seconds(changed),
        "LastModifiedBy": {},
    })
}

fn primary_status(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Starting | StepStatus::Executing => "InProgress",
        StepStatus::Succeeded => "Completed",
        ended => ended.as_str(),
    }
}

/// The machines and the hyperparameters of a job.
fn parameters(job: &Value) -> Map<String, Value> {
    let mut parameters = Map::new();
    let machines = [
        &job["ResourceConfig"],
        &job["ProcessingResources"]["ClusterConfig"],
        &job["TransformResources"],
    ];
    for (name, value) in machines.into_iter().filter_map(Value::as_object).flatten() {
        let value = match (name.as_str(), value) {
            ("InstanceCount" | "VolumeSizeInGB", value) => json!({"NumberValue": value.as_f64()}),
            ("InstanceType", value) => json!({"StringValue": value}),
            _ => continue,
        };
        parameters.insert(format!("SageMaker.{name}"), value);
    }
    for (name, value) in job["HyperParameters"].as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let value = match text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            Some(number) => json!({"NumberValue": number}),
            None => json!({"StringValue": text}),
        };
        parameters.insert(name.clone(), value);
    }
    parameters
}

/// The image and the data of a job, by the names of its channels and inputs.
fn inputs(job: &Value) -> Map<String, Value> {
    let mut artifacts = Map::new();
    let images = [
        &job["AlgorithmSpecification"]["TrainingImage"],
        &job["AppSpecification"]["ImageUri"],
    ];
    let image = images.into_iter().find(|image| image.is_string());
    artifacts.extend(image.map(|image| ("SageMaker.ImageUri".to_owned(), json!({"Value": image}))));
    for channel in items(&job["InputDataConfig"]) {
        let place = &channel["DataSource"]["S3DataSource"]["S3Uri"];
        add(
            &mut artifacts,
            &channel["ChannelName"],
            place,
            &channel["ContentType"],
        );
    }
    for input in items(&job["ProcessingInputs"]) {
        add(
            &mut artifacts,
            &input["InputName"],
            &input["S3Input"]["S3Uri"],
            &Value::Null,
        );
    }
    artifacts
}

/// What a job wrote.
fn outputs(job: &Value) -> Map<String, Value> {
    let mut artifacts = Map::new();
    let model = &job["ModelArtifacts"]["S3ModelArtifacts"];
    add(
        &mut artifacts,
        &json!("SageMaker.ModelArtifact"),
        model,
        &Value::Null,
    );
    for output in items(&job["ProcessingOutputConfig"]["Outputs"]) {
        add(
            &mut artifacts,
            &output["OutputName"],
            &output["S3Output"]["S3Uri"],
            &Value::Null,
        );
    }
    artifacts
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Adds an artifact where it has a name and a place.
fn add(artifacts: &mut Map<String, Value>, name: &Value, place: &Value, media: &Value) {
    if let (Some(name), Some(place)) = (name.as_str(), place.as_str()) {
        let artifact = json!({"Value": place, "MediaType": media});
        artifacts.insert(name.to_owned(), artifact);
    }
}

/// The last values of a training job's metrics, which are the only ones.
fn metrics(job_arn: &str, job: &Value) -> Value {
    let metrics = items(&job["FinalMetricDataList"]).map(|metric| {
        let value = &metric["Value"];
        json!({
            "MetricName": metric["MetricName"],
            "SourceArn": job_arn,
            "TimeStamp": metric["Timestamp"],
            "Max": value, "Min": value, "Last": value, "Avg": value,
            "Count": 1,
            "StdDev": 0.0,
        })
    });
    metrics.collect()
}
