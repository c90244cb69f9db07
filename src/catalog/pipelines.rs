//! Pipelines: the list, one by name, its definition, its versions and tags.

use std::sync::Arc;
use std::time::Duration;

use super::freshness::{Freshness, Outcome, Wish};
use super::kept::Answer;
use super::site::{Site, Subject};
use super::store::StoredDetail;
use super::version::version_of;
use super::views::{
    PipelineInformation, PipelineList, PipelineQuery, PipelineRow, PipelineView, ReadError, Reading,
};
use super::visible::{Sight, hushed};
use crate::access::Scope;
use crate::domain::{AwsError, AwsErrorKind, Pipeline, Service};
use sluicegate_definition::Definition;

/// How old the pipelines of a workspace may be.
pub(super) const AGE: Duration = Duration::from_secs(15);
/// How old a definition may be where no list tells when it changed.
const AGE_UNLISTED: Duration = Duration::from_secs(30);
/// How old versions and tags may be.
const AGE_INFORMATION: Duration = Duration::from_secs(30);

impl Site {
    /// Follows the list of pipelines.
    pub(super) async fn follow_pipelines(&self, hurried: bool) -> Result<Freshness, ReadError> {
        let wish = Wish {
            operation: "ListPipelines",
            age: self.eased(AGE),
            hurried,
        };
        self.fresh(Subject::Pipelines, wish, Site::read_pipelines)
            .await
    }

