//! The definition's steps joined with those that started.

mod entries;
mod node_status;
mod not_run;
mod rerun;
mod waits;

use jiff::Timestamp;

pub use entries::{StepEntry, step_entries};
pub use node_status::NodeStatus;
pub use not_run::NotRunReason;
pub use rerun::mark_reruns;
pub use waits::Waits;

use super::{ExecutionStatus, StepMember, StepRecord, StepResource, StepStatus};
use sluicegate_definition::{Definition, StepKind, When};

/// One step of the definition and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeState {
    /// Its status.
    pub status: NodeStatus,
    /// Why it did not run; `None` where it did, or still may.
    pub not_run: Option<NotRunReason>,
    /// Its record, as an index into the records; the newest where there are several. `None` while the step
    /// waits to run again in a resumed or retried execution.
    pub record: Option<usize>,
    /// The records of the iterations of a ForEach body's step, by iteration; at the ForEach step
    /// itself, those of its entire body.
    pub children: Vec<usize>,
}

/// How many steps of a definition are done. Every step of the definition counts, whether it started or not, so that
/// `all` never changes while an execution runs; iterations of a ForEach step do not count by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepCounts {
    /// Those with a result: their own, or one that another execution made.
    pub done: usize,
    /// Those that this execution does without: the condition took the other branch, they were not selected, or what
    /// triggers them did not happen. A step that was not reached is not among them.
    pub skipped: usize,
    /// The steps of the definition.
    pub all: usize,
}

/// An execution's steps, started or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// One per step of the definition, in its order.
    pub nodes: Vec<NodeState>,
    /// Records of steps that the definition does not have.
    pub unmatched_records: Vec<usize>,
}

impl Progress {
    /// Joins a definition with the records of an execution in `status` that runs the `selected` steps only, or all
    /// where none is selected.
    ///
    /// A step without a record waits while the execution may still start it, and is not run once
    /// that is certain: the execution has ended, the condition took the other branch, or what the
    /// step waits for can no longer come.
    pub fn of(
        definition: &Definition,
        records: &[StepRecord],
        status: &ExecutionStatus,
        selected: &[String],
    ) -> Self {
        let unstarted = NodeState {
            status: if status.is_terminal() {
                NodeStatus::NotRun
            } else {
                NodeStatus::Waiting
            },
            not_run: None,
            record: None,
            children: Vec::new(),
        };
        let mut progress = Self {
            nodes: vec![unstarted; definition.steps.len()],
            unmatched_records: Vec::new(),
        };
        let selection = not_run::selection(definition, selected);
        progress.place(definition, records, status);
        progress.sum_up(definition, records, status);
        progress.rule_out(definition, records);
        progress.restrict_to(&selection);
        progress.explain(definition, records, status, &selection);
        progress
    }

    /// Gives each record to the step it belongs to.
    fn place(&mut self, definition: &Definition, records: &[StepRecord], status: &ExecutionStatus) {
        for (index, record) in records.iter().enumerate() {
            let shown = NodeStatus::of(record, status);
            let starts_again = shown == NodeStatus::Waiting;
            if let Some(iteration) = &record.iteration {
                let body = body_step(definition, record);
                let parent = definition.step(&iteration.parent);
                for node in body.into_iter().chain(parent).filter(|_| !starts_again) {
                    self.nodes[node].children.push(index);
                }
                if body.or(parent).is_none() {
                    self.unmatched_records.push(index);
                }
            } else if let Some(node) = definition.step(&record.name) {
                if !starts_again {
                    self.nodes[node].record = Some(index);
                    self.nodes[node].status = shown;
                }
            } else {
                self.unmatched_records.push(index);
            }
        }
    }

    /// Sums up the steps of a ForEach's body from their iterations, and the ForEach itself where it
    /// has no record of its own.
    fn sum_up(
        &mut self,
        definition: &Definition,
        records: &[StepRecord],
        status: &ExecutionStatus,
    ) {
        for index in 0..self.nodes.len() {
            if self.nodes[index].children.is_empty() {
                continue;
            }
            let iteration = |child: &usize| records[*child].iteration.as_ref().map(|of| of.index);
            self.nodes[index].children.sort_by_key(iteration);
            if self.nodes[index].record.is_some() {
                continue;
            }
            let children = self.nodes[index].children.iter();
            let summed =
                NodeStatus::of_all(children.map(|child| NodeStatus::of(&records[*child], status)));
            // While the ForEach runs, further iterations may come.
            let parent = definition.steps[index].parent;
            let more = parent.is_some_and(|parent| self.nodes[parent].status.is_running());
            self.nodes[index].status = if summed.is_done() && more {
                NodeStatus::Executing
            } else {
                summed
            };
        }
    }

    /// Finds the waiting steps that cannot run any more.
    fn rule_out(&mut self, definition: &Definition, records: &[StepRecord]) {
        let mut following = vec![Vec::new(); self.nodes.len()];
        for edge in &definition.edges {
            following[edge.from].push((edge.to, edge.when));
        }
        let mut settled: Vec<usize> = (0..self.nodes.len()).collect();
        while let Some(from) = settled.pop() {
            let node = &self.nodes[from];
            let outcome = node.record.and_then(|record| outcome(&records[record]));
            let status = node.status;
            for &(to, when) in &following[from] {
                if self.nodes[to].status == NodeStatus::Waiting && never(status, outcome, when) {
                    self.nodes[to].status = NodeStatus::NotRun;
                    settled.push(to);
                }
            }
        }
    }

