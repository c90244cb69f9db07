//! What steps and requests created, in the order of its creation, for lists and searches.
//!
//! Nothing else knows what a step created without a replay of its execution. Executions that run are looked at for
//! every list. Those that ended wait to be looked at, once, the newest first and only as far back as somebody asks:
//! without the lock that guards the state, so that nobody else waits for it.

use super::World;
use super::jobs::JobKind;
use super::news::ExecutionNews;
use super::pipelines::ExecutionKey;
use super::replay::EndedExecution;
use super::resources::ResourceKind;
use crate::engine::{Metadata, Millis, Run, StepRecord, StepStatus};
use crate::products::TRAINING_JOBS;
use crate::protocol::errors::{ErrorCode, ServiceError};
use serde_json::Value;
use sluicegate_definition::StepKind;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::thread;

/// Fewer executions than this are looked at on one thread.
const MIN_EXECUTIONS_PER_THREAD: usize = 64;

/// A type of what is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CreatedKind {
    /// Jobs.
    Job(JobKind),
    /// Models, endpoint configurations, endpoints.
    Resource(ResourceKind),
}

/// The time at which something was created, and its name: unique among its type.
pub type CreatedKey = (Millis, Box<str>);

/// What is known of something without a replay.
#[derive(Debug, Clone, Copy)]
pub struct CreatedFacts {
    /// The execution that it belongs to; none of a job that a request created.
    pub execution: Option<ExecutionKey>,
    /// `LastModifiedTime`.
    pub modified: Millis,
    /// The status of its step.
    pub status: StepStatus,
}

/// Something that was found.
type Found = (CreatedKind, CreatedKey, CreatedFacts);

/// What was created, by type and time.
#[derive(Default)]
pub struct ResourceIndex {
    created: BTreeMap<CreatedKind, BTreeMap<CreatedKey, CreatedFacts>>,
    news: ExecutionNews,
    /// The executions that ended and wait to be looked at, by the time of their last change: they created nothing later.
    waiting: BTreeSet<(Millis, ExecutionKey)>,
    /// Jobs that requests created and that had not ended.
    unended: BTreeSet<(JobKind, String)>,
}

impl ResourceIndex {
    /// An execution may have changed.
    pub(super) fn touch(&mut self, key: ExecutionKey) {
        self.news.touch(key);
    }

    /// A request created a job, or stopped it.
    pub(super) fn touch_direct(&mut self, kind: JobKind, name: &str) {
        self.unended.insert((kind, name.to_owned()));
    }

    fn insert(&mut self, (kind, key, facts): Found) {
        self.created.entry(kind).or_default().insert(key, facts);
    }

    /// Removes what an execution created, which began at this time: nothing of it is older.
    fn remove(&mut self, execution: ExecutionKey, began: Millis) {
        for created in self.created.values_mut() {
            let newer = created.range((began, Box::from(""))..);
            let of_execution = newer.filter(|(_, facts)| facts.execution == Some(execution));
            let keys: Vec<CreatedKey> = of_execution.map(|(key, _)| key.clone()).collect();
            for key in keys {
                created.remove(&key);
            }
        }
    }
}

/// An ended execution to be looked at without the state's lock.
pub struct Unindexed {
    place: (Millis, ExecutionKey),
    ended: EndedExecution,
}

/// What was found in an ended execution.
pub struct Indexed {
    place: (Millis, ExecutionKey),
    found: Vec<Found>,
}

impl Unindexed {
    /// Looks at executions, on all processors where there are many.
    pub fn look(executions: Vec<Unindexed>) -> Vec<Indexed> {
        let threads = thread::available_parallelism().map_or(1, |count| count.get());
        let size = executions.len().div_ceil(threads);
        let look = |part: &[Unindexed]| part.iter().map(Unindexed::found).collect::<Vec<_>>();
        if executions.len() < MIN_EXECUTIONS_PER_THREAD {
            return look(&executions);
        }
        thread::scope(|scope| {
            let parts = executions.chunks(size);
            let parts: Vec<_> = parts.map(|part| scope.spawn(move || look(part))).collect();
            let found = parts
                .into_iter()
                .map(|part| part.join().unwrap_or_default());
            found.flatten().collect()
        })
    }

    fn found(&self) -> Indexed {
        let (_, key) = self.place;
        let run = self.ended.run();
        Indexed {
            place: self.place,
            found: run.map_or_else(Vec::new, |run| found_in(&run, key)),
        }
    }
}

