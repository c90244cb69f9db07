//! The jobs of steps.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;

use super::cache_key::CacheKey;
use super::execution::belongs_to;
use super::freshness::RefreshPolicy;
use super::memory_cache::Cached;
use super::store::{StepJob, StoredExecution};
use super::turns::Urgency;
use super::views::{ExecutionView, ReadError};
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::aws::{NextPage, PageWalk};
use crate::domain::{
    AwsError, AwsErrorKind, ExecutionStatus, JobDetail, Service, StepRecord, StepResource,
};

/// How old the description of a running job may be.
const RUNNING_JOB_MAX_AGE: Duration = Duration::from_secs(5);
/// How old that of an ended one may be.
const ENDED_JOB_MAX_AGE: Duration = Duration::from_secs(60);
/// How old what the banner of a succeeded execution shows may be. Only a model's approval still changes.
const PRODUCT_MAX_AGE: Duration = Duration::from_secs(600);
/// So many training jobs of an execution are searched for together, and fewer are described.
const MIN_SEARCHED_JOBS: usize = 2;
/// How long training jobs are only described, once a search returned none of those that there were.
const FRUITLESS_SEARCH_LIFETIME: Duration = Duration::from_secs(600);
/// The most registered models that are described for one banner.
const MAX_DESCRIBED_MODELS: usize = 2;

impl WorkspaceCatalog {
    /// The job of a step of this execution.
    pub(super) async fn step_job(
        &self,
        scope: &Scope,
        view: &ExecutionView,
        record: &StepRecord,
    ) -> Result<Option<JobDetail>, AwsError> {
        if !self.shows(scope, view).await || !view.steps.contains(record) {
            return Ok(None);
        }
        let max_age = if record.status.is_running() {
            RUNNING_JOB_MAX_AGE
        } else {
            ENDED_JOB_MAX_AGE
        };
        let policy = RefreshPolicy::patient("Describe", max_age);
        self.job(&view.execution.arn, record, policy).await
    }

