//! Hyperparameter tuning jobs: a sequence of training jobs, and the best of them.

use super::draw::round;
use super::fit::fit;
use super::training::time_or_null;
use super::{JobStatus, Member, StepJob, time};
use crate::engine::{Millis, SeededRandom};
use serde_json::{Map, Value, json};

/// The nominal duration of one training job, in seconds.
const TRAINING_SECONDS: f64 = 90.0;
/// Seconds until the container of one runs.
const LAUNCH_SECONDS: f64 = 30.0;
/// More training jobs than any account's quota allows.
const MAX_TRAINING_JOBS: i64 = 10_000;
/// Maximum number of training jobs that are listed.
const MAX_LISTED_JOBS: usize = 100;
/// The property that has the training jobs: the list in the answer of `ListTrainingJobsForHyperParameterTuningJob`.
pub const TRAINING_JOBS: &str = "TrainingJobSummaries";

/// `DescribeHyperParameterTuningJobResponse`.
pub(super) static MEMBERS: &[Member] = &[
    ("HyperParameterTuningJobName", |job| json!(job.name())),
    ("HyperParameterTuningJobArn", |job| json!(job.arn())),
    ("HyperParameterTuningJobConfig", config),
    ("HyperParameterTuningJobStatus", |job| {
        json!(job.status().as_str())
    }),
    ("CreationTime", |job| time(job.begun())),
    ("HyperParameterTuningEndTime", |job| time_or_null(job.end())),
    ("LastModifiedTime", |job| time(job.changed())),
    ("TrainingJobStatusCounters", |job| {
        let Counts {
            completed,
            running,
            failed,
            stopped,
            ..
        } = counts(job);
        json!({
            "Completed": completed, "InProgress": running, "RetryableError": 0,
            "NonRetryableError": failed, "Stopped": stopped,
        })
    }),
    ("ObjectiveStatusCounters", |job| {
        let Counts {
            completed,
            running,
            failed,
            ..
        } = counts(job);
        json!({"Succeeded": completed, "Pending": running, "Failed": failed})
    }),
    ("BestTrainingJob", |job| match in_order(job).first() {
        Some(best) if counts(job).status(*best) == Some(JobStatus::Completed) => {
            training_job(job, *best)
        }
        _ => Value::Null,
    }),
    ("FailureReason", |job| job.failure()),
];

/// What the SDK's properties add: those that completed first, the best of them first.
pub(super) static SUMMARIES: &[Member] = &[(TRAINING_JOBS, |job| {
    let numbers = in_order(job).into_iter().take(MAX_LISTED_JOBS);
    numbers.map(|number| training_job(job, number)).collect()
})];

/// How many training jobs have a status: they begin in the order of their numbers, and end in it.
struct Counts {
    all: i64,
    at_once: i64,
    /// How long they take in all, in milliseconds.
    expected: Millis,
    completed: i64,
    running: i64,
    failed: i64,
    stopped: i64,
}

impl Counts {
    /// The status of the training job with a number, from 1; none of one that was not created.
    fn status(&self, number: i64) -> Option<JobStatus> {
        let mut last = 0;
        let counts = [
            (JobStatus::Completed, self.completed),
            (JobStatus::InProgress, self.running),
            (JobStatus::Failed, self.failed),
            (JobStatus::Stopped, self.stopped),
        ];
        let status = counts.into_iter().find(|(_, count)| {
            last += count;
            number <= last
        });
        status.map(|(status, _)| status)
    }

    /// How long after the first began the one with a number ends; 0 where there is none.
    fn time_until(&self, number: i64) -> Millis {
        self.expected * number.max(0) / self.all
    }
}

