//! The conditions of a Condition step, with the values they compare.

use super::{Known, Resolved, resolve};
use crate::Definition;
use crate::document::Value;

/// Levels of `Not` and `Or` in a condition; deeper ones are shown as JSON.
const MAX_LEVELS: usize = 8;

/// Conditions listed for one step.
const MAX_LISTED: usize = 50;

/// A condition (API: `Conditions` of a Condition step, of which all must hold).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Two values are compared.
    Compare(Comparison),
    /// A value is one of several.
    In(Resolved, Vec<Resolved>),
    /// A condition does not hold.
    Not(Box<Condition>),
    /// One of several conditions holds.
    Or(Vec<Condition>),
    /// A condition of a type that is not known, as JSON.
    Unknown(String),
}

/// A comparison of two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The path of the condition inside `Arguments`: `Conditions[0]`.
    pub path: String,
    /// `LeftValue`.
    pub left: Resolved,
    /// How they are compared.
    pub operator: Operator,
    /// `RightValue`.
    pub right: Resolved,
}

/// How two values are compared (API: the `Type` of a condition).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `Equals`
    Equals,
    /// The opposite of `Equals`, which no condition has by itself.
    Differs,
    /// `GreaterThan`
    Above,
    /// `GreaterThanOrEqualTo`
    AtLeast,
    /// `LessThan`
    Below,
    /// `LessThanOrEqualTo`
    AtMost,
}

impl Operator {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "Equals" => Self::Equals,
            "GreaterThan" => Self::Above,
            "GreaterThanOrEqualTo" => Self::AtLeast,
            "LessThan" => Self::Below,
            "LessThanOrEqualTo" => Self::AtMost,
            _ => return None,
        })
    }

    /// What holds of two values where this does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Equals => Self::Differs,
            Self::Differs => Self::Equals,
            Self::Above => Self::AtMost,
            Self::AtLeast => Self::Below,
            Self::Below => Self::AtLeast,
            Self::AtMost => Self::Above,
        }
    }

    /// Its sign: `≤`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::Differs => "≠",
            Self::Above => ">",
            Self::AtLeast => "≥",
            Self::Below => "<",
            Self::AtMost => "≤",
        }
    }
}

impl Definition {
    /// The conditions of a Condition step, with the values that are `known`.
    pub fn resolved_conditions(&self, step: usize, known: Known<'_>) -> Vec<Condition> {
        let conditions = self.arguments(step).and_then(|own| own.get("Conditions"));
        let conditions = conditions.into_iter().flat_map(Value::items).enumerate();
        let read = |(index, value)| condition(value, &format!("Conditions[{index}]"), 0, known);
        conditions.take(MAX_LISTED).map(read).collect()
    }
}

fn condition(value: Value<'_>, path: &str, level: usize, known: Known<'_>) -> Condition {
    let part = |key: &str| value.get(key);
    let kind = part("Type").and_then(Value::as_str).unwrap_or_default();
    let resolved = |key: &str| part(key).map(|part| resolve(part, known));
    let is_shallow = level < MAX_LEVELS;
    let read = match kind {
        "In" => resolved("QueryValue").zip(part("Values")).map(|(of, all)| {
            let all = all.items().take(MAX_LISTED);
            Condition::In(of, all.map(|value| resolve(value, known)).collect())
        }),
        "Not" if is_shallow => part("Expression").map(|inner| {
            let path = format!("{path}.Expression");
            Condition::Not(Box::new(condition(inner, &path, level + 1, known)))
        }),
        "Or" if is_shallow => part("Conditions").map(|all| {
            let all = all.items().take(MAX_LISTED).enumerate();
            let read = all.map(|(index, inner)| {
                let path = format!("{path}.Conditions[{index}]");
                condition(inner, &path, level + 1, known)
            });
            Condition::Or(read.collect())
        }),
        _ => Operator::from_name(kind).and_then(|operator| {
            Some(Condition::Compare(Comparison {
                path: path.to_owned(),
                left: resolved("LeftValue")?,
                operator,
                right: resolved("RightValue")?,
            }))
        }),
    };
    read.unwrap_or_else(|| Condition::Unknown(value.to_json()))
}
