//! The executions of a pipeline.

use super::cache_key::CacheKey;
use super::execution_query::ExecutionQuery;
use super::freshness::Freshness;
use super::parameters::changed_parameters;
use super::reading::versioned;
use super::store::Among;
use super::views::{ExecutionList, ExecutionView, ReadError, Reading};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::{Execution, Pipeline};
use sluicegate_definition::Definition;

impl WorkspaceCatalog {
    /// Follows what feeds the executions of a pipeline: the search over all, and its own history
    /// where that search has not come far enough, or is refused.
    async fn follow_executions_of(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        if self.lacks_history(pipeline).await? {
            let (all, own) = tokio::join!(self.follow_executions(), self.follow_history(pipeline));
            let (all, mut own) = (all?, own?);
            if self.can_search() {
                // What was found by the search is shown where the pipeline's own cannot be listed.
                own.as_of = own.as_of.or(all.as_of);
            }
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
    /// return: it has not come far enough, the pipeline was dropped after it had passed them, or it lacks some.
    async fn lacks_history(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        if !self.can_search() {
            return Ok(true);
        }
        self.is_history_incomplete(pipeline).await
    }

    /// Whether executions of this pipeline are missing, as far as it is known.
    pub(super) async fn is_history_incomplete(
        &self,
        pipeline: &Pipeline,
    ) -> Result<bool, ReadError> {
        if self.is_unread(pipeline).await? {
            return Ok(true);
        }
        Ok(self.is_behind().await? && !self.store.is_history_complete(&pipeline.arn).await?)
    }

    /// Whether this pipeline's own list is to be read: it was dropped before, or the search lacks some of it.
    pub(super) async fn is_unread(&self, pipeline: &Pipeline) -> Result<bool, ReadError> {
        Ok(self.store.is_pipeline_unread(&pipeline.arn).await?)
    }

    /// The same while a list of them is open: what began elsewhere shows within seconds.
    async fn follow_open_list(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        let newest = async {
            match self.can_search() {
                true => self.follow_newest(pipeline).await,
                false => Ok(()),
            }
        };
        self.mark_unsearched().await?;
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
        if pipeline.gone.is_some() {
            return self.executions_of_gone(pipeline, query).await;
        }
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
            let gone = self.store.gone_pipeline_named(name).await?;
            let gone = gone.ok_or(ReadError::Pipeline)?;
            return self.executions_of_gone(gone, query).await;
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

    /// What was read of the executions of a pipeline that SageMaker no longer knows: it is not asked about them.
    async fn executions_of_gone(
        &self,
        pipeline: Pipeline,
        query: &ExecutionQuery,
    ) -> Result<Reading<ExecutionList>, ReadError> {
        let (defaults, _) = self.current_definition(&pipeline).await?;
        let freshness = self.known(&CacheKey::Pipelines).await?;
        let list = self.execution_list(pipeline, query, defaults.as_deref());
        Ok(versioned(freshness, list.await?))
    }

    async fn execution_list(
        &self,
        pipeline: Pipeline,
        query: &ExecutionQuery,
        defaults: Option<&Definition>,
    ) -> Result<ExecutionList, ReadError> {
        // Before the rows: what is whole now has all of them.
        let lacks = self.history_gap(&pipeline).await?;
        let groups = query.groups();
        let labels = self.labels(&groups, &only_one(&pipeline)).await?;
        let among = Among::Pipeline(&pipeline.arn);
        let filter = self.execution_filter(among, query, &groups, &labels);
        let mut counts = self.store.count_executions(&filter).await?;
        let list = self.store.list_executions(&filter, query, &counts).await?;
        let changed = |execution: &Execution| match (defaults, &execution.parameters) {
            (Some(definition), Some(values)) => changed_parameters(definition, values),
            _ => Vec::new(),
        };
        let mut rows = self.execution_rows(list.rows, changed).await?;
        self.show_pending(rows.iter_mut(), &mut counts);
        Ok(ExecutionList {
            rows,
            total: list.total,
            counts,
            page: list.page,
            pages: list.pages,
            lacks,
            elsewhere: None,
            pipeline,
        })
    }

    pub(super) async fn newest_running(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Option<Reading<ExecutionView>>, ReadError> {
        let (pipeline, _) = self.visible_pipeline(scope, name).await?;
        if pipeline.gone.is_some() {
            return Ok(None);
        }
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
