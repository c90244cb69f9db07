//! Jobs that run: training, processing, transform, tuning, AutoML.

use super::finding::{Job, Standing};
use super::project::{Out, fit};
use super::shapes;
use crate::emulator::engine::Millis;
use crate::emulator::model::World;
use crate::emulator::operations::seconds;
use crate::emulator::protocol::dispatch::Answer;
use crate::emulator::protocol::errors::Refusal;
use crate::emulator::protocol::input::Input;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Seconds a training job spends before its algorithm runs: on instances, then on data.
const LAUNCHING: f64 = 45.0;
const DOWNLOADING: f64 = 20.0;
/// Seconds it spends on its model afterwards.
const UPLOADING: f64 = 15.0;
const DEFAULT_RUNTIME: u32 = 86_400;

/// `DescribeTrainingJob`.
pub fn training(world: &mut World, input: Input, now: Millis) -> Answer {
    let name = input.needed("TrainingJobName");
    let job = Job::find(world, "training-job", name, now)
        .ok_or_else(|| Refusal::validation("Requested resource not found."))?;
    let given = job.arguments();
    let phases = Phases::of(&job);
    let started = phases.running_from();
    let ended = job
        .step
        .end
        .filter(|end| started.is_some_and(|start| start <= *end));
    let length = started.map(|start| (ended.unwrap_or(now) - start).max(0) / 1000);
    let output = told(&given, "OutputDataConfig", &shapes::OUTPUT_PATH)
        .unwrap_or_else(|| json!({"S3OutputPath": job.bucket("")}));
    Ok(json!({
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "ModelArtifacts": {"S3ModelArtifacts": job.bucket(&format!("{}/output/model.tar.gz", job.name))},
        "TrainingJobStatus": job.standing().as_str(),
        "SecondaryStatus": phases.last(),
        "FailureReason": failure(&job),
        "HyperParameters": told(&given, "HyperParameters", &shapes::TEXTS),
        "AlgorithmSpecification": told(&given, "AlgorithmSpecification", &shapes::ALGORITHM),
        "RoleArn": job.role,
        "InputDataConfig": told(&given, "InputDataConfig", &shapes::CHANNELS),
        "OutputDataConfig": output,
        "ResourceConfig": told(&given, "ResourceConfig", &shapes::RESOURCES)
            .unwrap_or_else(|| json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30})),
        "StoppingCondition": stopping(&given),
        "CreationTime": seconds(job.step.start),
        "TrainingStartTime": started.map(seconds),
        "TrainingEndTime": ended.map(seconds),
        "LastModifiedTime": seconds(phases.changed()),
        "SecondaryStatusTransitions": phases.on_the_wire(),
        "FinalMetricDataList": metrics(&job, &given),
        "EnableNetworkIsolation": false,
        "EnableInterContainerTrafficEncryption": false,
        "EnableManagedSpotTraining": false,
        "TrainingTimeInSeconds": length.filter(|length| ended.is_some() && *length > 0),
        "BillableTimeInSeconds": length.filter(|length| ended.is_some() && *length > 0),
        "Environment": told(&given, "Environment", &shapes::TEXTS),
    }))
}

