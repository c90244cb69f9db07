//! Models and endpoints, which do not run to an end.

use super::{instances, location, status};
use crate::client::Client;
use crate::sagemaker::convert::{text, time};
use sluicegate_domain::{AwsError, JobDetail, JobSpecific, StepResource};

impl Client {
    pub(super) async fn model(&self, name: &str) -> Result<JobDetail, AwsError> {
        let model = self
            .sagemaker()
            .read("DescribeModel", |client| {
                client.describe_model().model_name(name).send()
            })
            .await?;
        let container = model.primary_container;
        let (image, data) = container.map_or((None, None), |it| (it.image, it.model_data_url));
        Ok(JobDetail {
            name: text(model.model_name),
            created: time(model.creation_time),
            image: text(image),
            inputs: location(Some("ModelDataUrl".into()), data)
                .into_iter()
                .collect(),
            ..JobDetail::new(StepResource::Model)
        })
    }

    pub(super) async fn model_package(&self, arn: &str) -> Result<JobDetail, AwsError> {
        let package = self
            .sagemaker()
            .read("DescribeModelPackage", |client| {
                client
                    .describe_model_package()
                    .model_package_name(arn)
                    .send()
            })
            .await?;
        let approval = package.model_approval_status;
        Ok(JobDetail {
            name: text(package.model_package_name),
            status: status(package.model_package_status.as_ref().map(|it| it.as_str())),
            created: time(package.creation_time),
            specific: JobSpecific::ModelPackage {
                group: text(package.model_package_group_name),
                version: package.model_package_version,
                approval: status(approval.as_ref().map(|it| it.as_str())),
                approval_description: text(package.approval_description),
            },
            ..JobDetail::new(StepResource::ModelPackage)
        })
    }

    pub(super) async fn described_endpoint(&self, name: &str) -> Result<JobDetail, AwsError> {
        let endpoint = self
            .sagemaker()
            .read("DescribeEndpoint", |client| {
                client.describe_endpoint().endpoint_name(name).send()
            })
            .await?;
        Ok(JobDetail {
            name: text(endpoint.endpoint_name),
            status: status(endpoint.endpoint_status.as_ref().map(|it| it.as_str())),
            failure_reason: text(endpoint.failure_reason),
            created: time(endpoint.creation_time),
            specific: JobSpecific::Endpoint {
                config: text(endpoint.endpoint_config_name),
            },
            ..JobDetail::new(StepResource::Endpoint)
        })
    }

    pub(super) async fn endpoint_config(&self, name: &str) -> Result<JobDetail, AwsError> {
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
        let variant = variants.into_iter().next();
        let variant = variant.as_ref();
        let instance_type = variant.and_then(|on| on.instance_type.as_ref());
        Ok(JobDetail {
            name: text(config.endpoint_config_name),
            created: time(config.creation_time),
            instances: instances(
                variant.and_then(|on| on.initial_instance_count),
                instance_type.map(|it| it.as_str()),
                None,
            ),
            specific: JobSpecific::EndpointConfig {
                model: text(variant.and_then(|it| it.model_name.clone())),
            },
            ..JobDetail::new(StepResource::EndpointConfig)
        })
    }
}
