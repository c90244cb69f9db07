//! The models, endpoint configurations and endpoints that steps created, for lists of them.
//!
//! Nothing else knows them without a replay of their executions. The first list replays those of every pipeline that
//! creates any; later ones look at executions that are new, run, or changed.

use super::World;
use super::news::{ExecutionNews, in_parallel};
use super::pipelines::{ExecutionKey, PipelineKey};
use super::resources::ResourceKind;
use crate::engine::{Metadata, Millis, StepRecord, StepStatus};
use sluicegate_definition::StepKind;
use std::collections::{BTreeMap, HashSet};

/// A resource that a step created.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its type.
    pub kind: ResourceKind,
    /// Its name.
    pub name: Box<str>,
    /// When the step began to create it.
    pub created: Millis,
    /// When the step ended, or else when it began.
    pub modified: Millis,
    /// The step's status.
    pub status: StepStatus,
}

/// What executions that were looked at have created.
#[derive(Default)]
pub struct MadeBySteps {
    by_execution: BTreeMap<ExecutionKey, Vec<Made>>,
    news: ExecutionNews,
}

impl MadeBySteps {
    /// An execution may have changed.
    pub(super) fn touch(&mut self, key: ExecutionKey) {
        self.news.touch(key);
    }
}

impl World {
    /// The resources of a type that steps had created when [`World::look_for_made`] was last called, oldest execution
    /// first; without those of deleted pipelines.
    pub fn made_by_steps(&self, kind: ResourceKind) -> impl Iterator<Item = &Made> {
        let by_execution = self.made.by_execution.iter();
        by_execution
            .filter(|(key, _)| self.executions.facts(**key).is_some())
            .flat_map(|(_, made)| made)
            .filter(move |made| made.kind == kind)
    }

    /// Looks at the executions that are new, run, or changed.
    pub fn look_for_made(&mut self) {
        let makers = self.makers();
        let mut keys = self.made.news.take_changed();
        keys.extend(self.executions.running());
        keys.extend(self.made.news.take_new(&self.executions));
        let keys: Vec<ExecutionKey> = keys
            .into_iter()
            .filter(|key| {
                let owner = self.executions.pipeline_of(*key);
                owner.is_some_and(|owner| makers.contains(&owner))
            })
            .collect();
        let made_by = |key| vec![(key, self.made_by_one(key))];
        for (key, made) in in_parallel(&keys, &made_by) {
            match made.is_empty() {
                true => self.made.by_execution.remove(&key),
                false => self.made.by_execution.insert(key, made),
            };
        }
    }

    /// The pipelines with steps that create such resources.
    fn makers(&self) -> HashSet<PipelineKey> {
        let pipelines = self.pipelines.iter();
        let makers = pipelines.filter(|(_, pipeline)| {
            let mut versions = pipeline.versions.iter();
            versions.any(|version| {
                let mut kinds = ResourceKind::ALL.into_iter();
                kinds.any(|kind| version.program.makes(kind.arn_type()))
            })
        });
        makers.map(|(key, _)| key).collect()
    }

    fn made_by_one(&self, key: ExecutionKey) -> Vec<Made> {
        let Some(execution) = self.execution(key) else {
            return Vec::new();
        };
        let steps = execution.run.makers(|kind| {
            matches!(
                kind,
                StepKind::Model | StepKind::EndpointConfig | StepKind::Endpoint
            )
        });
        let made = steps
            .into_iter()
            .filter_map(|(name, step)| made(name, &step));
        made.collect()
    }
}

/// What a step created itself: one whose result is that of an earlier step created nothing.
fn made(name: String, step: &StepRecord) -> Option<Made> {
    let kind = match step.metadata.as_ref()? {
        Metadata::Model { .. } => ResourceKind::Model,
        Metadata::EndpointConfig { .. } => ResourceKind::EndpointConfig,
        Metadata::Endpoint { .. } => ResourceKind::Endpoint,
        _ => return None,
    };
    step.has_own_result().then(|| Made {
        kind,
        name: name.into(),
        created: step.start,
        modified: step.end.unwrap_or(step.start),
        status: step.status,
    })
}
