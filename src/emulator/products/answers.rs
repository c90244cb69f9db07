//! The answers of each step type's Describe operation: the members that the emulator has values for, and their shapes
//! in the service model.

use super::{Member, automl, processing, resources, training, tuning};
use sluicegate_definition::StepKind;
use sluicegate_shapes::{self as shapes, ShapeRef};

/// The Describe operations of a step type, and the members of their answers; `None` for types without one.
pub(super) fn described(kind: &StepKind) -> Option<(&'static [&'static str], &'static [Member])> {
    Some(match kind {
        StepKind::Training => (&["DescribeTrainingJob"], training::MEMBERS),
        StepKind::Processing | StepKind::QualityCheck | StepKind::ClarifyCheck => {
            (&["DescribeProcessingJob"], processing::PROCESSING)
        }
        StepKind::Transform => (&["DescribeTransformJob"], processing::TRANSFORM),
        StepKind::Tuning => (&["DescribeHyperParameterTuningJob"], tuning::MEMBERS),
        StepKind::AutoML => (
            &["DescribeAutoMLJobV2", "DescribeAutoMLJob"],
            automl::MEMBERS,
        ),
        StepKind::Model => (&["DescribeModel"], resources::MODEL),
        StepKind::RegisterModel => (&["DescribeModelPackage"], resources::PACKAGE),
        StepKind::Endpoint => (&["DescribeEndpoint"], resources::ENDPOINT),
        StepKind::EndpointConfig => (&["DescribeEndpointConfig"], resources::ENDPOINT_CONFIG),
        StepKind::InferenceComponent => (&["DescribeInferenceComponent"], resources::COMPONENT),
        _ => return None,
    })
}

/// The members of the Describe operation's answer for a step type; empty for types without one.
pub(super) fn members(kind: &StepKind) -> &'static [Member] {
    described(kind).map_or(&[], |(_, members)| members)
}

/// The shape of a member of the answer.
pub(crate) fn shape(kind: &StepKind, member: &str) -> Option<ShapeRef> {
    let (operations, _) = described(kind)?;
    let mut outputs = operations
        .iter()
        .filter_map(|name| shapes::operation(name)?.output);
    outputs.find_map(|output| output.member(member))
}

/// Properties that only references can name: the SDK adds lists to some types, and some types have no Describe
/// operation.
pub(super) fn property_members(kind: &StepKind) -> &'static [Member] {
    match kind {
        StepKind::Tuning => tuning::SUMMARIES,
        StepKind::AutoML => automl::PROPERTIES,
        StepKind::QualityCheck | StepKind::ClarifyCheck => resources::CHECK,
        StepKind::Condition => resources::CONDITION,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_the_models_members_and_no_others() {
        for kind in [
            StepKind::Training,
            StepKind::Processing,
            StepKind::Transform,
            StepKind::Tuning,
            StepKind::AutoML,
            StepKind::Model,
            StepKind::RegisterModel,
            StepKind::Endpoint,
            StepKind::EndpointConfig,
            StepKind::InferenceComponent,
        ] {
            assert!(!members(&kind).is_empty(), "{kind:?}");
            for (member, _) in members(&kind) {
                assert!(shape(&kind, member).is_some(), "{kind:?} {member}");
            }
        }
    }
}
