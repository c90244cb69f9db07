//! The executions of all pipelines.

use super::execution_query::{ExecutionQuery, asks_for_pipelines, asks_for_tags};
use super::freshness::Freshness;
use super::pending::expected_status;
use super::reading::versioned;
use super::store::{Among, ExecutionFilter, StoredExecution, total};
use super::views::{
    AllExecutions, ExecutionRow, ListGap, ListedExecution, ReadError, Reading, show_in_row,
};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::filter::Groups;
use crate::domain::{ExecutionStatus, Named};

/// Executions of an export that are read at once.
const EXPORTED_AT_ONCE: u32 = 1_000;

impl WorkspaceCatalog {
    pub(super) async fn all_executions(
        &self,
        scope: &Scope,
        query: &ExecutionQuery,
    ) -> Result<Reading<AllExecutions>, ReadError> {
        let groups = query.groups();
        let (listed, executions) =
            tokio::join!(self.follow_pipelines(true), self.follow_executions());
        let mut freshness = listed?.or_unavailable()?;
        freshness.blend(executions?);
        if asks_for_tags(&groups) {
            let tags = self.follow_tags(true).await?;
            freshness.blend(Freshness {
                as_of: None,
                ..tags
            });
        }
        let (visible, tags) = self.visible_of_known(scope).await?;
        freshness.blend(Freshness {
            as_of: None,
            ..tags
        });
        if !self.sees_all(scope) {
            freshness = freshness.redacted();
        }
        let list = self.all_executions_of(&visible, query, &groups).await?;
        Ok(versioned(freshness, list))
    }

    async fn all_executions_of(
        &self,
        visible: &VisiblePipelines,
        query: &ExecutionQuery,
        groups: &Groups,
    ) -> Result<AllExecutions, ReadError> {
        let pipelines = match asks_for_pipelines(groups) {
            true => self.store.pipeline_labels(visible).await?,
            false => Vec::new(),
        };
        let filter = ExecutionFilter {
            among: Among::Visible(visible),
            groups,
            pipelines: &pipelines,
            starters: &query.starters,
            shown_until: query.shown_until,
            now: self.clock.now(),
        };
        let counts = self.store.count_executions(&filter).await?;
        let list = self.store.list_executions(&filter, query, &counts).await?;
        let newer = match query.shown_until {
            Some(_) => {
                let all = ExecutionFilter {
                    shown_until: None,
                    ..filter
                };
                let all = self.store.count_executions(&all).await?;
                total(groups, &all).saturating_sub(list.total)
            }
            None => 0,
        };
        let pipelines = self.pipelines_of(&list.rows).await?;
        let rows = self.rows(list.rows).await?;
        let mut all = AllExecutions {
            rows: pipelines.into_iter().zip(rows).collect(),
            total: list.total,
            counts,
            page: list.page,
            pages: list.pages,
            newer,
            newest: self.store.newest_start(visible).await?,
            lacks: self.list_gap().await?,
        };
        for (_, row) in &mut all.rows {
            if let Some(action) = self.pending.on(&row.execution) {
                let mut execution = row.execution.clone();
                execution.status = expected_status(action);
                show_in_row(row, &mut all.counts, execution, Some(action));
            }
        }
        Ok(all)
    }

    /// The rows of these executions, with what is known of their failures.
    async fn rows(&self, stored: Vec<StoredExecution>) -> Result<Vec<ExecutionRow>, ReadError> {
        let mut failures = self.failures(&stored).await?;
        let ended = self.ended_in_fail_step(&stored).await?;
        let rows = stored.into_iter().zip(ended);
        let rows = rows.map(|(stored, ended_in_fail_step)| ExecutionRow {
            pending: None,
            gone: stored.gone,
            changed: stored.execution.parameters.clone().unwrap_or_default(),
            ended_in_fail_step,
            failure: failures.remove(&stored.execution.arn),
            execution: stored.execution,
        });
        Ok(rows.collect())
    }

    /// The pipeline of each of these executions.
    async fn pipelines_of(&self, stored: &[StoredExecution]) -> Result<Vec<Named>, ReadError> {
        let arn_of = |one: &StoredExecution| one.execution.pipeline_arn.clone().unwrap_or_default();
        let mut arns: Vec<String> = stored.iter().map(arn_of).collect();
        let in_order = arns.clone();
        arns.sort_unstable();
        arns.dedup();
        let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
        let known = self.store.named_pipelines(&arns).await?;
        let named = |arn: &String| match known.get(arn) {
            Some(named) => named.clone(),
            // It was deleted; its ARN ends with its name.
            None => Named::new(arn.rsplit('/').next().unwrap_or_default(), None),
        };
        Ok(in_order.iter().map(named).collect())
    }

    async fn list_gap(&self) -> Result<Option<ListGap>, ReadError> {
        if !self.can_search() {
            return Ok(Some(ListGap::NotSearchable));
        }
        let is_behind = self.is_behind().await?;
        Ok(is_behind.then_some(ListGap::Filling))
    }

    pub(super) async fn some_executions(
        &self,
        scope: &Scope,
        query: &ExecutionQuery,
    ) -> Result<Vec<ListedExecution>, ReadError> {
        let groups = query.groups();
        let (visible, _) = self.visible_of_known(scope).await?;
        let pipelines = match asks_for_pipelines(&groups) {
            true => self.store.pipeline_labels(&visible).await?,
            false => Vec::new(),
        };
        let filter = ExecutionFilter {
            among: Among::Visible(&visible),
            groups: &groups,
            pipelines: &pipelines,
            starters: &query.starters,
            shown_until: query.shown_until,
            now: self.clock.now(),
        };
        let counts = self.store.count_executions(&filter).await?;
        let some = self
            .store
            .some_executions(&filter, query, &counts, EXPORTED_AT_ONCE)
            .await?;
        let named = self.pipelines_of(&some).await?;
        let listed = some.into_iter().zip(named);
        let listed = listed.map(|(stored, pipeline)| ListedExecution {
            failure: stored
                .failure
                .filter(|_| stored.execution.status == ExecutionStatus::Failed),
            execution: stored.execution,
            pipeline,
        });
        Ok(listed.collect())
    }
}