impl World {
    /// Brings the index up to date with what runs, and with what requests created: to be called before it is read.
    pub fn refresh_index(&mut self) {
        let mut keys = self.resource_index.news.take_changed();
        keys.extend(self.executions.running());
        for key in &keys {
            let facts = self.executions.facts(*key);
            let began = facts.map_or(Millis::MIN, |facts| facts.created);
            self.resource_index.remove(*key, began);
        }
        keys.extend(self.resource_index.news.take_new(&self.executions));
        for key in keys {
            let Some(facts) = self.executions.facts(key) else {
                continue;
            };
            match facts.status.is_terminal() {
                true => {
                    let waiting = &mut self.resource_index.waiting;
                    waiting.insert((facts.modified, key));
                }
                false => self.index_now(key),
            }
        }
        self.index_direct_jobs();
    }

    /// Looks at one execution at once.
    pub fn index_one(&mut self, key: ExecutionKey) {
        let Some(facts) = self.executions.facts(key) else {
            return;
        };
        let waiting = &mut self.resource_index.waiting;
        if waiting.remove(&(facts.modified, key)) {
            self.index_now(key);
        }
    }

    fn index_now(&mut self, key: ExecutionKey) {
        let found = self.execution(key);
        let found = found.map_or_else(Vec::new, |execution| found_in(&execution.run, key));
        for found in found {
            self.resource_index.insert(found);
        }
    }

    /// The time since which the index has all that was created.
    pub fn indexed_since(&self) -> Millis {
        let newest = self.resource_index.waiting.last();
        newest.map_or(Millis::MIN, |(modified, _)| modified.saturating_add(1))
    }

    /// Requires that the index has all that was created since a time.
    ///
    /// # Errors
    /// [`ErrorCode::Unindexed`] when it has not.
    pub fn require_indexed_since(&self, time: Millis) -> Result<(), ServiceError> {
        match self.indexed_since() <= time {
            true => Ok(()),
            false => Err(ServiceError::new(ErrorCode::Unindexed, "")),
        }
    }

    /// Up to so many executions that the index lacks, the newest first.
    pub fn unindexed(&mut self, count: usize) -> Vec<Unindexed> {
        let mut unindexed = Vec::new();
        let mut outdated = Vec::new();
        for place in self.resource_index.waiting.iter().rev() {
            if unindexed.len() == count {
                break;
            }
            match self.ended_at(*place) {
                Some(ended) => unindexed.push(Unindexed {
                    place: *place,
                    ended,
                }),
                None => outdated.push(*place),
            }
        }
        for place in outdated {
            self.resource_index.waiting.remove(&place);
        }
        unindexed
    }

    /// An execution whose last change was at this time; none where it changed since, or was deleted.
    fn ended_at(&self, (modified, key): (Millis, ExecutionKey)) -> Option<EndedExecution> {
        let facts = self.executions.facts(key)?;
        let is_as_it_was = facts.status.is_terminal() && facts.modified == modified;
        is_as_it_was.then(|| self.executions.ended(key, self.replay_sources()))?
    }

    /// Takes what was found in executions, unless they changed meanwhile.
    pub fn index(&mut self, indexed: Vec<Indexed>) {
        for Indexed { place, found } in indexed {
            let is_wanted = self.resource_index.waiting.remove(&place);
            if is_wanted && self.ended_at(place).is_some() {
                found
                    .into_iter()
                    .for_each(|found| self.resource_index.insert(found));
            }
        }
    }

    /// Notes the jobs that requests created before a restart.
    pub(super) fn note_restored_jobs(&mut self) {
        for record in self.direct_jobs.records() {
            self.resource_index.touch_direct(record.kind, &record.name);
        }
    }

    fn index_direct_jobs(&mut self) {
        for (kind, name) in std::mem::take(&mut self.resource_index.unended) {
            let Some(run) = self.direct_job(kind, &name) else {
                continue;
            };
            for step in run.steps() {
                if !step.status.is_terminal() {
                    self.resource_index.touch_direct(kind, &name);
                }
                let key = (step.start, Box::from(name.as_str()));
                let facts = facts(&run, None, &step);
                self.resource_index
                    .insert((CreatedKind::Job(kind), key, facts));
            }
        }
    }

