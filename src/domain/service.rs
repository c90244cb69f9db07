//! The AWS services that the console calls.

/// An AWS service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Amazon SageMaker.
    SageMaker,
    /// The AWS Security Token Service (STS), which gives out the write role.
    TokenService,
    /// Amazon CloudWatch Logs, which holds the logs of jobs.
    Logs,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::SageMaker, Self::TokenService, Self::Logs];

    /// The service's prefix in IAM actions and in ARNs: `sagemaker`.
    pub fn iam_prefix(self) -> &'static str {
        match self {
            Self::SageMaker => "sagemaker",
            Self::TokenService => "sts",
            Self::Logs => "logs",
        }
    }

    /// The IAM action of one of its operations: `sagemaker:ListPipelines`.
    pub fn iam_action(self, operation: &str) -> String {
        format!("{}:{operation}", self.iam_prefix())
    }

    /// The short name of the service for people: `SageMaker`.
    pub fn name(self) -> &'static str {
        match self {
            Self::SageMaker => "SageMaker",
            Self::TokenService => "the AWS token service (STS)",
            Self::Logs => "CloudWatch Logs",
        }
    }
}
