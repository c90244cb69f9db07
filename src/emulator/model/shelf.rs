//! Where pipelines and executions are kept and found again.
//!
//! Executions of the large seed are kept as a few numbers each and made again when somebody asks for more; one that
//! somebody changes is kept in full from then on.

use super::Origin;
use super::execution::{Execution, Summary};
use super::pipeline::Pipeline;
use super::planting::seeded_execution;
use crate::emulator::engine::{Millis, RunStatus};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// Names a pipeline for good; numbers are not used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PipelineKey(pub u32);

/// Names an execution for good, in the order they were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionKey(pub u32);

/// The pipelines. Names are unique in any case, as the service's lower-cased ARNs make them.
#[derive(Default)]
pub struct Pipelines {
    slots: Vec<Option<Pipeline>>,
    by_name: HashMap<String, PipelineKey>,
    executions: Vec<Vec<ExecutionKey>>,
}

impl Pipelines {
    /// Adds a pipeline whose name is free.
    pub fn add(&mut self, pipeline: Pipeline) -> PipelineKey {
        let key = PipelineKey(self.slots.len() as u32);
        self.by_name.insert(pipeline.name.to_lowercase(), key);
        self.slots.push(Some(pipeline));
        self.executions.push(Vec::new());
        key
    }

    /// Takes a pipeline away, and tells which executions it had.
    pub fn remove(&mut self, key: PipelineKey) -> Vec<ExecutionKey> {
        if let Some(pipeline) = self.slots.get_mut(key.0 as usize).and_then(Option::take) {
            self.by_name.remove(&pipeline.name.to_lowercase());
        }
        self.executions
            .get_mut(key.0 as usize)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Finds one by name, in any case.
    pub fn by_name(&self, name: &str) -> Option<PipelineKey> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// The pipeline of a key.
    pub fn get(&self, key: PipelineKey) -> Option<&Pipeline> {
        self.slots.get(key.0 as usize)?.as_ref()
    }

    /// The pipeline of a key, to change it.
    pub fn get_mut(&mut self, key: PipelineKey) -> Option<&mut Pipeline> {
        self.slots.get_mut(key.0 as usize)?.as_mut()
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (PipelineKey, &Pipeline)> {
        let named =
            |(index, slot): (usize, _)| Some((PipelineKey(index as u32), Option::as_ref(slot)?));
        self.slots.iter().enumerate().filter_map(named)
    }

    /// A pipeline's executions, oldest first.
    pub fn executions(&self, key: PipelineKey) -> &[ExecutionKey] {
        self.executions
            .get(key.0 as usize)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn note_execution(&mut self, key: PipelineKey, execution: ExecutionKey) {
        if let Some(executions) = self.executions.get_mut(key.0 as usize) {
            executions.push(execution);
        }
    }
}

/// What is always known of an execution.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Its pipeline.
    pub pipeline: PipelineKey,
    /// `CreationTime`.
    pub created: Millis,
    /// `LastModifiedTime`.
    pub modified: Millis,
    /// `PipelineExecutionStatus`.
    pub status: RunStatus,
}

struct Slot {
    facts: Facts,
    content: Content,
}

enum Content {
    Kept(Box<Execution>),
    /// Place in the seed: pipeline and index.
    Seeded(u32, u32),
    Deleted,
}

/// The executions.
#[derive(Default)]
pub struct Executions {
    slots: Vec<Slot>,
    by_id: HashMap<Box<str>, ExecutionKey>,
    running: BTreeSet<ExecutionKey>,
}

impl Executions {
    /// Adds an execution that is kept in full.
    pub fn add(&mut self, pipeline: PipelineKey, execution: Execution) -> ExecutionKey {
        let id = execution.run.spec().execution_id.clone();
        let facts = Facts {
            pipeline,
            created: execution.run.created(),
            modified: execution.modified(),
            status: execution.run.status(),
        };
        let key = self.push(facts, Content::Kept(Box::new(execution)), id);
        self.settle(key);
        key
    }

    /// Adds an execution that ended and can be made again from the seed.
    pub(super) fn add_seeded(
        &mut self,
        facts: Facts,
        place: (u32, u32),
        id: String,
    ) -> ExecutionKey {
        self.push(facts, Content::Seeded(place.0, place.1), id)
    }

    fn push(&mut self, facts: Facts, content: Content, id: String) -> ExecutionKey {
        let key = ExecutionKey(self.slots.len() as u32);
        self.slots.push(Slot { facts, content });
        self.by_id.insert(id.into_boxed_str(), key);
        key
    }

    /// Whether an identifier is in use, or was.
    pub fn by_id(&self, id: &str) -> Option<ExecutionKey> {
        self.by_id.get(id).copied()
    }

    /// What is known of an execution; none when it was deleted.
    pub fn facts(&self, key: ExecutionKey) -> Option<Facts> {
        let slot = self.slots.get(key.0 as usize)?;
        (!matches!(slot.content, Content::Deleted)).then_some(slot.facts)
    }

    /// All that were not deleted, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (ExecutionKey, Facts)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| {
            let deleted = matches!(slot.content, Content::Deleted);
            (!deleted).then_some((ExecutionKey(index as u32), slot.facts))
        })
    }

    /// Those that execute or stop.
    pub fn running(&self) -> impl Iterator<Item = ExecutionKey> {
        self.running.iter().copied()
    }

    /// Tells those that execute or stop what time it is.
    pub(super) fn pass_time(&mut self, now: Millis) {
        for key in &self.running {
            if let Some(Slot {
                content: Content::Kept(execution),
                ..
            }) = self.slots.get_mut(key.0 as usize)
            {
                execution.run.advance(now);
            }
        }
    }

    /// The pipeline of an execution.
    pub fn pipeline_of(&self, key: ExecutionKey) -> Option<PipelineKey> {
        Some(self.facts(key)?.pipeline)
    }

    /// Forgets an execution.
    pub fn delete(&mut self, key: ExecutionKey) {
        if let Some(slot) = self.slots.get_mut(key.0 as usize) {
            slot.content = Content::Deleted;
        }
        self.running.remove(&key);
    }

    /// The execution, if it is kept in full.
    pub fn kept(&self, key: ExecutionKey) -> Option<&Execution> {
        match &self.slots.get(key.0 as usize)?.content {
            Content::Kept(execution) => Some(execution),
            Content::Seeded(..) | Content::Deleted => None,
        }
    }

    /// Brings what is always known up to date with a kept execution.
    pub(super) fn settle(&mut self, key: ExecutionKey) {
        let Some(slot) = self.slots.get_mut(key.0 as usize) else {
            return;
        };
        let Content::Kept(execution) = &slot.content else {
            return;
        };
        slot.facts.modified = execution.modified();
        slot.facts.status = execution.run.status();
        match slot.facts.status.is_terminal() {
            true => self.running.remove(&key),
            false => self.running.insert(key),
        };
    }

    /// The execution to change it; from now on it is kept in full.
    pub(super) fn keep(&mut self, key: ExecutionKey, origin: &Origin) -> Option<&mut Execution> {
        let slot = self.slots.get_mut(key.0 as usize)?;
        if let Content::Seeded(pipeline, index) = slot.content {
            let again = remake(origin, pipeline, index, slot.facts.modified)?;
            slot.content = Content::Kept(Box::new(again));
        }
        match &mut slot.content {
            Content::Kept(execution) => Some(execution),
            Content::Seeded(..) | Content::Deleted => None,
        }
    }

    pub(super) fn read(&self, key: ExecutionKey, origin: &Origin) -> Option<Cow<'_, Execution>> {
        let slot = self.slots.get(key.0 as usize)?;
        match &slot.content {
            Content::Kept(execution) => Some(Cow::Borrowed(execution)),
            Content::Seeded(pipeline, index) => {
                remake(origin, *pipeline, *index, slot.facts.modified).map(Cow::Owned)
            }
            Content::Deleted => None,
        }
    }

    pub(super) fn summary(&self, key: ExecutionKey, origin: &Origin) -> Option<Summary> {
        let slot = self.slots.get(key.0 as usize)?;
        let Facts {
            created, status, ..
        } = slot.facts;
        match &slot.content {
            Content::Deleted => None,
            Content::Kept(execution) => Some(Summary {
                arn: execution.arn(),
                created,
                status,
                display_name: execution.display_name.clone(),
                description: execution.description.clone(),
                version: execution.version,
            }),
            Content::Seeded(pipeline, index) => {
                let start = origin.seed.past(*pipeline as usize, *index as usize)?;
                Some(Summary {
                    arn: start.spec.place.execution_arn(&start.spec.execution_id),
                    created,
                    status,
                    display_name: start.display_name,
                    description: start.description,
                    version: start.version as i64 + 1,
                })
            }
        }
    }
}

/// Makes an execution of the seed again, as it ended.
fn remake(origin: &Origin, pipeline: u32, index: u32, ended: Millis) -> Option<Execution> {
    let start = origin.seed.past(pipeline as usize, index as usize)?;
    let version = origin
        .seed
        .pipelines
        .get(pipeline as usize)?
        .versions
        .get(start.version)?;
    let run = start.play(version.program.clone(), ended, origin.live);
    Some(seeded_execution(&start, run))
}
