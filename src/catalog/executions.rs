//! The executions of a pipeline.

use super::cache_key::CacheKey;
use super::execution_query::{ExecutionQuery, asks_for_pipelines};
use super::freshness::Freshness;
use super::parameters::changed_parameters;
use super::pending::expected_status;
use super::reading::versioned;
use super::store::{Among, ExecutionFilter};
use super::views::{ExecutionList, ExecutionRow, ExecutionView, ReadError, Reading};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::Pipeline;
use sluicegate_definition::Definition;

impl WorkspaceCatalog {
    /// Follows what feeds the executions of a pipeline: the search over all, and its own history
    /// where that search has not come far enough, or is refused.
    async fn follow_executions_of(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        if self.lacks_history(pipeline).await? {
            let (all, own) = tokio::join!(self.follow_executions(), self.follow_history(pipeline));
            let (all, mut own) = (all?, own?);
            for error in all.read_errors {
                if !own.read_errors.contains(&error) {
                    own.read_errors.push(error);
                }
            }
            return Ok(own);
        }
        let mut freshness = self.follow_executions().await?;
        if !self.can_search() {
            let mut own = self.follow_history(pipeline).await?;
            own.read_errors.append(&mut freshness.read_errors);
            return Ok(own);
        }
        if freshness.as_of.is_none() {
            // An earlier process may have read this pipeline's own.
            let own = CacheKey::History(pipeline.arn.clone());
            freshness.as_of = self.known(&own).await?.as_of;
        }
        Ok(freshness)
    }

    /// Whether executions of this pipeline have not been read that the search over all does not
    /// return: it has not come far enough, or the pipeline was dropped after it had passed them.
    async fn lacks_history(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        if !self.can_search() {
            return Ok(true);
        }
        self.is_history_incomplete(pipeline).await
    }

    async fn is_history_incomplete(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        Ok(!self.store.is_history_complete(&pipeline.arn).await?
            && (self.is_behind().await? || self.is_back(pipeline).await?))
    }

    /// Whether this pipeline was dropped before, and its history not read again yet.
    pub(super) async fn is_back(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        let returned = self.store.returned_pipelines().await?;
        Ok(returned.contains(&pipeline.arn))
    }

    /// The same while a list of them is open: what began elsewhere shows within seconds.
    async fn follow_open_list(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        let newest = async {
            match self.can_search() {
                true => self.follow_newest(pipeline).await,
                false => Ok(()),
            }
        };
        let (followed, newest) = tokio::join!(self.follow_executions_of(pipeline), newest);
        newest?;
        followed
    }

    pub(super) async fn executions(
        &self,
        scope: &Scope,
        name: &str,
        query: &ExecutionQuery,
    ) -> Result<Reading<ExecutionList>, ReadError> {
        let (pipeline, _) = self.visible_pipeline(scope, name).await?;
        let (listed, followed, current) = tokio::join!(
            self.follow_pipelines(true),
            self.follow_open_list(&pipeline),
            self.current_definition(&pipeline),
        );
        let mut freshness = followed?;
        if !self.sees_all(scope) {
            freshness = freshness.redacted();
        }
        freshness = freshness.or_unavailable()?;
        freshness.blend(listed?);
        let (defaults, read_errors) = current?;
        freshness.read_errors.extend(read_errors);
        // It may have been deleted meanwhile.
        let Some(pipeline) = self.store.pipeline_named(name).await? else {
            return Err(ReadError::Pipeline);
        };
        let mut list = self
            .execution_list(pipeline, query, defaults.as_deref())
            .await?;
        if list.rows.is_empty() && !query.search.is_empty() {
            let (visible, _) = self.visible_of_known(scope).await?;
            let sought = self.store.sought_execution(&query.search, &visible).await?;
            list.elsewhere = sought.filter(|sought| sought.pipeline.exact() != list.pipeline.name);
        }
        Ok(versioned(freshness, list))
    }

    async fn execution_list(
        &self,
        pipeline: Pipeline,
        query: &ExecutionQuery,
        defaults: Option<&Definition>,
    ) -> Result<ExecutionList, ReadError> {
        let groups = query.groups();
        let labels = match asks_for_pipelines(&groups) {
            true => self.store.pipeline_labels(&only_one(&pipeline)).await?,
            false => Vec::new(),
        };
        let filter = ExecutionFilter {
            among: Among::Pipeline(&pipeline.arn),
            groups: &groups,
            pipelines: &labels,
            starters: &query.starters,
            shown_until: query.shown_until,
            now: self.clock.now(),
        };
        let counts = self.store.count_executions(&filter).await?;
        let list = self.store.list_executions(&filter, query, &counts).await?;
        let mut failures = self.failures(&list.rows).await?;
        let ended = self.ended_in_fail_step(&list.rows).await?;
        let rows = list.rows.into_iter().zip(ended);
        let rows = rows.map(|(stored, ended_in_fail_step)| ExecutionRow {
            pending: None,
            gone: stored.gone,
            changed: match (defaults, &stored.execution.parameters) {
                (Some(definition), Some(values)) => changed_parameters(definition, values),
                _ => Vec::new(),
            },
            ended_in_fail_step,
            failure: failures.remove(&stored.execution.arn),
            execution: stored.execution,
        });
        let mut list = ExecutionList {
            rows: rows.collect(),
            total: list.total,
            counts,
            page: list.page,
            pages: list.pages,
            incomplete: self.is_history_incomplete(&pipeline).await?,
            elsewhere: None,
            pipeline,
        };
        self.show_pending(&mut list);
        Ok(list)
    }

    /// Shows the executions in the status that an accepted action leads to.
    fn show_pending(&self, list: &mut ExecutionList) {
        for index in 0..list.rows.len() {
            let execution = &list.rows[index].execution;
            if let Some(action) = self.pending.on(execution) {
                let mut execution = execution.clone();
                execution.status = expected_status(action);
                list.show(index, execution, Some(action));
            }
        }
    }

    pub(super) async fn newest_running(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Option<Reading<ExecutionView>>, ReadError> {
        let (pipeline, _) = self.visible_pipeline(scope, name).await?;
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

fn only_one(pipeline: &Pipeline) -> VisiblePipelines {
    VisiblePipelines::Only {
        names: [pipeline.name.clone()].into(),
        arns: vec![pipeline.arn.clone()],
    }
}
