//! Expressions and conditions of a definition, compiled so that running them reads no JSON.

mod compiler;

pub use compiler::{Compiler, default_of};

use super::chance::hash;
use crate::definition::ParameterKind;
use compiler::output_name;
use std::collections::HashMap;

/// A value that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `null`, or something that has no value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Any text.
    Text(String),
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

    /// As one would type it.
    pub fn text(&self) -> String {
        match self {
            Scalar::Null => String::new(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Number(value) => value.to_string(),
            Scalar::Text(value) => value.clone(),
        }
    }

    /// As a number, also when it is text that spells one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Scalar::Number(value) => Some(*value),
            Scalar::Text(value) => value.trim().parse().ok(),
            Scalar::Null | Scalar::Bool(_) => None,
        }
    }

    fn equals(&self, other: &Scalar) -> bool {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a == b,
            _ => self.text() == other.text(),
        }
    }
}

/// A value that an execution works out.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// As written.
    Literal(Scalar),
    /// The parameter of this number.
    Parameter(usize),
    /// `Execution.<name>`.
    Execution(String),
    /// What a step produced: a place in [`Products`].
    Product(usize),
    /// `Std:Join`.
    Join(String, Vec<Expr>),
    /// Something not understood; has no value.
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
pub enum Test {
    /// A comparison of `LeftValue` with `RightValue`.
    Compare(Compare, Expr, Expr),
    /// Whether `QueryValue` is among `Values`.
    In(Expr, Vec<Expr>),
    /// `Not`.
    Not(Box<Test>),
    /// `Or`.
    Or(Vec<Test>),
    /// An operator not known here: false.
    Unknown,
}

/// A value a step produces: a field of a report, an output, a property of its job.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The step, if the reference names one.
    pub step: Option<usize>,
    /// What of it, as a number to draw by.
    pub key: u64,
    /// `OutputParameters['…']`, when it is one.
    pub output: Option<String>,
    /// What a plausible value is like.
    pub hint: Hint,
}

/// What a plausible value of a product is like, told from what the definition compares it with.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Hint {
    /// Nothing is known.
    #[default]
    Any,
    /// Usually above this.
    Above(f64),
    /// Usually below this.
    Below(f64),
    /// Usually this.
    Is(Scalar),
}

/// All products a definition refers to.
#[derive(Debug, Default)]
pub struct Products {
    list: Vec<Product>,
    places: HashMap<(Option<usize>, u64), usize>,
}

impl Products {
    /// By the number an expression holds.
    pub fn get(&self, place: usize) -> Option<&Product> {
        self.list.get(place)
    }

    fn place(&mut self, step: Option<usize>, path: &str) -> usize {
        let key = hash(path);
        *self.places.entry((step, key)).or_insert_with(|| {
            self.list.push(Product {
                step,
                key,
                output: output_name(path),
                hint: Hint::Any,
            });
            self.list.len() - 1
        })
    }

    fn hint(&mut self, expr: &Expr, hint: Hint) {
        if let Expr::Product(place) = expr
            && let Some(product) = self.list.get_mut(*place)
            && product.hint == Hint::Any
        {
            product.hint = hint;
        }
    }
}

/// Where an expression finds what it refers to.
pub trait Scope {
    /// The value of the parameter of this number.
    fn parameter(&self, place: usize) -> Scalar;
    /// `Execution.<name>`.
    fn execution(&self, name: &str) -> Scalar;
    /// What a step produced.
    fn product(&self, place: usize) -> Scalar;
}

impl Expr {
    /// Its value in an execution.
    pub fn eval(&self, scope: &dyn Scope) -> Scalar {
        match self {
            Expr::Literal(value) => value.clone(),
            Expr::Parameter(place) => scope.parameter(*place),
            Expr::Execution(name) => scope.execution(name),
            Expr::Product(place) => scope.product(*place),
            Expr::Join(on, parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.eval(scope).text()).collect();
                Scalar::Text(parts.join(on))
            }
            Expr::Unknown => Scalar::Null,
        }
    }
}

impl Test {
    /// Whether it holds in an execution.
    pub fn holds(&self, scope: &dyn Scope) -> bool {
        match self {
            Test::Compare(compare, left, right) => {
                compared(*compare, &left.eval(scope), &right.eval(scope))
            }
            Test::In(query, values) => {
                let query = query.eval(scope);
                values.iter().any(|value| value.eval(scope).equals(&query))
            }
            Test::Not(inner) => !inner.holds(scope),
            Test::Or(inner) => inner.iter().any(|test| test.holds(scope)),
            Test::Unknown => false,
        }
    }
}

/// Numbers compare as numbers, everything else as text.
fn compared(compare: Compare, left: &Scalar, right: &Scalar) -> bool {
    if compare == Compare::Equal {
        return left.equals(right);
    }
    let order = match (left.number(), right.number()) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
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
