//! From a definition's JSON to expressions and conditions.

use super::{Compare, Expr, Hint, Products, Scalar, Test};
use crate::definition::{Definition, Kind, Parameter, Value};
use std::collections::HashMap;

/// Deeper nesting than this is taken as something that cannot be understood.
const DEEPEST: usize = 64;

/// Turns JSON into expressions.
pub struct Compiler<'a> {
    /// The definition everything is looked up in.
    pub definition: &'a Definition,
    /// Products met so far.
    pub products: Products,
    places: HashMap<&'a str, usize>,
}

impl<'a> Compiler<'a> {
    /// For one definition.
    pub fn new(definition: &'a Definition) -> Self {
        let places = definition.parameters.iter().enumerate();
        Compiler {
            definition,
            products: Products::default(),
            places: places
                .map(|(place, parameter)| (parameter.name.as_str(), place))
                .collect(),
        }
    }

    /// The number of a parameter.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// A value, or what works it out.
    pub fn expr(&mut self, value: Value<'_>) -> Expr {
        self.expr_within(value, 0)
    }

    fn expr_within(&mut self, value: Value<'_>, depth: usize) -> Expr {
        if depth > DEEPEST {
            return Expr::Unknown;
        }
        match value.kind() {
            Kind::Object => self.object(value, depth),
            Kind::Array => Expr::Unknown,
            Kind::Null => Expr::Literal(Scalar::Null),
            Kind::Bool => Expr::Literal(value.as_bool().map_or(Scalar::Null, Scalar::Bool)),
            Kind::Number => {
                let number = value.as_number().and_then(|text| text.parse().ok());
                Expr::Literal(number.map_or(Scalar::Null, Scalar::Number))
            }
            Kind::String => {
                Expr::Literal(Scalar::Text(value.as_str().unwrap_or_default().to_owned()))
            }
        }
    }

    fn object(&mut self, value: Value<'_>, depth: usize) -> Expr {
        if let Some(path) = value.get("Get").and_then(Value::as_str) {
            return self.reference(path);
        }
        if let Some(join) = value.get("Std:Join") {
            let on = join
                .get("On")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let values = join.get("Values").into_iter().flat_map(Value::items);
            return Expr::Join(
                on,
                values
                    .map(|part| self.expr_within(part, depth + 1))
                    .collect(),
            );
        }
        if let Some(get) = value.get("Std:JsonGet") {
            let file = get.get("PropertyFile").and_then(|file| match file.kind() {
                Kind::Object => file.get("Get").and_then(Value::as_str),
                _ => file.as_str(),
            });
            let step = file
                .and_then(step_and_path)
                .and_then(|(name, _)| self.definition.step(name));
            let path = get.get("Path").map(Value::to_json).unwrap_or_default();
            let whole = format!("{}|{path}", file.unwrap_or_default());
            return Expr::Product(self.products.place(step, &whole));
        }
        Expr::Unknown
    }

    fn reference(&mut self, path: &str) -> Expr {
        if let Some(name) = path.strip_prefix("Parameters.") {
            return self.parameter(name).map_or(Expr::Unknown, Expr::Parameter);
        }
        if let Some(name) = path.strip_prefix("Execution.") {
            return Expr::Execution(name.to_owned());
        }
        match step_and_path(path) {
            Some((name, rest)) => {
                let step = self.definition.step(name);
                Expr::Product(self.products.place(step, rest))
            }
            None => Expr::Unknown,
        }
    }

    /// A list of conditions, all of which must hold.
    pub fn tests(&mut self, list: Value<'_>) -> Vec<Test> {
        list.items().map(|test| self.test(test, 0)).collect()
    }

    fn test(&mut self, value: Value<'_>, depth: usize) -> Test {
        if depth > DEEPEST {
            return Test::Unknown;
        }
        let compare = match value
            .get("Type")
            .and_then(Value::as_str)
            .unwrap_or_default()
        {
            "Equals" => Compare::Equal,
            "GreaterThan" => Compare::Greater,
            "GreaterThanOrEqualTo" => Compare::GreaterOrEqual,
            "LessThan" => Compare::Less,
            "LessThanOrEqualTo" => Compare::LessOrEqual,
            "In" => return self.membership(value),
            "Not" => {
                return match value.get("Condition") {
                    Some(inner) => Test::Not(Box::new(self.test(inner, depth + 1))),
                    None => Test::Unknown,
                };
            }
            "Or" => {
                let inner = value.get("Conditions").into_iter().flat_map(Value::items);
                return Test::Or(inner.map(|test| self.test(test, depth + 1)).collect());
            }
            _ => return Test::Unknown,
        };
        let (Some(left), Some(right)) = (value.get("LeftValue"), value.get("RightValue")) else {
            return Test::Unknown;
        };
        let (left, right) = (self.expr(left), self.expr(right));
        self.hint(compare, &left, &right);
        self.hint(mirrored(compare), &right, &left);
        Test::Compare(compare, left, right)
    }

    fn membership(&mut self, value: Value<'_>) -> Test {
        let query = value
            .get("QueryValue")
            .map_or(Expr::Unknown, |query| self.expr(query));
        let values = value.get("Values").into_iter().flat_map(Value::items);
        let values: Vec<Expr> = values.map(|one| self.expr(one)).collect();
        if let Some(first) = values.first().and_then(|first| self.by_default(first)) {
            self.products.hint(&query, Hint::Is(first));
        }
        Test::In(query, values)
    }

    /// What a product is compared with tells what it is like.
    fn hint(&mut self, compare: Compare, product: &Expr, other: &Expr) {
        let Some(other) = self.by_default(other) else {
            return;
        };
        let hint = match (compare, other.number()) {
            (Compare::Greater | Compare::GreaterOrEqual, Some(bar)) => Hint::Above(bar),
            (Compare::Less | Compare::LessOrEqual, Some(bar)) => Hint::Below(bar),
            _ => Hint::Is(other),
        };
        self.products.hint(product, hint);
    }

    /// An expression's value when every parameter has its default.
    fn by_default(&self, expr: &Expr) -> Option<Scalar> {
        match expr {
            Expr::Literal(value) => Some(value.clone()),
            Expr::Parameter(place) => self.definition.parameters.get(*place).and_then(default_of),
            _ => None,
        }
    }
}

/// A parameter's default as a value of its type.
pub fn default_of(parameter: &Parameter) -> Option<Scalar> {
    parameter
        .default
        .as_deref()
        .map(|text| Scalar::typed(parameter.kind, text))
}

fn mirrored(compare: Compare) -> Compare {
    match compare {
        Compare::Equal => Compare::Equal,
        Compare::Greater => Compare::Less,
        Compare::GreaterOrEqual => Compare::LessOrEqual,
        Compare::Less => Compare::Greater,
        Compare::LessOrEqual => Compare::GreaterOrEqual,
    }
}

/// Splits `Steps.<name><rest>`.
fn step_and_path(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("Steps.")?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    Some(rest.split_at(end))
}

/// `k` of `.OutputParameters['k']`.
pub fn output_name(path: &str) -> Option<String> {
    let rest = path.strip_prefix(".OutputParameters[")?;
    Some(
        rest.trim_end_matches(']')
            .trim_matches(['\'', '"'])
            .to_owned(),
    )
}
