//! Pipelines: the list, one by name, its definition, its versions and tags.

use std::sync::Arc;
use std::time::Duration;

use super::cache_key::CacheKey;
use super::freshness::{Freshness, Outcome, RefreshPolicy};
use super::memory_cache::Cached;
use super::reading::{part, reading, versioned};
use super::store::StoredDetail;
use super::version::version_of;
use super::views::{
    PipelineInformation, PipelineList, PipelineQuery, PipelineRow, PipelineView, ReadError, Reading,
};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::{AwsError, AwsErrorKind, Pipeline, Service};
use sluicegate_definition::Definition;

/// How old the pipelines of a workspace may be.
const PIPELINES_MAX_AGE: Duration = Duration::from_secs(15);
/// How old a definition may be whose pipeline changed since, by the list.
const CHANGED_DETAIL_MAX_AGE: Duration = Duration::from_secs(1);
/// How old a definition may be where no list holds when the pipeline changed.
const UNLISTED_DETAIL_MAX_AGE: Duration = Duration::from_secs(30);
/// How old versions and tags may be.
const INFORMATION_MAX_AGE: Duration = Duration::from_secs(30);

impl WorkspaceCatalog {
    /// Follows the list of pipelines.
    pub(super) async fn follow_pipelines(&self, is_brief: bool) -> Result<Freshness, ReadError> {
        let policy = RefreshPolicy {
            operation: "ListPipelines",
            max_age: self.throttled_age(PIPELINES_MAX_AGE),
            is_brief,
        };
        self.fresh(
            CacheKey::Pipelines,
            policy,
            WorkspaceCatalog::read_pipelines,
        )
        .await
    }

    async fn read_pipelines(self) -> Outcome {
        let call = self.client().list_pipelines();
        let listed = self.ask("ListPipelines", "", call).await;
        let listed = listed.map_err(ReadError::Unavailable)?;
        let now = self.clock.now();
        // What an incomplete list lacks may still exist.
        if listed.complete {
            self.store.replace_pipelines(&listed.items, now).await?;
        } else {
            self.store.add_pipelines(&listed.items, now).await?;
        }
        Ok(listed
            .incomplete(Service::SageMaker, "ListPipelines")
            .into_iter()
            .collect())
    }

    pub(super) async fn pipelines(
        &self,
        scope: &Scope,
        query: &PipelineQuery,
    ) -> Result<Reading<PipelineList>, ReadError> {
        let (listed, executions) =
            tokio::join!(self.follow_pipelines(false), self.follow_executions());
        let mut freshness = listed?.or_unavailable()?;
        freshness.blend(executions?);
        if !query.search.is_empty() {
            // Tags are searched as well.
            freshness.blend_undated(self.follow_tags(true).await?);
        }
        let (visible, tags) = self.visible_of_known(scope).await?;
        freshness.blend_undated(tags);
        let mut list = self.pipeline_list(query, &visible).await?;
        let unread = self.unread_rows(&list).await?;
        if !unread.is_empty() {
            freshness.blend(self.follow_in_view(&unread).await?);
            list = self.pipeline_list(query, &visible).await?;
        }
        if !self.sees_all(scope) {
            freshness = freshness.redacted();
        }
        Ok(versioned(freshness, list))
    }

    /// The pipelines in view whose executions the search over all does not return, each with whether
    /// their history is to be read even if they have not run since.
    async fn unread_rows(&self, list: &PipelineList) -> Result<Vec<(Pipeline, bool)>, ReadError> {
        self.mark_unsearched().await?;
        let unread = self.store.unread_pipelines().await?;
        let is_unread = |row: &PipelineRow| unread.iter().any(|one| one.arn == row.pipeline.arn);
        let rows = list
            .rows
            .iter()
            .filter(|row| !list.histories_known || is_unread(row));
        Ok(rows
            .map(|row| (row.pipeline.clone(), row.running > 0 || is_unread(row)))
            .collect())
    }

