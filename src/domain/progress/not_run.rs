//! Why a step did not run.

use sluicegate_definition::{Definition, StepKind, When};

use super::{NodeStatus, Progress, outcome};
use crate::{ExecutionStatus, StepRecord};

/// Why a step did not run. Steps are indices into the definition's. Of several reasons the nearest is given, and of
/// those equally near the first in this order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// It runs after a step that failed, and that step did not fail.
    DidNotFail(usize),
    /// It runs after a step that was stopped, and that step was not.
    WasNotStopped(usize),
    /// It is in the body of a ForEach step that had no items.
    NoItems(usize),
    /// A step that it waits for failed.
    StepFailed(usize),
    /// A step that it waits for was stopped.
    StepStopped(usize),
    /// The execution ended, with this status, before its turn came.
    ExecutionEnded(ExecutionStatus),
}

impl NotRunReason {
    /// Whether the execution does without the step, rather than not reaching it.
    pub fn is_skip(&self) -> bool {
        match self {
            Self::NotSelected
            | Self::BranchNotTaken { .. }
            | Self::DidNotFail(_)
            | Self::WasNotStopped(_)
            | Self::NoItems(_) => true,
            Self::StepFailed(_) | Self::StepStopped(_) | Self::ExecutionEnded(_) => false,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::NotSelected => 0,
            Self::BranchNotTaken { .. } => 1,
            Self::DidNotFail(_) => 2,
            Self::WasNotStopped(_) => 3,
            Self::NoItems(_) => 4,
            Self::StepFailed(_) => 5,
            Self::StepStopped(_) => 6,
            Self::ExecutionEnded(_) => 7,
        }
    }
}

impl Progress {
    /// Finds why each step did not run that will not.
    pub(super) fn explain(
        &mut self,
        definition: &Definition,
        records: &[StepRecord],
        status: &ExecutionStatus,
        selection: &[bool],
    ) {
        let mut following = vec![Vec::new(); self.nodes.len()];
        let mut found: Vec<(usize, NotRunReason)> = Vec::new();
        for edge in &definition.edges {
            following[edge.from].push(edge.to);
            let before = &self.nodes[edge.from];
            let decided = before.record.and_then(|record| outcome(&records[record]));
            let reason = reason_of(edge.from, before.status, decided, edge.when);
            found.extend(reason.map(|reason| (edge.to, reason)));
        }
        found.extend(self.without_items(definition));
        // What kept a step from running keeps those that wait for it, one step further each time.
        while !found.is_empty() {
            let reached = self.note(found);
            found = Vec::new();
            for from in reached {
                let reason = self.nodes[from].not_run.clone();
                let to = following[from].iter();
                found.extend(to.filter_map(|to| Some((*to, reason.clone()?))));
            }
        }
        for (node, selected) in self.nodes.iter_mut().zip(selection) {
            if node.status != NodeStatus::NotRun {
                continue;
            }
            if !selected {
                node.not_run = Some(NotRunReason::NotSelected);
            } else if node.not_run.is_none() && status.is_terminal() {
                node.not_run = Some(NotRunReason::ExecutionEnded(status.clone()));
            }
        }
    }

    /// Notes reasons that are equally near at the steps that have none yet, and returns these steps.
    fn note(&mut self, mut found: Vec<(usize, NotRunReason)>) -> Vec<usize> {
        found.sort_by_key(|(step, reason)| (*step, reason.rank()));
        found.dedup_by_key(|(step, _)| *step);
        let mut reached = Vec::new();
        for (step, reason) in found {
            let node = &mut self.nodes[step];
            if node.status == NodeStatus::NotRun && node.not_run.is_none() {
                node.not_run = Some(reason);
                reached.push(step);
            }
        }
        reached
    }

    /// The steps in the bodies of ForEach steps that are done without an iteration.
    fn without_items(&self, definition: &Definition) -> Vec<(usize, NotRunReason)> {
        let is_empty = |parent: &usize| {
            let node = &self.nodes[*parent];
            definition.steps[*parent].kind == StepKind::ForEach
                && node.status.is_done()
                && node.children.is_empty()
        };
        let steps = definition.steps.iter().enumerate();
        steps
            .filter_map(|(index, step)| {
                let parent = step.parent.filter(is_empty)?;
                Some((index, NotRunReason::NoItems(parent)))
            })
            .collect()
    }
}

/// Why an edge from this step kept another from running, if it did.
fn reason_of(
    from: usize,
    status: NodeStatus,
    outcome: Option<bool>,
    when: Option<When>,
) -> Option<NotRunReason> {
    use NodeStatus as S;
    let has_ended = matches!(
        status,
        S::Succeeded | S::Cached | S::Reused | S::Failed | S::Stopped
    );
    match (when, outcome) {
        (Some(When::True), Some(false)) | (Some(When::False), Some(true)) => {
            Some(NotRunReason::BranchNotTaken {
                condition: from,
                outcome: outcome?,
            })
        }
        (Some(When::Any), _) => None,
        (Some(When::Failed), _) => {
            (has_ended && status != S::Failed).then_some(NotRunReason::DidNotFail(from))
        }
        (Some(When::Stopped), _) => {
            (has_ended && status != S::Stopped).then_some(NotRunReason::WasNotStopped(from))
        }
        _ => match status {
            S::Failed => Some(NotRunReason::StepFailed(from)),
            S::Stopped => Some(NotRunReason::StepStopped(from)),
            _ => None,
        },
    }
}

/// For each step, whether a selective execution runs it: it was selected, or is inside a Condition or ForEach that
/// was. Nothing selected means that everything runs.
pub(super) fn selection(definition: &Definition, selected: &[String]) -> Vec<bool> {
    let mut chosen = vec![selected.is_empty(); definition.steps.len()];
    if selected.is_empty() {
        return chosen;
    }
    // A nested step comes after the step that contains it.
    for (index, step) in definition.steps.iter().enumerate() {
        chosen[index] =
            selected.contains(&step.name) || step.parent.is_some_and(|parent| chosen[parent]);
    }
    chosen
}
