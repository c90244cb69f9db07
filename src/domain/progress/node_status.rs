//! The status of a step of the definition.

use crate::{ExecutionStatus, StepRecord, StepStatus};

/// The state of one step of the definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeStatus {
    /// It has not started yet, and still may.
    Waiting,
    /// Being prepared.
    Starting,
    /// Running.
    Executing,
    /// Being ended by a stop.
    Stopping,
    /// Ended by a stop.
    Stopped,
    /// Ended with a failure.
    Failed,
    /// Succeeded.
    Succeeded,
    /// It did not start, and will not.
    NotRun,
    /// Its result came from the cache.
    Cached,
    /// A selective execution reused its result.
    Reused,
}

impl NodeStatus {
    /// Every status, in the order people look for them.
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Starting,
        Self::Executing,
        Self::Stopping,
        Self::Stopped,
        Self::Failed,
        Self::Succeeded,
        Self::NotRun,
        Self::Cached,
        Self::Reused,
    ];

    /// Every status, in the order in which somebody who looks after an execution wants them.
    pub const BY_URGENCY: [Self; 10] = [
        Self::Failed,
        Self::Executing,
        Self::Starting,
        Self::Stopping,
        Self::Stopped,
        Self::Waiting,
        Self::Succeeded,
        Self::Cached,
        Self::Reused,
        Self::NotRun,
    ];

    /// The stable mark in markup.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Starting => "Starting",
            Self::Executing => "Executing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
            Self::NotRun => "NotRun",
            Self::Cached => "Cached",
            Self::Reused => "Reused",
        }
    }

    /// Whether the step runs now.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Starting | Self::Executing | Self::Stopping)
    }

    /// Whether the step has a result: its own, or one that another execution made.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cached | Self::Reused)
    }

    /// Whether nothing more comes of it.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Waiting) && !self.is_running()
    }

    /// The status of a step that started, in an execution in `status`.
    ///
    /// No step of an execution that has ended runs: SageMaker's list of the steps may lag behind its
    /// description of the execution, and until it follows such a step counts as ended like the execution.
    pub fn of(record: &StepRecord, status: &ExecutionStatus) -> Self {
        match &record.status {
            StepStatus::Stopped | StepStatus::Failed if record.is_left_over => Self::Waiting,
            StepStatus::Starting | StepStatus::Executing | StepStatus::Stopping
                if status.is_terminal() =>
            {
                match status {
                    ExecutionStatus::Succeeded => Self::Succeeded,
                    _ => Self::Stopped,
                }
            }
            StepStatus::Starting => Self::Starting,
            StepStatus::Executing => Self::Executing,
            StepStatus::Stopping => Self::Stopping,
            StepStatus::Stopped => Self::Stopped,
            StepStatus::Failed => Self::Failed,
            StepStatus::Succeeded if record.reused_from.is_some() => Self::Reused,
            StepStatus::Succeeded if record.cache_hit.is_some() => Self::Cached,
            StepStatus::Succeeded => Self::Succeeded,
            StepStatus::Other(_) if status.is_running() && record.ended.is_none() => {
                Self::Executing
            }
            StepStatus::Other(_) => Self::Stopped,
        }
    }

    /// One status for many iterations: what still runs comes first, then what failed.
    pub(super) fn of_all(statuses: impl Iterator<Item = Self> + Clone) -> Self {
        let decisive = [
            Self::Stopping,
            Self::Executing,
            Self::Starting,
            Self::Failed,
            Self::Stopped,
            Self::Succeeded,
        ];
        let has = |wanted: &Self| statuses.clone().any(|status| status == *wanted);
        if let Some(found) = decisive.into_iter().find(has) {
            return found;
        }
        if statuses.clone().all(|status| status == Self::Reused) {
            Self::Reused
        } else if statuses.clone().all(|status| status == Self::Cached) {
            Self::Cached
        } else {
            Self::Succeeded
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_urgency() {
        for status in NodeStatus::ALL {
            assert!(NodeStatus::BY_URGENCY.contains(&status), "{status:?}");
        }
    }
}
