//! The executions.
//!
//! Of an execution that ended only its replay spec is kept, and of one of the large seed a few numbers; both are
//! replayed on demand. Running executions, and those that ended a moment ago, are kept in memory.

use super::Origin;
use super::execution::{Execution, Summary, SummaryArn};
use super::pipelines::{ExecutionFacts, ExecutionKey, PipelineKey, Pipelines};
use super::recording::Recording;
use super::replay::{EndedExecution, ReplaySpec, replayed, seeded};
use crate::engine::{Millis, Program};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// How many ended executions stay in memory, so that those which somebody watched to their end need no replay.
const MAX_ENDED_IN_MEMORY: usize = 100;

struct ExecutionSlot {
    facts: ExecutionFacts,
    content: Content,
}

enum Content {
    InMemory(Box<Execution>),
    Replayable(Box<ReplaySpec>),
    /// Index of the pipeline, and of the execution within it, in the seed.
    Seeded(u32, u32),
    /// Read from another SageMaker.
    Recorded(Box<Recording>),
    Deleted,
}

/// What executions are replayed from.
#[derive(Clone, Copy)]
pub(super) struct ReplaySources<'w> {
    /// The seed.
    pub origin: &'w Arc<Origin>,
    /// The pipelines, whose versions have the programs.
    pub pipelines: &'w Pipelines,
}

/// The executions.
#[derive(Default)]
pub struct Executions {
    slots: Vec<ExecutionSlot>,
    by_id: HashMap<Box<str>, ExecutionKey>,
    running: BTreeSet<ExecutionKey>,
    /// Ended executions in memory, in the order they ended, some of them more than once.
    ended_in_memory: VecDeque<ExecutionKey>,
    /// Those that may have changed since they were last saved.
    touched: BTreeSet<ExecutionKey>,
    now: Millis,
}

impl Executions {
    /// Adds an execution.
    pub fn add(&mut self, pipeline: PipelineKey, execution: Execution) -> ExecutionKey {
        let key = self.next_key();
        self.touch(key);
        self.put(key, pipeline, execution);
        key
    }

    /// Puts an execution at a key.
    pub(super) fn put(&mut self, key: ExecutionKey, pipeline: PipelineKey, execution: Execution) {
        let id = execution.run.spec().execution_id.clone();
        let facts = ExecutionFacts {
            pipeline,
            created: execution.run.created(),
            modified: execution.modified(),
            status: execution.run.status(),
        };
        self.set(key, facts, Content::InMemory(Box::new(execution)), id);
        self.settle(key);
    }

    /// Adds an ended execution that is replayed from the seed.
    pub(super) fn add_seeded(
        &mut self,
        facts: ExecutionFacts,
        place: (u32, u32),
        id: String,
    ) -> ExecutionKey {
        let key = self.next_key();
        self.set(key, facts, Content::Seeded(place.0, place.1), id);
        key
    }

    /// Puts an ended execution at a key.
    pub(super) fn put_ended(
        &mut self,
        key: ExecutionKey,
        facts: ExecutionFacts,
        replay_spec: Box<ReplaySpec>,
    ) {
        let id = replay_spec.spec.execution_id.clone();
        self.set(key, facts, Content::Replayable(replay_spec), id);
    }

    /// Puts an execution that was read from another SageMaker at a key.
    pub(super) fn put_recording(
        &mut self,
        key: ExecutionKey,
        facts: ExecutionFacts,
        recording: Recording,
    ) {
        let id = recording.id().to_owned();
        self.set(key, facts, Content::Recorded(Box::new(recording)), id);
    }

    /// The key of the next execution that is added.
    pub(super) fn next_key(&self) -> ExecutionKey {
        ExecutionKey(self.slots.len() as u32)
    }

    /// Notes that an execution has to be saved.
    pub(super) fn touch(&mut self, key: ExecutionKey) {
        self.touched.insert(key);
    }

    /// An execution that was read from another SageMaker; none where it was not.
    pub(super) fn recording(&self, key: ExecutionKey) -> Option<&Recording> {
        match &self.slots.get(key.0 as usize)?.content {
            Content::Recorded(recording) => Some(recording),
            _ => None,
        }
    }

    fn set(&mut self, key: ExecutionKey, facts: ExecutionFacts, content: Content, id: String) {
        let place = key.0 as usize;
        self.slots
            .resize_with(self.slots.len().max(place), || ExecutionSlot {
                facts,
                content: Content::Deleted,
            });
        self.by_id.insert(id.into_boxed_str(), key);
        match self.slots.get_mut(place) {
            Some(slot) => *slot = ExecutionSlot { facts, content },
            None => self.slots.push(ExecutionSlot { facts, content }),
        }
    }

