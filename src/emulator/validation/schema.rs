//! The members that each part of a definition has.
//!
//! The service's schema is closed: it refuses every other member ("Cannot parse object, unknown property
//! 'Expression'.", aws/sagemaker-python-sdk#2746). AWS's published schema of definitions has most of the members; what
//! is newer than it is taken from what the SageMaker Python SDK writes.

use sluicegate_definition::StepKind;

/// Of the definition itself.
pub const DEFINITION: &[&str] = &[
    "Version",
    "Metadata",
    "Parameters",
    "PipelineExperimentConfig",
    "MlflowConfig",
    "Steps",
];
/// Of `PipelineExperimentConfig`.
pub const EXPERIMENT: &[&str] = &["ExperimentName", "TrialName"];
/// Of `MlflowConfig`.
pub const MLFLOW: &[&str] = &["MlflowResourceArn", "MlflowExperimentName"];
/// Of a parameter.
pub const PARAMETER: &[&str] = &["Name", "Type", "DefaultValue", "EnumValues", "Description"];
/// Of an entry of `DependsOn` that is not only a name.
pub const DEPENDENCY: &[&str] = &["Step", "Trigger"];
/// Of a retry policy.
pub const RETRY_POLICY: &[&str] = &[
    "ExceptionType",
    "IntervalSeconds",
    "BackoffRate",
    "MaxAttempts",
    "ExpireAfterMin",
];
/// Of `CacheConfig`.
pub const CACHE: &[&str] = &["Enabled", "ExpireAfter"];
/// Of a property file.
pub const PROPERTY_FILE: &[&str] = &["PropertyFileName", "OutputName", "FilePath"];
/// Of an output parameter of a Callback or Lambda step.
pub const OUTPUT: &[&str] = &["OutputName", "OutputType"];
/// Of `Std:Join`.
pub const JOIN: &[&str] = &["On", "Values"];
/// Of `Std:JsonGet`.
pub const JSON_GET: &[&str] = &["PropertyFile", "S3Uri", "Path"];
/// Of the `Selector` of a ForEach step.
pub const SELECTOR: &[&str] = &["Pick", "Field"];
/// Of `Resources` of a Cleanup step.
pub const CLEANUP_RESOURCES: &[&str] = &["S3"];
/// Of an entry of a Cleanup step's `Resources.S3`.
pub const CLEANUP_SOURCE: &[&str] = &["StepName", "S3Uris"];

/// Of a step of any type.
const STEP: &[&str] = &[
    "Name",
    "Type",
    "Arguments",
    "DependsOn",
    "DisplayName",
    "Description",
];

/// Whether steps of a type have a member.
pub fn has_member(kind: &StepKind, member: &str) -> bool {
    STEP.contains(&member)
        || own_members(kind).contains(&member)
        || (member == "RetryPolicies" && is_retried(kind))
        || (member == "CacheConfig" && is_cached(kind))
}

/// The members that only steps of one type, or of a few, have.
fn own_members(kind: &StepKind) -> &'static [&'static str] {
    match kind {
        StepKind::Processing => &["PropertyFiles"],
        StepKind::Callback => &["SqsQueueUrl", "OutputParameters"],
        StepKind::Lambda => &["FunctionArn", "OutputParameters"],
        StepKind::QualityCheck => &[
            "CheckType",
            "ModelPackageGroupName",
            "SkipCheck",
            "FailOnViolation",
            "RegisterNewBaseline",
            "SuppliedBaselineStatistics",
            "SuppliedBaselineConstraints",
        ],
        StepKind::ClarifyCheck => &[
            "CheckType",
            "ModelPackageGroupName",
            "ModelName",
            "SkipCheck",
            "FailOnViolation",
            "RegisterNewBaseline",
            "SuppliedBaselineConstraints",
        ],
        _ => &[],
    }
}

/// Whether steps of a type may have retry policies: those that the SDK calls `ConfigurableRetryStep`. Lambda steps are
/// not among them (aws/sagemaker-python-sdk#3922).
fn is_retried(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Training
            | StepKind::Processing
            | StepKind::Transform
            | StepKind::Tuning
            | StepKind::AutoML
            | StepKind::Model
            | StepKind::RegisterModel
            | StepKind::Emr
            | StepKind::EmrServerless
            | StepKind::EndpointConfig
            | StepKind::Job
    )
}

/// Whether results of steps of a type may be cached: those whose class in the SDK takes a `cache_config`.
fn is_cached(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Training
            | StepKind::Processing
            | StepKind::Transform
            | StepKind::Tuning
            | StepKind::AutoML
            | StepKind::Callback
            | StepKind::Lambda
            | StepKind::QualityCheck
            | StepKind::ClarifyCheck
            | StepKind::Emr
            | StepKind::EmrServerless
            | StepKind::EndpointConfig
            | StepKind::Endpoint
            | StepKind::Job
    )
}

/// The members of a condition of this type.
pub fn condition(kind: &str) -> &'static [&'static str] {
    match kind {
        "In" => &["Type", "QueryValue", "Values"],
        "Not" => &["Type", "Condition"],
        "Or" => &["Type", "Conditions"],
        _ => &["Type", "LeftValue", "RightValue"],
    }
}

/// The members of `Arguments` of steps whose arguments are not the request of an operation of SageMaker; `None` where
/// the arguments are free, as the inputs of a Lambda function are.
pub fn arguments(kind: &StepKind) -> Option<&'static [&'static str]> {
    Some(match kind {
        StepKind::Condition => &["Conditions", "IfSteps", "ElseSteps"],
        StepKind::Fail => &["ErrorMessage"],
        StepKind::Emr => &[
            "StepConfig",
            "ClusterId",
            "ClusterConfig",
            "ExecutionRoleArn",
        ],
        StepKind::EmrServerless => &[
            "ExecutionRoleArn",
            "JobConfig",
            "ApplicationId",
            "ApplicationConfig",
        ],
        StepKind::Lineage => &["Actions", "Artifacts", "Contexts", "Associations"],
        StepKind::Cleanup => &["Resources"],
        StepKind::ForEach => &["IterableItems", "MaxConcurrency", "Selector", "ForEachBody"],
        _ => return None,
    })
}
