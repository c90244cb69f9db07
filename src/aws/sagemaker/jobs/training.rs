//! Training jobs: one by its name, and those of an execution.

use aws_sdk_sagemaker::types::{
    Channel, Filter, MetricData, Operator, ResourceType, SearchExpression,
    SecondaryStatusTransition,
};
use futures_util::future::BoxFuture;

use super::{each, instances, location, status};
use crate::client::Client;
use crate::pages::{PAGE_SIZE, Page};
use crate::sagemaker::convert::{text, time};
use sluicegate_domain::{
    AwsError, DataLocation, JobDetail, Metric, StatusTransition, StepResource,
};

/// The tag of the jobs that an execution's steps started (SageMaker Python SDK: `lineage/artifact.py`).
const EXECUTION_TAG: &str = "Tags.sagemaker:pipeline-execution-arn";

/// The detail of a training job. A description and a record of a search have the same members, but no common type.
macro_rules! training_job {
    ($job:expr) => {{
        let job = $job;
        let image = job.algorithm_specification.and_then(|it| it.training_image);
        let artifacts = job.model_artifacts.and_then(|it| it.s3_model_artifacts);
        JobDetail {
            name: text(job.training_job_name),
            status: status(job.training_job_status.as_ref().map(|it| it.as_str())),
            secondary_status: status(job.secondary_status.as_ref().map(|it| it.as_str())),
            transitions: each(job.secondary_status_transitions, transition),
            failure_reason: text(job.failure_reason),
            created: time(job.creation_time),
            started: time(job.training_start_time),
            ended: time(job.training_end_time),
            instances: job.resource_config.and_then(|on| {
                let instance_type = on.instance_type.as_ref().map(|it| it.as_str());
                instances(on.instance_count, instance_type, on.volume_size_in_gb)
            }),
            image: text(image),
            inputs: each(job.input_data_config, channel),
            outputs: location(Some("S3ModelArtifacts".into()), artifacts)
                .into_iter()
                .collect(),
            metrics: each(job.final_metric_data_list, metric),
            training_seconds: job.training_time_in_seconds,
            billable_seconds: job.billable_time_in_seconds,
            managed_spot: job.enable_managed_spot_training,
            ..JobDetail::new(StepResource::TrainingJob)
        }
    }};
}

impl Client {
    pub(super) async fn training_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeTrainingJob", |client| {
                client
                    .describe_training_job()
                    .training_job_name(name)
                    .send()
            })
            .await?;
        Ok(training_job!(job))
    }

    /// One page of up to 100 training jobs that steps of an execution started, each with its ARN (`Search` over
    /// `TrainingJob`). The index may lag behind the service by some minutes.
    pub fn search_training_jobs<'a>(
        &'a self,
        execution_arn: &'a str,
        page_token: Option<String>,
    ) -> BoxFuture<'a, Result<Page<(String, JobDetail)>, AwsError>> {
        Box::pin(async move {
            let of_execution = Filter::builder()
                .name(EXECUTION_TAG)
                .operator(Operator::Equals)
                .value(execution_arn)
                .build();
            let expression = SearchExpression::builder().filters(of_execution).build();
            let answer = self
                .sagemaker()
                .read("Search", |client| {
                    client
                        .search()
                        .resource(ResourceType::TrainingJob)
                        .search_expression(expression)
                        .max_results(PAGE_SIZE)
                        .set_next_token(page_token)
                        .send()
                })
                .await?;
            Ok(Page::of(answer.results, answer.next_token, |record| {
                let job = record.training_job?;
                let arn = job.training_job_arn.clone()?;
                Some((arn, training_job!(job)))
            }))
        })
    }
}

fn transition(transition: SecondaryStatusTransition) -> Option<StatusTransition> {
    Some(StatusTransition {
        status: transition.status?.as_str().to_owned(),
        started: time(transition.start_time),
        ended: time(transition.end_time),
        message: text(transition.status_message),
    })
}

fn channel(channel: Channel) -> Option<DataLocation> {
    let source = channel.data_source?.s3_data_source?;
    location(channel.channel_name, source.s3_uri)
}

fn metric(metric: MetricData) -> Option<Metric> {
    Some(Metric {
        name: metric.metric_name?,
        value: metric.value?,
        at: time(metric.timestamp),
    })
}
