//! Why a step did not run.

use sluicegate_definition::{Definition, When};

use super::{NodeStatus, Progress, outcome};
use crate::{ExecutionStatus, StepRecord};

/// Why a step did not run. Steps are indices into the definition's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRunReason {
    /// The execution runs selected steps only, and this is not one of them.
    NotSelected,
    /// A condition step had the other outcome.
    BranchNotTaken {
        /// The condition step.
        condition: usize,
        /// Its outcome.
        outcome: bool,
    },
    /// A step that it waits for failed.
    StepFailed(usize),
    /// A step that it waits for was stopped.
    StepStopped(usize),
    /// The execution ended, with this status, before its turn came.
    ExecutionEnded(ExecutionStatus),
}

impl Progress {
    /// Why a step did not run; `None` where it did, or still may, or the definition does not tell.
    pub fn not_run_reason(
        &self,
        definition: &Definition,
        records: &[StepRecord],
        status: &ExecutionStatus,
        selected: &[String],
        step: usize,
    ) -> Option<NotRunReason> {
        if self.nodes.get(step)?.status != NodeStatus::NotRun {
            return None;
        }
        if !selected.is_empty() && !selection(definition, selected)[step] {
            return Some(NotRunReason::NotSelected);
        }
        let upstream = self.upstream_reason(definition, records, step);
        let ended = status.is_terminal().then(|| status.clone());
        upstream.or_else(|| ended.map(NotRunReason::ExecutionEnded))
    }

    /// What happened to the steps before it: the nearest reason, a branch not taken before a step that failed.
    fn upstream_reason(
        &self,
        definition: &Definition,
        records: &[StepRecord],
        step: usize,
    ) -> Option<NotRunReason> {
        let mut seen = vec![false; self.nodes.len()];
        let mut level = vec![step];
        seen[step] = true;
        while !level.is_empty() {
            let edges = definition
                .edges
                .iter()
                .filter(|edge| level.contains(&edge.to));
            let reason = |edge: &&sluicegate_definition::Edge| {
                let node = self.nodes.get(edge.from)?;
                let decided = node.record.and_then(|record| outcome(&records[record]));
                reason_of(edge.from, node.status, decided, edge.when)
            };
            let (branches, others): (Vec<_>, Vec<_>) = edges
                .clone()
                .filter_map(|edge| reason(&edge))
                .partition(|reason| matches!(reason, NotRunReason::BranchNotTaken { .. }));
            if let Some(nearest) = branches.into_iter().chain(others).next() {
                return Some(nearest);
            }
            let before: Vec<usize> = edges
                .map(|edge| edge.from)
                .filter(|from| self.nodes[*from].status == NodeStatus::NotRun)
                .filter(|from| !std::mem::replace(&mut seen[*from], true))
                .collect();
            level = before;
        }
        None
    }
}

/// Why an edge from this step kept another from running, if it did.
fn reason_of(
    from: usize,
    status: NodeStatus,
    outcome: Option<bool>,
    when: Option<When>,
) -> Option<NotRunReason> {
    match (when, outcome) {
        (Some(When::True), Some(false)) | (Some(When::False), Some(true)) => {
            Some(NotRunReason::BranchNotTaken {
                condition: from,
                outcome: outcome?,
            })
        }
        (Some(When::Failed | When::Stopped | When::Any), _) => None,
        _ => match status {
            NodeStatus::Failed => Some(NotRunReason::StepFailed(from)),
            NodeStatus::Stopped => Some(NotRunReason::StepStopped(from)),
            _ => None,
        },
    }
}

/// For each step, whether a selective execution runs it: it was selected, or is inside a Condition or ForEach that
/// was.
pub(super) fn selection(definition: &Definition, selected: &[String]) -> Vec<bool> {
    let mut chosen = vec![false; definition.steps.len()];
    // A nested step comes after the step that contains it.
    for (index, step) in definition.steps.iter().enumerate() {
        chosen[index] =
            selected.contains(&step.name) || step.parent.is_some_and(|parent| chosen[parent]);
    }
    chosen
}
