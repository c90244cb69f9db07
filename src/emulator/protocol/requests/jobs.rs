//! The members that operations take which tell of jobs, and of what else steps make.

use super::{ORDER, PAGE_SIZE, PAGE_TOKEN};
use crate::protocol::patterns::*;
use crate::protocol::shape::{Member, Shape, matching, optional, required};

const ENTITY: Shape = matching(1, 63, &ENTITY_NAME);
/// Tuning and AutoML jobs have shorter names than others.
const SHORT: Shape = matching(1, 32, &SHORT_ENTITY_NAME);

pub static DESCRIBE_TRAINING_JOB: [Member; 1] = [required("TrainingJobName", ENTITY)];
pub static DESCRIBE_PROCESSING_JOB: [Member; 1] = [required("ProcessingJobName", ENTITY)];
pub static DESCRIBE_TRANSFORM_JOB: [Member; 1] = [required("TransformJobName", ENTITY)];
pub static DESCRIBE_TUNING_JOB: [Member; 1] = [required("HyperParameterTuningJobName", SHORT)];
pub static DESCRIBE_AUTO_ML_JOB: [Member; 1] = [required("AutoMLJobName", SHORT)];
pub static DESCRIBE_MODEL: [Member; 1] = [required("ModelName", matching(0, 63, &MODEL_NAME))];
pub static DESCRIBE_ENDPOINT: [Member; 1] =
    [required("EndpointName", matching(0, 63, &ENTITY_NAME))];
pub static DESCRIBE_ENDPOINT_CONFIG: [Member; 1] = [required(
    "EndpointConfigName",
    matching(0, 63, &ENTITY_NAME),
)];
pub static DESCRIBE_MODEL_PACKAGE: [Member; 2] = [
    required("ModelPackageName", matching(1, 176, &PACKAGE)),
    optional("IncludedData", Shape::Choice(&["AllData", "MetadataOnly"])),
];
pub static DESCRIBE_INFERENCE_COMPONENT: [Member; 1] = [required(
    "InferenceComponentName",
    matching(0, 63, &MODEL_NAME),
)];
pub static LIST_TRAINING_JOBS_FOR_TUNING: [Member; 6] = [
    required("HyperParameterTuningJobName", SHORT),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
    optional(
        "StatusEquals",
        Shape::Choice(&[
            "InProgress",
            "Completed",
            "Failed",
            "Stopping",
            "Stopped",
            "Deleting",
        ]),
    ),
    optional(
        "SortBy",
        Shape::Choice(&[
            "Name",
            "CreationTime",
            "Status",
            "FinalObjectiveMetricValue",
        ]),
    ),
    optional("SortOrder", ORDER),
];
pub static DESCRIBE_MODEL_PACKAGE_GROUP: [Member; 1] = [required(
    "ModelPackageGroupName",
    matching(1, 170, &PACKAGE_GROUP),
)];