fn config(job: &StepJob) -> Value {
    job.fitting("HyperParameterTuningJobConfig")
        .unwrap_or_else(|| {
            let limits = json!({"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2});
            json!({"Strategy": "Bayesian", "ResourceLimits": limits})
        })
}

/// Counts the training jobs by status: they end one after the other, the last with the tuning job.
fn counts(job: &StepJob) -> Counts {
    let limits = &config(job)["ResourceLimits"];
    let limit = |name: &str, usual| {
        let given = limits[name].as_i64().unwrap_or(usual);
        given.clamp(1, MAX_TRAINING_JOBS)
    };
    let (all, at_once) = (
        limit("MaxNumberOfTrainingJobs", 4),
        limit("MaxParallelTrainingJobs", 1),
    );
    let rounds = (all as f64 / at_once as f64).ceil();
    let expected = job.at_speed(TRAINING_SECONDS * rounds).max(1);
    let elapsed = (job.until() - job.begun()).max(0);
    let part = all.saturating_mul(elapsed) / expected;
    let part = part.min(all - 1);
    let open = at_once.min(all - part);
    let (completed, running, failed, stopped) = match job.status() {
        JobStatus::Completed => (all, 0, 0, 0),
        JobStatus::Failed => (0, 0, all, 0),
        JobStatus::InProgress | JobStatus::Stopping => (part, open, 0, 0),
        JobStatus::Stopped => (part, 0, 0, open),
    };
    Counts {
        all,
        at_once,
        expected,
        completed,
        running,
        failed,
        stopped,
    }
}

/// Where the results of the training jobs begin: the number, from 0, of the best. The next is the second best, and so on.
fn first(job: &StepJob, all: i64) -> i64 {
    let random = job.scope.run.random_for(Some(job.node)).named("trained");
    random.between(0, all)
}

/// The numbers of the training jobs, from 1: those that completed, the best first, then the others as they began.
fn in_order(job: &StepJob) -> Vec<i64> {
    let counts = counts(job);
    let first = first(job, counts.all);
    let created = 1..=counts.completed + counts.running + counts.failed + counts.stopped;
    let mut numbers: Vec<i64> = created.collect();
    numbers.sort_by_key(|number| match counts.status(*number) {
        Some(JobStatus::Completed) => (0, rank(*number, first, counts.all)),
        _ => (1, *number),
    });
    numbers
}

/// How many are better.
fn rank(number: i64, first: i64, all: i64) -> i64 {
    (number - 1 - first).rem_euclid(all)
}

/// `HyperParameterTrainingJobSummary` of the training job with a number, from 1.
fn training_job(job: &StepJob, number: i64) -> Value {
    let config = config(job);
    let counts = counts(job);
    let first = first(job, counts.all);
    let random = job.scope.run.random_for(Some(job.node)).named("trained");
    let random = random.with(number as u64);
    let name = format!(
        "{}-{number:03}-{}",
        job.name(),
        random.named("name").lower_case(8)
    );
    let status = counts.status(number).unwrap_or(JobStatus::InProgress);
    let created = job.begun() + counts.time_until(number - counts.at_once);
    let created = created.min(job.until());
    let end = match status {
        JobStatus::Completed if number < counts.all => {
            Some(job.until().min(job.begun() + counts.time_until(number)))
        }
        JobStatus::InProgress | JobStatus::Stopping => None,
        _ => Some(job.until()),
    };
    let launched = created + job.at_speed(LAUNCH_SECONDS);
    let launched = match end {
        Some(end) => Some(launched.min(end)),
        None => Some(launched).filter(|launched| *launched <= job.until()),
    };
    let place = &job.scope.run.spec().arn_context;
    json!({
        "TrainingJobName": name,
        "TrainingJobArn": place.arn_of("training-job", &name),
        "CreationTime": time(created),
        "TrainingStartTime": time_or_null(launched),
        "TrainingEndTime": time_or_null(end),
        "TrainingJobStatus": status.as_str(),
        "TunedHyperParameters": tuned(&config["ParameterRanges"], random),
        "FinalHyperParameterTuningJobObjectiveMetric": match status {
            JobStatus::Completed => metric(job, &config, rank(number, first, counts.all), random),
            _ => Value::Null,
        },
        "FailureReason": match status {
            JobStatus::Failed => job.failure(),
            _ => Value::Null,
        },
        "ObjectiveStatus": match status {
            JobStatus::Completed => "Succeeded",
            JobStatus::InProgress | JobStatus::Stopping => "Pending",
            JobStatus::Failed | JobStatus::Stopped => "Failed",
        },
    })
}

/// The value of the objective that a training job reached; null where the tuning job has no objective.
fn metric(job: &StepJob, config: &Value, rank: i64, random: SeededRandom) -> Value {
    let objective = objective(job, config);
    if !objective.is_object() {
        return Value::Null;
    }
    let metric = objective["MetricName"].as_str().unwrap_or_default();
    let best = job.figure(
        metric,
        &[
            &[
                "BestTrainingJob",
                "FinalHyperParameterTuningJobObjectiveMetric",
                "Value",
            ],
            &["FinalMetricDataList", metric, "Value"],
        ],
    );
    let worse = best.as_f64().filter(|_| rank > 0).map(|best| {
        let away = best.abs() * (0.02 * rank as f64 + 0.015 * random.named("away").unit());
        let down = objective["Type"] == "Maximize";
        json!(round(if down { best - away } else { best + away }))
    });
    json!({"Type": objective["Type"], "MetricName": metric, "Value": worse.unwrap_or(best)})
}

/// The objective of the job, or of its first training definition where there are several.
fn objective(job: &StepJob, config: &Value) -> Value {
    let own = &config["HyperParameterTuningJobObjective"];
    if own.is_object() {
        return own.clone();
    }
    let several = job.argument("TrainingJobDefinitions");
    let first = &several[0]["TuningObjective"];
    let shape = job.shape("HyperParameterTuningJobConfig");
    let shape = shape.and_then(|config| config.member("HyperParameterTuningJobObjective"));
    shape
        .and_then(|shape| fit(&shape, first))
        .unwrap_or_default()
}

/// Draws a value within each range.
fn tuned(ranges: &Value, random: SeededRandom) -> Value {
    let mut tuned = Map::new();
    for (kind, ranges) in ranges.as_object().into_iter().flatten() {
        for range in ranges.as_array().into_iter().flatten() {
            let Some(name) = range["Name"].as_str() else {
                continue;
            };
            let bound = |name: &str| {
                range[name]
                    .as_str()
                    .and_then(|text| text.parse::<f64>().ok())
            };
            let unit = random.named(name).unit();
            let value = match (bound("MinValue").zip(bound("MaxValue")), kind.as_str()) {
                (Some((low, high)), "IntegerParameterRanges") => {
                    ((low + (high - low) * unit).round() as i64).to_string()
                }
                (Some((low, high)), _) => (low + (high - low) * unit).to_string(),
                (None, _) => {
                    let values = range["Values"].as_array().map_or(&[][..], Vec::as_slice);
                    let picked = random.named(name).pick(values).and_then(Value::as_str);
                    picked.unwrap_or_default().to_owned()
                }
            };
            tuned.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(tuned)
}
