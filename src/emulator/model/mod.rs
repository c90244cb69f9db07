//! What the local SageMaker contains, by Region: pipelines, executions, tags, model packages, models and endpoints; and how
//! time passes for them.
//!
//! One lock guards it. Every call first processes all events that are due ([`World::tick`]), in the order of time
//! across executions, so that the history never depends on when somebody looked.

mod agenda;
mod as_read;
mod change;
mod execution;
mod executions;
mod imported;
mod jobs;
mod name_index;
mod news;
mod packages;
mod persistence;
mod pipeline;
mod pipelines;
mod recording;
mod regions;
mod replay;
mod resource_index;
mod resources;
mod restore;
mod seeding;
mod tags;
mod tokens;

pub use as_read::Members;
pub use execution::{Execution, FAILED, Summary};
pub use imported::{ImportedExecution, ImportedPipeline};
pub use jobs::{JOB_SCRIPTS, JobKind};
pub use packages::{FoundPackage, Group, Package, PackageRecord};

pub use pipeline::{Pipeline, User, Version};
pub use pipelines::{ExecutionFacts, ExecutionKey, PipelineKey};
pub use recording::{Recording, Texts};
pub use regions::{Import, Regions, Start, is_region};
pub use resource_index::{CreatedFacts, CreatedKey, CreatedKind, Unindexed};
pub use resources::{EndpointChange, ResourceKind, ResourceRecord, Transition};
pub use tags::TagList;

use super::clock::Clock;
use super::engine::{ArnContext, Millis, Pace, ScriptedOutcome};
use super::limits::Limits;
use super::seed::Seed;
use super::storage::Storage;
use agenda::{Agenda, Event};
use executions::{Executions, ReplaySources};
use jobs::DirectJobs;
use name_index::NameIndex;
use packages::Packages;
use persistence::Persistence;
use pipelines::Pipelines;
use resource_index::ResourceIndex;
use resources::Resources;
use std::collections::HashMap;
use std::sync::Arc;
use tags::Tags;
use tokens::Tokens;

/// The state of a Region.
pub struct World {
    /// Partition, Region and account; the pipeline's name is empty.
    pub arn_context: ArnContext,
    /// The clock.
    pub clock: Clock,
    /// The pipelines.
    pub pipelines: Pipelines,
    /// Their executions.
    pub executions: Executions,
    /// Model package groups and packages.
    pub packages: Packages,
    /// Models, endpoint configurations and endpoints that requests created or changed.
    pub resources: Resources,
    /// Tags of everything but pipelines.
    pub tags: Tags,
    /// Results of requests by their client tokens.
    pub tokens: Tokens,
    /// Objects that clients put into S3.
    pub storage: Storage,
    /// Limits that apply besides those of the service model.
    pub limits: Limits,
    /// The pace of what begins live.
    pub pace: Pace,
    /// When the seeded history ended and the live pace began.
    pub live_since: Millis,
    /// Scripted outcomes for the next start of a pipeline, by its name in lower case, and for jobs, by [`JOB_SCRIPTS`].
    pub scripts: HashMap<String, Vec<ScriptedOutcome>>,
    direct_jobs: DirectJobs,
    resource_index: ResourceIndex,
    name_index: NameIndex,
    agenda: Agenda,
    /// Executions by the callback tokens that they wait for.
    waiting: HashMap<String, ExecutionKey>,
    origin: Arc<Origin>,
    persistence: Persistence,
}

/// The seed, and the pace of what it starts live.
pub struct Origin {
    seed: Seed,
    live: Pace,
}

impl World {
    /// Processes all events that are due; returns the time.
    pub fn tick(&mut self) -> Millis {
        let now = self.clock.now();
        self.happen_until(now);
        // Nothing is due, but some statuses follow from the time.
        self.executions.pass_time(now);
        now
    }

