//! The executions of all pipelines.

use super::execution_query::{ExecutionQuery, asks_for_steps, asks_for_tags};
use super::reading::versioned;
use super::store::{Among, Began, ExecutionFilter, StoredExecution, total};
use super::views::{AllExecutions, ListedExecution, ReadError, Reading, Suggestions};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::filter::Groups;
use crate::domain::{Execution, ExecutionStatus, Named};

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
        freshness.blend_undated(self.follow_unsearched().await?);
        if asks_for_tags(&groups) {
            freshness.blend_undated(self.follow_tags(true).await?);
        }
        let (visible, tags) = self.visible_of_known(scope).await?;
        freshness.blend_undated(tags);
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
        // Before the rows: what is whole now has all of them.
        let lacks = self.list_gap(visible).await?;
        let unread_steps = match asks_for_steps(query, groups) {
            true => self.unread_steps().await?,
            false => None,
        };
        let labels = self.labels(groups, visible).await?;
        let filter = self.execution_filter(Among::Visible(visible), query, groups, &labels);
        let mut counts = self.store.count_executions(&filter).await?;
        let list = self.store.list_executions(&filter, query, &counts).await?;
        let mut newer = 0;
        if let Some(until) = query.shown_until {
            for began in [Began::After(until), Began::Unknown] {
                let began = ExecutionFilter { began, ..filter };
                newer += total(groups, &self.store.count_executions(&began).await?);
            }
        }
        let pipelines = self.pipelines_of(&list.rows).await?;
        let given = |execution: &Execution| execution.parameters.clone().unwrap_or_default();
        let numbers: Vec<i64> = list.rows.iter().map(|row| row.number).collect();
        let mut metrics = self.store.metrics(&numbers).await?;
        let mut rows = self.execution_rows(list.rows, given).await?;
        for (number, row) in numbers.iter().zip(&mut rows) {
            row.metrics = metrics.remove(number).unwrap_or_default();
        }
        self.show_pending(rows.iter_mut(), &mut counts);
        Ok(AllExecutions {
            rows: pipelines.into_iter().zip(rows).collect(),
            total: list.total,
            counts,
            page: list.page,
            pages: list.pages,
            newer,
            newest: self.store.newest_start(visible).await?,
            lacks,
            unread_steps,
            suggestions: self.suggestions(visible).await?,
        })
    }

    async fn suggestions(&self, visible: &VisiblePipelines) -> Result<Suggestions, ReadError> {
        Ok(Suggestions {
            pipelines: self.store.suggested_pipelines(visible).await?,
            starters: self.store.suggested_starters(visible).await?,
            failed_steps: self.store.suggested_failed_steps(visible).await?,
        })
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

    pub(super) async fn some_executions(
        &self,
        scope: &Scope,
        query: &ExecutionQuery,
    ) -> Result<Vec<ListedExecution>, ReadError> {
        let groups = query.groups();
        let (visible, _) = self.visible_of_known(scope).await?;
        let labels = self.labels(&groups, &visible).await?;
        let filter = self.execution_filter(Among::Visible(&visible), query, &groups, &labels);
        let some = self
            .store
            .some_executions(&filter, query, EXPORTED_AT_ONCE)
            .await?;
        let named = self.pipelines_of(&some).await?;
        let numbers: Vec<i64> = some.iter().map(|row| row.number).collect();
        let mut metrics = self.store.metrics(&numbers).await?;
        let listed = some.into_iter().zip(named);
        let listed = listed.map(|(stored, pipeline)| ListedExecution {
            failure: stored
                .failure
                .filter(|_| stored.execution.status == ExecutionStatus::Failed),
            metrics: metrics.remove(&stored.number).unwrap_or_default(),
            execution: stored.execution,
            pipeline,
        });
        Ok(listed.collect())
    }
}
