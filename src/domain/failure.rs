//! Why an execution failed: the step and its reason, and whether two failures have the same cause.

mod known;
mod mask;

use sluicegate_definition::{Branch, Definition, StepKind, When};

use crate::progress::{base_name, body_step, is_fail_step, outcome};
use crate::{Execution, Named, StepRecord, StepStatus, failed_step};
pub use known::KnownCause;
use mask::masked;

/// Why an execution failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The step that failed; `None` where SageMaker lists none.
    pub step: Option<FailedStep>,
    /// The step's own reason; the execution's where no step is listed as failed.
    pub reason: Option<String>,
}

/// The step that an execution failed by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FailedStep {
    /// Its name in the definition; iterations of a ForEach step share it.
    pub name: String,
    /// What its record is called.
    pub named: Named,
    /// What its failure means.
    pub kind: FailedStepKind,
}

/// What the failure of a step means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FailedStepKind {
    /// What it had to do failed.
    Work,
    /// A Fail step: the pipeline ended itself, by the outcome of this check where it is known.
    Fail(Option<Check>),
}

/// The outcome of a Condition step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Check {
    /// The Condition step.
    pub condition: Named,
    /// Whether its conditions held.
    pub outcome: bool,
}

impl Failure {
    /// The failure of an execution with these steps; `definition` is its own.
    pub fn of(
        execution: &Execution,
        definition: Option<&Definition>,
        records: &[StepRecord],
    ) -> Self {
        match failed_step(records).map(|index| &records[index]) {
            Some(record) => Self {
                step: Some(FailedStep::of(definition, records, record)),
                reason: record.failure_reason.clone(),
            },
            None => Self {
                step: None,
                reason: execution.failure_reason.clone(),
            },
        }
    }

    /// Whether another failure has the same cause: the same step failed for the same reason, apart from
    /// what differs every time. Without a reason nothing is known to be the same.
    pub fn has_same_cause(&self, other: &Self) -> bool {
        let name = |failure: &Self| failure.step.as_ref().map(|step| step.name.clone());
        match (&self.reason, &other.reason) {
            (Some(one), Some(two)) => name(self) == name(other) && masked(one) == masked(two),
            _ => false,
        }
    }
}

impl FailedStep {
    fn of(definition: Option<&Definition>, records: &[StepRecord], record: &StepRecord) -> Self {
        let own = definition.and_then(|definition| {
            let index = body_step(definition, record).or_else(|| definition.step(&record.name))?;
            Some((definition, index))
        });
        let name = match own {
            Some((definition, index)) => definition.steps[index].name.as_str(),
            None => base_name(record),
        };
        Self {
            named: record.named(definition),
            name: name.to_owned(),
            kind: if is_fail_step(definition, record) {
                let check = own.and_then(|(own, index)| Check::before(own, records, index));
                FailedStepKind::Fail(check)
            } else {
                FailedStepKind::Work
            },
        }
    }
}

impl Check {
    /// The check whose outcome led to this step: the Condition step whose branch holds it, or that it
    /// waits for.
    fn before(definition: &Definition, records: &[StepRecord], step: usize) -> Option<Self> {
        let of = |condition: usize, outcome: bool| Self {
            condition: Named::from(&definition.steps[condition]),
            outcome,
        };
        let mut at = step;
        while let Some(parent) = definition.steps[at].parent {
            match definition.steps[at].branch {
                Some(Branch::True) => return Some(of(parent, true)),
                Some(Branch::False) => return Some(of(parent, false)),
                _ => at = parent,
            }
        }
        let mut edges = definition.edges.iter().filter(|edge| edge.to == step);
        edges.find_map(|edge| {
            let before = &definition.steps[edge.from];
            if before.kind != StepKind::Condition {
                return None;
            }
            let mut named = records.iter().filter(|record| record.name == before.name);
            match edge.when {
                Some(When::True) => Some(of(edge.from, true)),
                Some(When::False) => Some(of(edge.from, false)),
                _ => named.find_map(outcome).map(|found| of(edge.from, found)),
            }
        })
    }
}

/// Whether the records of a failed execution show how it ended: a step failed, and none still runs. The
/// records may lag behind the execution's status.
pub fn shows_failure(records: &[StepRecord]) -> bool {
    let failed = |record: &StepRecord| record.status == StepStatus::Failed;
    records.iter().any(failed) && !records.iter().any(|record| record.status.is_running())
}

#[cfg(test)]
mod tests;
