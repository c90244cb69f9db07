//! The training jobs of tuning jobs.

use super::lookup::Job;
use crate::engine::Millis;
use crate::model::World;
use crate::products::fitting_members;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};
use sluicegate_shapes as shapes;

/// The tuning job that a request names.
pub fn find_job<'w>(world: &'w World, input: Input) -> Result<Job<'w>, ServiceError> {
    let name = input.required("HyperParameterTuningJobName");
    Job::find(world, "hyper-parameter-tuning-job", name).ok_or_else(|| {
        ServiceError::not_found(format!(
            "Amazon SageMaker can't find a tuning job with the name {name}."
        ))
    })
}

/// `ListTrainingJobsForHyperParameterTuningJob`: training jobs that ended, sorted by name or by the objective metric.
pub fn training_jobs(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let job = find_job(world, input)?;
    let wanted = input.text("StatusEquals");
    let by_value = input.text("SortBy") == Some("FinalObjectiveMetricValue");
    let all = summaries(&job);
    let candidates = all.iter().filter_map(|answer| {
        let status = answer["TrainingJobStatus"].as_str();
        let name = answer["TrainingJobName"].as_str().unwrap_or_default();
        let value = answer["FinalHyperParameterTuningJobObjectiveMetric"]["Value"].as_f64();
        let key = match by_value {
            true => (value.unwrap_or_default() * 1e6) as i64,
            false => 0,
        };
        let fits = wanted.is_none_or(|wanted| status == Some(wanted));
        fits.then(|| ((key, name.to_owned()), answer))
    });
    let direction = Direction::of(input, Direction::Ascending);
    let operation = "ListTrainingJobsForHyperParameterTuningJob";
    let page = page::of(operation, input, direction, candidates)?;
    let answer: Vec<&Value> = page.items;
    Ok(json!({"TrainingJobSummaries": answer, "NextToken": page.next_token}))
}

fn summaries(job: &Job) -> Vec<Value> {
    match job.property("TrainingJobSummaries") {
        Some(Value::Array(summaries)) => summaries,
        _ => Vec::new(),
    }
}

/// `DescribeTrainingJob` of a training job of a tuning job: `<tuning job>-<number>-<random>`.
pub fn training(world: &World, name: &str) -> Option<Value> {
    let (tuning, _) = name.rsplit_once('-')?.0.rsplit_once('-')?;
    let job = Job::find(world, "hyper-parameter-tuning-job", tuning)?;
    let all = summaries(&job);
    let answer = all
        .iter()
        .find(|answer| answer["TrainingJobName"] == name)?;
    let mut definition = job.argument("TrainingJobDefinition");
    if definition.is_null() {
        definition = job.argument("TrainingJobDefinitions")[0].take();
    }
    let metric = &answer["FinalHyperParameterTuningJobObjectiveMetric"];
    let output = definition["OutputDataConfig"]["S3OutputPath"].as_str();
    let output = output.map_or_else(|| job.bucket(), str::to_owned);
    let mut tuned = definition["StaticHyperParameters"].clone();
    if !tuned.is_object() {
        tuned = json!({});
    }
    for (name, value) in answer["TunedHyperParameters"]
        .as_object()
        .into_iter()
        .flatten()
    {
        tuned[name] = value.clone();
    }
    let shape = shapes::operation("DescribeTrainingJob")?.output?;
    let mut members = fitting_members(&shape, &definition);
    let defaults = [
        ("OutputDataConfig", json!({"S3OutputPath": output})),
        ("StoppingCondition", json!({"MaxRuntimeInSeconds": 86_400})),
    ];
    for (name, default) in defaults {
        members.entry(name).or_insert(default);
    }
    let own = json!({
        "TrainingJobName": name,
        "TrainingJobArn": answer["TrainingJobArn"],
        "TuningJobArn": job.arn,
        "ModelArtifacts": {"S3ModelArtifacts": format!("{}/{name}/output/model.tar.gz", output.trim_end_matches('/'))},
        "TrainingJobStatus": answer["TrainingJobStatus"],
        "SecondaryStatus": answer["TrainingJobStatus"],
        "HyperParameters": tuned,
        "RoleArn": job.role,
        "CreationTime": answer["CreationTime"],
        "TrainingStartTime": answer["TrainingStartTime"],
        "TrainingEndTime": answer["TrainingEndTime"],
        "FinalMetricDataList": metric.as_object().map(|metric| json!([{
            "MetricName": metric["MetricName"], "Value": metric["Value"], "Timestamp": answer["TrainingEndTime"],
        }])),
    });
    if let Value::Object(own) = own {
        members.extend(own);
    }
    Some(Value::Object(members))
}