    /// What the index has of a type in a range, in the order of its creation; without what pipelines created that were
    /// deleted since.
    pub fn created(
        &self,
        kind: CreatedKind,
        range: Range<CreatedKey>,
    ) -> impl DoubleEndedIterator<Item = (&CreatedKey, CreatedFacts)> {
        let created = self.resource_index.created.get(&kind);
        // A range that ends before it begins is a mistake to the map.
        let created = created.filter(|_| range.start < range.end);
        let created = created.map(|created| created.range(range));
        created.into_iter().flatten().filter_map(|(key, facts)| {
            let execution = facts.execution;
            let is_there = execution.is_none_or(|key| self.executions.facts(key).is_some());
            is_there.then_some((key, *facts))
        })
    }

    /// The same since a time.
    pub fn created_since(
        &self,
        kind: CreatedKind,
        time: Millis,
    ) -> impl DoubleEndedIterator<Item = (&CreatedKey, CreatedFacts)> {
        let end = (Millis::MAX, Box::from(""));
        self.created(kind, (time, Box::from(""))..end)
    }
}

/// What the steps of an execution created.
fn found_in(run: &Run, key: ExecutionKey) -> Vec<Found> {
    let mut found = Vec::new();
    for attempt in run.attempts(creates) {
        let step = &attempt.step;
        let Some(kind) = own_resource(step) else {
            continue;
        };
        let name = attempt.name(run).into();
        let run = attempt.earlier.as_ref().unwrap_or(run);
        found.push((kind, (step.start, name), facts(run, Some(key), step)));
        if kind == CreatedKind::Job(JobKind::Tuning) {
            found.extend(trained_by(run, key, step));
        }
    }
    found
}

/// The training jobs of a step's tuning job.
fn trained_by(run: &Run, key: ExecutionKey, step: &StepRecord) -> Vec<Found> {
    let summaries = run.property(&step.name, TRAINING_JOBS).unwrap_or_default();
    let trained = |summary: &Value| {
        let time = |name: &str| {
            let seconds = summary[name].as_f64();
            seconds.map(|seconds| (seconds * 1000.0).round() as Millis)
        };
        let created = time("CreationTime")?;
        let status = match summary["TrainingJobStatus"].as_str()? {
            "Completed" => StepStatus::Succeeded,
            "Failed" => StepStatus::Failed,
            "Stopped" => StepStatus::Stopped,
            _ => StepStatus::Executing,
        };
        let name = Box::from(summary["TrainingJobName"].as_str()?);
        let facts = CreatedFacts {
            execution: Some(key),
            modified: time("TrainingEndTime").unwrap_or(created),
            status,
        };
        Some((CreatedKind::Job(JobKind::Training), (created, name), facts))
    };
    let summaries = summaries.as_array().into_iter().flatten();
    summaries.filter_map(trained).collect()
}

/// Whether steps of a type create what is indexed.
fn creates(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Training
            | StepKind::Processing
            | StepKind::QualityCheck
            | StepKind::ClarifyCheck
            | StepKind::Transform
            | StepKind::Tuning
            | StepKind::AutoML
            | StepKind::Model
            | StepKind::EndpointConfig
            | StepKind::Endpoint
    )
}

/// What a step created itself: nothing, if its result is that of an earlier step.
fn own_resource(step: &StepRecord) -> Option<CreatedKind> {
    let job = CreatedKind::Job;
    let resource = CreatedKind::Resource;
    let created = match step.metadata.as_ref()? {
        Metadata::TrainingJob { .. } => job(JobKind::Training),
        Metadata::ProcessingJob { .. }
        | Metadata::QualityCheck { .. }
        | Metadata::ClarifyCheck { .. } => job(JobKind::Processing),
        Metadata::TransformJob { .. } => job(JobKind::Transform),
        Metadata::TuningJob { .. } => job(JobKind::Tuning),
        Metadata::AutoMLJob { .. } => job(JobKind::AutoML),
        Metadata::Model { .. } => resource(ResourceKind::Model),
        Metadata::EndpointConfig { .. } => resource(ResourceKind::EndpointConfig),
        Metadata::Endpoint { .. } => resource(ResourceKind::Endpoint),
        _ => return None,
    };
    step.has_own_result().then_some(created)
}

fn facts(run: &Run, execution: Option<ExecutionKey>, step: &StepRecord) -> CreatedFacts {
    let described = || {
        let modified = run.property(&step.name, "LastModifiedTime")?.as_f64()?;
        Some((modified * 1000.0).round() as Millis)
    };
    CreatedFacts {
        execution,
        modified: step.end.or_else(described).unwrap_or(step.start),
        status: step.status,
    }
}
