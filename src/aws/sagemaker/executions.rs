//! Executions: finding and reading them.

use aws_sdk_sagemaker::operation::describe_pipeline_execution::DescribePipelineExecutionOutput;
use aws_sdk_sagemaker::types::{
    self, Filter, Operator, PipelineExecutionStatus, PipelineExecutionSummary, ResourceType,
    SearchExpression, SearchSortOrder, SelectiveExecutionConfig, SortOrder,
    SortPipelineExecutionsBy,
};
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::Client;
use super::convert::{creator, parameter, parameters, text, time};
use super::pages::{self, PAGE_SIZE, Page};
use sluicegate_domain::{AwsError, Execution, ExecutionStatus, ParameterValue, Service};

/// Which time a search is sorted by, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchOrder {
    /// `LastModifiedTime`.
    LastModified,
    /// `CreationTime`.
    Created,
}

/// Which executions a search returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchedExecutions<'a> {
    /// All.
    All,
    /// Those that last changed at this time or before, and in the rest of its second.
    ChangedUntil(Timestamp),
    /// Those of the pipeline of this ARN.
    OfPipeline(&'a str),
}

impl SearchedExecutions<'_> {
    /// The filter for them. A time is written without fractions and time zone (API: `Filter`, `Value`).
    fn expression(self) -> Option<SearchExpression> {
        let (name, operator, value) = match self {
            Self::All => return None,
            Self::ChangedUntil(at) => {
                let next_second = Timestamp::from_second(at.as_second() + 1).unwrap_or(at);
                let value = next_second.strftime("%Y-%m-%dT%H:%M:%S").to_string();
                ("LastModifiedTime", Operator::LessThanOrEqualTo, value)
            }
            Self::OfPipeline(arn) => ("PipelineArn", Operator::Equals, arn.to_owned()),
        };
        let filter = Filter::builder().name(name).operator(operator).value(value);
        Some(SearchExpression::builder().filters(filter.build()).build())
    }
}

impl Client {
    /// One page of up to 100 executions, newest first (`Search` over `PipelineExecution`). The index may lag behind the service by some minutes.
    pub fn search_executions<'a>(
        &'a self,
        order: SearchOrder,
        searched: SearchedExecutions<'a>,
        page_token: Option<String>,
    ) -> BoxFuture<'a, Result<Page<Execution>, AwsError>> {
        Box::pin(async move {
            let sort_by = match order {
                SearchOrder::LastModified => "LastModifiedTime",
                SearchOrder::Created => "CreationTime",
            };
            let expression = searched.expression();
            let answer = self
                .sagemaker()
                .read("Search", |client| {
                    client
                        .search()
                        .resource(ResourceType::PipelineExecution)
                        .set_search_expression(expression)
                        .sort_by(sort_by)
                        .sort_order(SearchSortOrder::Descending)
                        .max_results(PAGE_SIZE)
                        .set_next_token(page_token)
                        .send()
                })
                .await?;
            let total = answer.total_hits.and_then(|hits| hits.value);
            let page = Page::of(answer.results, answer.next_token, |record| {
                found(record.pipeline_execution?)
            });
            Ok(Page { total, ..page })
        })
    }

    /// One page of up to 100 executions of one pipeline, newest first (`ListPipelineExecutions`).
    /// Summaries have neither the parameters nor the time when an execution ended.
    pub fn list_executions<'a>(
        &'a self,
        pipeline_name_or_arn: &'a str,
        page_token: Option<String>,
    ) -> BoxFuture<'a, Result<Page<Execution>, AwsError>> {
        Box::pin(async move {
            let answer = self
                .sagemaker()
                .read("ListPipelineExecutions", |client| {
                    client
                        .list_pipeline_executions()
                        .pipeline_name(pipeline_name_or_arn)
                        .sort_by(SortPipelineExecutionsBy::CreationTime)
                        .sort_order(SortOrder::Descending)
                        .max_results(PAGE_SIZE)
                        .set_next_token(page_token)
                        .send()
                })
                .await?;
            Ok(Page::of(
                answer.pipeline_execution_summaries,
                answer.next_token,
                summary,
            ))
        })
    }

    /// One execution (`DescribePipelineExecution`), without its parameters.
    pub fn describe_execution<'a>(
        &'a self,
        arn: &'a str,
    ) -> BoxFuture<'a, Result<Execution, AwsError>> {
        Box::pin(async move {
            let answer = self
                .sagemaker()
                .read("DescribePipelineExecution", |client| {
                    client
                        .describe_pipeline_execution()
                        .pipeline_execution_arn(arn)
                        .send()
                })
                .await?;
            Ok(described(answer, arn))
        })
    }

    /// The parameters of one execution (`ListPipelineParametersForExecution`, all pages). They are
    /// kept for good once read, so an incomplete list is an error.
    pub fn execution_parameters<'a>(
        &'a self,
        arn: &'a str,
    ) -> BoxFuture<'a, Result<Vec<ParameterValue>, AwsError>> {
        Box::pin(async move {
            let parameters = pages::all(|token| async move {
                let answer = self
                    .sagemaker()
                    .read("ListPipelineParametersForExecution", |client| {
                        client
                            .list_pipeline_parameters_for_execution()
                            .pipeline_execution_arn(arn)
                            .max_results(PAGE_SIZE)
                            .set_next_token(token)
                            .send()
                    })
                    .await?;
                Ok(Page::of(
                    answer.pipeline_parameters,
                    answer.next_token,
                    parameter,
                ))
            })
            .await?;
            parameters.into_complete(Service::SageMaker, "ListPipelineParametersForExecution")
        })
    }

    /// The definition that an execution runs (`DescribePipelineDefinitionForExecution`).
    pub fn execution_definition<'a>(
        &'a self,
        arn: &'a str,
    ) -> BoxFuture<'a, Result<String, AwsError>> {
        Box::pin(async move {
            let answer = self
                .sagemaker()
                .read("DescribePipelineDefinitionForExecution", |client| {
                    client
                        .describe_pipeline_definition_for_execution()
                        .pipeline_execution_arn(arn)
                        .send()
                })
                .await?;
            Ok(answer.pipeline_definition.unwrap_or_default())
        })
    }
}

