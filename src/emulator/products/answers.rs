//! The answers of each step type's Describe operation: the members that the emulator works out, those that repeat the
//! request, and the shapes of both in the service model.

use super::{Member, automl, processing, resources, training, tuning};
use sluicegate_definition::StepKind;
use sluicegate_shapes::{self as shapes, OperationShapes, ShapeRef};

/// The Describe operations of a step type, and the members of their answers that do not just repeat the request; `None`
/// for types without one.
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

/// The members that are worked out for the Describe operation's answer; empty for types without one.
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

/// The members that the answer has in common with the Create operation's request, by the service model.
pub(super) fn repeated(kind: &StepKind) -> impl Iterator<Item = &'static str> {
    let operations = described(kind).map_or(&[][..], |(operations, _)| operations);
    operations.iter().flat_map(|name| {
        let output = shapes::operation(name).and_then(|shapes| shapes.output);
        let input = created(name).map(|shapes| shapes.input);
        let members = output.map_or(&[][..], |output| output.get().members());
        members
            .iter()
            .map(|member| member.name)
            .filter(move |name| input.is_some_and(|input| input.member(name).is_some()))
    })
}

/// The Create operation to a Describe operation.
fn created(describe: &str) -> Option<OperationShapes> {
    let resource = describe.strip_prefix("Describe")?;
    shapes::operation(&format!("Create{resource}"))
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
