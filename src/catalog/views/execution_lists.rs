//! Lists of executions.

use jiff::Timestamp;

use super::{ExecutionView, SoughtExecution};
use crate::domain::{Action, Execution, ExecutionStatus, Failure, Named, ParameterValue, Pipeline};

/// One page of the executions of a pipeline.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct ExecutionList {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// The rows of this page.
    pub rows: Vec<ExecutionRow>,
    /// How many match.
    pub total: u64,
    /// How many of each status match the search and the dates, whatever statuses are asked for;
    /// statuses in the order of [`ExecutionStatus::KNOWN`], those without any left out.
    pub counts: Vec<(ExecutionStatus, u64)>,
    /// The page given, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// What keeps the list from being whole.
    pub lacks: Option<ListGap>,
    /// Where none match: the execution of another pipeline whose ARN or id is searched for.
    pub elsewhere: Option<SoughtExecution>,
}

impl ExecutionList {
    /// Shows an execution as this view of it does, which was read at another moment: a page with both must not
    /// contradict itself.
    pub fn agree_with(&mut self, view: &ExecutionView) {
        let is_same = |row: &ExecutionRow| row.execution.arn == view.execution.arn;
        if let Some(index) = self.rows.iter().position(is_same) {
            let row = &mut self.rows[index];
            show_in_row(row, &mut self.counts, view.execution.clone(), view.pending);
        }
    }
}

/// Puts an execution into its row, and counts it by its status.
pub(in crate::catalog) fn show_in_row(
    row: &mut ExecutionRow,
    counts: &mut Vec<(ExecutionStatus, u64)>,
    execution: Execution,
    pending: Option<Action>,
) {
    let (before, after) = (row.execution.status.clone(), execution.status.clone());
    row.execution = execution;
    row.pending = pending;
    if before == after {
        return;
    }
    if !counts.iter().any(|(status, _)| *status == after) {
        counts.push((after.clone(), 0));
    }
    for (status, count) in counts.iter_mut() {
        if *status == before {
            *count = count.saturating_sub(1);
        } else if *status == after {
            *count += 1;
        }
    }
    counts.retain(|(_, count)| *count > 0);
    let order = |status: &ExecutionStatus| {
        let mut known = ExecutionStatus::KNOWN.iter();
        known.position(|one| one == status).unwrap_or(usize::MAX)
    };
    counts.sort_by_key(|(status, _)| order(status));
}

/// One page of the executions of all pipelines that somebody may see.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct AllExecutions {
    /// The rows of this page, each with its pipeline.
    pub rows: Vec<(Named, ExecutionRow)>,
    /// How many match.
    pub total: u64,
    /// How many of each status match everything but what is asked of statuses; in the order of
    /// [`ExecutionStatus::KNOWN`], those without any left out.
    pub counts: Vec<(ExecutionStatus, u64)>,
    /// The page given, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// How many more match that began after what is shown.
    pub newer: u64,
    /// When the newest one that is known began.
    pub newest: Option<Timestamp>,
    /// What keeps the list from being whole.
    pub lacks: Option<ListGap>,
    /// Where it is asked what only steps say: that those of some executions are not known.
    pub unread_steps: Option<UnreadSteps>,
    /// What a filter can ask for.
    pub suggestions: Suggestions,
}

impl AllExecutions {
    /// Whether more executions may match than are known to.
    pub fn is_partial(&self) -> bool {
        self.lacks.is_some() || self.unread_steps.is_some()
    }
}

/// What a filter of executions can ask for, of all that somebody may see: the first values of each field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Suggestions {
    /// Names of pipelines.
    pub pipelines: Vec<String>,
    /// User profiles that started executions.
    pub starters: Vec<String>,
    /// Names of steps that failed.
    pub failed_steps: Vec<String>,
}

/// An execution with its pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedExecution {
    /// Its pipeline.
    pub pipeline: Named,
    /// The execution.
    pub execution: Execution,
    /// Why it failed, where it did and that is known.
    pub failure: Option<Failure>,
    /// Its metrics, in the order of their names.
    pub metrics: Vec<KnownMetric>,
}

/// A metric of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KnownMetric {
    /// Its name.
    pub name: String,
    /// Its last value: a finite number, in the fewest digits that name it.
    pub value: String,
}

/// What keeps a list of executions from being whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListGap {
    /// Older executions are still being read; every change since `back_to` was, where it is known.
    Filling {
        /// That time.
        back_to: Option<Timestamp>,
    },
    /// Executions cannot be searched: they are listed pipeline by pipeline, and changes of earlier ones are missed.
    NotSearchable,
    /// The search lacks some, and they cannot be listed.
    NotListed,
}

/// That the steps of some executions are not known, of which a list may therefore lack some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnreadSteps {
    /// The steps of every execution that began since then were read, those of earlier ones only where somebody opened
    /// them; `None` where none were read but those.
    pub since: Option<Timestamp>,
    /// Whether earlier ones are still being read.
    pub is_reading: bool,
}

/// An execution in a list.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct ExecutionRow {
    /// The execution.
    pub execution: Execution,
    /// As [`ExecutionView::gone`].
    pub gone: Option<Timestamp>,
    /// As [`ExecutionView::pending`].
    pub pending: Option<Action>,
    /// The parameters that differ from the defaults of the pipeline's current definition.
    pub changed: Vec<ParameterValue>,
    /// Whether a Fail step ended it; `None` while that is not known.
    pub ended_in_fail_step: Option<bool>,
    /// Why it failed, where it did and that is known.
    pub failure: Option<KnownFailure>,
    /// Its metrics, in the order of their names; read for the list of all executions only.
    pub metrics: Vec<KnownMetric>,
}

/// Why an execution in a list failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KnownFailure {
    /// The failed step and the reason.
    pub failure: Failure,
    /// Whether the failed execution of the same pipeline before it is known to have the same cause.
    pub is_repeated: bool,
}
