//! What steps create or use: one row per kind of resource, which the client layer, the catalog's store,
//! `check`, the IAM policy and the links into the AWS console all follow.

use std::fmt;

use super::{Arn, Service};

/// A kind of job or resource that a step creates or uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the API's own")]
pub enum StepResource {
    TrainingJob,
    ProcessingJob,
    QualityCheckJob,
    ClarifyCheckJob,
    TransformJob,
    TuningJob,
    AutoMlJob,
    Model,
    ModelPackage,
    Endpoint,
    EndpointConfig,
    InferenceComponent,
    Job,
    LambdaFunction,
    CallbackQueue,
    EmrCluster,
    EmrServerlessApplication,
    AthenaQuery,
    BedrockCustomModel,
    BedrockCustomModelDeployment,
    BedrockProvisionedModelThroughput,
    BedrockModelImport,
}

/// The log group of training jobs, those of tuning jobs included.
const TRAINING_LOGS: &str = "/aws/sagemaker/TrainingJobs";

/// Everything that is known of a kind of resource.
#[derive(Debug)]
struct Spec {
    /// The member of `PipelineExecutionStepMetadata` that holds it.
    member: &'static str,
    /// The resource type in its ARN.
    arn_type: Option<&'static str>,
    /// The SageMaker operation that describes it.
    describe: Option<&'static str>,
    /// The page of the AWS console, as the console's own fragments name it.
    console_page: Option<&'static str>,
    logs: Option<Logs>,
}

/// Where a kind of resource writes its log in CloudWatch Logs.
#[derive(Debug, Clone, Copy)]
enum Logs {
    /// In a group that all of its kind share, to streams that begin with its name and this text.
    Shared(&'static str, &'static str),
    /// In a group of its own: this text and its name.
    Own(&'static str),
}

/// Where a resource's log is in CloudWatch Logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLocation {
    /// The log group's name.
    pub group: String,
    /// What the names of its streams begin with; `None` if the whole group is the resource's.
    pub stream_prefix: Option<String>,
}

impl StepResource {
    /// Whether it is a job, which runs on instances for a while; the others are there to stay, or are not SageMaker's.
    pub fn is_job(self) -> bool {
        matches!(
            self,
            Self::TrainingJob
                | Self::ProcessingJob
                | Self::QualityCheckJob
                | Self::ClarifyCheckJob
                | Self::TransformJob
                | Self::TuningJob
                | Self::AutoMlJob
        )
    }

    /// Every kind.
    pub const ALL: [Self; 22] = [
        Self::TrainingJob,
        Self::ProcessingJob,
        Self::QualityCheckJob,
        Self::ClarifyCheckJob,
        Self::TransformJob,
        Self::TuningJob,
        Self::AutoMlJob,
        Self::Model,
        Self::ModelPackage,
        Self::Endpoint,
        Self::EndpointConfig,
        Self::InferenceComponent,
        Self::Job,
        Self::LambdaFunction,
        Self::CallbackQueue,
        Self::EmrCluster,
        Self::EmrServerlessApplication,
        Self::AthenaQuery,
        Self::BedrockCustomModel,
        Self::BedrockCustomModelDeployment,
        Self::BedrockProvisionedModelThroughput,
        Self::BedrockModelImport,
    ];

    /// The row of each kind. Console pages: `sagemaker/home?region=…#/jobs/NAME`. Log groups: "Log
    /// groups and streams that SageMaker AI uses" in the developer guide; a tuning job's training jobs
    /// are named after it.
    fn spec(self) -> Spec {
        match self {
            Self::TrainingJob => {
                described("TrainingJob", "training-job", "DescribeTrainingJob", "jobs")
                    .with_logs(Logs::Shared(TRAINING_LOGS, "/"))
            }
            Self::ProcessingJob => processing_job("ProcessingJob"),
            Self::QualityCheckJob => processing_job("QualityCheck"),
            Self::ClarifyCheckJob => processing_job("ClarifyCheck"),
            Self::TransformJob => {
                let operation = "DescribeTransformJob";
                described("TransformJob", "transform-job", operation, "transform-jobs")
                    .with_logs(Logs::Shared("/aws/sagemaker/TransformJobs", "/"))
            }
            Self::TuningJob => {
                let arn_type = "hyper-parameter-tuning-job";
                let operation = "DescribeHyperParameterTuningJob";
                described("TuningJob", arn_type, operation, "hyper-tuning-jobs")
                    .with_logs(Logs::Shared(TRAINING_LOGS, "-"))
            }
            Self::AutoMlJob => {
                described("AutoMLJob", "automl-job", "DescribeAutoMLJobV2", "auto-ml")
            }
            Self::Model => described("Model", "model", "DescribeModel", "models"),
            Self::ModelPackage => {
                let operation = "DescribeModelPackage";
                described(
                    "RegisterModel",
                    "model-package",
                    operation,
                    "model-packages",
                )
            }
            Self::Endpoint => described("Endpoint", "endpoint", "DescribeEndpoint", "endpoints")
                .with_logs(Logs::Own("/aws/sagemaker/Endpoints/")),
            Self::EndpointConfig => {
                let operation = "DescribeEndpointConfig";
                described(
                    "EndpointConfig",
                    "endpoint-config",
                    operation,
                    "endpointConfig",
                )
            }
            Self::InferenceComponent => Spec {
                arn_type: Some("inference-component"),
                ..recorded("InferenceComponent")
            },
            Self::Job => recorded("Job"),
            Self::LambdaFunction => recorded("Lambda").with_logs(Logs::Own("/aws/lambda/")),
            Self::CallbackQueue => recorded("Callback"),
            Self::EmrCluster => recorded("EMR"),
            Self::EmrServerlessApplication => recorded("EMRServerless"),
            Self::AthenaQuery => recorded("Athena"),
            Self::BedrockCustomModel => recorded("BedrockCustomModel"),
            Self::BedrockCustomModelDeployment => recorded("BedrockCustomModelDeployment"),
            Self::BedrockProvisionedModelThroughput => {
                recorded("BedrockProvisionedModelThroughput")
            }
            Self::BedrockModelImport => recorded("BedrockModelImport"),
        }
    }

