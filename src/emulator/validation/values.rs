//! Values of a definition against the shapes of the service's model.
//!
//! The sentences are the service's, as reports of its users have them: aws/sagemaker-python-sdk#2345, #3472, #3908,
//! #4867, #5099, #6156. Where none is known they are made alike.

use super::given::{self, Given};
use super::located::{expression, short};
use super::requests::is_taken;
use sluicegate_definition::{Definition, Kind, ParameterKind, Value};
use sluicegate_shapes::{Bounds, Member, NumberType, Shape, ShapeRef};

/// A value that breaks the model.
#[derive(Debug)]
pub struct Fault {
    /// What is wrong.
    pub sentence: String,
    /// Whether a reference is of another type than its argument, which the service does not call a failure to parse.
    pub is_assignment: bool,
    /// The path of the value, innermost key first.
    pub path: Vec<Key>,
}

/// A step of a path.
#[derive(Debug)]
pub enum Key {
    /// A member or an entry of this name.
    Member(String),
    /// An item, counted from 0.
    Item(usize),
}

type Checked = Result<(), Fault>;

fn fault(sentence: impl Into<String>) -> Checked {
    Err(Fault {
        sentence: sentence.into(),
        is_assignment: false,
        path: Vec::new(),
    })
}

fn invalid(sentence: impl std::fmt::Display) -> Checked {
    fault(format!("Model Validation failed: {sentence}"))
}

/// What the values of a step are checked with.
pub struct Values<'a> {
    /// What references refer to.
    pub definition: &'a Definition,
    /// Whether a required member of the request itself may be left out.
    pub is_filled_in: &'a dyn Fn(&str) -> bool,
}

impl Values<'_> {
    /// Checks the members of a request. The models of requests do not contain themselves, so the depth of what is
    /// looked at is the model's, however deep the value is.
    pub fn request(&self, shape: ShapeRef, value: Value<'_>) -> Checked {
        self.structure(shape, value, self.is_filled_in)
    }

    fn check(&self, shape: ShapeRef, value: Value<'_>) -> Checked {
        if let Some((key, content)) = expression(value) {
            return self.expression(shape, key, content);
        }
        match (shape.get(), value.kind()) {
            (Shape::Structure(_), Kind::Object) => self.structure(shape, value, &|_| false),
            (Shape::Map(bounds, key, item), Kind::Object) => {
                length(shape, *bounds, value.size())?;
                self.map(*key, *item, value)
            }
            (Shape::List(bounds, item), Kind::Array) => {
                length(shape, *bounds, value.size())?;
                self.list(*item, value)
            }
            _ => single(shape, value),
        }
    }

    fn structure(
        &self,
        shape: ShapeRef,
        value: Value<'_>,
        is_filled_in: &dyn Fn(&str) -> bool,
    ) -> Checked {
        let members = shape.members();
        for (name, value) in value.entries() {
            let known = members.iter().find(|member| member.name == name);
            let Some(member) = known.filter(|_| is_taken(shape.name(), name)) else {
                return at(
                    name,
                    fault(format!("Unknown Argument member '{}'.", short(name))),
                );
            };
            // The SDK writes null for what is not given.
            if !value.is_null() {
                at(name, self.check(member.shape, value))?;
            }
        }
        let is_missing = |member: &&Member| {
            member.is_required
                && !is_filled_in(member.name)
                && value.get(member.name).is_none_or(Value::is_null)
        };
        match members.iter().find(is_missing) {
            None => Ok(()),
            Some(member) => invalid(format!("Missing required key '{}'.", member.name)),
        }
    }

    fn map(&self, key: ShapeRef, item: ShapeRef, value: Value<'_>) -> Checked {
        for (name, value) in value.entries() {
            at(name, text(key, name))?;
            at(name, self.check(item, value))?;
        }
        Ok(())
    }

    fn list(&self, item: ShapeRef, value: Value<'_>) -> Checked {
        for (index, value) in value.items().enumerate() {
            self.check(item, value).map_err(|mut fault| {
                fault.path.push(Key::Item(index));
                fault
            })?;
        }
        Ok(())
    }

    /// A reference or a function, which stands for any value of a type that it can give.
    fn expression(&self, shape: ShapeRef, key: &str, content: Value<'_>) -> Checked {
        let reference = content.as_str().unwrap_or_default();
        let (given, what) = match key {
            "Get" => (
                given::by_reference(self.definition, reference),
                format!("property reference [{}]", short(reference)),
            ),
            "Std:Join" => (
                Given::Typed(ParameterKind::String),
                format!("function [{key}]"),
            ),
            _ => (Given::Single, format!("function [{key}]")),
        };
        if given.fits(shape.get()) {
            return Ok(());
        }
        match shape.get() {
            Shape::List(..) => fault("Expecting start of Json Array."),
            // It is read as an object of the structure's members.
            Shape::Structure(_) => fault(format!("Unknown Argument member '{key}'.")),
            other => Err(Fault {
                sentence: format!(
                    "Cannot assign {what} to argument of type [{}].",
                    type_name(other)
                ),
                is_assignment: true,
                path: Vec::new(),
            }),
        }
    }
}

