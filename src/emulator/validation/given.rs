//! What type of value a reference or a function gives.

use crate::engine::expression::path::{Path, Segment};
use sluicegate_definition::{Definition, ParameterKind, StepKind, Value};
use sluicegate_shapes::{Shape, ShapeRef};

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// A single value of this type.
    Typed(ParameterKind),
    /// A single value, whose type is known when the step runs.
    Single,
    /// A list.
    List,
    /// A map or a structure.
    Object,
    /// Anything: the type is known when the step runs.
    Unknown,
}

impl Given {
    /// Whether such a value may stand where the model has this shape. A whole number is a number with a fraction too;
    /// nothing else is converted ("Cannot assign property reference [Parameters.split_number] to argument of type
    /// [String].", aws/sagemaker-python-sdk#4867).
    pub fn fits(self, shape: &Shape) -> bool {
        use ParameterKind::{Boolean, Float, Integer, String};
        match (self, shape) {
            (Given::Unknown, _)
            | (Given::List, Shape::List(..))
            | (Given::Object, Shape::Map(..) | Shape::Structure(_)) => true,
            (_, Shape::List(..) | Shape::Map(..) | Shape::Structure(_)) => false,
            (Given::Single, _) | (Given::Typed(_), Shape::Timestamp) => true,
            (Given::Typed(kind), Shape::Text(..) | Shape::Enum(_)) => kind == String,
            (Given::Typed(kind), Shape::Boolean) => kind == Boolean,
            (Given::Typed(kind), Shape::Number(number, _)) => {
                kind == Integer || (kind == Float && !number.is_whole())
            }
            (Given::List | Given::Object, _) => false,
        }
    }

    fn of(shape: &Shape) -> Given {
        match shape {
            Shape::Text(..) | Shape::Enum(_) => Given::Typed(ParameterKind::String),
            Shape::Number(number, _) if number.is_whole() => Given::Typed(ParameterKind::Integer),
            Shape::Number(..) => Given::Typed(ParameterKind::Float),
            Shape::Boolean => Given::Typed(ParameterKind::Boolean),
            Shape::Timestamp => Given::Single,
            Shape::List(..) => Given::List,
            Shape::Map(..) | Shape::Structure(_) => Given::Object,
        }
    }
}

/// What the reference of a `Get` gives.
pub fn by_reference(definition: &Definition, reference: &str) -> Given {
    let (root, rest) = reference.split_once('.').unwrap_or((reference, ""));
    match root {
        "Parameters" => definition
            .parameter(rest)
            .map_or(Given::Unknown, |parameter| Given::Typed(parameter.kind)),
        "Execution" | "PipelineExperimentConfig" => Given::Typed(ParameterKind::String),
        "Steps" => of_step(definition, rest).unwrap_or(Given::Unknown),
        _ => Given::Unknown,
    }
}

/// What a property or an output of a step is; `None` where that is not known before the step ran.
fn of_step(definition: &Definition, rest: &str) -> Option<Given> {
    let (name, path) = rest.split_at(rest.find(['.', '['])?);
    let index = definition.step(name)?;
    let kind = &definition.steps[index].kind;
    let path = Path::parse(path)?;
    match (kind, path.segments()) {
        (StepKind::Callback | StepKind::Lambda, [_, Segment::Name(output)]) => {
            let declared = definition.value(index)?.get("OutputParameters")?;
            let mut outputs = declared.items();
            let output = outputs
                .find(|one| one.get("OutputName").and_then(Value::as_str) == Some(output))?;
            let kind = ParameterKind::from_name(output.get("OutputType")?.as_str()?)?;
            Some(Given::Typed(kind))
        }
        (_, segments) => Some(Given::of(property(kind, segments)?.get())),
    }
}

/// The shape of a property: a member of the answer of the Describe operation of the step's type.
fn property(kind: &StepKind, segments: &[Segment]) -> Option<ShapeRef> {
    let (Segment::Name(first), rest) = segments.split_first()? else {
        return None;
    };
    let shape = crate::products::member_shape(kind, first)?;
    rest.iter()
        .try_fold(shape, |outer, segment| match (outer.get(), segment) {
            (Shape::Structure(_), Segment::Name(name)) => outer.member(name),
            (Shape::Map(_, _, value), _) => Some(*value),
            // The SDK names the items of some lists by a member, such as the outputs of a processing job.
            (Shape::List(_, item), _) => Some(*item),
            _ => None,
        })
}
