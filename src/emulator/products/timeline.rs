//! When the phases of a job begin.

use super::{JobStatus, StepJob, time};
use crate::engine::Millis;
use serde_json::{Value, json};

/// The shortest nominal duration of a job, in milliseconds, unless something ends it early.
const MIN_JOB_MILLIS: f64 = 120_000.0;
/// Seconds until a job's container runs: for launching instances, then, of a training job, for downloading data.
const LAUNCH_SECONDS: f64 = 45.0;
const DOWNLOAD_SECONDS: f64 = 20.0;
/// Seconds that a training job needs to upload its model.
const UPLOAD_SECONDS: f64 = 15.0;

impl StepJob<'_> {
    /// The duration of a phase of `seconds` nominal seconds, at the job's speed. Shorter in a job that ended early, so
    /// that all of its phases fit.
    pub(super) fn at_speed(&self, seconds: f64) -> Millis {
        let speed = self.speed.max(0.001);
        let length = seconds * 1000.0 / speed;
        let room = match self.end() {
            Some(end) => ((end - self.begun()) as f64 * speed / MIN_JOB_MILLIS).min(1.0),
            None => 1.0,
        };
        (length * room) as Millis
    }

    /// When it ended, or else now.
    pub(super) fn until(&self) -> Millis {
        self.end().unwrap_or(self.scope.run.clock)
    }

    /// When its container started, if it has.
    pub(super) fn launched(&self) -> Option<Millis> {
        let start = self.begun() + self.at_speed(LAUNCH_SECONDS);
        match self.end() {
            Some(end) => Some(start.min(end)),
            None => (start <= self.until()).then_some(start),
        }
    }

    pub(super) fn phases(&self) -> Phases {
        Phases::of(self)
    }
}

/// The secondary statuses of a training job, and when each began.
pub(super) struct Phases {
    begun: Vec<(&'static str, Millis)>,
    end: Option<Millis>,
}

impl Phases {
    fn of(job: &StepJob) -> Phases {
        let (start, until, status) = (job.begun(), job.until(), job.status());
        let running = start + job.at_speed(LAUNCH_SECONDS + DOWNLOAD_SECONDS);
        let mut begun = vec![("Starting", start)];
        let mut later = vec![
            ("Downloading", start + job.at_speed(LAUNCH_SECONDS)),
            ("Training", running),
        ];
        if let (Some(end), JobStatus::Completed) = (job.end(), status) {
            later.push((
                "Uploading",
                (end - job.at_speed(UPLOAD_SECONDS)).max(running),
            ));
        }
        begun.extend(later.into_iter().filter(|(_, at)| *at < until));
        match status {
            JobStatus::InProgress => {}
            JobStatus::Stopping => begun.push(("Stopping", until)),
            ended => begun.push((ended.as_str(), until)),
        }
        let end = job.end();
        Phases { begun, end }
    }

    /// `SecondaryStatus`.
    pub(super) fn last(&self) -> &'static str {
        self.begun.last().map_or("Starting", |(status, _)| status)
    }

    /// When the status last changed.
    pub(super) fn changed(&self) -> Millis {
        self.begun.last().map_or(0, |(_, at)| *at)
    }

    /// When the algorithm began, if it has.
    pub(super) fn started(&self) -> Option<Millis> {
        self.begun
            .iter()
            .find(|(status, _)| *status == "Training")
            .map(|(_, at)| *at)
    }

    /// When the algorithm ended, if it has.
    pub(super) fn ended(&self) -> Option<Millis> {
        let started = self.started()?;
        self.end.filter(|end| started <= *end)
    }

    /// `TrainingTimeInSeconds` and `BillableTimeInSeconds`, once it has ended; null if less than a second.
    pub(super) fn seconds(&self) -> Value {
        let length = self.ended().zip(self.started());
        let length = length.map(|(end, start)| (end - start) / 1000);
        length
            .filter(|length| *length > 0)
            .map_or(Value::Null, Value::from)
    }

    /// `SecondaryStatusTransitions`.
    pub(super) fn on_the_wire(&self) -> Value {
        let next = self.begun.iter().skip(1).map(|(_, at)| Some(*at));
        let transitions = self.begun.iter().zip(next.chain([self.end]));
        transitions
            .map(|((status, start), end)| {
                json!({
                    "Status": status,
                    "StartTime": time(*start),
                    "EndTime": end.map(time),
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