    fn happen_until(&mut self, now: Millis) {
        while let Some((at, event)) = self.agenda.due(now) {
            match event {
                Event::Wake(key) => self.wake(key, at),
                Event::Start(start) => self.begin_seeded(&start, at),
                Event::Act(key, action) => self.act_as_seeded(key, action, at),
            }
        }
    }

    /// Advances an execution, unless it was rescheduled since this event.
    fn wake(&mut self, key: ExecutionKey, at: Millis) {
        let due = self
            .executions
            .kept(key)
            .is_some_and(|execution| execution.wake == Some(at));
        if due {
            self.change(key, at, |_| ());
        }
    }

    /// Changes an execution at `now`, then versions its model packages and schedules its next event.
    ///
    /// None when there is no such execution.
    pub fn change<T>(
        &mut self,
        key: ExecutionKey,
        now: Millis,
        change: impl FnOnce(&mut Execution) -> T,
    ) -> Option<T> {
        let replay_sources = ReplaySources {
            origin: &self.origin,
            pipelines: &self.pipelines,
        };
        let execution = self.executions.load_mut(key, replay_sources)?;
        execution.run.advance(now);
        let edited = execution.edited;
        let changed = change(execution);
        if execution.edited != edited {
            self.name_index.touch(key);
        }
        execution.run.advance(now);
        let packages = &mut self.packages;
        let mut numbered = false;
        execution.run.version_packages(&mut |group| {
            numbered = true;
            group.map_or(1, |group| packages.next(group, now))
        });
        if numbered {
            packages.note(key, execution.run.inputs());
        }
        execution.wake = execution.run.next_wake();
        if let Some(wake) = execution.wake {
            self.agenda.note(wake.max(now), Event::Wake(key));
            execution.wake = Some(wake.max(now));
        }
        note_waiting(&mut self.waiting, key, execution);
        self.executions.settle(key);
        self.resource_index.touch(key);
        Some(changed)
    }

    /// An execution as it is now; none where it was deleted, or read from another SageMaker.
    pub fn execution(&self, key: ExecutionKey) -> Option<std::borrow::Cow<'_, Execution>> {
        self.executions.read(key, self.replay_sources())
    }

    /// What lists show of an execution.
    pub fn summary(&self, key: ExecutionKey) -> Option<Summary<'_>> {
        self.executions.summary(key, &self.origin)
    }

    fn replay_sources(&self) -> ReplaySources<'_> {
        ReplaySources {
            origin: &self.origin,
            pipelines: &self.pipelines,
        }
    }

    /// The execution that waits for a callback token.
    pub fn waiting(&self, token: &str) -> Option<ExecutionKey> {
        self.waiting.get(token).copied()
    }

    /// All model packages, but those of executions that were deleted with their pipeline: nothing describes them.
    pub fn model_packages(&self) -> impl Iterator<Item = FoundPackage<'_>> {
        self.packages.iter().filter(|package| match package {
            FoundPackage::OfStep(package, _) => self.executions.facts(package.execution).is_some(),
            FoundPackage::Created(_) => true,
        })
    }

    /// Finds an execution by its ARN; the pipeline's part is not case-sensitive.
    pub fn find_execution(&self, arn: &str) -> Option<ExecutionKey> {
        let (pipeline, id) = arn.split_once("/execution/")?;
        let key = self.executions.by_id(id)?;
        let owner = self.pipelines.get(self.executions.pipeline_of(key)?)?;
        owner.arn.eq_ignore_ascii_case(pipeline).then_some(key)
    }
}

/// Updates the callback tokens that an execution can be found by.
fn note_waiting(
    waiting: &mut HashMap<String, ExecutionKey>,
    key: ExecutionKey,
    execution: &mut Execution,
) {
    let tokens = execution.run.waiting_tokens();
    if tokens == execution.tokens {
        return;
    }
    for token in &execution.tokens {
        waiting.remove(token);
    }
    for token in &tokens {
        waiting.insert(token.clone(), key);
    }
    execution.tokens = tokens;
}
