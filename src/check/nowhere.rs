//! What cannot exist, for calls that must change nothing.

use crate::aws::Client;
use crate::domain::StepMetadata;

/// The pipeline that calls which write are tried against. No pipeline can have come by this name.
pub(super) const NOBODY: &str = "sluicegate-check-00000000";

/// Makes the ARNs of things that do not exist, in the account and Region the client works in, so
/// that a policy which names them answers as it would for real ones.
pub(super) struct NonexistentArns {
    pub(super) partition: String,
    pub(super) region: String,
    pub(super) account: String,
}

impl NonexistentArns {
    /// Near a pipeline where there is one, else in an account nobody has.
    pub(super) fn near(client: &Client, pipeline: Option<&str>) -> Self {
        let parts: Vec<&str> = pipeline.unwrap_or_default().split(':').collect();
        if let ["arn", partition, "sagemaker", region, account, ..] = parts[..] {
            return Self {
                partition: partition.to_owned(),
                region: region.to_owned(),
                account: account.to_owned(),
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
            account: "000000000000".to_owned(),
        }
    }

    pub(super) fn arn(&self, resource: &str, name: &str) -> String {
        let Self {
            partition,
            region,
            account,
        } = self;
        format!("arn:{partition}:sagemaker:{region}:{account}:{resource}/{name}")
    }

    pub(super) fn execution(&self) -> String {
        format!("{}/execution/000000000000", self.arn("pipeline", NOBODY))
    }

    pub(super) fn step(&self, member: &'static str, resource: &str) -> StepMetadata {
        let mut arn = self.arn(resource, NOBODY);
        if resource == "model-package" {
            arn.push_str("/1");
        }
        StepMetadata {
            member: Some(member),
            arn: Some(arn),
            ..StepMetadata::default()
        }
    }
}
