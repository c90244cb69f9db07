//! Models, packages, endpoints.

use crate::products::project::{Member, Out};

/// A container of a model.
pub static CONTAINER: Out = Out::Record(&[
    Member("ContainerHostname", false, Out::Text),
    Member("Image", false, Out::Text),
    Member("Mode", false, Out::Choice(&["SingleModel", "MultiModel"])),
    Member("ModelDataUrl", false, Out::Uri),
    Member("Environment", false, Out::Texts),
]);

/// Containers of a model.
pub static CONTAINERS: Out = Out::List(&CONTAINER);

/// `InferenceSpecification` of a model package.
pub static INFERENCE: Out = Out::Record(&[
    Member(
        "Containers",
        true,
        Out::List(&Out::Record(&[
            Member("ContainerHostname", false, Out::Text),
            Member("Image", false, Out::Text),
            Member("ModelDataUrl", false, Out::Uri),
            Member("Environment", false, Out::Texts),
            Member("Framework", false, Out::Text),
        ])),
    ),
    Member(
        "SupportedTransformInstanceTypes",
        false,
        Out::List(&Out::Instance),
    ),
    Member(
        "SupportedRealtimeInferenceInstanceTypes",
        false,
        Out::List(&Out::Instance),
    ),
    Member("SupportedContentTypes", false, Out::List(&Out::Text)),
    Member("SupportedResponseMIMETypes", false, Out::List(&Out::Mime)),
]);

/// `ModelApprovalStatus`.
pub static APPROVAL: Out = Out::Choice(&["Approved", "Rejected", "PendingManualApproval"]);

const METRICS_SOURCE: Out = Out::Record(&[
    Member("ContentType", true, Out::Text),
    Member("S3Uri", true, Out::Uri),
]);
const STATISTICS: Out = Out::Record(&[
    Member("Statistics", false, METRICS_SOURCE),
    Member("Constraints", false, METRICS_SOURCE),
]);

/// `ModelMetrics`.
pub static MODEL_METRICS: Out = Out::Record(&[
    Member("ModelQuality", false, STATISTICS),
    Member("ModelDataQuality", false, STATISTICS),
]);

/// `ProductionVariants` of an endpoint configuration.
pub static VARIANTS: Out = Out::List(&Out::Record(&[
    Member("VariantName", true, Out::Text),
    Member("ModelName", false, Out::Name),
    Member("InitialInstanceCount", false, Out::Whole),
    Member("InstanceType", false, Out::Instance),
]));

/// The name of a model, an endpoint, a configuration.
pub static NAME: Out = Out::Name;

/// Free text.
pub static TEXT: Out = Out::Text;