    async fn pipeline_list(
        &self,
        query: &PipelineQuery,
        visible: &VisiblePipelines,
    ) -> Result<PipelineList, ReadError> {
        let counts = self.store.count_pipelines(&query.search, visible).await?;
        let total = counts.in_state(query.state);
        let list = self.store.list_pipelines(query, visible, total).await?;
        Ok(PipelineList {
            rows: list.rows,
            total: list.total,
            counts,
            page: list.page,
            pages: list.pages,
            histories_known: self.can_search(),
            execution: self.store.sought_execution(&query.search, visible).await?,
        })
    }

    /// The pipeline by a fresh list, and how fresh.
    async fn listed_pipeline(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<(Pipeline, Freshness), ReadError> {
        let freshness = self.follow_pipelines(true).await?;
        let (pipeline, _) = self.visible_pipeline(scope, name).await?;
        Ok((pipeline, freshness))
    }

    pub(super) async fn pipeline(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Reading<Pipeline>, ReadError> {
        let (pipeline, freshness) = self.listed_pipeline(scope, name).await?;
        Ok(versioned(freshness, pipeline))
    }

    /// What `DescribePipeline` returned of the pipeline, refreshed where its time of change moved.
    async fn fresh_detail(
        &self,
        pipeline: &Pipeline,
        is_brief: bool,
    ) -> Result<(Option<StoredDetail>, Freshness), ReadError> {
        let stored = self.store.detail(pipeline).await?;
        if pipeline.gone.is_some() {
            return Ok((stored, Freshness::default()));
        }
        let listed_modified = pipeline.modified.map(|at| at.as_microsecond());
        let is_listed = self.refused("ListPipelines", "").is_none();
        let is_current = stored
            .as_ref()
            .is_some_and(|stored| stored.listed_modified == listed_modified);
        if is_current && is_listed && listed_modified.is_some() {
            return Ok((stored, Freshness::default()));
        }
        let policy = RefreshPolicy {
            operation: "DescribePipeline",
            max_age: if is_current {
                UNLISTED_DETAIL_MAX_AGE
            } else {
                CHANGED_DETAIL_MAX_AGE
            },
            is_brief,
        };
        let key = CacheKey::Detail(pipeline.arn.clone());
        let wanted = pipeline.clone();
        let freshness = self
            .fresh(key, policy, move |workspace| workspace.read_detail(wanted))
            .await?;
        Ok((self.store.detail(pipeline).await?, freshness))
    }

    async fn read_detail(self, pipeline: Pipeline) -> Outcome {
        let described = self.ask_about_pipeline("DescribePipeline", &pipeline.arn, |client, of| {
            client.describe_pipeline(of)
        });
        match described.await {
            Ok(mut described) => {
                // The row stands under the listed ARN, in whichever spelling the answer has it.
                described.pipeline.arn.clone_from(&pipeline.arn);
                self.store.put_detail(&described, pipeline.modified).await?;
                Ok(Vec::new())
            }
            Err(error) => {
                if error.kind == AwsErrorKind::NotFound {
                    let now = self.clock.now();
                    self.store.mark_pipeline_gone(&pipeline.arn, now).await?;
                }
                Err(ReadError::Unavailable(error))
            }
        }
    }

    pub(super) async fn detail(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Reading<PipelineView>, ReadError> {
        let (pipeline, mut freshness) = self.listed_pipeline(scope, name).await?;
        let (stored, of_detail) = self.fresh_detail(&pipeline, false).await?;
        let Some(stored) = stored else {
            if self.store.pipeline_named(name).await?.is_none() {
                return Err(ReadError::Pipeline);
            }
            of_detail.or_unavailable()?;
            return Err(ReadError::Pipeline);
        };
        freshness.blend(of_detail);
        let hash = &stored.definition_hash;
        let text = self.store.definition(hash).await?;
        let mut detail = stored.detail;
        let version = version_of(&(&detail, hash));
        let copy = text.clone();
        let drawings = self.diagrams.drawings(hash, || async { Ok(copy) }).await?;
        detail.definition = text;
        let value = PipelineView {
            detail,
            definition: drawings.definition.clone(),
            drawings,
        };
        Ok(reading(freshness, version, value))
    }

    /// The pipeline's current definition, where it can be had in a short while.
    pub(super) async fn current_definition(
        &self,
        pipeline: &Pipeline,
    ) -> Result<(Option<Arc<Definition>>, Vec<AwsError>), ReadError> {
        let (stored, freshness) = self.fresh_detail(pipeline, true).await?;
        let Some(stored) = stored else {
            return Ok((None, freshness.read_errors));
        };
        let definition = self.definition(&stored.definition_hash).await?;
        Ok((Some(definition), freshness.read_errors))
    }

    /// The definition of this hash.
    pub(super) async fn definition(&self, hash: &str) -> Result<Arc<Definition>, ReadError> {
        let text = || async { self.store.definition(hash).await.map_err(ReadError::from) };
        self.diagrams.definition(hash, text).await
    }

    pub(super) async fn information(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Reading<PipelineInformation>, ReadError> {
        let (pipeline, mut freshness) = self.listed_pipeline(scope, name).await?;
        if pipeline.gone.is_some() {
            let (versions, tags) = (Ok(Vec::new()), Ok(Vec::new()));
            return Ok(versioned(freshness, PipelineInformation { versions, tags }));
        }
        let (versions, tags) = tokio::join!(
            self.versions(&pipeline.arn),
            self.cached_tags(&pipeline.arn)
        );
        let versions = part(&mut freshness, versions, |answer| match answer {
            Cached::Versions(versions) => Some(versions.clone()),
            _ => None,
        })?;
        let tags = part(&mut freshness, tags, |answer| match answer {
            Cached::Tags(tags) => Some(tags.clone()),
            _ => None,
        })?;
        Ok(versioned(freshness, PipelineInformation { versions, tags }))
    }

    async fn versions(&self, arn: &str) -> Result<(Arc<Cached>, Freshness), ReadError> {
        let operation = "ListPipelineVersions";
        let (key, arn) = (CacheKey::Versions(arn.to_owned()), arn.to_owned());
        let fetch = move |workspace: WorkspaceCatalog| async move {
            let listed = workspace
                .ask_about_pipeline(operation, &arn, |client, of| client.list_versions(of))
                .await?;
            let incomplete = listed.incomplete(Service::SageMaker, operation);
            let versions = Cached::Versions(listed.items);
            Ok((versions, incomplete.into_iter().collect()))
        };
        let policy = RefreshPolicy::patient(operation, INFORMATION_MAX_AGE);
        self.cached(key, policy, fetch).await
    }

    async fn cached_tags(&self, arn: &str) -> Result<(Arc<Cached>, Freshness), ReadError> {
        let operation = "ListTags";
        let (key, arn) = (CacheKey::Tags(arn.to_owned()), arn.to_owned());
        let fetch = move |workspace: WorkspaceCatalog| async move {
            let call = workspace.client().list_tags(&arn);
            let tags = workspace.ask(operation, &arn, call).await?;
            Ok((Cached::Tags(tags), Vec::new()))
        };
        let policy = RefreshPolicy::patient(operation, INFORMATION_MAX_AGE);
        self.cached(key, policy, fetch).await
    }

    /// An answer that is only kept in memory, refreshed where it is older than the policy allows. `fetch`
    /// returns it with what went wrong beside.
    pub(super) async fn cached<F>(
        &self,
        key: CacheKey,
        policy: RefreshPolicy,
        fetch: impl FnOnce(WorkspaceCatalog) -> F + Send + 'static,
    ) -> Result<(Arc<Cached>, Freshness), ReadError>
    where
        F: Future<Output = Result<(Cached, Vec<AwsError>), AwsError>> + Send + 'static,
    {
        // What fell out of the cache has to be read again, however young.
        let is_cached = self.memory.get(&key).is_some();
        let max_age = if is_cached {
            policy.max_age
        } else {
            Duration::ZERO
        };
        let policy = RefreshPolicy { max_age, ..policy };
        let entry = key.clone();
        let freshness = self
            .fresh(key.clone(), policy, move |workspace| async move {
                let fetched = fetch(workspace.clone()).await;
                let (answer, read_errors) = fetched.map_err(ReadError::Unavailable)?;
                workspace.memory.put(entry, answer);
                Ok(read_errors)
            })
            .await?;
        match self.memory.get(&key) {
            Some(answer) => Ok((answer, freshness)),
            None => Err(freshness
                .or_unavailable()
                .err()
                .unwrap_or_else(|| ReadError::Database("an answer was not cached".into()))),
        }
    }
}