    async fn read_pipelines(self) -> Outcome {
        let call = self.client().list_pipelines();
        let listed = self.ask("ListPipelines", "", call).await;
        let listed = listed.map_err(ReadError::Unavailable)?;
        // What an incomplete list lacks may still exist: nothing is deleted on its word.
        if listed.complete {
            self.store.replace_pipelines(&listed.items).await?;
        } else {
            self.store.add_pipelines(&listed.items).await?;
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
        let mut told = listed?.or_missing()?;
        blend(&mut told, executions?);
        let (sight, tags) = self.sight(scope).await?;
        // The tags are younger than they may be, or known to be stale.
        blend(
            &mut told,
            Freshness {
                as_of: None,
                ..tags
            },
        );
        let mut value = self.pipeline_list(query, &sight).await?;
        let returned = self.store.returned_pipelines().await?;
        let is_back = |row: &PipelineRow| returned.contains(&row.pipeline.arn);
        let rows = value.rows.iter();
        let unread: Vec<(Pipeline, bool)> = rows
            .filter(|row| !value.histories_known || is_back(row))
            .map(|row| (row.pipeline.clone(), row.running > 0 || is_back(row)))
            .collect();
        if !unread.is_empty() {
            let in_view = self.follow_in_view(&unread).await?;
            blend(&mut told, in_view);
            value = self.pipeline_list(query, &sight).await?;
        }
        if !self.shows_all(scope) {
            told = hushed(told);
        }
        Ok(reading(told, version_of(&value), value))
    }

    async fn pipeline_list(
        &self,
        query: &PipelineQuery,
        sight: &Sight,
    ) -> Result<PipelineList, ReadError> {
        let counts = self.store.count_pipelines(&query.search, sight).await?;
        let (all, total, executing) = counts;
        let list = self.store.list_pipelines(query, sight, total).await?;
        Ok(PipelineList {
            rows: list.rows,
            total: list.total,
            all,
            executing,
            page: list.page,
            pages: list.pages,
            histories_known: self.can_search(),
        })
    }

    /// The pipeline, told by a fresh list, and how fresh.
    async fn listed_pipeline(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<(Pipeline, Freshness), ReadError> {
        let told = self.follow_pipelines(true).await?;
        let (pipeline, _) = self.seen_pipeline(scope, name).await?;
        Ok((pipeline, told))
    }

    pub(super) async fn pipeline(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Reading<Pipeline>, ReadError> {
        let (pipeline, told) = self.listed_pipeline(scope, name).await?;
        Ok(reading(told, version_of(&pipeline), pipeline))
    }

    /// What `DescribePipeline` told of the pipeline, refreshed where its time of change moved.
    async fn fresh_detail(
        &self,
        pipeline: &Pipeline,
        hurried: bool,
    ) -> Result<(Option<StoredDetail>, Freshness), ReadError> {
        let stored = self.store.detail(pipeline).await?;
        let listed_modified = pipeline.modified.map(|at| at.as_microsecond());
        let listed = self.refused("ListPipelines", "").is_none();
        let current = stored
            .as_ref()
            .is_some_and(|stored| stored.listed_modified == listed_modified);
        if current && listed && listed_modified.is_some() {
            return Ok((stored, Freshness::default()));
        }
        let wish = Wish {
            operation: "DescribePipeline",
            age: if current {
                AGE_UNLISTED
            } else {
                Duration::from_secs(1)
            },
            hurried,
        };
        let asked = pipeline.clone();
        let subject = Subject::Detail(pipeline.arn.clone());
        let told = self
            .fresh(subject, wish, move |site| site.read_detail(asked))
            .await?;
        Ok((self.store.detail(pipeline).await?, told))
    }

    async fn read_detail(self, pipeline: Pipeline) -> Outcome {
        let call = self.client().describe_pipeline(&pipeline.arn);
        match self.ask("DescribePipeline", &pipeline.arn, call).await {
            Ok(mut told) => {
                // The row stands under the listed ARN, whatever spelling comes back.
                told.pipeline.arn.clone_from(&pipeline.arn);
                self.store.put_detail(&told, pipeline.modified).await?;
                Ok(Vec::new())
            }
            Err(failure) => {
                if failure.kind == AwsErrorKind::NotFound {
                    self.store.forget_pipeline(&pipeline.arn).await?;
                }
                Err(ReadError::Unavailable(failure))
            }
        }
    }

    pub(super) async fn detail(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Reading<PipelineView>, ReadError> {
        let (pipeline, mut told) = self.listed_pipeline(scope, name).await?;
        let (stored, told_detail) = self.fresh_detail(&pipeline, false).await?;
        let Some(stored) = stored else {
            if self.store.pipeline_named(name).await?.is_none() {
                return Err(ReadError::Pipeline);
            }
            told_detail.or_missing()?;
            return Err(ReadError::Pipeline);
        };
        blend(&mut told, told_detail);
        let hash = &stored.definition_hash;
        let text = self.store.definition(hash).await?;
        let mut detail = stored.detail;
        let version = version_of(&(&detail, hash));
        let again = text.clone();
        let (definition, picture) = self.pictures.picture(hash, || async { Ok(again) }).await?;
        detail.definition = text;
        let value = PipelineView {
            detail,
            definition,
            picture,
        };
        Ok(reading(told, version, value))
    }

    /// The pipeline's current definition, as far as it can be had in a short while.
    pub(super) async fn current_definition(
        &self,
        pipeline: &Pipeline,
    ) -> Result<(Option<Arc<Definition>>, Vec<AwsError>), ReadError> {
        let (stored, told) = self.fresh_detail(pipeline, true).await?;
        let Some(stored) = stored else {
            return Ok((None, told.troubles));
        };
        let definition = self.definition(&stored.definition_hash).await?;
        Ok((Some(definition), told.troubles))
    }

    /// The definition of this hash.
    pub(super) async fn definition(&self, hash: &str) -> Result<Arc<Definition>, ReadError> {
        self.pictures
            .definition(hash, || self.store.definition(hash))
            .await
    }

    pub(super) async fn information(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Reading<PipelineInformation>, ReadError> {
        let (pipeline, mut told) = self.listed_pipeline(scope, name).await?;
        let arn = &pipeline.arn;
        let (asked, tagged) = (arn.clone(), arn.clone());
        let (versions, tags) = tokio::join!(
            self.kept(
                Subject::Versions(arn.clone()),
                "ListPipelineVersions",
                AGE_INFORMATION,
                move |site| async move {
                    let call = site.client().list_versions(&asked);
                    let listed = site.ask("ListPipelineVersions", &asked, call).await?;
                    let troubles = listed.incomplete(Service::SageMaker, "ListPipelineVersions");
                    Ok((
                        Answer::Versions(listed.items),
                        troubles.into_iter().collect(),
                    ))
                },
            ),
            self.kept(
                Subject::Tags(arn.clone()),
                "ListTags",
                AGE_INFORMATION,
                move |site| async move {
                    let call = site.client().list_tags(&tagged);
                    let tags = site.ask("ListTags", &tagged, call).await?;
                    Ok((Answer::Tags(tags), Vec::new()))
                },
            ),
        );
        let versions = part(&mut told, versions, |answer| match answer {
            Answer::Versions(versions) => Some(versions.clone()),
            _ => None,
        })?;
        let tags = part(&mut told, tags, |answer| match answer {
            Answer::Tags(tags) => Some(tags.clone()),
            _ => None,
        })?;
        let value = PipelineInformation { versions, tags };
        Ok(reading(told, version_of(&value), value))
    }

    /// An answer that is only kept in memory, refreshed where it is older than `age`. `fetch` gives
    /// it with what is missing from it.
    pub(super) async fn kept<F>(
        &self,
        subject: Subject,
        operation: &'static str,
        age: Duration,
        fetch: impl FnOnce(Site) -> F + Send + 'static,
    ) -> Result<(Arc<Answer>, Freshness), ReadError>
    where
        F: Future<Output = Result<(Answer, Vec<AwsError>), AwsError>> + Send + 'static,
    {
        // What is no longer kept has to be asked again, however young.
        let kept = self.kept.get(&subject).is_some();
        let wish = Wish {
            operation,
            age: if kept { age } else { Duration::ZERO },
            hurried: false,
        };
        let place = subject.clone();
        let told = self
            .fresh(subject.clone(), wish, move |site| async move {
                let fetched = fetch(site.clone()).await;
                let (answer, troubles) = fetched.map_err(ReadError::Unavailable)?;
                site.kept.put(place, answer);
                Ok(troubles)
            })
            .await?;
        match self.kept.get(&subject) {
            Some(answer) => Ok((answer, told)),
            None => Err(told
                .or_missing()
                .err()
                .unwrap_or_else(|| ReadError::Database("an answer was not kept".into()))),
        }
    }
}

/// One part of an answer that can fail by itself.
fn part<T>(
    told: &mut Freshness,
    answer: Result<(Arc<Answer>, Freshness), ReadError>,
    pick: impl FnOnce(&Answer) -> Option<T>,
) -> Result<Result<T, AwsError>, ReadError> {
    match answer {
        Ok((answer, more)) => {
            blend(told, more);
            let picked = pick(&answer);
            let picked =
                picked.ok_or_else(|| ReadError::Database("an answer of another kind".into()));
            Ok(Ok(picked?))
        }
        Err(ReadError::Unavailable(failure)) => Ok(Err(failure)),
        Err(missing) => Err(missing),
    }
}

/// Adds what went wrong with something that is served together.
pub(super) fn blend(told: &mut Freshness, more: Freshness) {
    for failure in more.troubles {
        if !told.troubles.contains(&failure) {
            told.troubles.push(failure);
        }
    }
    // What is refused takes away only what it fed.
    if matches!(&more.failed, Some(ReadError::Unavailable(failure)) if failure.is_lasting()) {
        return;
    }
    told.stale |= more.stale;
    told.as_of = match (told.as_of, more.as_of) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
}

/// The answer to a reader; troubles are part of what changes.
pub(super) fn reading<T>(told: Freshness, version: String, value: T) -> Reading<T> {
    let version = if told.troubles.is_empty() {
        version
    } else {
        let troubles = told.troubles.iter();
        let told = troubles.map(|failure| (failure.operation, failure.kind));
        version_of(&(version, told.collect::<Vec<_>>()))
    };
    Reading {
        value,
        as_of: told.as_of,
        version,
        troubles: told.troubles,
        stale: told.stale,
    }
}
