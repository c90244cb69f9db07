//! The shapes of SageMaker's requests and answers: names, types, required members, bounds, patterns and enumerations of the
//! service models.
//!
//! `model.txt` is written by `generate.py` from botocore's models, and read once, when the first shape is asked for.

mod pattern;
mod table;
#[cfg(test)]
mod tests;

pub use pattern::Pattern;

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

static MODEL: LazyLock<Model> = LazyLock::new(|| table::read(include_str!("model.txt")));

/// Every shape of the table, and the operations that use them.
#[derive(Default)]
struct Model {
    shapes: Vec<Shape>,
    /// The name of each shape, in the same order.
    names: Vec<&'static str>,
    operations: HashMap<&'static str, OperationShapes>,
}

/// What an operation takes and what it answers.
#[derive(Clone, Copy)]
pub struct OperationShapes {
    /// A structure.
    pub input: ShapeRef,
    /// A structure; `None` where the answer has no body.
    pub output: Option<ShapeRef>,
}

/// A shape of the table. Shapes may hold themselves, so they refer to each other by number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShapeRef(usize);

impl ShapeRef {
    /// The shape itself.
    pub fn get(self) -> &'static Shape {
        &MODEL.shapes[self.0]
    }

    /// Its name in the service's model, such as `ProcessingS3InputMode`.
    pub fn name(self) -> &'static str {
        MODEL.names[self.0]
    }
}

impl Deref for ShapeRef {
    type Target = Shape;

    fn deref(&self) -> &'static Shape {
        self.get()
    }
}

/// What a value must be.
#[derive(Debug)]
pub enum Shape {
    /// A string of so many characters, and its pattern.
    Text(Bounds, Option<Arc<Pattern>>),
    /// One of these strings.
    Enum(Vec<&'static str>),
    /// A number.
    Number(NumberType, Bounds),
    /// True or false.
    Boolean,
    /// Seconds since the epoch.
    Timestamp,
    /// A list of so many items.
    List(Bounds, ShapeRef),
    /// A map of so many entries, from keys that are strings to values.
    Map(Bounds, ShapeRef, ShapeRef),
    /// An object with these members.
    Structure(Vec<Member>),
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it must be.
    pub shape: ShapeRef,
}

/// The smallest and the largest length or value; `None` where the model has no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The smallest.
    pub min: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
}

impl Bounds {
    /// Whether a length or a value lies within.
    pub fn contain(self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// The types of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberType {
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number with a fraction, of 32 bits.
    Float,
    /// A number with a fraction, of 64 bits.
    Double,
}

impl NumberType {
    /// Whether its values have no fraction.
    pub fn is_whole(self) -> bool {
        matches!(self, NumberType::Integer | NumberType::Long)
    }
}

impl Shape {
    /// The members of a structure; none of anything else.
    pub fn members(&self) -> &[Member] {
        match self {
            Shape::Structure(members) => members,
            _ => &[],
        }
    }

    /// The shape of a structure's member.
    pub fn member(&self, name: &str) -> Option<ShapeRef> {
        let mut members = self.members().iter();
        members
            .find(|member| member.name == name)
            .map(|member| member.shape)
    }
}

impl std::fmt::Debug for ShapeRef {
    /// The number alone: shapes may hold themselves.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// The shapes of an operation that the table has.
pub fn operation(name: &str) -> Option<OperationShapes> {
    MODEL.operations.get(name).copied()
}