/// `DescribeProcessingJob`.
pub fn processing(world: &mut World, input: Input, now: Millis) -> Answer {
    let job = requested(world, input, "ProcessingJobName", "processing-job", now)?;
    let given = job.arguments();
    let cluster = told(
        &given["ProcessingResources"],
        "ClusterConfig",
        &shapes::CLUSTER,
    )
    .unwrap_or_else(
        || json!({"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}),
    );
    let config = &given["ProcessingOutputConfig"]["Outputs"];
    let outputs: Vec<Value> = config.as_array().map_or(Vec::new(), |outputs| {
        outputs
            .iter()
            .filter_map(|output| processing_output(&job, output))
            .collect()
    });
    let started = started(&job);
    Ok(json!({
        "ProcessingInputs": told(&given, "ProcessingInputs", &shapes::PROCESSING_INPUTS),
        "ProcessingOutputConfig": (!outputs.is_empty()).then(|| json!({"Outputs": outputs})),
        "ProcessingJobName": job.name,
        "ProcessingResources": {"ClusterConfig": cluster},
        "StoppingCondition": stopping(&given),
        "AppSpecification": told(&given, "AppSpecification", &shapes::APPLICATION)
            .unwrap_or_else(|| json!({"ImageUri": "sagemaker-model-monitor-analyzer"})),
        "Environment": told(&given, "Environment", &shapes::TEXTS),
        "RoleArn": job.role,
        "ProcessingJobArn": job.arn,
        "ProcessingJobStatus": job.standing().as_str(),
        "ExitMessage": (job.standing() == Standing::Failed).then_some("The container exited with a non-zero status."),
        "FailureReason": failure(&job),
        "ProcessingEndTime": job.step.end.map(seconds),
        "ProcessingStartTime": started.map(seconds),
        "LastModifiedTime": seconds(job.step.end.or(started).unwrap_or(job.step.start)),
        "CreationTime": seconds(job.step.start),
    }))
}

/// An output, at the place the service chooses where the definition names none.
fn processing_output(job: &Job, output: &Value) -> Option<Value> {
    let mut output = output.clone();
    let name = output
        .get("OutputName")
        .and_then(Value::as_str)
        .unwrap_or("output")
        .to_owned();
    if let Some(place) = output.get_mut("S3Output").and_then(Value::as_object_mut) {
        let chosen = job.bucket(&format!("{}/output/{name}", job.name));
        let uri = place.entry("S3Uri").or_insert(Value::Null);
        if !uri.is_string() {
            *uri = json!(chosen);
        }
        place.entry("S3UploadMode").or_insert(json!("EndOfJob"));
    }
    fit(&shapes::PROCESSING_OUTPUT, &output)
}

/// `DescribeTransformJob`.
pub fn transform(world: &mut World, input: Input, now: Millis) -> Answer {
    let job = requested(world, input, "TransformJobName", "transform-job", now)?;
    let given = job.arguments();
    let source = json!({"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": job.bucket("input")}}});
    Ok(json!({
        "TransformJobName": job.name,
        "TransformJobArn": job.arn,
        "TransformJobStatus": job.standing().as_str(),
        "FailureReason": failure(&job),
        "ModelName": told(&given, "ModelName", &shapes::NAME).unwrap_or_else(|| json!(job.name)),
        "Environment": told(&given, "Environment", &shapes::TEXTS),
        "TransformInput": told(&given, "TransformInput", &shapes::TRANSFORM_INPUT).unwrap_or(source),
        "TransformOutput": told(&given, "TransformOutput", &shapes::TRANSFORM_OUTPUT),
        "TransformResources": told(&given, "TransformResources", &shapes::TRANSFORM_RESOURCES)
            .unwrap_or_else(|| json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1})),
        "CreationTime": seconds(job.step.start),
        "TransformStartTime": started(&job).map(seconds),
        "TransformEndTime": job.step.end.map(seconds),
    }))
}