    /// The member of `PipelineExecutionStepMetadata` that holds it: `TrainingJob`.
    pub fn member(self) -> &'static str {
        self.spec().member
    }

    /// The resource type in its ARN: `training-job`. `None` for resources of other services.
    pub fn arn_type(self) -> Option<&'static str> {
        self.spec().arn_type
    }

    /// The SageMaker operation that describes it: `DescribeTrainingJob`. `None` if the console does
    /// not describe it.
    pub fn describe_operation(self) -> Option<&'static str> {
        self.spec().describe
    }

    /// The IAM action of the operation that describes it: `sagemaker:DescribeTrainingJob`.
    pub fn iam_action(self) -> Option<String> {
        let operation = self.describe_operation()?;
        Some(Service::SageMaker.iam_action(operation))
    }

    /// The page of the AWS console that shows it: `jobs`.
    pub fn console_page(self) -> Option<&'static str> {
        self.spec().console_page
    }

    /// Where the resource of this ARN writes its log.
    pub fn log_location(self, arn: &Arn<'_>) -> Option<LogLocation> {
        let name = match self {
            // A function's ARN separates by colons, and may end in a version.
            Self::LambdaFunction => arn.resource().split(':').nth(1)?,
            _ => arn.resource_name(),
        };
        Some(match self.spec().logs? {
            Logs::Shared(group, after_name) => LogLocation {
                group: group.to_owned(),
                stream_prefix: Some(format!("{name}{after_name}")),
            },
            Logs::Own(before_name) => LogLocation {
                group: format!("{before_name}{name}"),
                stream_prefix: None,
            },
        })
    }

    /// The kind of the SageMaker resource of this ARN. Checks are processing jobs.
    pub fn of_arn(arn: &Arn<'_>) -> Option<Self> {
        let is_sagemaker = arn.service() == Service::SageMaker.iam_prefix();
        let kind = arn.resource_type().filter(|_| is_sagemaker)?;
        Self::ALL
            .into_iter()
            .find(|resource| resource.arn_type() == Some(kind))
    }
}

impl Spec {
    fn with_logs(self, logs: Logs) -> Self {
        Self {
            logs: Some(logs),
            ..self
        }
    }
}

/// A SageMaker resource that the console describes and links to.
fn described(
    member: &'static str,
    arn_type: &'static str,
    operation: &'static str,
    console_page: &'static str,
) -> Spec {
    Spec {
        member,
        arn_type: Some(arn_type),
        describe: Some(operation),
        console_page: Some(console_page),
        logs: None,
    }
}

/// A processing job, or a check that runs as one.
fn processing_job(member: &'static str) -> Spec {
    let operation = "DescribeProcessingJob";
    described(member, "processing-job", operation, "processing-jobs")
        .with_logs(Logs::Shared("/aws/sagemaker/ProcessingJobs", "/"))
}

/// A resource of which only the step's own record is shown.
fn recorded(member: &'static str) -> Spec {
    Spec {
        member,
        arn_type: None,
        describe: None,
        console_page: None,
        logs: None,
    }
}

/// The member of `PipelineExecutionStepMetadata` that is set for a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StepMember {
    /// A job or resource.
    Resource(StepResource),
    /// `Condition`: the step chose a branch.
    Condition,
    /// `Fail`: the step ended the execution.
    Fail,
    /// `ForEach`: the step ran its body for each item.
    ForEach,
    /// `Lineage`: the step recorded lineage.
    Lineage,
    /// `Cleanup`: the step deleted what others had created.
    Cleanup,
    /// A member that this version does not know, as it came.
    Other(String),
}

impl StepMember {
    const WITHOUT_RESOURCE: [Self; 5] = [
        Self::Condition,
        Self::Fail,
        Self::ForEach,
        Self::Lineage,
        Self::Cleanup,
    ];

    /// Reads the API's name of a member.
    pub fn parse(name: &str) -> Self {
        let resources = StepResource::ALL.into_iter().map(Self::Resource);
        resources
            .chain(Self::WITHOUT_RESOURCE)
            .find(|member| member.as_str() == name)
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }

    /// The API's name of the member.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Resource(resource) => resource.member(),
            Self::Condition => "Condition",
            Self::Fail => "Fail",
            Self::ForEach => "ForEach",
            Self::Lineage => "Lineage",
            Self::Cleanup => "Cleanup",
            Self::Other(name) => name,
        }
    }

    /// The kind of resource, if it is one.
    pub fn resource(&self) -> Option<StepResource> {
        match self {
            Self::Resource(resource) => Some(*resource),
            _ => None,
        }
    }
}

impl fmt::Display for StepMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
