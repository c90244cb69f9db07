//! The jobs and resources that steps made.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::Client;
use super::convert::{text, time};
use crate::domain::{AwsError, StepMetadata};

/// What a step's job or resource tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobDetail {
    /// The job's own status, as the service spells it: `InProgress`, `Completed`… Empty for a
    /// resource that has none (a model, an endpoint configuration).
    pub status: String,
    /// The finer status some jobs tell: `Downloading`, `Training`…
    pub secondary: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// What it ran on: `2 × ml.m5.xlarge`.
    pub instance: Option<String>,
    /// Everything else worth showing, as label and value, in the API's words.
    pub facts: Vec<(String, String)>,
    /// When it began to run.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

impl JobDetail {
    fn new(status: Option<&str>, failure_reason: Option<String>) -> Self {
        Self {
            status: status.unwrap_or_default().to_owned(),
            failure_reason: text(failure_reason),
            ..Self::default()
        }
    }

    fn ran(mut self, started: Option<DateTime>, ended: Option<DateTime>) -> Self {
        self.started = time(started);
        self.ended = time(ended);
        self
    }

    fn on(mut self, count: Option<i32>, instance: Option<&str>) -> Self {
        self.instance = instance.map(|kind| format!("{} × {kind}", count.unwrap_or(1)));
        self
    }

    fn secondary(mut self, status: Option<&str>) -> Self {
        self.secondary = status.map(str::to_owned);
        self
    }

    fn fact(mut self, label: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = text(value.map(|value| value.to_string())) {
            self.facts.push((label.to_owned(), value));
        }
        self
    }
}

impl Client {
    /// The job or resource a step made, described by the operation its kind needs
    /// (`DescribeTrainingJob`…); `None` where there is none, or none that SageMaker can describe.
    pub async fn describe_job(
        &self,
        metadata: &StepMetadata,
    ) -> Result<Option<JobDetail>, AwsError> {
        let (Some(member), Some(arn)) = (metadata.member, metadata.arn.as_deref()) else {
            return Ok(None);
        };
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let detail = match member {
            "TrainingJob" => self.training_job(name).await?,
            "ProcessingJob" | "QualityCheck" | "ClarifyCheck" => self.processing_job(name).await?,
            "TransformJob" => self.transform_job(name).await?,
            "TuningJob" => self.tuning_job(name).await?,
            "AutoMLJob" => self.auto_ml_job(name).await?,
            "Model" => self.model(name).await?,
            "RegisterModel" => self.model_package(arn).await?,
            "Endpoint" => self.endpoint_detail(name).await?,
            "EndpointConfig" => self.endpoint_config(name).await?,
            _ => return Ok(None),
        };
        Ok(Some(detail))
    }

