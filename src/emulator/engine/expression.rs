//! Expressions and conditions of a definition, compiled so that evaluating them reads no JSON.

mod compiler;
pub mod path;
mod products;

pub use compiler::{Compiler, default_of};
pub use products::{Hint, Product, ProductRef, Products};

use path::Path;
use serde_json::{Map, Value, json};
use sluicegate_definition::ParameterKind;

/// More bytes than any member of a request may have: longer results of `Std:Join` are cut off.
const MAX_TEXT_BYTES: usize = 65_536;

/// A comparable value.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `null`, or something without a value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list or a structure.
    Json(Value),
}

impl From<Value> for Scalar {
    fn from(value: Value) -> Scalar {
        match value {
            Value::Null => Scalar::Null,
            Value::Bool(flag) => Scalar::Bool(flag),
            Value::Number(number) => number.as_f64().map_or(Scalar::Null, Scalar::Number),
            Value::String(text) => Scalar::Text(text),
            Value::Array(_) | Value::Object(_) => Scalar::Json(value),
        }
    }
}

impl Scalar {
    /// A text as a value of a parameter's type.
    pub fn typed(kind: ParameterKind, text: &str) -> Scalar {
        let parsed = match kind {
            ParameterKind::String => None,
            ParameterKind::Integer | ParameterKind::Float => {
                text.trim().parse().ok().map(Scalar::Number)
            }
            ParameterKind::Boolean => text
                .trim()
                .to_ascii_lowercase()
                .parse()
                .ok()
                .map(Scalar::Bool),
        };
        parsed.unwrap_or_else(|| Scalar::Text(text.to_owned()))
    }

    /// As it would be typed.
    pub fn text(&self) -> String {
        match self {
            Scalar::Null => String::new(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Number(value) => value.to_string(),
            Scalar::Text(value) => value.clone(),
            Scalar::Json(value) => value.to_string(),
        }
    }

    /// As JSON; a number without a fraction becomes an integer.
    pub fn json(self) -> Value {
        match self {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                json!(value as i64)
            }
            Scalar::Number(value) => json!(value),
            Scalar::Text(value) => Value::String(value),
            Scalar::Json(value) => value,
        }
    }

    /// As a number; also a text that spells one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Scalar::Number(value) => Some(*value),
            Scalar::Text(value) => value.trim().parse().ok(),
            Scalar::Null | Scalar::Bool(_) | Scalar::Json(_) => None,
        }
    }

    /// A text that spells a number equals that number, and a text that spells a Boolean equals that Boolean.
    fn equals(&self, other: &Scalar) -> bool {
        match (self, other) {
            (Scalar::Number(_), _) | (_, Scalar::Number(_)) => {
                let both = self.number().zip(other.number());
                both.is_some_and(|(a, b)| a == b)
            }
            (Scalar::Bool(_), _) | (_, Scalar::Bool(_)) => {
                self.text().trim().eq_ignore_ascii_case(other.text().trim())
            }
            _ => self.text() == other.text(),
        }
    }
}

/// A value that an execution evaluates.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// As written.
    Literal(Scalar),
    /// The parameter of this index.
    Parameter(usize),
    /// `Execution.<name>`.
    Execution(String),
    /// What a step produced: an index into [`Products`].
    Product(usize),
    /// `Std:Join`.
    Join(String, Vec<Expr>),
    /// `ForEach.CurrentItem`, and a path into it.
    Item(Path),
    /// A list with at least one item to evaluate.
    List(Vec<Expr>),
    /// A structure with at least one member to evaluate.
    Record(Vec<(String, Expr)>),
    /// Not understood; has no value.
    Unknown,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `Equals`
    Equal,
    /// `GreaterThan`
    Greater,
    /// `GreaterThanOrEqualTo`
    GreaterOrEqual,
    /// `LessThan`
    Less,
    /// `LessThanOrEqualTo`
    LessOrEqual,
}

/// One of a Condition step's conditions.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionExpr {
    /// A comparison of `LeftValue` with `RightValue`.
    Compare(Compare, Expr, Expr),
    /// Whether `QueryValue` is among `ScriptedValues`.
    In(Expr, Vec<Expr>),
    /// `Not`.
    Not(Box<ConditionExpr>),
    /// `Or`.
    Or(Vec<ConditionExpr>),
    /// An unknown operator: never holds.
    Unknown,
}

