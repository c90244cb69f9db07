//! Models, packages, endpoints.

use crate::products::projection::{Member, OutputShape};

/// A container of a model.
pub static CONTAINER: OutputShape = OutputShape::Record(&[
    Member("ContainerHostname", false, OutputShape::Text),
    Member("Image", false, OutputShape::Text),
    Member(
        "Mode",
        false,
        OutputShape::Choice(&["SingleModel", "MultiModel"]),
    ),
    Member("ModelDataUrl", false, OutputShape::Uri),
    Member("Environment", false, OutputShape::Texts),
]);

/// Containers of a model.
pub static CONTAINERS: OutputShape = OutputShape::List(&CONTAINER);

/// `InferenceSpecification` of a model package.
pub static INFERENCE: OutputShape = OutputShape::Record(&[
    Member(
        "Containers",
        true,
        OutputShape::List(&OutputShape::Record(&[
            Member("ContainerHostname", false, OutputShape::Text),
            Member("Image", false, OutputShape::Text),
            Member("ModelDataUrl", false, OutputShape::Uri),
            Member("Environment", false, OutputShape::Texts),
            Member("Framework", false, OutputShape::Text),
        ])),
    ),
    Member(
        "SupportedTransformInstanceTypes",
        false,
        OutputShape::List(&OutputShape::Instance),
    ),
    Member(
        "SupportedRealtimeInferenceInstanceTypes",
        false,
        OutputShape::List(&OutputShape::Instance),
    ),
    Member(
        "SupportedContentTypes",
        false,
        OutputShape::List(&OutputShape::Text),
    ),
    Member(
        "SupportedResponseMIMETypes",
        false,
        OutputShape::List(&OutputShape::Mime),
    ),
]);

/// `ModelApprovalStatus`.
pub static APPROVAL: OutputShape =
    OutputShape::Choice(&["Approved", "Rejected", "PendingManualApproval"]);

const METRICS_SOURCE: OutputShape = OutputShape::Record(&[
    Member("ContentType", true, OutputShape::Text),
    Member("S3Uri", true, OutputShape::Uri),
]);
const STATISTICS: OutputShape = OutputShape::Record(&[
    Member("Statistics", false, METRICS_SOURCE),
    Member("Constraints", false, METRICS_SOURCE),
]);

/// `ModelMetrics`.
pub static MODEL_METRICS: OutputShape = OutputShape::Record(&[
    Member("ModelQuality", false, STATISTICS),
    Member("ModelDataQuality", false, STATISTICS),
]);

/// `ProductionVariants` of an endpoint configuration.
pub static VARIANTS: OutputShape = OutputShape::List(&OutputShape::Record(&[
    Member("VariantName", true, OutputShape::Text),
    Member("ModelName", false, OutputShape::Name),
    Member("InitialInstanceCount", false, OutputShape::MemoKind),
    Member("InstanceType", false, OutputShape::Instance),
]));

/// The name of a model, an endpoint, a configuration.
pub static NAME: OutputShape = OutputShape::Name;

/// Free text.
pub static TEXT: OutputShape = OutputShape::Text;
