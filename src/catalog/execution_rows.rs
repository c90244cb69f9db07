//! What lists of executions have in common: what they are filtered by, and their rows.

use super::execution_query::{ExecutionQuery, PipelineLabel, asks_for_pipelines};
use super::pending::expected_status;
use super::store::{Among, Began, ExecutionFilter, StoredExecution};
use super::views::{ExecutionRow, ReadError, show_in_row};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::domain::filter::Groups;
use crate::domain::{Execution, ExecutionStatus, ParameterValue};

impl WorkspaceCatalog {
    /// What these pipelines are called and tagged, where a filter may ask for it.
    pub(super) async fn labels(
        &self,
        groups: &Groups,
        visible: &VisiblePipelines,
    ) -> Result<Vec<PipelineLabel>, ReadError> {
        Ok(match asks_for_pipelines(groups) {
            true => self.store.pipeline_labels(visible).await?,
            false => Vec::new(),
        })
    }

    /// What a list of executions is filtered by at this moment.
    pub(super) fn execution_filter<'a>(
        &self,
        among: Among<'a>,
        query: &'a ExecutionQuery,
        groups: &'a Groups,
        pipelines: &'a [PipelineLabel],
    ) -> ExecutionFilter<'a> {
        ExecutionFilter {
            among,
            groups,
            pipelines,
            starters: &query.starters,
            began: Began::shown_until(query.shown_until),
            now: self.clock.now(),
        }
    }

    /// The rows of these executions, with what is known of their failures, and the parameters that `changed` gives.
    pub(super) async fn execution_rows(
        &self,
        stored: Vec<StoredExecution>,
        changed: impl Fn(&Execution) -> Vec<ParameterValue>,
    ) -> Result<Vec<ExecutionRow>, ReadError> {
        let mut failures = self.failures(&stored).await?;
        let ended = self.ended_in_fail_step(&stored).await?;
        let rows = stored.into_iter().zip(ended);
        let rows = rows.map(|(stored, ended_in_fail_step)| ExecutionRow {
            pending: None,
            gone: stored.gone,
            changed: changed(&stored.execution),
            ended_in_fail_step,
            failure: failures.remove(&stored.execution.arn),
            metrics: Vec::new(),
            execution: stored.execution,
        });
        Ok(rows.collect())
    }

    /// Shows executions in the status that an accepted action leads to.
    pub(super) fn show_pending<'a>(
        &self,
        rows: impl Iterator<Item = &'a mut ExecutionRow>,
        counts: &mut Vec<(ExecutionStatus, u64)>,
    ) {
        for row in rows {
            if let Some(action) = self.pending.on(&row.execution) {
                let mut execution = row.execution.clone();
                execution.status = expected_status(action);
                show_in_row(row, counts, execution, Some(action));
            }
        }
    }
}
