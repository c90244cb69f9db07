//! The three actions, each in a person's name.

use std::time::Duration;

use aws_sdk_sagemaker as sdk;
use futures_util::future::BoxFuture;
use sdk::operation::RequestId;
use sdk::types::Parameter;

use super::convert::text;
use super::{Client, SignedClient};
use sluicegate_domain::{AwsError, AwsErrorKind, ParameterValue};

const START: &str = "StartPipelineExecution";
const STOP: &str = "StopPipelineExecution";
const RETRY: &str = "RetryPipelineExecution";

/// How often a stop that met a conflict is tried again, and the pause before each (the figures
/// Airflow uses).
const MAX_STOP_RETRIES: u32 = 5;
const STOP_RETRY_PAUSE: Duration = Duration::from_millis(300);

/// What to start (API: `StartPipelineExecution`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartRequest {
    /// The pipeline's ARN or name.
    pub pipeline_arn_or_name: String,
    /// The `ClientRequestToken`, 32 to 128 characters: the same token never starts twice.
    pub token: String,
    /// A name for people; the service makes one if unset.
    pub display_name: Option<String>,
    /// Up to 3,072 characters.
    pub description: Option<String>,
    /// The parameters to set; those not named keep their defaults.
    pub parameters: Vec<ParameterValue>,
}

/// An action that SageMaker accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The execution started or acted on.
    pub execution_arn: String,
    /// The service's request id.
    pub request_id: Option<String>,
}

impl Client {
    /// Assumes the write role as for a start of this pipeline in a person's name. Sends nothing to
    /// SageMaker; does nothing without a write role.
    pub fn try_write_role<'a>(
        &'a self,
        person: &'a str,
        pipeline_arn: &'a str,
    ) -> BoxFuture<'a, Result<(), AwsError>> {
        Box::pin(async move {
            let write_client = self.write_client(person, START, pipeline_arn).await;
            write_client.map(drop)
        })
    }

    /// Starts an execution (`StartPipelineExecution`) in a person's name. Where the workspace has a
    /// write role, the pipeline must be named by its ARN.
    pub fn start<'a>(
        &'a self,
        person: &'a str,
        request: StartRequest,
    ) -> BoxFuture<'a, Result<Accepted, AwsError>> {
        Box::pin(async move {
            let pipeline = &request.pipeline_arn_or_name;
            let write_client = self.write_client(person, START, pipeline).await?;
            let answer = write_client
                .act(START, |client| {
                    client
                        .start_pipeline_execution()
                        .pipeline_name(request.pipeline_arn_or_name)
                        .client_request_token(request.token)
                        .set_pipeline_execution_display_name(text(request.display_name))
                        .set_pipeline_execution_description(text(request.description))
                        .set_pipeline_parameters(assignments(request.parameters))
                        .send()
                })
                .await?;
            Ok(Accepted {
                request_id: answer.request_id().map(str::to_owned),
                execution_arn: answer.pipeline_execution_arn.unwrap_or_default(),
            })
        })
    }

    /// Stops an execution (`StopPipelineExecution`) in a person's name. The conflict SageMaker answers
    /// with while an execution is between two steps is tried again up to five times, 0.3 s apart.
    pub fn stop<'a>(
        &'a self,
        person: &'a str,
        arn: &'a str,
        token: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, AwsError>> {
        Box::pin(async move {
            let write_client = self.write_client(person, STOP, arn).await?;
            let mut retries = 0;
            loop {
                match stop_once(&write_client, arn, token).await {
                    Err(error)
                        if error.kind == AwsErrorKind::Conflict && retries < MAX_STOP_RETRIES =>
                    {
                        retries += 1;
                        tokio::time::sleep(STOP_RETRY_PAUSE).await;
                    }
                    settled => return settled,
                }
            }
        })
    }

    /// Resumes a stopped execution, or retries a failed one (`RetryPipelineExecution`), in a person's
    /// name.
    pub fn retry<'a>(
        &'a self,
        person: &'a str,
        arn: &'a str,
        token: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, AwsError>> {
        Box::pin(async move {
            let write_client = self.write_client(person, RETRY, arn).await?;
            let answer = write_client
                .act(RETRY, |client| {
                    client
                        .retry_pipeline_execution()
                        .pipeline_execution_arn(arn)
                        .client_request_token(token)
                        .send()
                })
                .await?;
            Ok(Accepted {
                request_id: answer.request_id().map(str::to_owned),
                execution_arn: answer
                    .pipeline_execution_arn
                    .unwrap_or_else(|| arn.to_owned()),
            })
        })
    }
}

async fn stop_once(
    write_client: &SignedClient<sdk::Client>,
    arn: &str,
    token: &str,
) -> Result<Accepted, AwsError> {
    let answer = write_client
        .act(STOP, |client| {
            client
                .stop_pipeline_execution()
                .pipeline_execution_arn(arn)
                .client_request_token(token)
                .send()
        })
        .await?;
    Ok(Accepted {
        request_id: answer.request_id().map(str::to_owned),
        execution_arn: answer
            .pipeline_execution_arn
            .unwrap_or_else(|| arn.to_owned()),
    })
}

fn assignments(parameters: Vec<ParameterValue>) -> Option<Vec<Parameter>> {
    let assignments: Vec<_> = parameters
        .into_iter()
        .map(|parameter| {
            Parameter::builder()
                .name(parameter.name)
                .value(parameter.value)
                .build()
        })
        .collect();
    (!assignments.is_empty()).then_some(assignments)
}