    async fn training_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeTrainingJob", |client| {
                client
                    .describe_training_job()
                    .training_job_name(name)
                    .send()
            })
            .await?;
        let status = job.training_job_status.as_ref().map(|it| it.as_str());
        let secondary = job.secondary_status.as_ref().map(|it| it.as_str());
        let resources = job.resource_config.as_ref();
        let mut detail = JobDetail::new(status, job.failure_reason)
            .secondary(secondary)
            .on(
                resources.and_then(|on| on.instance_count),
                resources
                    .and_then(|on| on.instance_type.as_ref())
                    .map(|it| it.as_str()),
            )
            .ran(job.training_start_time, job.training_end_time)
            .fact("TrainingJobName", job.training_job_name)
            .fact("TrainingTimeInSeconds", job.training_time_in_seconds)
            .fact("BillableTimeInSeconds", job.billable_time_in_seconds)
            .fact(
                "EnableManagedSpotTraining",
                job.enable_managed_spot_training,
            )
            .fact(
                "TrainingImage",
                job.algorithm_specification.and_then(|it| it.training_image),
            )
            .fact(
                "S3ModelArtifacts",
                job.model_artifacts.and_then(|it| it.s3_model_artifacts),
            );
        for metric in job.final_metric_data_list.unwrap_or_default() {
            if let Some(name) = metric.metric_name {
                detail = detail.fact(&format!("FinalMetric.{name}"), metric.value);
            }
        }
        Ok(detail)
    }

    async fn processing_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeProcessingJob", |client| {
                client
                    .describe_processing_job()
                    .processing_job_name(name)
                    .send()
            })
            .await?;
        let status = job.processing_job_status.as_ref().map(|it| it.as_str());
        let cluster = job.processing_resources.and_then(|it| it.cluster_config);
        let cluster = cluster.as_ref();
        Ok(JobDetail::new(status, job.failure_reason)
            .on(
                cluster.and_then(|on| on.instance_count),
                cluster
                    .and_then(|on| on.instance_type.as_ref())
                    .map(|it| it.as_str()),
            )
            .ran(job.processing_start_time, job.processing_end_time)
            .fact("ProcessingJobName", job.processing_job_name)
            .fact("ExitMessage", job.exit_message)
            .fact(
                "ImageUri",
                job.app_specification.and_then(|it| it.image_uri),
            ))
    }

    async fn transform_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeTransformJob", |client| {
                client
                    .describe_transform_job()
                    .transform_job_name(name)
                    .send()
            })
            .await?;
        let status = job.transform_job_status.as_ref().map(|it| it.as_str());
        let resources = job.transform_resources.as_ref();
        Ok(JobDetail::new(status, job.failure_reason)
            .on(
                resources.and_then(|on| on.instance_count),
                resources
                    .and_then(|on| on.instance_type.as_ref())
                    .map(|it| it.as_str()),
            )
            .ran(job.transform_start_time, job.transform_end_time)
            .fact("TransformJobName", job.transform_job_name)
            .fact("ModelName", job.model_name)
            .fact(
                "S3OutputPath",
                job.transform_output.and_then(|it| it.s3_output_path),
            ))
    }

    async fn tuning_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeHyperParameterTuningJob", |client| {
                client
                    .describe_hyper_parameter_tuning_job()
                    .hyper_parameter_tuning_job_name(name)
                    .send()
            })
            .await?;
        let status = job.hyper_parameter_tuning_job_status.as_ref();
        let mut detail = JobDetail::new(status.map(|it| it.as_str()), job.failure_reason)
            .ran(job.creation_time, job.hyper_parameter_tuning_end_time)
            .fact(
                "HyperParameterTuningJobName",
                job.hyper_parameter_tuning_job_name,
            );
        if let Some(count) = job.training_job_status_counters {
            detail = detail
                .fact("TrainingJobs.Completed", count.completed)
                .fact("TrainingJobs.InProgress", count.in_progress)
                .fact("TrainingJobs.RetryableError", count.retryable_error)
                .fact("TrainingJobs.NonRetryableError", count.non_retryable_error)
                .fact("TrainingJobs.Stopped", count.stopped);
        }
        if let Some(best) = job.best_training_job {
            detail = detail.fact("BestTrainingJob", best.training_job_name);
            if let Some(metric) = best.final_hyper_parameter_tuning_job_objective_metric {
                let name = metric.metric_name.unwrap_or_default();
                detail = detail.fact(&format!("BestTrainingJob.{name}"), metric.value);
            }
        }
        Ok(detail)
    }

    async fn auto_ml_job(&self, name: &str) -> Result<JobDetail, AwsError> {
        let job = self
            .sagemaker()
            .read("DescribeAutoMLJobV2", |client| {
                client
                    .describe_auto_ml_job_v2()
                    .auto_ml_job_name(name)
                    .send()
            })
            .await?;
        let status = job.auto_ml_job_status.as_ref().map(|it| it.as_str());
        let secondary = job.auto_ml_job_secondary_status.as_ref();
        Ok(JobDetail::new(status, job.failure_reason)
            .secondary(secondary.map(|it| it.as_str()))
            .ran(job.creation_time, job.end_time)
            .fact("AutoMLJobName", job.auto_ml_job_name)
            .fact(
                "BestCandidate",
                job.best_candidate.and_then(|it| it.candidate_name),
            ))
    }

    async fn model(&self, name: &str) -> Result<JobDetail, AwsError> {
        let model = self
            .sagemaker()
            .read("DescribeModel", |client| {
                client.describe_model().model_name(name).send()
            })
            .await?;
        let container = model.primary_container;
        let (image, data) = container.map_or((None, None), |it| (it.image, it.model_data_url));
        Ok(JobDetail::new(None, None)
            .ran(model.creation_time, None)
            .fact("ModelName", model.model_name)
            .fact("Image", image)
            .fact("ModelDataUrl", data))
    }

    async fn model_package(&self, arn: &str) -> Result<JobDetail, AwsError> {
        let package = self
            .sagemaker()
            .read("DescribeModelPackage", |client| {
                client
                    .describe_model_package()
                    .model_package_name(arn)
                    .send()
            })
            .await?;
        let status = package.model_package_status.as_ref().map(|it| it.as_str());
        let approval = package.model_approval_status.as_ref();
        Ok(JobDetail::new(status, None)
            .ran(package.creation_time, None)
            .fact("ModelPackageGroupName", package.model_package_group_name)
            .fact("ModelPackageVersion", package.model_package_version)
            .fact("ModelApprovalStatus", approval.map(|it| it.as_str()))
            .fact("ApprovalDescription", package.approval_description))
    }

    async fn endpoint_detail(&self, name: &str) -> Result<JobDetail, AwsError> {
        let endpoint = self
            .sagemaker()
            .read("DescribeEndpoint", |client| {
                client.describe_endpoint().endpoint_name(name).send()
            })
            .await?;
        let status = endpoint.endpoint_status.as_ref().map(|it| it.as_str());
        Ok(JobDetail::new(status, endpoint.failure_reason)
            .ran(endpoint.creation_time, None)
            .fact("EndpointName", endpoint.endpoint_name)
            .fact("EndpointConfigName", endpoint.endpoint_config_name))
    }

    async fn endpoint_config(&self, name: &str) -> Result<JobDetail, AwsError> {
        let config = self
            .sagemaker()
            .read("DescribeEndpointConfig", |client| {
                client
                    .describe_endpoint_config()
                    .endpoint_config_name(name)
                    .send()
            })
            .await?;
        let variants = config.production_variants.unwrap_or_default();
        let variant = variants.first();
        Ok(JobDetail::new(None, None)
            .ran(config.creation_time, None)
            .on(
                variant.and_then(|on| on.initial_instance_count),
                variant
                    .and_then(|on| on.instance_type.as_ref())
                    .map(|it| it.as_str()),
            )
            .fact("EndpointConfigName", config.endpoint_config_name)
            .fact("ModelName", variant.and_then(|it| it.model_name.clone())))
    }
}
