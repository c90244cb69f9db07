//! ARNs of what cannot exist, for calls that must change nothing.

use crate::aws::Client;
use crate::domain::{Arn, Service, StepMember, StepMetadata, StepResource};

/// The name of the pipeline that calls which write are tried against. No pipeline has this name.
pub(super) const NO_SUCH_PIPELINE: &str = "sluicegate-check-00000000";

/// The account where none is known. No account has this number.
const NO_SUCH_ACCOUNT: &str = "000000000000";

/// Makes ARNs of resources that do not exist, in the account and Region of the client, so that a
/// policy which names these answers as it would for existing ones.
pub(super) struct NonexistentArns {
    pub(super) partition: String,
    pub(super) region: String,
    pub(super) account: String,
}

impl NonexistentArns {
    /// In the account of a pipeline where there is one, else in an account that does not exist.
    pub(super) fn near(client: &Client, pipeline: Option<&str>) -> Self {
        let sagemaker = Service::SageMaker.iam_prefix();
        let arn = pipeline.and_then(Arn::parse);
        if let Some(arn) = arn.filter(|arn| arn.service() == sagemaker) {
            return Self {
                partition: arn.partition().to_owned(),
                region: arn.region().to_owned(),
                account: arn.account().to_owned(),
            };
        }
        let region = client.region().unwrap_or_default();
        let partition = match region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        Self {
            partition: partition.to_owned(),
            region,
            account: NO_SUCH_ACCOUNT.to_owned(),
        }
    }

    pub(super) fn pipeline(&self) -> String {
        self.arn("pipeline")
    }

    pub(super) fn execution(&self) -> String {
        format!("{}/execution/000000000000", self.pipeline())
    }

    /// The metadata of a step with a resource of this kind; `None` where its ARNs are not SageMaker's.
    pub(super) fn step(&self, resource: StepResource) -> Option<StepMetadata> {
        let mut arn = self.arn(resource.arn_type()?);
        if resource == StepResource::ModelPackage {
            arn.push_str("/1");
        }
        Some(StepMetadata {
            member: Some(StepMember::Resource(resource)),
            arn: Some(arn),
            ..StepMetadata::default()
        })
    }

    fn arn(&self, resource_type: &str) -> String {
        let Self {
            partition,
            region,
            account,
        } = self;
        let service = Service::SageMaker.iam_prefix();
        format!("arn:{partition}:{service}:{region}:{account}:{resource_type}/{NO_SUCH_PIPELINE}")
    }
}