    /// Rules out the waiting steps that a selective execution leaves out.
    fn restrict_to(&mut self, selection: &[bool]) {
        for (node, selected) in self.nodes.iter_mut().zip(selection) {
            if !selected && node.status == NodeStatus::Waiting {
                node.status = NodeStatus::NotRun;
            }
        }
    }

    /// The steps that run now, as indices into the definition's steps.
    pub fn running(&self) -> impl Iterator<Item = usize> + '_ {
        self.nodes
            .iter()
            .enumerate()
            .filter_map(|(index, node)| node.status.is_running().then_some(index))
    }

    /// How many steps are done.
    pub fn counts(&self) -> StepCounts {
        let count =
            |counts: fn(&NodeState) -> bool| self.nodes.iter().filter(|node| counts(node)).count();
        StepCounts {
            done: count(|node| node.status.is_done()),
            skipped: count(|node| node.not_run.as_ref().is_some_and(NotRunReason::is_skip)),
            all: self.nodes.len(),
        }
    }
}

/// The name of a record's step. Records of iterations of a step of a ForEach's body are named `<body step>-<index>`.
pub(crate) fn base_name(record: &StepRecord) -> &str {
    let Some(iteration) = &record.iteration else {
        return &record.name;
    };
    let suffix = format!("-{}", iteration.index);
    record.name.strip_suffix(&suffix).unwrap_or(&record.name)
}

/// The step of a ForEach's body that a record is an iteration of.
pub(super) fn body_step(definition: &Definition, record: &StepRecord) -> Option<usize> {
    record.iteration.as_ref()?;
    definition
        .step(base_name(record))
        .or_else(|| definition.step(&record.name))
}

/// The outcome of a condition that was decided.
pub(crate) fn outcome(record: &StepRecord) -> Option<bool> {
    let outcome = record.metadata.outcome.as_deref()?;
    if outcome.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        outcome.eq_ignore_ascii_case("false").then_some(false)
    }
}

/// Whether a step that waits for another by an edge of this kind will certainly never start.
fn never(from: NodeStatus, outcome: Option<bool>, when: Option<When>) -> bool {
    use NodeStatus as S;
    match (when, from) {
        (Some(When::Any), _) | (_, S::Waiting | S::Starting | S::Executing | S::Stopping) => false,
        (_, S::NotRun) => true,
        (Some(When::True), _) if outcome.is_some() => outcome == Some(false),
        (Some(When::False), _) if outcome.is_some() => outcome == Some(true),
        (Some(When::Failed), _) => from != S::Failed,
        (Some(When::Stopped), _) => from != S::Stopped,
        (_, S::Failed | S::Stopped) => true,
        (_, S::Succeeded | S::Cached | S::Reused) => false,
    }
}

/// The record to show for a failed execution: the first that failed, one with a reason before one
/// without.
pub fn failed_step(records: &[StepRecord]) -> Option<usize> {
    let failed = records.iter().enumerate();
    let failed =
        failed.filter(|(_, record)| record.status == StepStatus::Failed && !record.is_left_over);
    let first = failed.min_by_key(|(index, record)| {
        let ended = record.ended.unwrap_or(Timestamp::MAX);
        (record.failure_reason.is_none(), ended, *index)
    });
    first.map(|(index, _)| index)
}

/// Records of steps that run now and may delay a stop (Callback, Lambda), as indices.
pub fn holding_stop(definition: Option<&Definition>, records: &[StepRecord]) -> Vec<usize> {
    let holds = |record: &StepRecord| {
        let by_resource = matches!(
            record.metadata.resource(),
            Some(StepResource::CallbackQueue | StepResource::LambdaFunction)
        );
        let by_type = kind_of(definition, record).is_some_and(StepKind::holds_stop);
        record.status.is_running() && (by_resource || by_type)
    };
    let all = records.iter().enumerate();
    all.filter_map(|(index, record)| holds(record).then_some(index))
        .collect()
}

/// Whether a Fail step ended the execution. SageMaker does not retry those ("You cannot retry a
/// pipeline execution ending with a FailStep", developer guide, Fail step).
pub fn ended_in_fail_step(
    status: &ExecutionStatus,
    definition: Option<&Definition>,
    records: &[StepRecord],
) -> bool {
    let is_failed = |record: &StepRecord| record.status == StepStatus::Failed;
    *status == ExecutionStatus::Failed
        && records
            .iter()
            .any(|record| is_failed(record) && is_fail_step(definition, record))
}

/// Whether a record is that of a Fail step.
pub(crate) fn is_fail_step(definition: Option<&Definition>, record: &StepRecord) -> bool {
    record.metadata.member == Some(StepMember::Fail)
        || kind_of(definition, record) == Some(&StepKind::Fail)
}

/// Whether an execution by this definition can end in a Fail step.
pub fn may_end_in_fail_step(definition: &Definition) -> bool {
    let mut steps = definition.steps.iter();
    steps.any(|step| step.kind == StepKind::Fail)
}

/// The type of the step that a record belongs to, by the definition.
fn kind_of<'a>(definition: Option<&'a Definition>, record: &StepRecord) -> Option<&'a StepKind> {
    let definition = definition?;
    let step = body_step(definition, record).or_else(|| definition.step(&record.name))?;
    definition.steps.get(step).map(|step| &step.kind)
}

#[cfg(test)]
mod tests;
