//! Hyperparameter tuning jobs: a sequence of training jobs, and the best of them.

use super::draw::round;
use super::fit::fit;
use super::training::time_or_null;
use super::{JobStatus, Member, StepJob, time};
use serde_json::{Map, Value, json};

/// The nominal duration of one training job, in seconds.
const TRAINING_SECONDS: f64 = 90.0;
/// Maximum number of training jobs that are listed.
const MAX_LISTED_JOBS: i64 = 100;

/// `DescribeHyperParameterTuningJobResponse`.
pub(super) static MEMBERS: &[Member] = &[
    ("HyperParameterTuningJobName", |job| json!(job.name())),
    ("HyperParameterTuningJobArn", |job| json!(job.arn())),
    ("HyperParameterTuningJobConfig", config),
    ("HyperParameterTuningJobStatus", |job| {
        json!(job.status().as_str())
    }),
    ("CreationTime", |job| time(job.start())),
    ("HyperParameterTuningEndTime", |job| time_or_null(job.end())),
    ("LastModifiedTime", |job| time(job.changed())),
    ("TrainingJobStatusCounters", |job| {
        let Counts {
            completed,
            running,
            failed,
            stopped,
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
    ("BestTrainingJob", |job| match counts(job).completed > 0 {
        true => training_job(job, 0),
        false => Value::Null,
    }),
    ("FailureReason", |job| job.failure()),
];

/// What the SDK's properties add: the answer of `ListTrainingJobsForHyperParameterTuningJob`, best first.
pub(super) static SUMMARIES: &[Member] = &[("TrainingJobSummaries", |job| {
    (0..counts(job).completed.min(MAX_LISTED_JOBS))
        .map(|rank| training_job(job, rank))
        .collect()
})];

struct Counts {
    completed: i64,
    running: i64,
    failed: i64,
    stopped: i64,
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
    let limit = |name: &str, usual| limits[name].as_i64().unwrap_or(usual).max(1);
    let (all, at_once) = (
        limit("MaxNumberOfTrainingJobs", 4),
        limit("MaxParallelTrainingJobs", 1),
    );
    let rounds = (all as f64 / at_once as f64).ceil();
    let expected = job.at_speed(TRAINING_SECONDS * rounds).max(1);
    let elapsed = (job.until() - job.start()).max(0);
    let part = all.saturating_mul(elapsed) / expected;
    let part = part.min(all - 1);
    let (completed, running, failed, stopped) = match job.status() {
        JobStatus::Completed => (all, 0, 0, 0),
        JobStatus::Failed => (0, 0, all, 0),
        JobStatus::InProgress => (part, at_once.min(all - part), 0, 0),
        JobStatus::Stopping => (part, 0, 0, 0),
        JobStatus::Stopped => (part, 0, 0, at_once.min(all - part)),
    };
    Counts {
        completed,
        running,
        failed,
        stopped,
    }
}

/// `HyperParameterTrainingJobSummary` of the training job of a rank, 0 for the best. Its number is drawn.
fn training_job(job: &StepJob, rank: i64) -> Value {
    let config = config(job);
    let all = config["ResourceLimits"]["MaxNumberOfTrainingJobs"]
        .as_i64()
        .unwrap_or(4)
        .max(1);
    let random = job.scope.run.random_for(Some(job.node)).named("trained");
    let first = random.between(0, all);
    let number = (first + rank) % all + 1;
    let random = random.with(number as u64);
    let name = format!(
        "{}-{number:03}-{}",
        job.name(),
        random.named("name").lower_case(8)
    );
    let objective = objective(job, &config);
    let metric = objective.as_object().map(|objective| {
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
    });
    let place = &job.scope.run.spec().arn_context;
    json!({
        "TrainingJobName": name,
        "TrainingJobArn": place.arn(&format!("training-job/{name}")),
        "CreationTime": time(job.start()),
        "TrainingStartTime": time_or_null(job.launched()),
        "TrainingEndTime": time(job.until()),
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": tuned(&config["ParameterRanges"], random),
        "FinalHyperParameterTuningJobObjectiveMetric": metric,
        "ObjectiveStatus": "Succeeded",
    })
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
fn tuned(ranges: &Value, random: crate::engine::SeededRandom) -> Value {
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
