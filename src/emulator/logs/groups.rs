//! The log groups of jobs, and the jobs whose streams are in them.

use crate::jobs::{Job, TrainedJob, training_job_summaries};
use crate::model::{CreatedKind, JobKind, World};
use serde_json::Value;

/// The most jobs whose streams are listed together, the newest.
const MAX_LISTED_JOBS: usize = 200;

/// A log group that jobs of one type share ("Log groups and streams that SageMaker AI uses" in the developer guide).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogGroup {
    /// Its name.
    pub name: &'static str,
    /// The type of the jobs that write to it.
    pub kind: JobKind,
}

/// Every group that is answered.
pub const GROUPS: [LogGroup; 3] = [
    LogGroup {
        name: "/aws/sagemaker/ProcessingJobs",
        kind: JobKind::Processing,
    },
    LogGroup {
        name: "/aws/sagemaker/TrainingJobs",
        kind: JobKind::Training,
    },
    LogGroup {
        name: "/aws/sagemaker/TransformJobs",
        kind: JobKind::Transform,
    },
];

/// The names of the newest jobs of a type whose names begin so, of those that the index has.
fn job_names(world: &World, kind: JobKind, prefix: &str) -> Vec<String> {
    let newest_first = world.created_since(CreatedKind::Job(kind), world.indexed_since());
    let names = newest_first.rev().map(|((_, name), _)| name);
    let named = names.filter(|name| name.starts_with(prefix));
    named
        .take(MAX_LISTED_JOBS)
        .map(|name| name.to_string())
        .collect()
}

/// The names of the training jobs of a tuning job, where `prefix` is its name and a hyphen.
fn trained_by(world: &World, prefix: &str) -> Option<Vec<String>> {
    let tuning = Job::of_kind(world, JobKind::Tuning, prefix.strip_suffix('-')?)?;
    let trained = training_job_summaries(&tuning);
    let names = trained.iter().map(|job| job["TrainingJobName"].as_str());
    Some(names.flatten().map(str::to_owned).collect())
}

/// A job as its log follows from it.
pub struct LoggedJob {
    /// Its name.
    pub name: String,
    /// The answer of its Describe operation.
    pub description: Value,
    /// How many times as fast as at the service it runs.
    pub speed: f64,
    /// The lines that an order gave it, in place of its own.
    pub ordered: Vec<String>,
}

impl LogGroup {
    /// The group of this name.
    pub fn named(name: &str) -> Option<Self> {
        GROUPS.into_iter().find(|group| group.name == name)
    }

    /// The jobs of which streams may have names that begin with `prefix`.
    pub fn jobs(self, world: &World, prefix: &str) -> Vec<LoggedJob> {
        match prefix.split_once('/') {
            Some((name, _)) => self.job(world, name).into_iter().collect(),
            None => {
                let names = self.tuned(world, prefix);
                let names = names.unwrap_or_else(|| job_names(world, self.kind, prefix));
                let jobs = names.iter().filter_map(|name| self.job(world, name));
                jobs.collect()
            }
        }
    }

    /// Whether the jobs that are indexed are all that [`Self::jobs`] would return of any.
    pub fn has_enough_jobs(self, world: &World, prefix: &str) -> bool {
        prefix.contains('/')
            || self.tuned(world, prefix).is_some()
            || job_names(world, self.kind, prefix).len() == MAX_LISTED_JOBS
    }

    fn tuned(self, world: &World, prefix: &str) -> Option<Vec<String>> {
        trained_by(world, prefix).filter(|_| self.kind == JobKind::Training)
    }

    /// The job of this name that writes to it.
    fn job(self, world: &World, name: &str) -> Option<LoggedJob> {
        let (description, speed, ordered) = match Job::of_kind(world, self.kind, name) {
            Some(job) => (job.description(), job.speed(), job.ordered_log()),
            None if self.kind == JobKind::Training => {
                let trained = TrainedJob::find(world, name)?;
                (trained.description()?, trained.speed(), Vec::new())
            }
            None => return None,
        };
        Some(LoggedJob {
            name: name.to_owned(),
            description,
            speed,
            ordered,
        })
    }
}
