//! The jobs and resources of steps: one Describe operation for each kind.

mod compute;
mod models;
mod training;

use futures_util::future::BoxFuture;

use super::Client;
use super::convert::text;
use sluicegate_domain::{AwsError, DataLocation, Instances, JobDetail, StepMetadata, StepResource};

impl Client {
    /// The job or resource of a step, described by the operation of its kind (`DescribeTrainingJob`…);
    /// `None` where there is none, or none that the console describes.
    pub fn describe_job<'a>(
        &'a self,
        metadata: &'a StepMetadata,
    ) -> BoxFuture<'a, Result<Option<JobDetail>, AwsError>> {
        Box::pin(async move {
            use StepResource as R;
            let (Some(resource), Some(arn)) = (metadata.resource(), metadata.arn.as_deref()) else {
                return Ok(None);
            };
            let name = arn.rsplit('/').next().unwrap_or(arn);
            let detail = match resource {
                R::TrainingJob => self.training_job(name).await?,
                R::ProcessingJob | R::QualityCheckJob | R::ClarifyCheckJob => {
                    self.processing_job(resource, name).await?
                }
                R::TransformJob => self.transform_job(name).await?,
                R::TuningJob => self.tuning_job(name).await?,
                R::AutoMlJob => self.auto_ml_job(name).await?,
                R::Model => self.model(name).await?,
                R::ModelPackage => self.model_package(arn).await?,
                R::Endpoint => self.described_endpoint(name).await?,
                R::EndpointConfig => self.endpoint_config(name).await?,
                R::InferenceComponent
                | R::Job
                | R::LambdaFunction
                | R::CallbackQueue
                | R::EmrCluster
                | R::EmrServerlessApplication
                | R::AthenaQuery
                | R::BedrockCustomModel
                | R::BedrockCustomModelDeployment
                | R::BedrockProvisionedModelThroughput
                | R::BedrockModelImport => return Ok(None),
            };
            Ok(Some(detail))
        })
    }
}

/// A status that has a name.
fn status(name: Option<&str>) -> Option<String> {
    text(name.map(str::to_owned))
}

/// Instances whose type is given; one where no count is.
fn instances(
    count: Option<i32>,
    instance_type: Option<&str>,
    volume_gb: Option<i32>,
) -> Option<Instances> {
    Some(Instances {
        instance_type: instance_type?.to_owned(),
        count: count.unwrap_or(1),
        // The service sends 0 where there is none.
        volume_gb: volume_gb.filter(|volume_gb| *volume_gb > 0),
    })
}

/// Data whose URI is given.
fn location(name: Option<String>, uri: Option<String>) -> Option<DataLocation> {
    Some(DataLocation {
        name: name.unwrap_or_default(),
        uri: text(uri)?,
    })
}

/// What `read` makes of each item of a list.
fn each<T, U>(items: Option<Vec<T>>, read: impl Fn(T) -> Option<U>) -> Vec<U> {
    let items = items.unwrap_or_default().into_iter();
    items.filter_map(read).collect()
}
