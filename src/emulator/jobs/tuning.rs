//! The training jobs of tuning jobs.

use super::lookup::Job;
use crate::engine::{Millis, Run};
use crate::model::{ExecutionKey, JobKind, TagList, World};
use crate::products::{TRAINING_JOBS, fitting_members};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};
use sluicegate_shapes as shapes;
use std::borrow::Cow;

/// The tuning job that a request names.
pub fn find_job<'w>(world: &'w World, input: Input) -> Result<Job<'w>, ServiceError> {
    let name = input.required("HyperParameterTuningJobName");
    Job::find(world, JobKind::Tuning.arn_type(), name).ok_or_else(|| {
        ServiceError::not_found(format!(
            "Amazon SageMaker can't find a tuning job with the name {name}."
        ))
    })
}

/// `ListTrainingJobsForHyperParameterTuningJob`, by name by default. Sorted by the objective metric, it has those only
/// that returned one, as documented.
pub fn training_jobs(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let job = find_job(world, input)?;
    let wanted = input.text("StatusEquals");
    let sort = input.text("SortBy").unwrap_or("Name");
    let all = training_job_summaries(&job);
    let candidates = all.iter().filter_map(|summary| {
        let text = |member: &str| summary[member].as_str().unwrap_or_default();
        let status = text("TrainingJobStatus");
        let key = match sort {
            "FinalObjectiveMetricValue" => {
                let value =
                    summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"].as_f64()?;
                (String::new(), (value * 1e6) as i64)
            }
            "CreationTime" => {
                let created = summary["CreationTime"].as_f64().unwrap_or_default();
                (String::new(), (created * 1e3) as i64)
            }
            "Status" => (status.to_owned(), 0),
            _ => (String::new(), 0),
        };
        let fits = wanted.is_none_or(|wanted| status == wanted);
        fits.then(|| ((key, text("TrainingJobName").to_owned()), summary))
    });
    let direction = Direction::of(input, Direction::Ascending);
    let operation = "ListTrainingJobsForHyperParameterTuningJob";
    let page = page::of(operation, input, direction, candidates)?;
    let listed: Vec<&Value> = page.items;
    Ok(json!({"TrainingJobSummaries": listed, "NextToken": page.next_token}))
}

/// `HyperParameterTrainingJobSummary` of each of its training jobs that is listed.
pub fn training_job_summaries(job: &Job) -> Vec<Value> {
    match job.property(TRAINING_JOBS) {
        Some(Value::Array(summaries)) => summaries,
        _ => Vec::new(),
    }
}

/// A training job of a tuning job: `<tuning job>-<number>-<random>`.
pub struct TrainedJob<'w> {
    tuning: Job<'w>,
    /// `HyperParameterTrainingJobSummary`.
    summary: Value,
}

/// The name of the tuning job of a training job.
fn tuning_job_name(name: &str) -> Option<&str> {
    let (tuning, _) = name.rsplit_once('-')?.0.rsplit_once('-')?;
    Some(tuning)
}

impl<'w> TrainedJob<'w> {
    /// Finds one by its name.
    pub fn find(world: &'w World, name: &str) -> Option<TrainedJob<'w>> {
        let tuning = tuning_job_name(name)?;
        TrainedJob::of(Job::find(world, JobKind::Tuning.arn_type(), tuning)?, name)
    }

    /// The same in an execution that is at hand.
    pub fn in_run(
        world: &World,
        execution: ExecutionKey,
        run: &'w Run,
        name: &str,
    ) -> Option<TrainedJob<'w>> {
        let tuning = tuning_job_name(name)?;
        let run = Cow::Borrowed(run);
        TrainedJob::of(Job::in_run(world, execution, run, tuning)?, name)
    }

    fn of(tuning: Job<'w>, name: &str) -> Option<TrainedJob<'w>> {
        let mut all = training_job_summaries(&tuning).into_iter();
        let summary = all.find(|summary| summary["TrainingJobName"] == name)?;
        Some(TrainedJob { tuning, summary })
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        let arn = self.summary["TrainingJobArn"].as_str();
        arn.unwrap_or_default().to_owned()
    }

    /// The tags that it was created with: those of its tuning job.
    pub fn tags(&self) -> TagList {
        self.tuning.tags()
    }

    /// The tags that it has now.
    pub fn tags_in(&self, world: &World) -> TagList {
        let changed = world.tags.get(&self.arn()).cloned();
        changed.unwrap_or_else(|| self.tags())
    }

    /// The training job's definition, of the first one where there are several.
    fn definition(&self) -> Value {
        match self.tuning.argument("TrainingJobDefinition") {
            Value::Null => self.tuning.argument("TrainingJobDefinitions")[0].take(),
            definition => definition,
        }
    }

    /// How many times as fast as at the service it runs.
    pub fn speed(&self) -> f64 {
        self.tuning.speed()
    }

    /// The answer of `DescribeTrainingJob`.
    pub fn description(&self) -> Option<Value> {
        let (job, summary) = (&self.tuning, &self.summary);
        let definition = self.definition();
        let name = &summary["TrainingJobName"];
        let output = definition["OutputDataConfig"]["S3OutputPath"].as_str();
        let output = output.map_or_else(|| job.bucket(), str::to_owned);
        let output = output.trim_end_matches('/').to_owned();
        let mut tuned = definition["StaticHyperParameters"].clone();
        if !tuned.is_object() {
            tuned = json!({});
        }
        let chosen = summary["TunedHyperParameters"].as_object();
        for (name, value) in chosen.into_iter().flatten() {
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
        let model = format!(
            "{output}/{}/output/model.tar.gz",
            name.as_str().unwrap_or_default()
        );
        let metric = &summary["FinalHyperParameterTuningJobObjectiveMetric"];
        let metrics = metric.as_object().map(|metric| {
            json!([{
                "MetricName": metric["MetricName"], "Value": metric["Value"],
                "Timestamp": summary["TrainingEndTime"],
            }])
        });
        let own = json!({
            "TrainingJobName": name,
            "TrainingJobArn": summary["TrainingJobArn"],
            "TuningJobArn": job.arn,
            "ModelArtifacts": {"S3ModelArtifacts": model},
            "TrainingJobStatus": summary["TrainingJobStatus"],
            "SecondaryStatus": self.secondary_status(),
            "FailureReason": summary["FailureReason"],
            "HyperParameters": tuned,
            "RoleArn": job.role,
            "CreationTime": summary["CreationTime"],
            "TrainingStartTime": summary["TrainingStartTime"],
            "TrainingEndTime": summary["TrainingEndTime"],
            "LastModifiedTime": self.modified(),
            "FinalMetricDataList": metrics,
        });
        if let Value::Object(own) = own {
            members.extend(own);
        }
        Some(Value::Object(members))
    }

    fn secondary_status(&self) -> &str {
        let has_started = self.summary["TrainingStartTime"].is_number();
        match self.summary["TrainingJobStatus"].as_str() {
            Some("InProgress") | None if has_started => "Training",
            Some("InProgress") | None => "Starting",
            Some(ended) => ended,
        }
    }

    /// When it ended, or else when it was created, as the index of jobs has it.
    fn modified(&self) -> &Value {
        match &self.summary["TrainingEndTime"] {
            Value::Null => &self.summary["CreationTime"],
            end => end,
        }
    }
}
