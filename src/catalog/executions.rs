//! The executions of a pipeline.

use jiff::Timestamp;

use super::freshness::Freshness;
use super::parameters::changed;
use super::pipelines::{blend, reading};
use super::site::{Site, Subject};
use super::store::StoredExecution;
use super::version::version_of;
use super::views::{
    ExecutionList, ExecutionQuery, ExecutionRow, ExecutionView, ReadError, Reading,
};
use super::visible::hushed;
use crate::access::Scope;
use crate::domain::{ExecutionStatus, Pipeline};
use sluicegate_definition::{Definition, StepKind};

/// Failed executions whose ends are read at once for one page of a list.
const ENDS_AT_ONCE: usize = 10;

impl Site {
    /// Follows what feeds the executions of a pipeline: the search over all, and its own history
    /// where that search has not come far enough, or is refused.
    async fn follow_executions_of(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        if self.lacks_history(pipeline).await? {
            let (all, own) = tokio::join!(self.follow_executions(), self.follow_history(pipeline));
            let (all, mut own) = (all?, own?);
            for failure in all.troubles {
                if !own.troubles.contains(&failure) {
                    own.troubles.push(failure);
                }
            }
            return Ok(own);
        }
        let mut told = self.follow_executions().await?;
        if !self.can_search() {
            let mut own = self.follow_history(pipeline).await?;
            own.troubles.append(&mut told.troubles);
            return Ok(own);
        }
        if told.as_of.is_none() {
            // An earlier process may have been told this pipeline's own.
            let own = Subject::History(pipeline.arn.clone());
            told.as_of = self.told(&own).await?.as_of;
        }
        Ok(told)
    }

    /// Whether executions of this pipeline have not been read that the search over all does not
    /// return: it has not come far enough, or the pipeline was dropped after it had passed them.
    async fn lacks_history(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        if !self.can_search() {
            return Ok(true);
        }
        Ok(!self.store.history_is_whole(&pipeline.arn).await?
            && (self.is_behind().await? || self.is_back(pipeline).await?))
    }

    /// Whether this pipeline was dropped before, and its history not read again yet.
    pub(super) async fn is_back(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        let returned = self.store.returned_pipelines().await?;
        Ok(returned.contains(&pipeline.arn))
    }

    pub(super) async fn executions(
        &self,
        scope: &Scope,
        name: &str,
        query: &ExecutionQuery,
    ) -> Result<Reading<ExecutionList>, ReadError> {
        let (pipeline, _) = self.seen_pipeline(scope, name).await?;
        let (listed, told, current) = tokio::join!(
            self.follow_pipelines(true),
            self.follow_executions_of(&pipeline),
            self.current_definition(&pipeline),
        );
        let mut told = told?;
        if !self.shows_all(scope) {
            told = hushed(told);
        }
        told = told.or_missing()?;
        blend(&mut told, listed?);
        let (defaults, troubles) = current?;
        told.troubles.extend(troubles);
        // It may have been deleted meanwhile.
        let Some(pipeline) = self.store.pipeline_named(name).await? else {
            return Err(ReadError::Pipeline);
        };
        let counts = self.store.count_executions(&pipeline.arn, query).await?;
        let wanted = |status| query.statuses.is_empty() || query.statuses.contains(status);
        let matching = counts.iter().filter(|(status, _)| wanted(status));
        let total = matching.map(|(_, number)| number).sum();
        let now = Timestamp::now();
        let list = self
            .store
            .list_executions(&pipeline.arn, query, total, now)
            .await?;
        self.learn_ends(&list.rows, defaults.as_deref());
        let rows = list.rows.into_iter().map(|stored| ExecutionRow {
            changed: match (&defaults, &stored.execution.parameters) {
                (Some(definition), Some(values)) => changed(definition, values),
                _ => Vec::new(),
            },
            ended_in_fail_step: stored.fail_step.unwrap_or(false),
            execution: stored.execution,
        });
        let value = ExecutionList {
            rows: rows.collect(),
            total: list.total,
            counts,
            page: list.page,
            pages: list.pages,
            incomplete: (self.is_behind().await? || self.is_back(&pipeline).await?)
                && !self.store.history_is_whole(&pipeline.arn).await?,
            pipeline,
        };
        Ok(reading(told, version_of(&value), value))
    }

    /// Reads, in the background, how the failed executions in view ended: whether a Fail step ended
    /// one decides what can be done about it, and lists do not tell.
    fn learn_ends(&self, rows: &[StoredExecution], definition: Option<&Definition>) {
        let may_fail = |definition: &Definition| {
            let mut kinds = definition.steps.iter().map(|step| &step.kind);
            kinds.any(|kind| *kind == StepKind::Fail)
        };
        if !definition.is_some_and(may_fail) {
            return;
        }
        let unknown: Vec<String> = rows
            .iter()
            .filter(|row| row.fail_step.is_none())
            .filter(|row| row.execution.status == ExecutionStatus::Failed)
            .take(ENDS_AT_ONCE)
            .map(|row| row.execution.arn.clone())
            .collect();
        if unknown.is_empty() {
            return;
        }
        let site = self.clone();
        tokio::spawn(async move {
            for arn in unknown {
                site.learn_end(&arn).await;
            }
        });
    }

    /// Reads one of them, unless another reader did so while this one waited for its turn. One that
    /// cannot be read stays as it is.
    async fn learn_end(&self, arn: &str) {
        for turn in [false, true] {
            if turn {
                self.turn_in_the_background().await;
            }
            match self.store.execution(arn).await {
                Ok(Some(stored)) if stored.fail_step.is_none() => {
                    if turn {
                        let _ = self.follow_execution(&stored.execution).await;
                    }
                }
                _ => return,
            }
        }
    }

    pub(super) async fn display_name_taken(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<bool, ReadError> {
        let sight = self.visible(scope).await?;
        Ok(self.store.display_name_taken(name, &sight).await?)
    }

    pub(super) async fn newest_running(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Option<Reading<ExecutionView>>, ReadError> {
        let (pipeline, _) = self.seen_pipeline(scope, name).await?;
        self.follow_executions_of(&pipeline).await?;
        let running = self.store.running(Some(&pipeline.arn)).await?;
        let Some((_, arn)) = running.into_iter().next() else {
            return Ok(None);
        };
        match self.view(pipeline, &arn).await {
            Err(ReadError::Execution) => Ok(None),
            view => view.map(Some),
        }
    }
}
