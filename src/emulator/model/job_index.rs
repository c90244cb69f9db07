//! All jobs in the order of their creation, for lists of them and for searches.
//!
//! Nothing else knows the jobs of steps without a replay of their executions. The first list replays them all, on all
//! processors; later ones look at executions and jobs that are new, run, or changed.

use super::World;
use super::jobs::JobKind;
use super::news::{ExecutionNews, in_parallel};
use super::pipelines::ExecutionKey;
use crate::engine::{Metadata, Millis, Run, StepRecord, StepStatus, resource_name};
use sluicegate_definition::StepKind;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A job's creation and its name: unique among the jobs of a type.
pub type JobKey = (Millis, Box<str>);

/// What is known of a job without a replay.
#[derive(Debug, Clone, Copy)]
pub struct JobFacts {
    /// The execution that it belongs to; none of a job that a request created.
    pub execution: Option<ExecutionKey>,
    /// `LastModifiedTime`.
    pub modified: Millis,
    /// The status of its step.
    pub status: StepStatus,
}

/// A job that was found.
type Found = (JobKind, JobKey, JobFacts);

/// The jobs by type and creation.
#[derive(Default)]
pub struct JobIndex {
    jobs: BTreeMap<JobKind, BTreeMap<JobKey, JobFacts>>,
    news: ExecutionNews,
    /// Jobs that requests created and that had not ended.
    unended: BTreeSet<(JobKind, String)>,
}

impl JobIndex {
    /// An execution may have changed.
    pub(super) fn touch(&mut self, key: ExecutionKey) {
        self.news.touch(key);
    }

    /// A request created a job, or stopped it.
    pub(super) fn touch_direct(&mut self, kind: JobKind, name: &str) {
        self.unended.insert((kind, name.to_owned()));
    }

    fn insert(&mut self, (kind, key, facts): Found) {
        self.jobs.entry(kind).or_default().insert(key, facts);
    }

    /// Removes the jobs of an execution that was created at this time: none of its jobs is older.
    fn remove(&mut self, execution: ExecutionKey, created: Millis) {
        for jobs in self.jobs.values_mut() {
            let newer = jobs.range((created, Box::from(""))..);
            let of_execution = newer.filter(|(_, job)| job.execution == Some(execution));
            let keys: Vec<JobKey> = of_execution.map(|(key, _)| key.clone()).collect();
            for key in keys {
                jobs.remove(&key);
            }
        }
    }
}

impl World {
    /// Brings the index up to date: to be called before [`World::jobs`].
    pub fn index_jobs(&mut self) {
        let mut changed = self.job_index.news.take_changed();
        changed.extend(self.executions.running());
        for key in &changed {
            let facts = self.executions.facts(*key);
            let created = facts.map_or(Millis::MIN, |facts| facts.created);
            self.job_index.remove(*key, created);
        }
        changed.extend(self.job_index.news.take_new(&self.executions));
        let keys: Vec<ExecutionKey> = changed.into_iter().collect();
        for found in in_parallel(&keys, &|key| self.jobs_of(key)) {
            self.job_index.insert(found);
        }
        self.index_direct_jobs();
    }

    /// Notes the jobs that requests created before a restart.
    pub(super) fn note_restored_jobs(&mut self) {
        for record in self.direct_jobs.records() {
            self.job_index.touch_direct(record.kind, &record.name);
        }
    }

    fn index_direct_jobs(&mut self) {
        for (kind, name) in std::mem::take(&mut self.job_index.unended) {
            let Some(run) = self.direct_job(kind, &name) else {
                continue;
            };
            for step in run.steps() {
                if !step.status.is_terminal() {
                    self.job_index.touch_direct(kind, &name);
                }
                let key = (step.start, Box::from(name.as_str()));
                let facts = facts(&run, None, &step);
                self.job_index.insert((kind, key, facts));
            }
        }
    }

    /// The jobs of a type in a range, in the order of their creation; without those of deleted pipelines.
    pub fn jobs(
        &self,
        kind: JobKind,
        range: Range<JobKey>,
    ) -> impl DoubleEndedIterator<Item = (&JobKey, JobFacts)> {
        let jobs = self.job_index.jobs.get(&kind);
        // A range that ends before it begins is a mistake to the map.
        let jobs = jobs.filter(|_| range.start < range.end);
        let jobs = jobs.map(|jobs| jobs.range(range));
        jobs.into_iter().flatten().filter_map(|(key, facts)| {
            let execution = facts.execution;
            let is_there = execution.is_none_or(|key| self.executions.facts(key).is_some());
            is_there.then_some((key, *facts))
        })
    }

    /// The jobs of a type that were created at a time or later.
    pub fn jobs_since(
        &self,
        kind: JobKind,
        created: Millis,
    ) -> impl DoubleEndedIterator<Item = (&JobKey, JobFacts)> {
        let end = (Millis::MAX, Box::from(""));
        self.jobs(kind, (created, Box::from(""))..end)
    }

    fn jobs_of(&self, key: ExecutionKey) -> Vec<Found> {
        let Some(execution) = self.execution(key) else {
            return Vec::new();
        };
        let steps = execution.run.steps_of(creates_job);
        let found = |step: &StepRecord| {
            let (kind, arn) = own_job(step)?;
            let facts = facts(&execution.run, Some(key), step);
            Some((kind, (step.start, Box::from(resource_name(arn))), facts))
        };
        steps.iter().filter_map(found).collect()
    }
}

/// Whether steps of a type create jobs.
fn creates_job(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Training
            | StepKind::Processing
            | StepKind::QualityCheck
            | StepKind::ClarifyCheck
            | StepKind::Transform
            | StepKind::Tuning
            | StepKind::AutoML
    )
}

/// The job that a step created itself, and its ARN: none of a step whose result is that of an earlier step.
fn own_job(step: &StepRecord) -> Option<(JobKind, &str)> {
    if !step.has_own_result() {
        return None;
    }
    Some(match step.metadata.as_ref()? {
        Metadata::TrainingJob { arn } => (JobKind::Training, arn),
        Metadata::ProcessingJob { arn } => (JobKind::Processing, arn),
        Metadata::QualityCheck { check_job_arn, .. }
        | Metadata::ClarifyCheck { check_job_arn, .. } => (JobKind::Processing, check_job_arn),
        Metadata::TransformJob { arn } => (JobKind::Transform, arn),
        Metadata::TuningJob { arn } => (JobKind::Tuning, arn),
        Metadata::AutoMLJob { arn } => (JobKind::AutoML, arn),
        _ => return None,
    })
}

fn facts(run: &Run, execution: Option<ExecutionKey>, step: &StepRecord) -> JobFacts {
    let described = || {
        let modified = run.property(&step.name, "LastModifiedTime")?.as_f64()?;
        Some((modified * 1000.0).round() as Millis)
    };
    JobFacts {
        execution,
        modified: step.end.or_else(described).unwrap_or(step.start),
        status: step.status,
    }
}