/// Adds a key to the path of a fault.
fn at(name: &str, checked: Checked) -> Checked {
    checked.map_err(|mut fault| {
        fault.path.push(Key::Member(name.to_owned()));
        fault
    })
}

/// A value that is no list, map or structure, or should be one.
fn single(shape: ShapeRef, value: Value<'_>) -> Checked {
    match (shape.get(), value.kind()) {
        (Shape::Structure(_) | Shape::Map(..), _) => fault("Expecting start of Json Object."),
        (Shape::List(..), _) => fault("Expecting start of Json Array."),
        (Shape::Text(..) | Shape::Enum(_), Kind::String) => {
            text(shape, value.as_str().unwrap_or_default())
        }
        (Shape::Number(number, bounds), Kind::Number) => self::number(
            shape,
            *number,
            *bounds,
            value.as_number().unwrap_or_default(),
        ),
        (Shape::Boolean, Kind::Bool) | (Shape::Timestamp, Kind::Number | Kind::String) => Ok(()),
        (expected, found) => invalid(format!(
            "Expecting a value of type [{}], but found {}.",
            type_name(expected),
            found.noun()
        )),
    }
}

/// A string, or the key of a map. Patterns are not checked: no report shows a pipeline refused for one, and AWS creates
/// pipelines with an `S3Uri` that is a path, the response type `*` (aws/sagemaker-python-sdk,
/// tests/integ/sagemaker/workflow/test_model_create_and_registration.py), and a model named `-` (its project templates).
fn text(shape: ShapeRef, text: &str) -> Checked {
    match shape.get() {
        Shape::Text(bounds, _) => {
            let length = text.chars().count();
            if let Some(limit) = beyond(*bounds, length as f64, ".0") {
                return invalid(format!(
                    "string '{}' with length={length} cannot be {limit} defined for {}.",
                    short(text),
                    shape.name()
                ));
            }
            Ok(())
        }
        Shape::Enum(values) if !values.contains(&text) => invalid(format!(
            "Value '{}' for '{}' failed to satisfy enum value set: [{}]",
            short(text),
            shape.name(),
            values.join(", ")
        )),
        _ => Ok(()),
    }
}

fn number(shape: ShapeRef, kind: NumberType, bounds: Bounds, text: &str) -> Checked {
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    let is_of_type = match kind {
        NumberType::Integer => value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX),
        NumberType::Long => value.fract() == 0.0 && value.abs() < i64::MAX as f64,
        NumberType::Float | NumberType::Double => value.is_finite(),
    };
    if !is_of_type {
        return invalid(format!(
            "Expecting a value of type [{}], but found {}.",
            type_name(shape.get()),
            short(text)
        ));
    }
    match beyond(bounds, value, "") {
        None => Ok(()),
        Some(limit) => invalid(format!(
            "number {} cannot be {limit} defined for {}.",
            short(text),
            shape.name()
        )),
    }
}

/// The number of items or entries.
fn length(shape: ShapeRef, bounds: Bounds, length: usize) -> Checked {
    match beyond(bounds, length as f64, "") {
        None => Ok(()),
        Some(limit) => invalid(format!(
            "Length of container {}={length} cannot be {limit}.",
            shape.name()
        )),
    }
}

/// Which bound a length or a value lies beyond. The service writes bounds of strings with a fraction.
fn beyond(Bounds { min, max }: Bounds, actual: f64, fraction: &str) -> Option<String> {
    let below = min.filter(|min| actual < *min);
    let above = max.filter(|max| actual > *max);
    below
        .map(|min| format!("less than min={min}{fraction}"))
        .or(above.map(|max| format!("greater than max={max}{fraction}")))
}

fn type_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(..) | Shape::Enum(_) => "String",
        Shape::Number(NumberType::Integer, _) => "Integer",
        Shape::Number(NumberType::Long, _) => "Long",
        Shape::Number(NumberType::Float, _) => "Float",
        Shape::Number(NumberType::Double, _) => "Double",
        Shape::Boolean => "Boolean",
        Shape::Timestamp => "Timestamp",
        Shape::List(..) => "List",
        Shape::Map(..) => "Map",
        Shape::Structure(_) => "Structure",
    }
}
