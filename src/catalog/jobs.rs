//! The jobs of steps.

use std::time::Duration;

use super::cache_key::CacheKey;
use super::execution::belongs_to;
use super::memory_cache::Cached;
use super::views::{ExecutionView, ReadError};
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::{AwsError, AwsErrorKind, JobDetail, Service, StepRecord, StepResource};

/// How old the description of a running job may be.
const RUNNING_JOB_MAX_AGE: Duration = Duration::from_secs(5);
/// How old that of an ended one may be.
const ENDED_JOB_MAX_AGE: Duration = Duration::from_secs(60);

impl WorkspaceCatalog {
    /// The job of a step of this execution.
    pub(super) async fn step_job(
        &self,
        scope: &Scope,
        view: &ExecutionView,
        record: &StepRecord,
    ) -> Result<Option<JobDetail>, AwsError> {
        let pipeline = self.visible_pipeline(scope, &view.pipeline.name).await;
        let own = pipeline.is_ok_and(|(pipeline, _)| belongs_to(&view.execution, &pipeline));
        if !own || !view.steps.contains(record) {
            return Ok(None);
        }
        self.job(record).await
    }

    async fn job(&self, record: &StepRecord) -> Result<Option<JobDetail>, AwsError> {
        let Some(arn) = record.metadata.arn.clone() else {
            return Ok(None);
        };
        let max_age = if record.status.is_running() {
            RUNNING_JOB_MAX_AGE
        } else {
            ENDED_JOB_MAX_AGE
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
        match self.cached(key, "Describe", max_age, fetch).await {
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