fn status(status: Option<PipelineExecutionStatus>) -> ExecutionStatus {
    ExecutionStatus::parse(status.as_ref().map_or("", |status| status.as_str()))
}

/// The steps selected and the execution they reuse.
fn selected(config: Option<SelectiveExecutionConfig>) -> (Vec<String>, Option<String>) {
    let Some(config) = config else {
        return (Vec::new(), None);
    };
    let steps = config.selected_steps.unwrap_or_default();
    (
        steps
            .into_iter()
            .filter_map(|step| step.step_name)
            .collect(),
        text(config.source_pipeline_execution_arn),
    )
}

fn experiment(config: Option<types::PipelineExperimentConfig>) -> Option<String> {
    text(config.and_then(|config| config.experiment_name))
}

fn summary(summary: PipelineExecutionSummary) -> Option<Execution> {
    let status = status(summary.pipeline_execution_status);
    Some(Execution {
        display_name: text(summary.pipeline_execution_display_name),
        description: text(summary.pipeline_execution_description),
        failure_reason: text(summary.pipeline_execution_failure_reason),
        created: time(summary.start_time),
        ..Execution::new(summary.pipeline_execution_arn?, status)
    })
}

fn found(record: types::PipelineExecution) -> Option<Execution> {
    let (selected_steps, source_execution_arn) = selected(record.selective_execution_config);
    Some(Execution {
        arn: record.pipeline_execution_arn?,
        pipeline_arn: text(record.pipeline_arn),
        display_name: text(record.pipeline_execution_display_name),
        description: text(record.pipeline_execution_description),
        status: status(record.pipeline_execution_status),
        failure_reason: text(record.failure_reason),
        created: time(record.creation_time),
        modified: time(record.last_modified_time),
        created_by: creator(record.created_by),
        modified_by: creator(record.last_modified_by),
        version: record.pipeline_version_id,
        parameters: record.pipeline_parameters.map(parameters),
        max_parallel_steps: record
            .parallelism_configuration
            .and_then(|limit| limit.max_parallel_execution_steps),
        selected_steps,
        source_execution_arn,
        experiment: experiment(record.pipeline_experiment_config),
    })
}

fn described(answer: DescribePipelineExecutionOutput, requested_arn: &str) -> Execution {
    let (selected_steps, source_execution_arn) = selected(answer.selective_execution_config);
    Execution {
        arn: answer
            .pipeline_execution_arn
            .unwrap_or_else(|| requested_arn.to_owned()),
        pipeline_arn: text(answer.pipeline_arn),
        display_name: text(answer.pipeline_execution_display_name),
        description: text(answer.pipeline_execution_description),
        status: status(answer.pipeline_execution_status),
        failure_reason: text(answer.failure_reason),
        created: time(answer.creation_time),
        modified: time(answer.last_modified_time),
        created_by: creator(answer.created_by),
        modified_by: creator(answer.last_modified_by),
        version: answer.pipeline_version_id,
        parameters: None,
        max_parallel_steps: answer
            .parallelism_configuration
            .and_then(|limit| limit.max_parallel_execution_steps),
        selected_steps,
        source_execution_arn,
        experiment: experiment(answer.pipeline_experiment_config),
    }
}