    /// The key of an execution id, also of a deleted execution.
    pub fn by_id(&self, id: &str) -> Option<ExecutionKey> {
        self.by_id.get(id).copied()
    }

    /// Facts that are known without a replay; none when the execution was deleted.
    pub fn facts(&self, key: ExecutionKey) -> Option<ExecutionFacts> {
        let slot = self.slots.get(key.0 as usize)?;
        (!matches!(slot.content, Content::Deleted)).then_some(slot.facts)
    }

    /// All executions that were not deleted, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (ExecutionKey, ExecutionFacts)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| {
            let deleted = matches!(slot.content, Content::Deleted);
            (!deleted).then_some((ExecutionKey(index as u32), slot.facts))
        })
    }

    /// Executions that are executing or stopping.
    pub fn running(&self) -> impl Iterator<Item = ExecutionKey> {
        self.running.iter().copied()
    }

    /// Sets the time, from which some statuses follow.
    pub(super) fn pass_time(&mut self, now: Millis) {
        self.now = now;
    }

    /// The time up to which all events were processed.
    pub(super) fn now(&self) -> Millis {
        self.now
    }

    /// The pipeline of an execution.
    pub fn pipeline_of(&self, key: ExecutionKey) -> Option<PipelineKey> {
        Some(self.facts(key)?.pipeline)
    }

    /// Deletes an execution.
    pub fn delete(&mut self, key: ExecutionKey) {
        if let Some(slot) = self.slots.get_mut(key.0 as usize) {
            slot.content = Content::Deleted;
        }
        self.running.remove(&key);
        self.touched.remove(&key);
    }

    /// The execution, if it is in memory.
    pub fn kept(&self, key: ExecutionKey) -> Option<&Execution> {
        match &self.slots.get(key.0 as usize)?.content {
            Content::InMemory(execution) => Some(execution),
            _ => None,
        }
    }

    fn kept_mut(&mut self, key: ExecutionKey) -> Option<&mut Execution> {
        match &mut self.slots.get_mut(key.0 as usize)?.content {
            Content::InMemory(execution) => Some(execution),
            _ => None,
        }
    }

    /// Updates the facts of an execution in memory.
    pub(super) fn settle(&mut self, key: ExecutionKey) {
        let Some(slot) = self.slots.get_mut(key.0 as usize) else {
            return;
        };
        let Content::InMemory(execution) = &slot.content else {
            return;
        };
        slot.facts.modified = execution.modified();
        slot.facts.status = execution.run.status();
        match slot.facts.status.is_terminal() {
            true => {
                self.running.remove(&key);
                self.ended_in_memory.push_back(key);
            }
            false => {
                self.running.insert(key);
            }
        }
    }

    /// Those that may have changed since the last call.
    pub(super) fn take_touched(&mut self) -> BTreeSet<ExecutionKey> {
        std::mem::take(&mut self.touched)
    }

    /// Marks an execution as saved.
    pub(super) fn mark_saved(&mut self, key: ExecutionKey) {
        if let Some(execution) = self.kept_mut(key) {
            execution.mark_saved();
        }
    }

    /// Removes ended executions from memory, except for the latest. To be called when everything is saved.
    pub(super) fn evict(&mut self) {
        while self.ended_in_memory.len() > MAX_ENDED_IN_MEMORY {
            let oldest = self.ended_in_memory.pop_front();
            let slot = oldest.and_then(|key| self.slots.get_mut(key.0 as usize));
            if let Some(slot) = slot
                && let Content::InMemory(execution) = &slot.content
                && slot.facts.status.is_terminal()
            {
                slot.content = Content::Replayable(Box::new(ReplaySpec::of(execution)));
            }
        }
    }

    /// The execution for a change; it is in memory from now on.
    pub(super) fn load_mut(
        &mut self,
        key: ExecutionKey,
        replay_sources: ReplaySources<'_>,
    ) -> Option<&mut Execution> {
        let slot = self.slots.get_mut(key.0 as usize)?;
        if let Some(replay) = replay_sources.replay(slot) {
            slot.content = Content::InMemory(Box::new(replay));
        }
        self.touched.insert(key);
        self.kept_mut(key)
    }

    pub(super) fn read(
        &self,
        key: ExecutionKey,
        replay_sources: ReplaySources<'_>,
    ) -> Option<Cow<'_, Execution>> {
        let slot = self.slots.get(key.0 as usize)?;
        let Content::InMemory(execution) = &slot.content else {
            return replay_sources.replay(slot).map(Cow::Owned);
        };
        let late = !slot.facts.status.is_terminal() && execution.run.clock() < self.now;
        if !late {
            return Some(Cow::Borrowed(execution));
        }
        // Nothing is due, but some statuses follow from the time.
        let mut current = execution.as_ref().clone();
        current.run.advance(self.now);
        Some(Cow::Owned(current))
    }

    /// An execution that ended, to be replayed without the world; none where nothing of it can be replayed.
    pub(super) fn ended(
        &self,
        key: ExecutionKey,
        replay_sources: ReplaySources<'_>,
    ) -> Option<EndedExecution> {
        let slot = self.slots.get(key.0 as usize)?;
        let modified = slot.facts.modified;
        match &slot.content {
            Content::InMemory(execution) => {
                Some(EndedExecution::Run(Box::new(execution.run.clone())))
            }
            Content::Replayable(replay_spec) => {
                let program = replay_sources.program(slot, replay_spec)?;
                let replay_spec = replay_spec.clone();
                Some(EndedExecution::Replayable(replay_spec, program, modified))
            }
            Content::Seeded(pipeline, index) => {
                let (origin, place) = (replay_sources.origin.clone(), (*pipeline, *index));
                Some(EndedExecution::Seeded(origin, place, modified))
            }
            Content::Recorded(_) | Content::Deleted => None,
        }
    }

    /// What an execution is replayed from; none when it was deleted, or read from another SageMaker.
    pub(super) fn replay_spec(
        &self,
        key: ExecutionKey,
        replay_sources: ReplaySources<'_>,
    ) -> Option<Cow<'_, ReplaySpec>> {
        let slot = self.slots.get(key.0 as usize)?;
        match &slot.content {
            Content::Replayable(replay_spec) => Some(Cow::Borrowed(replay_spec)),
            Content::InMemory(execution) => Some(Cow::Owned(ReplaySpec::of(execution))),
            Content::Seeded(..) => Some(Cow::Owned(ReplaySpec::of(&replay_sources.replay(slot)?))),
            Content::Recorded(_) | Content::Deleted => None,
        }
    }

    pub(super) fn summary(&self, key: ExecutionKey, origin: &Origin) -> Option<Summary<'_>> {
        let slot = self.slots.get(key.0 as usize)?;
        let ExecutionFacts {
            created, status, ..
        } = slot.facts;
        match &slot.content {
            Content::Deleted => None,
            Content::Replayable(replay_spec) => Some(replay_spec.summary(status)),
            Content::Recorded(recording) => Some(recording.summary(created, status)),
            Content::InMemory(execution) => {
                let spec = execution.run.spec();
                Some(Summary {
                    arn: SummaryArn::Parts(
                        spec.arn_context.clone(),
                        Cow::Borrowed(&spec.execution_id),
                    ),
                    created,
                    status,
                    display_name: Cow::Borrowed(&execution.display_name),
                    description: execution.description.as_deref().map(Cow::Borrowed),
                    version: execution.version,
                })
            }
            Content::Seeded(pipeline, index) => {
                let start = origin.seed.past(*pipeline as usize, *index as usize)?;
                Some(Summary {
                    arn: SummaryArn::Parts(
                        start.spec.arn_context,
                        Cow::Owned(start.spec.execution_id),
                    ),
                    created,
                    status,
                    display_name: Cow::Owned(start.display_name),
                    description: start.description.map(Cow::Owned),
                    version: start.version as i64 + 1,
                })
            }
        }
    }
}

impl ReplaySources<'_> {
    /// Replays an execution that is not in memory up to its end.
    fn replay(self, slot: &ExecutionSlot) -> Option<Execution> {
        match &slot.content {
            Content::InMemory(_) | Content::Recorded(_) | Content::Deleted => None,
            Content::Replayable(replay_spec) => {
                let program = self.program(slot, replay_spec)?;
                Some(replayed(replay_spec, program, slot.facts.modified))
            }
            Content::Seeded(pipeline, index) => {
                seeded(self.origin, (*pipeline, *index), slot.facts.modified)
            }
        }
    }

    fn program(self, slot: &ExecutionSlot, replay_spec: &ReplaySpec) -> Option<Arc<Program>> {
        let pipeline = self.pipelines.get(slot.facts.pipeline)?;
        Some(pipeline.version(replay_spec.version)?.program.clone())
    }
}
