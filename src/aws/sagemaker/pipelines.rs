//! Pipelines, their definitions and versions.

use aws_sdk_sagemaker::operation::describe_pipeline::DescribePipelineOutput;
use aws_sdk_sagemaker::types::{self, PipelineVersionSummary, SortOrder, SortPipelinesBy};
use futures_util::future::BoxFuture;

use super::Client;
use super::convert::{creator, text, time};
use super::pages::{self, Listing, PAGE_SIZE, Page};
use sluicegate_domain::{AwsError, Pipeline, PipelineDetail, PipelineVersion};

impl Client {
    /// Every pipeline of the account and Region (`ListPipelines`, all pages), newest first.
    pub fn list_pipelines<'a>(&'a self) -> BoxFuture<'a, Result<Listing<Pipeline>, AwsError>> {
        Box::pin(async move {
            let pipelines = self.list_pipeline_pages().await?;
            for pipeline in &pipelines.items {
                self.accounts().add(&pipeline.arn);
            }
            Ok(pipelines)
        })
    }

    async fn list_pipeline_pages(&self) -> Result<Listing<Pipeline>, AwsError> {
        pages::all(|token| async move {
            let answer = self
                .sagemaker()
                .read("ListPipelines", |client| {
                    client
                        .list_pipelines()
                        .sort_by(SortPipelinesBy::CreationTime)
                        .sort_order(SortOrder::Descending)
                        .max_results(PAGE_SIZE)
                        .set_next_token(token)
                        .send()
                })
                .await?;
            Ok(Page::of(
                answer.pipeline_summaries,
                answer.next_token,
                summary,
            ))
        })
        .await
    }

    /// One pipeline with its current definition (`DescribePipeline`).
    pub fn describe_pipeline<'a>(
        &'a self,
        name_or_arn: &'a str,
    ) -> BoxFuture<'a, Result<PipelineDetail, AwsError>> {
        Box::pin(async move {
            let answer = self
                .sagemaker()
                .read("DescribePipeline", |client| {
                    client.describe_pipeline().pipeline_name(name_or_arn).send()
                })
                .await?;
            Ok(detail(answer, name_or_arn))
        })
    }

    /// Every version of a pipeline (`ListPipelineVersions`, all pages), newest first.
    pub fn list_versions<'a>(
        &'a self,
        name_or_arn: &'a str,
    ) -> BoxFuture<'a, Result<Listing<PipelineVersion>, AwsError>> {
        Box::pin(async move {
            pages::all(|token| async move {
                let answer = self
                    .sagemaker()
                    .read("ListPipelineVersions", |client| {
                        client
                            .list_pipeline_versions()
                            .pipeline_name(name_or_arn)
                            .sort_order(SortOrder::Descending)
                            .max_results(PAGE_SIZE)
                            .set_next_token(token)
                            .send()
                    })
                    .await?;
                Ok(Page::of(
                    answer.pipeline_version_summaries,
                    answer.next_token,
                    version,
                ))
            })
            .await
        })
    }
}

fn summary(summary: types::PipelineSummary) -> Option<Pipeline> {
    Some(Pipeline {
        arn: summary.pipeline_arn?,
        name: summary.pipeline_name?,
        display_name: text(summary.pipeline_display_name),
        description: text(summary.pipeline_description),
        role_arn: text(summary.role_arn),
        created: time(summary.creation_time),
        modified: time(summary.last_modified_time),
        last_execution: time(summary.last_execution_time),
        gone: None,
    })
}

fn detail(answer: DescribePipelineOutput, requested: &str) -> PipelineDetail {
    let requested = || requested.to_owned();
    PipelineDetail {
        pipeline: Pipeline {
            arn: answer.pipeline_arn.unwrap_or_else(requested),
            name: answer.pipeline_name.unwrap_or_else(requested),
            display_name: text(answer.pipeline_display_name),
            description: text(answer.pipeline_description),
            role_arn: text(answer.role_arn),
            created: time(answer.creation_time),
            modified: time(answer.last_modified_time),
            last_execution: time(answer.last_run_time),
            gone: None,
        },
        definition: answer.pipeline_definition.unwrap_or_default(),
        status: answer
            .pipeline_status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        created_by: creator(answer.created_by),
        modified_by: creator(answer.last_modified_by),
        max_parallel_steps: answer
            .parallelism_configuration
            .and_then(|limit| limit.max_parallel_execution_steps),
        version_display_name: text(answer.pipeline_version_display_name),
    }
}

fn version(summary: PipelineVersionSummary) -> Option<PipelineVersion> {
    Some(PipelineVersion {
        id: summary.pipeline_version_id?,
        created: time(summary.creation_time),
        display_name: text(summary.pipeline_version_display_name),
        description: text(summary.pipeline_version_description),
        last_execution_arn: text(summary.last_execution_pipeline_execution_arn),
    })
}
