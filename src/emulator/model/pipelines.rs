//! The pipelines.

use super::pipeline::Pipeline;
use crate::engine::{Millis, RunStatus};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Identifies a pipeline; numbers are not reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PipelineKey(pub u32);

/// Identifies an execution, in the order they were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExecutionKey(pub u32);

/// The pipelines. Names are unique and found regardless of case: ARNs from before 2023 have them in lower case.
#[derive(Default)]
pub struct Pipelines {
    slots: Vec<Option<Pipeline>>,
    by_name: HashMap<String, PipelineKey>,
    executions: Vec<Vec<ExecutionKey>>,
    /// Those that changed since they were last saved.
    touched: BTreeSet<PipelineKey>,
    /// Versions, by number, that got a definition since then which they were added without.
    defined: Vec<(PipelineKey, i64)>,
}

impl Pipelines {
    /// Adds a pipeline whose name is free.
    pub fn add(&mut self, pipeline: Pipeline) -> PipelineKey {
        let key = PipelineKey(self.slots.len() as u32);
        self.touched.insert(key);
        self.put(key, pipeline);
        key
    }

    /// Puts a pipeline at a key.
    pub(super) fn put(&mut self, key: PipelineKey, pipeline: Pipeline) {
        let place = key.0 as usize;
        if place >= self.slots.len() {
            self.slots.resize_with(place + 1, || None);
            self.executions.resize_with(place + 1, Vec::new);
        }
        self.by_name.insert(pipeline.name.to_lowercase(), key);
        self.slots[place] = Some(pipeline);
    }

    /// Removes a pipeline, and returns the keys of its executions.
    pub fn remove(&mut self, key: PipelineKey) -> Vec<ExecutionKey> {
        self.touched.insert(key);
        if let Some(pipeline) = self.slots.get_mut(key.0 as usize).and_then(Option::take) {
            self.by_name.remove(&pipeline.name.to_lowercase());
        }
        self.executions
            .get_mut(key.0 as usize)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Finds a pipeline by name, regardless of case.
    pub fn by_name(&self, name: &str) -> Option<PipelineKey> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// The pipeline of a name, regardless of case.
    pub fn named(&self, name: &str) -> Option<&Pipeline> {
        self.get(self.by_name(name)?)
    }

    /// The pipeline of a key.
    pub fn get(&self, key: PipelineKey) -> Option<&Pipeline> {
        self.slots.get(key.0 as usize)?.as_ref()
    }

    /// The pipeline of a key, for a change.
    pub fn get_mut(&mut self, key: PipelineKey) -> Option<&mut Pipeline> {
        let pipeline = self.slots.get_mut(key.0 as usize)?.as_mut()?;
        self.touched.insert(key);
        Some(pipeline)
    }

    /// Those that changed or were removed since the last call.
    pub(super) fn take_touched(&mut self) -> BTreeSet<PipelineKey> {
        std::mem::take(&mut self.touched)
    }

    /// Gives a version the definition that it was added without.
    pub(super) fn define(&mut self, key: PipelineKey, number: i64, definition: Arc<str>) {
        let pipeline = self.slots.get_mut(key.0 as usize).and_then(Option::as_mut);
        let version = pipeline.and_then(|pipeline| pipeline.version_mut(number));
        if let Some(version) = version {
            version.define(definition);
            self.defined.push((key, number));
        }
    }

    /// The versions that got a definition since the last call.
    pub(super) fn take_defined(&mut self) -> Vec<(PipelineKey, i64)> {
        std::mem::take(&mut self.defined)
    }

    /// All pipelines, oldest first.
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

    /// Updates what follows from an execution that was read from another SageMaker: `place` is its place among those of
    /// its pipeline.
    pub(super) fn insert_execution(
        &mut self,
        key: PipelineKey,
        place: usize,
        execution: ExecutionKey,
        at: Millis,
    ) {
        let slot = key.0 as usize;
        if let Some(pipeline) = self.slots.get_mut(slot).and_then(Option::as_mut) {
            pipeline.last_run = pipeline.last_run.max(Some(at));
            self.executions[slot].insert(place, execution);
        }
    }

    /// Updates what follows from a new execution of a pipeline's version.
    pub(super) fn note_execution(
        &mut self,
        key: PipelineKey,
        execution: ExecutionKey,
        version: i64,
        arn: String,
        at: Millis,
    ) {
        let place = key.0 as usize;
        let Some(pipeline) = self.slots.get_mut(place).and_then(Option::as_mut) else {
            return;
        };
        pipeline.last_run = pipeline.last_run.max(Some(at));
        let version = usize::try_from(version - 1).unwrap_or(usize::MAX);
        if let Some(version) = pipeline.versions.get_mut(version) {
            version.last_execution = Some(arn);
        }
        self.executions[place].push(execution);
    }
}

/// What is known of an execution without a replay.
#[derive(Debug, Clone, Copy)]
pub struct ExecutionFacts {
    /// Its pipeline.
    pub pipeline: PipelineKey,
    /// `CreationTime`.
    pub created: Millis,
    /// `LastModifiedTime`.
    pub modified: Millis,
    /// `PipelineExecutionStatus`.
    pub status: RunStatus,
}
