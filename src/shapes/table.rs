//! Reading `model.txt`. The table is part of the program, so that a line that cannot be read is a mistake of
//! `generate.py` and ends in a panic; a test reads all of it.

use super::{Bounds, Member, Model, NumberType, OperationShapes, Pattern, Shape, ShapeRef};
use std::collections::HashMap;
use std::sync::Arc;

/// Lines that are for people.
const COMMENT: &str = "//";

/// Reads a table.
pub(super) fn read(text: &'static str) -> Model {
    let mut names = HashMap::new();
    for line in lines(text).filter(|line| line.kind != "operation") {
        let number = names.len();
        names.insert(line.name, ShapeRef(number));
    }
    let mut reader = Reader {
        names,
        patterns: HashMap::new(),
    };
    let mut model = Model::default();
    for line in lines(text) {
        match line.kind {
            "operation" => {
                model
                    .operations
                    .insert(line.name, reader.operation(line.rest));
            }
            kind => {
                model.shapes.push(reader.shape(kind, line.rest));
                model.names.push(line.name);
            }
        }
    }
    model
}

/// A line: the type, the name, and what is left.
struct Line {
    kind: &'static str,
    name: &'static str,
    rest: &'static str,
}

fn lines(text: &'static str) -> impl Iterator<Item = Line> {
    let lines = text.lines().filter(|line| !line.starts_with(COMMENT));
    lines.map(|line| {
        let (kind, rest) = first_word(line);
        let (name, rest) = first_word(rest);
        Line { kind, name, rest }
    })
}

/// The first word of a line, and the rest.
fn first_word(text: &'static str) -> (&'static str, &'static str) {
    text.split_once(' ').unwrap_or((text, ""))
}

struct Reader {
    names: HashMap<&'static str, ShapeRef>,
    patterns: HashMap<&'static str, Arc<Pattern>>,
}

impl Reader {
    fn operation(&self, rest: &'static str) -> OperationShapes {
        let (input, output) = first_word(rest);
        OperationShapes {
            input: self.reference(input),
            output: (output != "-").then(|| self.reference(output)),
        }
    }

    fn shape(&mut self, kind: &str, rest: &'static str) -> Shape {
        let (bounds, more) = first_word(rest);
        match kind {
            "structure" => Shape::Structure(
                rest.split_whitespace()
                    .map(|member| self.member(member))
                    .collect(),
            ),
            "enum" => Shape::Enum(rest.split(' ').collect()),
            "string" => Shape::Text(self::bounds(bounds), self.pattern(more)),
            "integer" => Shape::Number(NumberType::Integer, self::bounds(bounds)),
            "long" => Shape::Number(NumberType::Long, self::bounds(bounds)),
            "float" => Shape::Number(NumberType::Float, self::bounds(bounds)),
            "double" => Shape::Number(NumberType::Double, self::bounds(bounds)),
            "boolean" => Shape::Boolean,
            "timestamp" => Shape::Timestamp,
            "list" => Shape::List(self::bounds(bounds), self.reference(more)),
            "map" => {
                let (key, value) = first_word(more);
                Shape::Map(
                    self::bounds(bounds),
                    self.reference(key),
                    self.reference(value),
                )
            }
            other => panic!("model.txt: {other} is not a type"),
        }
    }

    /// `Name:Shape`, or `Name!:Shape` of a required member.
    fn member(&self, text: &'static str) -> Member {
        let (name, shape) = text.split_once(':').unwrap_or((text, ""));
        Member {
            name: name.trim_end_matches('!'),
            is_required: name.ends_with('!'),
            shape: self.reference(shape),
        }
    }

    fn reference(&self, name: &str) -> ShapeRef {
        match self.names.get(name) {
            Some(reference) => *reference,
            None => panic!("model.txt: there is no shape {name:?}"),
        }
    }

    /// Shapes with the same pattern share it, so that it is compiled once.
    fn pattern(&mut self, text: &'static str) -> Option<Arc<Pattern>> {
        if text.is_empty() {
            return None;
        }
        let pattern = self.patterns.entry(text);
        Some(
            pattern
                .or_insert_with(|| Arc::new(Pattern::new(text)))
                .clone(),
        )
    }
}

/// `MIN..MAX`, either of which may be absent.
fn bounds(text: &str) -> Bounds {
    let (min, max) = text.split_once("..").unwrap_or((text, ""));
    let bound = |text: &str| match text.parse() {
        Ok(bound) => Some(bound),
        Err(_) if text.is_empty() => None,
        Err(_) => panic!("model.txt: {text:?} is not a bound"),
    };
    Bounds {
        min: bound(min),
        max: bound(max),
    }
}
