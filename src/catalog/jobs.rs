//! The jobs of steps.

use std::time::Duration;

use futures_util::future::join_all;

use super::cache_key::CacheKey;
use super::execution::belongs_to;
use super::freshness::RefreshPolicy;
use super::memory_cache::Cached;
use super::views::{ExecutionView, ReadError};
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::{
    AwsError, AwsErrorKind, ExecutionStatus, JobDetail, Service, StepRecord, StepResource,
};

/// How old the description of a running job may be.
const RUNNING_JOB_MAX_AGE: Duration = Duration::from_secs(5);
/// How old that of an ended one may be.
const ENDED_JOB_MAX_AGE: Duration = Duration::from_secs(60);
/// How old what the banner of a succeeded execution shows may be. Only a model's approval still changes.
const PRODUCT_MAX_AGE: Duration = Duration::from_secs(600);
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
        self.job(record, RefreshPolicy::patient("Describe", max_age))
            .await
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
            .map(|record| self.job(record, policy));
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
        record: &StepRecord,
        policy: RefreshPolicy,
    ) -> Result<Option<JobDetail>, AwsError> {
        let Some(arn) = record.metadata.arn.clone() else {
            return Ok(None);
        };
        let metadata = record.metadata.clone();
        let job_arn = arn.clone();
        let fetch = move |workspace: WorkspaceCatalog| async move {
            // Each kind of job has an operation of its own.
            let resource = metadata.resource();
            let operation = resource.and_then(StepResource::describe_operation);
            let call = workspace.client().describe_job(&metadata);
            let job = workspace
                .ask(operation.unwrap_or("Describe"), &job_arn, call)
                .await?;
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
}
