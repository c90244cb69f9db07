//! The rows of the list of an execution's steps.

use sluicegate_definition::Definition;

use super::{NodeStatus, Progress};
use crate::{ExecutionStatus, StepRecord};

/// One row: a step that started, or a step of the definition that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepEntry {
    /// Its record, as an index into the records.
    pub record: Option<usize>,
    /// The step of the definition, as an index into its steps; `None` for an iteration of a ForEach step, and for a
    /// step that the definition does not have.
    pub node: Option<usize>,
    /// Its status: that of the step in the graph, where the row is about the same.
    pub status: NodeStatus,
}

/// Every step that started, in the order of the records, followed by those of the definition that did not. A step
/// that waits to run again is among the latter.
pub fn step_entries(
    joined: Option<(&Definition, &Progress)>,
    records: &[StepRecord],
    status: &ExecutionStatus,
) -> Vec<StepEntry> {
    let state = |node: usize| joined.and_then(|(_, progress)| progress.nodes.get(node));
    let started = records.iter().enumerate().filter_map(|(index, record)| {
        let shown = NodeStatus::of(record, status);
        let is_unstarted = shown == NodeStatus::Waiting
            && joined.is_some_and(|(_, progress)| !progress.unmatched_records.contains(&index));
        if is_unstarted {
            return None;
        }
        let node = joined.and_then(|(definition, _)| definition.step(&record.name));
        let node = node.filter(|_| record.iteration.is_none());
        let current = node
            .and_then(state)
            .filter(|state| state.record == Some(index));
        Some(StepEntry {
            record: Some(index),
            node,
            status: current.map_or(shown, |state| state.status),
        })
    });
    let mut entries: Vec<StepEntry> = started.collect();
    let nodes = joined.map_or(&[][..], |(_, progress)| &progress.nodes[..]);
    let unstarted = nodes.iter().enumerate();
    entries.extend(
        unstarted
            .filter(|(_, state)| state.record.is_none() && state.children.is_empty())
            .map(|(node, state)| StepEntry {
                record: None,
                node: Some(node),
                status: state.status,
            }),
    );
    entries
}
