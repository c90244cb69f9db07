//! Jobs that run on instances.

use aws_sdk_sagemaker::types::{
    HyperParameterTrainingJobSummary, ProcessingInput, ProcessingOutput,
};

use super::{each, instances, location, status};
use crate::client::Client;
use crate::sagemaker::convert::{text, time};
use sluicegate_domain::{
    AwsError, BestTrainingJob, DataLocation, JobDetail, JobSpecific, Metric, StepResource,
    TrainingJobCounts,
};

impl Client {
    /// A processing job, or a check that runs as one.
    pub(super) async fn processing_job(
        &self,
        resource: StepResource,
        name: &str,
    ) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeProcessingJob", |client| {
                client
                    .describe_processing_job()
                    .processing_job_name(name)
                    .send()
            })
            .await?;
        let cluster = job.processing_resources.and_then(|it| it.cluster_config);
        let outputs = job.processing_output_config.and_then(|it| it.outputs);
        Ok(JobDetail {
            name: text(job.processing_job_name),
            status: status(job.processing_job_status.as_ref().map(|it| it.as_str())),
            failure_reason: text(job.failure_reason),
            exit_message: text(job.exit_message),
            created: time(job.creation_time),
            started: time(job.processing_start_time),
            ended: time(job.processing_end_time),
            instances: cluster.and_then(|on| {
                let instance_type = on.instance_type.as_ref().map(|it| it.as_str());
                instances(on.instance_count, instance_type, on.volume_size_in_gb)
            }),
            image: text(job.app_specification.and_then(|it| it.image_uri)),
            inputs: each(job.processing_inputs, processing_input),
            outputs: each(outputs, processing_output),
            ..JobDetail::new(resource)
        })
    }

    pub(super) async fn transform_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeTransformJob", |client| {
                client
                    .describe_transform_job()
                    .transform_job_name(name)
                    .send()
            })
            .await?;
        let input = job.transform_input.and_then(|it| it.data_source);
        let input = input
            .and_then(|it| it.s3_data_source)
            .and_then(|it| it.s3_uri);
        let output = job.transform_output.and_then(|it| it.s3_output_path);
        Ok(JobDetail {
            name: text(job.transform_job_name),
            status: status(job.transform_job_status.as_ref().map(|it| it.as_str())),
            failure_reason: text(job.failure_reason),
            created: time(job.creation_time),
            started: time(job.transform_start_time),
            ended: time(job.transform_end_time),
            instances: job.transform_resources.and_then(|on| {
                let instance_type = on.instance_type.as_ref().map(|it| it.as_str());
                instances(on.instance_count, instance_type, None)
            }),
            inputs: location(Some("S3Uri".into()), input).into_iter().collect(),
            outputs: location(Some("S3OutputPath".into()), output)
                .into_iter()
                .collect(),
            specific: JobSpecific::Transform {
                model: text(job.model_name),
            },
            ..JobDetail::new(StepResource::TransformJob)
        })
    }

    pub(super) async fn tuning_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeHyperParameterTuningJob", |client| {
                client
                    .describe_hyper_parameter_tuning_job()
                    .hyper_parameter_tuning_job_name(name)
                    .send()
            })
            .await?;
        let job_status = job.hyper_parameter_tuning_job_status;
        let counts = job.training_job_status_counters;
        Ok(JobDetail {
            name: text(job.hyper_parameter_tuning_job_name),
            status: status(job_status.as_ref().map(|it| it.as_str())),
            failure_reason: text(job.failure_reason),
            created: time(job.creation_time),
            started: time(job.creation_time),
            ended: time(job.hyper_parameter_tuning_end_time),
            specific: JobSpecific::Tuning {
                training_jobs: counts.map_or_else(TrainingJobCounts::default, |count| {
                    TrainingJobCounts {
                        completed: count.completed,
                        in_progress: count.in_progress,
                        retryable_error: count.retryable_error,
                        non_retryable_error: count.non_retryable_error,
                        stopped: count.stopped,
                    }
                }),
                best: job.best_training_job.map(best_training_job),
            },
            ..JobDetail::new(StepResource::TuningJob)
        })
    }

    pub(super) async fn auto_ml_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeAutoMLJobV2", |client| {
                client
                    .describe_auto_ml_job_v2()
                    .auto_ml_job_name(name)
                    .send()
            })
            .await?;
        let secondary = job.auto_ml_job_secondary_status;
        Ok(JobDetail {
            name: text(job.auto_ml_job_name),
            status: status(job.auto_ml_job_status.as_ref().map(|it| it.as_str())),
            secondary_status: status(secondary.as_ref().map(|it| it.as_str())),
            failure_reason: text(job.failure_reason),
            created: time(job.creation_time),
            started: time(job.creation_time),
            ended: time(job.end_time),
            specific: JobSpecific::AutoMl {
                best_candidate: text(job.best_candidate.and_then(|it| it.candidate_name)),
            },
            ..JobDetail::new(StepResource::AutoMlJob)
        })
    }
}

fn processing_input(input: ProcessingInput) -> Option<DataLocation> {
    location(input.input_name, input.s3_input?.s3_uri)
}

fn processing_output(output: ProcessingOutput) -> Option<DataLocation> {
    location(output.output_name, output.s3_output?.s3_uri)
}

fn best_training_job(best: HyperParameterTrainingJobSummary) -> BestTrainingJob {
    let objective = best.final_hyper_parameter_tuning_job_objective_metric;
    BestTrainingJob {
        name: text(best.training_job_name),
        objective: objective.and_then(|metric| {
            Some(Metric {
                name: metric.metric_name.unwrap_or_default(),
                value: metric.value?,
                at: None,
            })
        }),
    }
}
