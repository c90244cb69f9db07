//! What a person may see and do. Every query passes here first.
//!
//! A pipeline that a person may not see is answered like one that does not exist, and after the same
//! calls: what its name alone decides is decided before anybody looks whether it exists, and what
//! its tags decide is looked up in lists that are read whichever name was asked for.

use std::collections::HashMap;

use super::freshness::Freshness;
use super::views::{AccessError, ReadError};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::access::{Grant, PipelineRef, Role, Scope, Tags};
use crate::domain::Pipeline;

impl WorkspaceCatalog {
    fn pipeline_ref<'a>(&'a self, pipeline: &'a str, tags: Option<&'a Tags>) -> PipelineRef<'a> {
        PipelineRef {
            workspace: &self.workspace.name,
            pipeline,
            tags,
        }
    }

    /// Whether this person may see every pipeline here.
    pub(super) fn sees_all(&self, scope: &Scope) -> bool {
        scope.sees_all(&self.workspace.name)
    }

    /// Which of the pipelines known by now this person may see, and how fresh their tags are.
    pub(super) async fn visible_of_known(
        &self,
        scope: &Scope,
    ) -> Result<(VisiblePipelines, Freshness), ReadError> {
        if self.sees_all(scope) {
            return Ok((VisiblePipelines::All, Freshness::default()));
        }
        let freshness = if scope.depends_on_tags(&self.workspace.name) {
            self.follow_tags(true).await?
        } else {
            Freshness::default()
        };
        let mut known = self.store.tagged(self.tags_known_since()).await?;
        known.retain(|one| scope.sees(self.pipeline_ref(&one.name, one.tags.as_ref())));
        let arns = known.iter().map(|one| one.arn.clone()).collect();
        let names = known.into_iter().map(|one| one.name).collect();
        Ok((VisiblePipelines::Only { names, arns }, freshness))
    }

    /// The pipelines this person may see, by a fresh list.
    pub(super) async fn visible(&self, scope: &Scope) -> Result<VisiblePipelines, ReadError> {
        if !self.sees_all(scope) {
            self.follow_pipelines(true).await?;
        }
        Ok(self.visible_of_known(scope).await?.0)
    }

    /// The pipeline of this name, with its tags where these decide anything.
    pub(super) async fn visible_pipeline(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<(Pipeline, Option<Tags>), ReadError> {
        let workspace = &self.workspace.name;
        if !scope.might_see(workspace, name) {
            return Err(ReadError::Pipeline);
        }
        // With any tags: then it is no secret whether there is such a pipeline.
        let sees_with_any_tags = scope.sees(self.pipeline_ref(name, None));
        if sees_with_any_tags && !scope.depends_on_tags(workspace) {
            return Ok((self.known_pipeline(name).await?, None));
        }
        let (listed, tagged) = tokio::join!(
            self.follow_pipelines(true),
            self.follow_tags(sees_with_any_tags)
        );
        let (listed, tagged) = (listed?, tagged?);
        if sees_with_any_tags {
            let pipeline = self.known_pipeline(name).await?;
            let tags = self.known_tags(&pipeline).await?;
            return Ok((pipeline, tags));
        }
        if let Some(pipeline) = self.store.pipeline_named(name).await? {
            let tags = self.known_tags(&pipeline).await?;
            if scope.sees(self.pipeline_ref(name, tags.as_ref())) {
                return Ok((pipeline, tags));
            }
        }
        // Where the list or the tags could not be read, it is unknown whether there is one.
        for freshness in [listed, tagged] {
            freshness.redacted().or_unavailable()?;
        }
        Err(ReadError::Pipeline)
    }

    /// The same for what takes the role `needed`: with one that is gone, nothing can be done but to look at it.
    async fn actable_pipeline(
        &self,
        scope: &Scope,
        name: &str,
        needed: Role,
    ) -> Result<(Pipeline, Option<Tags>), ReadError> {
        let (pipeline, tags) = self.visible_pipeline(scope, name).await?;
        if pipeline.gone.is_some() && needed > Role::Viewer {
            return Err(ReadError::Pipeline);
        }
        Ok((pipeline, tags))
    }

    async fn known_tags(&self, pipeline: &Pipeline) -> Result<Option<Tags>, ReadError> {
        let since = self.tags_known_since();
        Ok(self.store.tags_of(&pipeline.arn, since).await?)
    }

    /// What this person may do with a pipeline, by the tags that are known: for what pages offer.
    pub(super) async fn known_grant(
        &self,
        scope: &Scope,
        name: &str,
        needed: Role,
    ) -> Result<Grant, AccessError> {
        let (pipeline, tags) = self.actable_pipeline(scope, name, needed).await?;
        Ok(scope.may(needed, self.pipeline_ref(&pipeline.name, tags.as_ref()))?)
    }

    /// Why this person may not do so much with each of these pipelines, by one look at what is known of all; those with
    /// which they may are left out.
    pub(super) async fn known_refusals(
        &self,
        scope: &Scope,
        names: &[&str],
        needed: Role,
    ) -> Result<HashMap<String, AccessError>, ReadError> {
        let known = match scope.depends_on_tags(&self.workspace.name) {
            true => {
                self.follow_tags(true).await?;
                self.store.tagged(self.tags_known_since()).await?
            }
            false => Vec::new(),
        };
        let known = known.iter();
        let tags: HashMap<&str, Option<&Tags>> = known
            .map(|one| (one.name.as_str(), one.tags.as_ref()))
            .collect();
        let refusal = |name: &&str| {
            let tags = tags.get(*name).copied().flatten();
            let refusal = scope.may(needed, self.pipeline_ref(name, tags)).err()?;
            Some(((*name).to_owned(), refusal.into()))
        };
        Ok(names.iter().filter_map(refusal).collect())
    }

    /// What this person may do with a pipeline. More than to see it is decided by its tags at this
    /// moment, where any tags could decide it.
    pub(super) async fn authorize(
        &self,
        scope: &Scope,
        name: &str,
        needed: Role,
    ) -> Result<Grant, AccessError> {
        let (pipeline, tags) = self.actable_pipeline(scope, name, needed).await?;
        let asks = needed > Role::Viewer && scope.depends_on_tags(&self.workspace.name);
        let may_with_any_tags = || scope.may(needed, self.pipeline_ref(name, None)).is_ok();
        let tags = if asks && !scope.is_read_only() && !may_with_any_tags() {
            Some(self.tags_now(&pipeline).await?)
        } else {
            tags
        };
        Ok(scope.may(needed, self.pipeline_ref(&pipeline.name, tags.as_ref()))?)
    }
}