/// `DescribeHyperParameterTuningJob`: one training job after the other is done, the last at the end.
pub fn tuning(world: &mut World, input: Input, now: Millis) -> Answer {
    let name = input.needed("HyperParameterTuningJobName");
    let job = Job::find(world, "hyper-parameter-tuning-job", name, now).ok_or_else(|| {
        Refusal::not_found(format!(
            "Amazon SageMaker can't find a tuning job with the name {name}."
        ))
    })?;
    let given = job.arguments();
    let config = told(&given, "HyperParameterTuningJobConfig", &shapes::TUNING).unwrap_or_else(|| {
        json!({"Strategy": "Bayesian", "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2}})
    });
    let limits = &config["ResourceLimits"];
    let all = limits["MaxNumberOfTrainingJobs"]
        .as_i64()
        .unwrap_or(4)
        .max(1);
    let at_once = limits["MaxParallelTrainingJobs"]
        .as_i64()
        .unwrap_or(1)
        .max(1);
    let expected = job
        .paced(90.0 * (all as f64 / at_once as f64).ceil())
        .max(1);
    let part = (all * (job.until() - job.step.start) / expected)
        .min(all - 1)
        .max(0);
    let (completed, running, failed, stopped) = match job.standing() {
        Standing::Completed => (all, 0, 0, 0),
        Standing::Failed => (0, 0, all, 0),
        Standing::InProgress => (part, at_once.min(all - part), 0, 0),
        Standing::Stopping => (part, 0, 0, 0),
        Standing::Stopped => (part, 0, 0, at_once.min(all - part)),
    };
    let best = (completed > 0).then(|| best_training(&job, &config));
    Ok(json!({
        "HyperParameterTuningJobName": job.name,
        "HyperParameterTuningJobArn": job.arn,
        "HyperParameterTuningJobConfig": config,
        "HyperParameterTuningJobStatus": job.standing().as_str(),
        "CreationTime": seconds(job.step.start),
        "HyperParameterTuningEndTime": job.step.end.map(seconds),
        "LastModifiedTime": seconds(job.step.end.unwrap_or(job.step.start)),
        "TrainingJobStatusCounters": {
            "Completed": completed, "InProgress": running, "RetryableError": 0,
            "NonRetryableError": failed, "Stopped": stopped,
        },
        "ObjectiveStatusCounters": {"Succeeded": completed, "Pending": running, "Failed": failed},
        "BestTrainingJob": best,
        "FailureReason": failure(&job),
    }))
}

fn best_training(job: &Job, config: &Value) -> Value {
    let objective = &config["HyperParameterTuningJobObjective"];
    let name = format!("{}-001", job.name);
    let place = &job.execution.run.spec().place;
    let metric = objective["MetricName"].as_str().map(|metric| {
        json!({"Type": objective["Type"], "MetricName": metric, "Value": plausible(&job.name, metric)})
    });
    json!({
        "TrainingJobName": name,
        "TrainingJobArn": place.arn(&format!("training-job/{name}")),
        "CreationTime": seconds(job.step.start),
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": {},
        "FinalHyperParameterTuningJobObjectiveMetric": metric,
        "ObjectiveStatus": "Succeeded",
    })
}

/// `DescribeAutoMLJobV2`.
pub fn auto_ml(world: &mut World, input: Input, now: Millis) -> Answer {
    let name = input.needed("AutoMLJobName");
    let job = Job::find(world, "automl-job", name, now).ok_or_else(|| {
        Refusal::not_found(format!("Could not find requested job with name: {name}"))
    })?;
    let given = job.arguments();
    let inputs = ["AutoMLJobInputDataConfig", "InputDataConfig"];
    let inputs = inputs
        .into_iter()
        .find_map(|name| told(&given, name, &shapes::AUTO_ML_INPUT));
    let elapsed = job.until() - job.step.start;
    let secondary = match job.standing() {
        Standing::Completed => "Completed",
        Standing::Failed => "Failed",
        Standing::Stopped => "Stopped",
        Standing::Stopping => "Stopping",
        Standing::InProgress if elapsed < job.paced(60.0) => "Starting",
        Standing::InProgress if elapsed < job.paced(180.0) => "AnalyzingData",
        Standing::InProgress => "ModelTuning",
    };
    Ok(json!({
        "AutoMLJobName": job.name,
        "AutoMLJobArn": job.arn,
        "AutoMLJobInputDataConfig": inputs.unwrap_or_else(|| json!([{"ChannelType": "training"}])),
        "OutputDataConfig": told(&given, "OutputDataConfig", &shapes::OUTPUT_PATH)
            .unwrap_or_else(|| json!({"S3OutputPath": job.bucket("")})),
        "RoleArn": job.role,
        "CreationTime": seconds(job.step.start),
        "EndTime": job.step.end.map(seconds),
        "LastModifiedTime": seconds(job.step.end.unwrap_or(job.step.start)),
        "FailureReason": failure(&job),
        "AutoMLJobStatus": job.standing().as_str(),
        "AutoMLJobSecondaryStatus": secondary,
    }))
}

fn requested<'w>(
    world: &'w World,
    input: Input,
    member: &str,
    resource: &str,
    now: Millis,
) -> Result<Job<'w>, Refusal> {
    let name = input.needed(member);
    Job::find(world, resource, name, now).ok_or_else(|| {
        Refusal::validation(format!("Could not find requested job with name: {name}"))
    })
}

