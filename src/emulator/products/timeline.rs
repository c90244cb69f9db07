//! When the parts of a job's life begin.

use super::{JobStatus, StepJob, time};
use crate::engine::Millis;
use serde_json::{Value, json};

/// Milliseconds that a job takes at the service, at least, unless something ends it early.
const SHORTEST: f64 = 120_000.0;
/// Seconds a job spends before its container runs: on instances, then, of a training job, on data.
const LAUNCHING: f64 = 45.0;
const DOWNLOADING: f64 = 20.0;
/// Seconds a training job spends on its model afterwards.
const UPLOADING: f64 = 15.0;

impl StepJob<'_> {
    /// A part of the job that takes so many seconds at the service, at the pace at which it runs or ran; of a job
    /// that ended early, so much less that all its parts find room.
    pub(super) fn paced(&self, seconds: f64) -> Millis {
        let speed = self.speed.max(0.001);
        let length = seconds * 1000.0 / speed;
        let room = match self.end() {
            Some(end) => ((end - self.start()) as f64 * speed / SHORTEST).min(1.0),
            None => 1.0,
        };
        (length * room) as Millis
    }

    /// When it ended, or now.
    pub(super) fn until(&self) -> Millis {
        self.end().unwrap_or(self.scope.run.clock)
    }

    /// When its container started, if it did.
    pub(super) fn launched(&self) -> Option<Millis> {
        let start = self.start() + self.paced(LAUNCHING);
        match self.end() {
            Some(end) => Some(start.min(end)),
            None => (start <= self.until()).then_some(start),
        }
    }

    pub(super) fn phases(&self) -> Phases {
        Phases::of(self)
    }
}

/// The secondary statuses of a training job, with when each began.
pub(super) struct Phases {
    begun: Vec<(&'static str, Millis)>,
    end: Option<Millis>,
}

impl Phases {
    fn of(job: &StepJob) -> Phases {
        let (start, until, status) = (job.start(), job.until(), job.status());
        let running = start + job.paced(LAUNCHING + DOWNLOADING);
        let mut begun = vec![("Starting", start)];
        let mut later = vec![
            ("Downloading", start + job.paced(LAUNCHING)),
            ("Training", running),
        ];
        if let (Some(end), JobStatus::Completed) = (job.end(), status) {
            later.push(("Uploading", (end - job.paced(UPLOADING)).max(running)));
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

    /// When it last changed.
    pub(super) fn changed(&self) -> Millis {
        self.begun.last().map_or(0, |(_, at)| *at)
    }

    /// When the algorithm began, if it did.
    pub(super) fn started(&self) -> Option<Millis> {
        self.begun
            .iter()
            .find(|(status, _)| *status == "Training")
            .map(|(_, at)| *at)
    }

    /// When the algorithm ended, if it began and ended.
    pub(super) fn ended(&self) -> Option<Millis> {
        let started = self.started()?;
        self.end.filter(|end| started <= *end)
    }

    /// `TrainingTimeInSeconds` and `BillableTimeInSeconds`, once it ended; not told when less than a second.
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
        let told = self.begun.iter().zip(next.chain([self.end]));
        told.map(|((status, start), end)| {
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
