//! The three actions, each in a person's name.

use std::time::Duration;

use aws_sdk_sagemaker::operation::RequestId;
use aws_sdk_sagemaker::types::{
    ParallelismConfiguration, Parameter, SelectedStep, SelectiveExecutionConfig,
};

use super::Client;
use super::client::Hand;
use super::convert::text;
use crate::domain::{AwsError, AwsErrorKind, ParameterValue};

/// The API's name of a stop.
const STOP: &str = "StopPipelineExecution";

/// How often a stop that met a conflict is tried again, and how long after (the figures Airflow
/// works with).
const STOP_RETRIES: u32 = 5;
const STOP_PAUSE: Duration = Duration::from_millis(300);

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
    /// The version to run; the newest if unset.
    pub version: Option<i64>,
    /// How many steps run at once; the pipeline's own limit if unset.
    pub max_parallel_steps: Option<i32>,
    /// The steps to run, where only some shall.
    pub selected_steps: Vec<String>,
    /// The execution whose results the selected steps reuse.
    pub source_execution_arn: Option<String>,
}

/// An action that SageMaker accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The execution started or acted on.
    pub execution_arn: String,
    /// The service's request id.
    pub request_id: Option<String>,
}

impl Client {
    /// Tries whether the write role can be assumed for a start of this pipeline in a person's name.
    /// Nothing is sent to SageMaker; without a write role there is nothing to try.
    pub async fn try_write_role(&self, person: &str, pipeline_arn: &str) -> Result<(), AwsError> {
        let hand = self.hand(person, "StartPipelineExecution", pipeline_arn);
        hand.await.map(drop)
    }

    /// Starts an execution (`StartPipelineExecution`) in a person's name. Where the workspace has a
    /// write role, the pipeline must be named by its ARN.
    pub async fn start(&self, person: &str, request: StartRequest) -> Result<Done, AwsError> {
        let operation = "StartPipelineExecution";
        let pipeline = &request.pipeline_arn_or_name;
        let hand = self.hand(person, operation, pipeline).await?;
        let selection = selection(request.selected_steps, request.source_execution_arn);
        let answer = self
            .act(&hand, operation, |client| {
                client
                    .start_pipeline_execution()
                    .pipeline_name(request.pipeline_arn_or_name)
                    .client_request_token(request.token)
                    .set_pipeline_execution_display_name(text(request.display_name))
                    .set_pipeline_execution_description(text(request.description))
                    .set_pipeline_parameters(assignments(request.parameters))
                    .set_pipeline_version_id(request.version)
                    .set_parallelism_configuration(request.max_parallel_steps.map(parallelism))
                    .set_selective_execution_config(selection)
                    .send()
            })
            .await?;
        Ok(Done {
            request_id: answer.request_id().map(str::to_owned),
            execution_arn: answer.pipeline_execution_arn.unwrap_or_default(),
        })
    }

    /// Stops an execution (`StopPipelineExecution`) in a person's name. The conflict SageMaker answers with while an
    /// execution is between two steps is tried again up to five times, 0.3 s apart.
    pub async fn stop(&self, person: &str, arn: &str, token: &str) -> Result<Done, AwsError> {
        let hand = self.hand(person, STOP, arn).await?;
        let mut retries = 0;
        loop {
            match self.stop_once(&hand, arn, token).await {
                Err(failure)
                    if failure.kind == AwsErrorKind::Conflict && retries < STOP_RETRIES =>
                {
                    retries += 1;
                    tokio::time::sleep(STOP_PAUSE).await;
                }
                settled => return settled,
            }
        }
    }

    async fn stop_once(&self, hand: &Hand, arn: &str, token: &str) -> Result<Done, AwsError> {
        let answer = self
            .act(hand, STOP, |client| {
                client
                    .stop_pipeline_execution()
                    .pipeline_execution_arn(arn)
                    .client_request_token(token)
                    .send()
            })
            .await?;
        Ok(Done {
            request_id: answer.request_id().map(str::to_owned),
            execution_arn: answer
                .pipeline_execution_arn
                .unwrap_or_else(|| arn.to_owned()),
        })
    }

    /// Resumes a stopped execution, or retries a failed one (`RetryPipelineExecution`), in a person's
    /// name.
    pub async fn retry(&self, person: &str, arn: &str, token: &str) -> Result<Done, AwsError> {
        let operation = "RetryPipelineExecution";
        let hand = self.hand(person, operation, arn).await?;
        let answer = self
            .act(&hand, operation, |client| {
                client
                    .retry_pipeline_execution()
                    .pipeline_execution_arn(arn)
                    .client_request_token(token)
                    .send()
            })
            .await?;
        Ok(Done {
            request_id: answer.request_id().map(str::to_owned),
            execution_arn: answer
                .pipeline_execution_arn
                .unwrap_or_else(|| arn.to_owned()),
        })
    }
}

fn parallelism(steps: i32) -> ParallelismConfiguration {
    ParallelismConfiguration::builder()
        .max_parallel_execution_steps(steps)
        .build()
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

fn selection(steps: Vec<String>, source: Option<String>) -> Option<SelectiveExecutionConfig> {
    if steps.is_empty() {
        return None;
    }
    let steps = steps
        .into_iter()
        .map(|step| SelectedStep::builder().step_name(step).build())
        .collect();
    Some(
        SelectiveExecutionConfig::builder()
            .set_selected_steps(Some(steps))
            .set_source_pipeline_execution_arn(source)
            .build(),
    )
}
