//! The requests that steps make, as pipelines take them: what a step may leave out, and what it may not give.

use sluicegate_definition::{StepKind, Value};
use sluicegate_shapes::{self as shapes, ShapeRef};

/// The names of what steps create. A pipeline makes one where a step leaves it out.
const NAMES: [&str; 10] = [
    "AutoMLJobName",
    "EndpointConfigName",
    "EndpointName",
    "HyperParameterTuningJobName",
    "InferenceComponentName",
    "JobName",
    "ModelName",
    "ProcessingJobName",
    "TrainingJobName",
    "TransformJobName",
];
/// A step without a role runs with the pipeline's.
const ROLE: &str = "RoleArn";

/// Members of shapes of the model that pipelines do not take, with who reports it.
const NOT_TAKEN: [(&str, &str); 3] = [
    // aws/sagemaker-python-sdk#3472: "the pipeline backend excludes this field from the API model".
    ("CreateModelPackageInput", "ModelPackageName"),
    // The SDK leaves it out: "not available in the workflow service and will cause rejection".
    ("CreateModelPackageInput", "CertifyForMarketplace"),
    // aws/sagemaker-python-sdk#4994.
    ("ContainerDefinition", "AdditionalModelDataSources"),
];

/// Whether a pipeline takes a member of a shape.
pub fn is_taken(shape: &str, member: &str) -> bool {
    !NOT_TAKEN.contains(&(shape, member))
}

/// Whether a member that the operation requires may be left out of a step's arguments.
pub fn is_filled_in(kind: &StepKind, member: &str) -> bool {
    // A Transform step has to name the model; a Model step need not name what it creates.
    let names_another = match kind {
        StepKind::Transform => member == "ModelName",
        StepKind::Endpoint => member == "EndpointConfigName",
        StepKind::InferenceComponent => member == "EndpointName",
        _ => false,
    };
    !names_another && (member == ROLE || NAMES.contains(&member))
}

/// The request of the operation that a step calls. AutoML steps call one of two, which begin to differ with the
/// member for the input.
pub fn request(kind: &StepKind, arguments: Value<'_>) -> Option<ShapeRef> {
    let operations = kind.operations();
    let is_first_version = *kind == StepKind::AutoML
        && ["AutoMLJobInputDataConfig", "AutoMLProblemTypeConfig"]
            .iter()
            .all(|member| arguments.get(member).is_none());
    let name = match is_first_version {
        true => operations.last(),
        false => operations.first(),
    };
    Some(shapes::operation(name?)?.input)
}