/// What of an argument may be told; a list or a map of which nothing may is left out.
pub(super) fn told(given: &Value, name: &str, out: &'static Out) -> Option<Value> {
    let told = fit(out, given.get(name)?)?;
    let empty = match &told {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    (!empty).then_some(told)
}

/// A job's own reason is the step's, without the words the step puts before it.
pub(super) fn failure(job: &Job) -> Option<String> {
    job.step
        .failure_reason
        .clone()
        .filter(|_| job.standing() == Standing::Failed)
}

fn stopping(given: &Value) -> Value {
    told(given, "StoppingCondition", &shapes::STOPPING)
        .filter(|condition| condition.get("MaxRuntimeInSeconds").is_some())
        .unwrap_or_else(|| json!({"MaxRuntimeInSeconds": DEFAULT_RUNTIME}))
}

/// When a job's container started, if it did.
fn started(job: &Job) -> Option<Millis> {
    let start = job.step.start + job.paced(LAUNCHING);
    match job.step.end {
        Some(end) => Some(start.min(end)),
        None => (start <= job.until()).then_some(start),
    }
}

/// The last values of the metrics that the job's algorithm defines; the same for the same job.
fn metrics(job: &Job, given: &Value) -> Option<Value> {
    let end = job
        .step
        .end
        .filter(|_| job.standing() == Standing::Completed)?;
    let algorithm = told(given, "AlgorithmSpecification", &shapes::ALGORITHM)?;
    let names = algorithm["MetricDefinitions"].as_array()?;
    let data = names.iter().filter_map(|metric| metric["Name"].as_str()).map(|name| {
        json!({"MetricName": name, "Value": plausible(&job.name, name), "Timestamp": seconds(end)})
    });
    Some(data.collect())
}

/// A number between 0 and 1 that follows from two names.
fn plausible(job: &str, metric: &str) -> f64 {
    let digest = Sha256::digest(format!("{job}/{metric}"));
    let number = digest
        .iter()
        .take(4)
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    (f64::from(number) / f64::from(u32::MAX) * 10_000.0).round() / 10_000.0
}

/// The secondary statuses of a training job, with when each began.
struct Phases {
    begun: Vec<(&'static str, Millis)>,
    end: Option<Millis>,
}

impl Phases {
    fn of(job: &Job) -> Phases {
        let start = job.step.start;
        let until = job.until();
        let running = start + job.paced(LAUNCHING + DOWNLOADING);
        let mut begun = vec![("Starting", start)];
        let mut later = vec![
            ("Downloading", start + job.paced(LAUNCHING)),
            ("Training", running),
        ];
        if let (Some(end), Standing::Completed) = (job.step.end, job.standing()) {
            later.push(("Uploading", (end - job.paced(UPLOADING)).max(running)));
        }
        begun.extend(later.into_iter().filter(|(_, at)| *at < until));
        match job.standing() {
            Standing::InProgress => {}
            Standing::Stopping => begun.push(("Stopping", until)),
            ended => begun.push((ended.as_str(), until)),
        }
        Phases {
            begun,
            end: job.step.end,
        }
    }

    fn last(&self) -> &'static str {
        self.begun.last().map_or("Starting", |(status, _)| status)
    }

    fn changed(&self) -> Millis {
        self.begun.last().map_or(0, |(_, at)| *at)
    }

    /// When the algorithm began, if it did.
    fn running_from(&self) -> Option<Millis> {
        self.begun
            .iter()
            .find(|(status, _)| *status == "Training")
            .map(|(_, at)| *at)
    }

    fn on_the_wire(&self) -> Vec<Value> {
        let ends = self
            .begun
            .iter()
            .skip(1)
            .map(|(_, at)| Some(*at))
            .chain([self.end]);
        self.begun
            .iter()
            .zip(ends)
            .map(|((status, start), end)| {
                json!({
                    "Status": status,
                    "StartTime": seconds(*start),
                    "EndTime": end.map(seconds),
                    "StatusMessage": message(status),
                })
            })
            .collect()
    }
}

fn message(status: &str) -> &'static str {
    match status {
        "Starting" => "Preparing the instances for training",
        "Downloading" => "Downloading input data",
        "Training" => "Training image download completed. Training in progress.",
        "Uploading" => "Uploading generated training model",
        "Completed" => "Training job completed",
        "Stopping" => "Stopping the training job",
        "Stopped" => "Training job stopped",
        _ => "Training job failed",
    }
}
