//! Which pipelines a person may see. Whatever a query tells of passes here first.
//!
//! A pipeline that a person may not see is answered like one that is not there, and after the same
//! calls: what its name alone decides is decided before anybody looks whether it exists, and what
//! its tags decide is looked up in lists that are read whatever name was asked for.

use std::collections::HashSet;

use super::freshness::Freshness;
use super::site::Site;
use super::store::json;
use super::{Denied, ReadError};
use crate::access::{Grant, PipelineRef, Role, Scope, Tags};
use crate::domain::{AwsError, Pipeline};

/// Which pipelines of a workspace a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    /// Every one, also those that no longer exist.
    All,
    /// Those of these names.
    Names(HashSet<String>),
}

impl Visible {
    /// Whether the pipeline of this name may be seen.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(name),
        }
    }
}

/// Which pipelines a query may tell of.
#[derive(Debug, Clone)]
pub(super) enum Sight {
    All,
    These {
        names: HashSet<String>,
        /// A JSON list of their ARNs, for SQL.
        arns: String,
    },
}

impl From<Sight> for Visible {
    fn from(sight: Sight) -> Self {
        match sight {
            Sight::All => Self::All,
            Sight::These { names, .. } => Self::Names(names),
        }
    }
}

impl Site {
    fn about<'a>(&'a self, pipeline: &'a str, tags: Option<&'a Tags>) -> PipelineRef<'a> {
        PipelineRef {
            workspace: &self.workspace.name,
            pipeline,
            tags,
        }
    }

    /// Whether this person may see every pipeline here.
    pub(super) fn shows_all(&self, scope: &Scope) -> bool {
        scope.sees_all(&self.workspace.name)
    }

    /// Which of the pipelines known by now this person may see, and how their tags were told.
    pub(super) async fn sight(&self, scope: &Scope) -> Result<(Sight, Freshness), ReadError> {
        if self.shows_all(scope) {
            return Ok((Sight::All, Freshness::default()));
        }
        let told = if scope.depends_on_tags(&self.workspace.name) {
            self.follow_tags(true).await?
        } else {
            Freshness::default()
        };
        let mut known = self.store.tagged(Self::tags_known_since()).await?;
        known.retain(|one| scope.sees(self.about(&one.name, one.tags.as_ref())));
        let arns: Vec<&str> = known.iter().map(|one| one.arn.as_str()).collect();
        let arns = json(&arns);
        let names = known.into_iter().map(|one| one.name).collect();
        Ok((Sight::These { names, arns }, told))
    }

    /// The pipelines this person may see, by a fresh list.
    pub(super) async fn visible(&self, scope: &Scope) -> Result<Sight, ReadError> {
        if !self.shows_all(scope) {
            self.follow_pipelines(true).await?;
        }
        Ok(self.sight(scope).await?.0)
    }

    /// The pipeline of this name, with its tags where these decide anything.
    pub(super) async fn seen_pipeline(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<(Pipeline, Option<Tags>), ReadError> {
        let workspace = &self.workspace.name;
        if !scope.might_see(workspace, name) {
            return Err(ReadError::Pipeline);
        }
        // Whatever its tags are: that there is one is no secret.
        let whatever = scope.sees(self.about(name, None));
        if whatever && !scope.depends_on_tags(workspace) {
            return Ok((self.known_pipeline(name).await?, None));
        }
        let (listed, told) = tokio::join!(self.follow_pipelines(true), self.follow_tags(whatever));
        let (listed, told) = (listed?, told?);
        if whatever {
            let pipeline = self.known_pipeline(name).await?;
            let tags = self.known_tags(&pipeline).await?;
            return Ok((pipeline, tags));
        }
        if let Some(pipeline) = self.store.pipeline_named(name).await? {
            let tags = self.known_tags(&pipeline).await?;
            if scope.sees(self.about(name, tags.as_ref())) {
                return Ok((pipeline, tags));
            }
        }
        // Where the list or the tags could not be read, nobody can tell.
        for told in [listed, told] {
            hushed(told).or_missing()?;
        }
        Err(ReadError::Pipeline)
    }

    async fn known_tags(&self, pipeline: &Pipeline) -> Result<Option<Tags>, ReadError> {
        let since = Self::tags_known_since();
        Ok(self.store.tags_of(&pipeline.arn, since).await?)
    }

    /// What this person may do with a pipeline, as far as its tags are known: for what pages offer.
    pub(super) async fn standing(
        &self,
        scope: &Scope,
        name: &str,
        needed: Role,
    ) -> Result<Grant, Denied> {
        let (pipeline, tags) = self.seen_pipeline(scope, name).await?;
        Ok(scope.may(needed, self.about(&pipeline.name, tags.as_ref()))?)
    }

    /// What this person may do with a pipeline. More than to see it is decided by its tags at this
    /// moment, where any tags could decide it.
    pub(super) async fn may(
        &self,
        scope: &Scope,
        name: &str,
        needed: Role,
    ) -> Result<Grant, Denied> {
        let (pipeline, tags) = self.seen_pipeline(scope, name).await?;
        let asks = needed > Role::Viewer && scope.depends_on_tags(&self.workspace.name);
        let whatever = || scope.may(needed, self.about(name, None)).is_ok();
        let tags = if asks && !scope.is_read_only() && !whatever() {
            Some(self.tags_now(&pipeline).await?)
        } else {
            tags
        };
        Ok(scope.may(needed, self.about(&pipeline.name, tags.as_ref()))?)
    }
}

/// Without AWS's own words about what went wrong: those of calls about all pipelines may name some
/// that the reader may not see.
pub(super) fn hushed(mut told: Freshness) -> Freshness {
    let hush = |failure: &mut AwsError| {
        failure.message =
            "what it said is shown to those who may see every pipeline of this workspace".into();
    };
    told.troubles.iter_mut().for_each(hush);
    if let Some(ReadError::Unavailable(failure)) = &mut told.failed {
        hush(failure);
    }
    told
}
