//! What the arguments that a parameter is used for accept, by the service's model.
//!
//! SageMaker checks a value only when the step's operation is called, often hours after the start. What it accepts
//! then must never be refused before: where it is uncertain whether a value has to fit an argument, it does not.

use sluicegate_shapes::{Bounds, NumberType, Shape, ShapeRef};

use super::{Parameter, ParameterKind, ValueError};

/// What one argument that a parameter is used for accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The last key of the argument's path, such as `VolumeSizeInGB`.
    pub argument: String,
    shape: ShapeRef,
}

impl Constraint {
    /// What the model has for an argument.
    pub(in super::super) fn new(argument: &str, shape: ShapeRef) -> Self {
        Self {
            argument: argument.to_owned(),
            shape,
        }
    }

    /// Whether values of a parameter of this type are held to it. A value of another type than the argument's is
    /// converted by rules that AWS does not document.
    pub(in super::super) fn concerns(&self, kind: ParameterKind) -> bool {
        match &*self.shape {
            Shape::Number(..) => self.range(kind).is_some(),
            Shape::Text(..) => kind == ParameterKind::String,
            Shape::Enum(_) => self.choices(kind).is_some(),
            _ => false,
        }
    }

    /// The numbers that it accepts.
    fn range(&self, kind: ParameterKind) -> Option<Bounds> {
        match (&*self.shape, kind) {
            (Shape::Number(_, bounds), ParameterKind::Integer | ParameterKind::Float) => {
                Some(*bounds)
            }
            _ => None,
        }
    }

    /// The values of its enumeration. Instance types are left out: AWS adds some every few weeks, and the model is
    /// that of a day.
    fn choices(&self, kind: ParameterKind) -> Option<&'static [&'static str]> {
        match (self.shape.get(), kind) {
            (Shape::Enum(values), ParameterKind::String)
                if !values.iter().any(|value| value.starts_with("ml.")) =>
            {
                Some(values)
            }
            _ => None,
        }
    }

    /// Whether a value of the parameter's type fits.
    pub(in super::super) fn check(
        &self,
        kind: ParameterKind,
        value: &str,
    ) -> Result<(), ValueError> {
        if !self.concerns(kind) {
            return Ok(());
        }
        match self.shape.get() {
            Shape::Number(number_type, bounds) => self.check_number(*number_type, *bounds, value),
            Shape::Enum(values) if !values.contains(&value) => Err(ValueError::NotAllowed {
                allowed: values.iter().map(ToString::to_string).collect(),
            }),
            Shape::Text(bounds, pattern) => {
                let length = value.chars().count();
                if !bounds.contain(length as f64) {
                    return Err(ValueError::Length {
                        argument: self.argument.clone(),
                        bounds: *bounds,
                        length,
                    });
                }
                match pattern.as_ref().filter(|pattern| !pattern.matches(value)) {
                    None => Ok(()),
                    Some(pattern) => Err(ValueError::Pattern {
                        argument: self.argument.clone(),
                        pattern: pattern.text(),
                        value: value.to_owned(),
                    }),
                }
            }
            _ => Ok(()),
        }
    }

    fn check_number(
        &self,
        number_type: NumberType,
        bounds: Bounds,
        value: &str,
    ) -> Result<(), ValueError> {
        let Ok(number) = value.parse::<f64>() else {
            return Ok(());
        };
        // The service cuts fractions off before it compares.
        let number = if number_type.is_whole() {
            number.trunc()
        } else {
            number
        };
        if bounds.contain(number) {
            return Ok(());
        }
        Err(ValueError::OutOfRange {
            argument: self.argument.clone(),
            bounds,
        })
    }
}

impl Parameter {
    /// The numbers that every argument accepts that the parameter is used for; without bounds for text.
    pub fn range(&self) -> Bounds {
        range(self.kind, &self.constraints)
    }

    /// The values that every argument accepts that the parameter is used for, where they have a fixed set of them;
    /// else none.
    pub fn choices(&self) -> Vec<&'static str> {
        choices(self.kind, &self.constraints).unwrap_or_default()
    }
}

/// Whether numbers or choices are left that fit all of these.
pub(in super::super) fn has_value(kind: ParameterKind, constraints: &[Constraint]) -> bool {
    let Bounds { min, max } = range(kind, constraints);
    let no_number = min.zip(max).is_some_and(|(min, max)| min > max);
    !no_number && choices(kind, constraints).is_none_or(|left| !left.is_empty())
}

fn range(kind: ParameterKind, constraints: &[Constraint]) -> Bounds {
    let ranges = constraints.iter().filter_map(|one| one.range(kind));
    ranges.fold(Bounds::default(), |a, b| Bounds {
        min: tighter(a.min, b.min, f64::max),
        max: tighter(a.max, b.max, f64::min),
    })
}

fn choices(kind: ParameterKind, constraints: &[Constraint]) -> Option<Vec<&'static str>> {
    let mut sets = constraints.iter().filter_map(|one| one.choices(kind));
    let mut left = sets.next()?.to_vec();
    for set in sets {
        left.retain(|value| set.contains(value));
    }
    Some(left)
}

fn tighter(a: Option<f64>, b: Option<f64>, of: fn(f64, f64) -> f64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(of(a, b)),
        (a, b) => a.or(b),
    }
}