    /// What an execution that succeeded made: the models that it registered, and the metrics of the last job that
    /// reports any. Without what is not known within a short while.
    pub(super) async fn products(&self, scope: &Scope, view: &ExecutionView) -> Vec<JobDetail> {
        if view.execution.status != ExecutionStatus::Succeeded || !self.shows(scope, view).await {
            return Vec::new();
        }
        let made = |kinds: &'static [StepResource]| {
            let records = view.steps.iter().rev();
            records.filter(|record| {
                let resource = record.metadata.resource();
                resource.is_some_and(|resource| kinds.contains(&resource))
            })
        };
        let models = made(&[StepResource::ModelPackage]).take(MAX_DESCRIBED_MODELS);
        let measured = made(&[StepResource::TrainingJob, StepResource::TuningJob]).take(1);
        let policy = RefreshPolicy {
            is_brief: true,
            ..RefreshPolicy::patient("Describe", PRODUCT_MAX_AGE)
        };
        let described = models
            .chain(measured)
            .map(|record| self.job(&view.execution.arn, record, policy));
        let described = join_all(described).await.into_iter();
        described.filter_map(|job| job.ok()?).collect()
    }

    /// Whether this person may see the execution: it is of a pipeline that is visible to them.
    async fn shows(&self, scope: &Scope, view: &ExecutionView) -> bool {
        let pipeline = self.visible_pipeline(scope, &view.pipeline.name).await;
        pipeline.is_ok_and(|(pipeline, _)| belongs_to(&view.execution, &pipeline))
    }

    async fn job(
        &self,
        execution_arn: &str,
        record: &StepRecord,
        policy: RefreshPolicy,
    ) -> Result<Option<JobDetail>, AwsError> {
        let Some(arn) = record.metadata.arn.clone() else {
            return Ok(None);
        };
        let (execution_arn, described) = (execution_arn.to_owned(), record.clone());
        let fetch = move |workspace: WorkspaceCatalog| async move {
            let job = workspace.describe_job(&described).await?;
            if let Some(detail) = job.clone() {
                let job = StepJob {
                    record: described,
                    detail,
                };
                // The panel shows it all the same.
                if let Err(error) = workspace.store.put_jobs(&execution_arn, &[job]).await {
                    tracing::error!(%error, "Cannot store the job of a step");
                }
            }
            Ok((Cached::Job(job.map(Box::new)), Vec::new()))
        };
        let key = CacheKey::Job(arn, record.status.clone());
        match self.cached(key, policy, fetch).await {
            Ok((answer, _)) => match answer.as_ref() {
                Cached::Job(job) => Ok(job.as_deref().cloned()),
                _ => Ok(None),
            },
            Err(ReadError::Unavailable(error)) => Err(error),
            Err(other) => Err(AwsError::new(
                Service::SageMaker,
                "Describe",
                AwsErrorKind::Garbled,
                other.to_string(),
            )),
        }
    }

    /// The job of a step at this moment; each kind has an operation of its own.
    async fn describe_job(&self, record: &StepRecord) -> Result<Option<JobDetail>, AwsError> {
        let Some(arn) = &record.metadata.arn else {
            return Ok(None);
        };
        let resource = record.metadata.resource();
        let operation = resource.and_then(StepResource::describe_operation);
        let call = self.client().describe_job(&record.metadata);
        self.ask(operation.unwrap_or("Describe"), arn, call).await
    }

    /// Reads the jobs of the steps of an execution that have ended, and that are not known as they ended. Where some cannot
    /// be read, the others are.
    pub(super) async fn read_jobs(
        &self,
        one: &StoredExecution,
        urgency: Urgency,
    ) -> Result<(), ReadError> {
        let arn = &one.execution.arn;
        let Some(steps) = self.store.steps(arn).await? else {
            return Ok(());
        };
        let known = self.store.ended_jobs(one.number).await?;
        let mut unread: Vec<(String, StepRecord)> = Vec::new();
        for record in steps.records {
            let is_job = record.metadata.resource().is_some_and(StepResource::is_job);
            let Some(job_arn) = record.metadata.arn.clone() else {
                continue;
            };
            let key = (record.name.clone(), job_arn);
            if is_job && !record.status.is_running() && !known.contains(&key) {
                unread.push((key.1, record));
            }
        }
        let mut searched = self.search_training_jobs(arn, &unread, urgency).await;
        let (mut jobs, mut failed) = (Vec::new(), None);
        for (job_arn, record) in unread {
            let mut detail = searched.remove(&job_arn.to_ascii_lowercase());
            if detail.is_none() {
                self.background_turn(urgency).await;
                match self.describe_job(&record).await {
                    Ok(described) => detail = described,
                    // There is nothing to read any more.
                    Err(error) if error.kind == AwsErrorKind::NotFound => {}
                    Err(error) => {
                        let goes_on = error.is_lasting() || error.kind == AwsErrorKind::Refused;
                        failed = Some(error);
                        if !goes_on {
                            break;
                        }
                    }
                }
            }
            jobs.extend(detail.map(|detail| StepJob { record, detail }));
        }
        self.store.put_jobs(arn, &jobs).await?;
        match failed {
            Some(error) => Err(ReadError::Unavailable(error)),
            None if one.steps_read => Ok(self.store.set_jobs_read(one).await?),
            // Further steps may start.
            None => Ok(()),
        }
    }

    /// Those of these jobs that are training jobs and have ended, by their ARNs in lower case, as one search returns them;
    /// none where describing costs no more. What the search lacks may be there all the same.
    async fn search_training_jobs(
        &self,
        execution_arn: &str,
        jobs: &[(String, StepRecord)],
        urgency: Urgency,
    ) -> HashMap<String, JobDetail> {
        let training = jobs.iter().filter(|(_, record)| {
            let ran_here = record.cache_hit.is_none() && record.reused_from.is_none();
            ran_here && record.metadata.resource() == Some(StepResource::TrainingJob)
        });
        let failed = *self.backfill.found_no_training_job.lock();
        let is_useless = failed.is_some_and(|at| self.clock.age(at) < FRUITLESS_SEARCH_LIFETIME);
        let mut found = HashMap::new();
        if training.count() < MIN_SEARCHED_JOBS || is_useless {
            return found;
        }
        let (mut token, mut walk) = (None, PageWalk::default());
        loop {
            self.background_turn(urgency).await;
            let call = self.client().search_training_jobs(execution_arn, token);
            // Whether training jobs can be searched says nothing about executions.
            let page = match self.ask("Search", "TrainingJob", call).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::debug!(%error, "Cannot search for training jobs");
                    break;
                }
            };
            let next = walk.after(page.items.len(), page.next);
            let ended = page
                .items
                .into_iter()
                .filter(|(_, job)| job.ended.is_some());
            found.extend(ended.map(|(arn, job)| (arn.to_ascii_lowercase(), job)));
            match next {
                NextPage::At(next) => token = Some(next),
                NextPage::End | NextPage::Endless => break,
            }
        }
        *self.backfill.found_no_training_job.lock() = found.is_empty().then(|| self.clock.moment());
        found
    }
}
