//! What the jobs of steps tell of themselves.

use std::time::Duration;

use super::execution::is_of;
use super::kept::Answer;
use super::site::{Site, Subject};
use super::views::{ExecutionView, ReadError};
use crate::access::Scope;
use crate::domain::{AwsError, AwsErrorKind, JobDetail, Service, StepRecord, StepResource};

/// How old what a running job tells may be.
const AGE: Duration = Duration::from_secs(5);
/// How old what an ended one tells may be.
const AGE_ENDED: Duration = Duration::from_secs(60);

impl Site {
    /// What the job of a step of this execution tells.
    pub(super) async fn step_job(
        &self,
        scope: &Scope,
        view: &ExecutionView,
        record: &StepRecord,
    ) -> Result<Option<JobDetail>, AwsError> {
        let pipeline = self.seen_pipeline(scope, &view.pipeline.name).await;
        let own = pipeline.is_ok_and(|(pipeline, _)| is_of(&view.execution, &pipeline));
        if !own || !view.steps.contains(record) {
            return Ok(None);
        }
        self.job(record).await
    }

    async fn job(&self, record: &StepRecord) -> Result<Option<JobDetail>, AwsError> {
        let Some(arn) = record.metadata.arn.clone() else {
            return Ok(None);
        };
        let age = if record.status.is_running() {
            AGE
        } else {
            AGE_ENDED
        };
        let metadata = record.metadata.clone();
        let about = arn.clone();
        let fetch = move |site: Site| async move {
            // Each kind of job has its own operation.
            let resource = metadata.resource();
            let operation = resource.and_then(StepResource::describe_operation);
            let call = site.client().describe_job(&metadata);
            let job = site
                .ask(operation.unwrap_or("Describe"), &about, call)
                .await?;
            Ok((Answer::Job(job.map(Box::new)), Vec::new()))
        };
        match self.kept(Subject::Job(arn), "Describe", age, fetch).await {
            Ok((answer, _)) => match answer.as_ref() {
                Answer::Job(job) => Ok(job.as_deref().cloned()),
                _ => Ok(None),
            },
            Err(ReadError::Unavailable(failure)) => Err(failure),
            Err(other) => Err(AwsError::new(
                Service::SageMaker,
                "Describe",
                AwsErrorKind::Garbled,
                other.to_string(),
            )),
        }
    }
}