/// Resolves what an expression refers to.
pub trait Scope {
    /// The value of the parameter of this index.
    fn parameter(&self, index: usize) -> Scalar;
    /// That value as it was written: a Float of `3.0` is not joined as `3`.
    fn parameter_text(&self, index: usize) -> String;
    /// `Execution.<name>`.
    fn execution(&self, name: &str) -> Scalar;
    /// What a step produced.
    fn product(&self, index: usize) -> Scalar;
    /// What a path leads to in the current item of the ForEach.
    fn item(&self, path: &Path) -> Scalar;
}

impl Expr {
    /// Its value in an execution.
    pub fn eval(&self, scope: &dyn Scope) -> Scalar {
        match self {
            Expr::Literal(value) => value.clone(),
            Expr::Parameter(index) => scope.parameter(*index),
            Expr::Execution(name) => scope.execution(name),
            Expr::Product(index) => scope.product(*index),
            Expr::Join(on, parts) => Scalar::Text(joined(on, parts, scope)),
            Expr::Item(path) => scope.item(path),
            Expr::List(items) => {
                let items = items.iter().map(|item| item.eval(scope).json());
                Scalar::Json(items.collect())
            }
            Expr::Record(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.eval(scope).json()));
                Scalar::Json(Value::Object(members.collect::<Map<_, _>>()))
            }
            Expr::Unknown => Scalar::Null,
        }
    }

    /// The member of a structure, not evaluated.
    pub fn member(&self, name: &str) -> Option<Member<'_>> {
        match self {
            Expr::Record(members) => {
                let (_, value) = members.iter().find(|(known, _)| known == name)?;
                Some(Member::Open(value))
            }
            Expr::Literal(Scalar::Json(value)) => value.get(name).map(Member::Known),
            _ => None,
        }
    }

    /// Calls back with the index of every product that the value depends on.
    pub fn products(&self, found: &mut dyn FnMut(usize)) {
        match self {
            Expr::Product(index) => found(*index),
            Expr::Join(_, parts) | Expr::List(parts) => {
                parts.iter().for_each(|part| part.products(found));
            }
            Expr::Record(members) => {
                members.iter().for_each(|(_, value)| value.products(found));
            }
            Expr::Literal(_)
            | Expr::Parameter(_)
            | Expr::Execution(_)
            | Expr::Item(_)
            | Expr::Unknown => {}
        }
    }
}

/// A member of a structure.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// A constant.
    Known(&'a Value),
    /// Needs to be evaluated.
    Open(&'a Expr),
}

fn joined(on: &str, parts: &[Expr], scope: &dyn Scope) -> String {
    let part = |part: &Expr| match part {
        Expr::Parameter(index) => scope.parameter_text(*index),
        part => part.eval(scope).text(),
    };
    let mut text = parts.iter().map(part).collect::<Vec<_>>().join(on);
    if text.len() > MAX_TEXT_BYTES {
        let end = (0..=MAX_TEXT_BYTES)
            .rev()
            .find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
    }
    text
}

impl ConditionExpr {
    /// Whether it holds in an execution.
    pub fn holds(&self, scope: &dyn Scope) -> bool {
        match self {
            ConditionExpr::Compare(compare, left, right) => {
                compared(*compare, &left.eval(scope), &right.eval(scope))
            }
            ConditionExpr::In(query, values) => {
                let query = query.eval(scope);
                values.iter().any(|value| value.eval(scope).equals(&query))
            }
            ConditionExpr::Not(inner) => !inner.holds(scope),
            ConditionExpr::Or(inner) => inner.iter().any(|test| test.holds(scope)),
            ConditionExpr::Unknown => false,
        }
    }

    /// Calls back with the index of every product that the condition depends on.
    pub fn products(&self, found: &mut dyn FnMut(usize)) {
        match self {
            ConditionExpr::Compare(_, left, right) => {
                left.products(found);
                right.products(found);
            }
            ConditionExpr::In(query, values) => {
                query.products(found);
                values.iter().for_each(|value| value.products(found));
            }
            ConditionExpr::Not(inner) => inner.products(found),
            ConditionExpr::Or(inner) => inner.iter().for_each(|test| test.products(found)),
            ConditionExpr::Unknown => {}
        }
    }
}

/// Numbers are compared as numbers, everything else as text.
fn compared(compare: Compare, left: &Scalar, right: &Scalar) -> bool {
    if compare == Compare::Equal {
        return left.equals(right);
    }
    let order = match (left, right, left.number().zip(right.number())) {
        (Scalar::Number(_), _, Some((a, b))) | (_, Scalar::Number(_), Some((a, b))) => {
            a.partial_cmp(&b)
        }
        (Scalar::Number(_), _, None) | (_, Scalar::Number(_), None) => None,
        _ => Some(left.text().cmp(&right.text())),
    };
    order.is_some_and(|order| match compare {
        Compare::Equal => order.is_eq(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
    })
}
