//! Compiles a definition's JSON to expressions and conditions.

use super::path::Path;
use super::{Compare, ConditionExpr, Expr, Hint, ProductRef, Products, Scalar};
use crate::engine::random::hash;
use serde_json::json;
use sluicegate_definition::{Definition, Kind, Parameter, Value};
use std::collections::HashMap;

/// Values that are nested deeper are not understood.
const MAX_NESTING: usize = 64;

/// Compiles JSON to expressions.
pub struct Compiler<'a> {
    /// The definition that names are looked up in.
    pub definition: &'a Definition,
    /// The products found so far.
    pub products: Products,
    indices: HashMap<&'a str, usize>,
}

impl<'a> Compiler<'a> {
    /// For one definition.
    pub fn new(definition: &'a Definition) -> Self {
        let indices = definition.parameters.iter().enumerate();
        Compiler {
            definition,
            products: Products::default(),
            indices: indices
                .map(|(index, parameter)| (parameter.name.as_str(), index))
                .collect(),
        }
    }

    /// The index of a parameter.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.indices.get(name).copied()
    }

    /// The expression of a value.
    pub fn expr(&mut self, value: Value<'_>) -> Expr {
        self.expr_within(value, 0)
    }

    /// The expression of the value of a request's member.
    pub fn under(&mut self, member: &str, value: Value<'_>) -> Expr {
        let expr = self.expr(value);
        self.expect(member, &expr);
        expr
    }

    fn expect(&mut self, member: &str, expr: &Expr) {
        if let Some(like) = like(member) {
            self.products.hint(expr, Hint::Like(like));
        }
    }

    fn expr_within(&mut self, value: Value<'_>, depth: usize) -> Expr {
        if depth > MAX_NESTING {
            return Expr::Unknown;
        }
        match value.kind() {
            Kind::Object => self.object(value, depth),
            Kind::Array => {
                let items = value.items();
                list(
                    items
                        .map(|item| self.expr_within(item, depth + 1))
                        .collect(),
                )
            }
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
            return self.reference_within(path, depth);
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
            return self.json_get(get, depth);
        }
        let members = value.entries().map(|(name, value)| {
            let expr = self.expr_within(value, depth + 1);
            self.expect(name, &expr);
            (name.to_owned(), expr)
        });
        record(members.collect())
    }

    /// `Std:JsonGet`: of a property file, or of the document at an address.
    fn json_get(&mut self, get: Value<'_>, depth: usize) -> Expr {
        let path = get.get("Path");
        let written = path.map(Value::to_json).unwrap_or_default();
        let path = Box::new(path.map_or(Expr::Unknown, |path| self.expr_within(path, depth + 1)));
        if let Some(address) = get.get("S3Uri") {
            let key = hash(&format!("{}|{written}", address.to_json()));
            let address = Box::new(self.expr_within(address, depth + 1));
            let what = ProductRef::Document(address, path);
            return Expr::Product(self.products.add(None, key, what));
        }
        let file = get.get("PropertyFile").and_then(|file| match file.kind() {
            Kind::Object => file.get("Get").and_then(Value::as_str),
            _ => file.as_str(),
        });
        let named = file.and_then(step_and_path);
        let step = named.and_then(|(name, _)| self.definition.step(name));
        let name =
            named.and_then(|(_, rest)| Some(rest.strip_prefix(".PropertyFiles.")?.to_owned()));
        let key = hash(&format!("{}|{written}", file.unwrap_or_default()));
        let what = ProductRef::File(name.unwrap_or_default(), path);
        Expr::Product(self.products.add(step, key, what))
    }

    /// The expression of `{"Get": reference}`.
    pub fn reference(&mut self, reference: &str) -> Expr {
        self.reference_within(reference, 0)
    }

    fn reference_within(&mut self, reference: &str, depth: usize) -> Expr {
        if let Some(name) = reference.strip_prefix("Parameters.") {
            return self.parameter(name).map_or(Expr::Unknown, Expr::Parameter);
        }
        if let Some(name) = reference.strip_prefix("Execution.") {
            return Expr::Execution(name.to_owned());
        }
        if let Some(name) = reference.strip_prefix("PipelineExperimentConfig.") {
            return self.experiment(name, depth);
        }
        if let Some(rest) = reference.strip_prefix("ForEach.CurrentItem") {
            return Path::parse(rest).map_or(Expr::Unknown, Expr::Item);
        }
        let named = match reference.strip_prefix("IterationOutput.") {
            Some(rest) => Some(rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()))),
            None => step_and_path(reference),
        };
        match named.and_then(|(name, rest)| Some((name, Path::parse(rest)?))) {
            Some((name, path)) => {
                let step = self.definition.step(name);
                let key = hash(path.text());
                Expr::Product(self.products.add(step, key, ProductRef::property(path)))
            }
            None => Expr::Unknown,
        }
    }

    /// The name of the experiment or the trial: as configured, else the pipeline's name or the execution's id.
    fn experiment(&mut self, name: &str, depth: usize) -> Expr {
        let configured = self.definition.top("PipelineExperimentConfig");
        match configured.and_then(|config| config.get(name)) {
            Some(value) => self.expr_within(value, depth + 1),
            None if name == "ExperimentName" => Expr::Execution("PipelineName".to_owned()),
            None if name == "TrialName" => Expr::Execution("PipelineExecutionId".to_owned()),
            None => Expr::Unknown,
        }
    }

    /// A list of conditions, all of which must hold.
    pub fn conditions(&mut self, list: Value<'_>) -> Vec<ConditionExpr> {
        list.items().map(|test| self.condition(test, 0)).collect()
    }

    fn condition(&mut self, value: Value<'_>, depth: usize) -> ConditionExpr {
        if depth > MAX_NESTING {
            return ConditionExpr::Unknown;
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
                    Some(inner) => ConditionExpr::Not(Box::new(self.condition(inner, depth + 1))),
                    None => ConditionExpr::Unknown,
                };
            }
            "Or" => {
                let inner = value.get("Conditions").into_iter().flat_map(Value::items);
                return ConditionExpr::Or(
                    inner.map(|test| self.condition(test, depth + 1)).collect(),
                );
            }
            _ => return ConditionExpr::Unknown,
        };
        let (Some(left), Some(right)) = (value.get("LeftValue"), value.get("RightValue")) else {
            return ConditionExpr::Unknown;
        };
        let (left, right) = (self.expr(left), self.expr(right));
        self.hint(compare, &left, &right);
        self.hint(mirrored(compare), &right, &left);
        ConditionExpr::Compare(compare, left, right)
    }

    fn membership(&mut self, value: Value<'_>) -> ConditionExpr {
        let query = value
            .get("QueryValue")
            .map_or(Expr::Unknown, |query| self.expr(query));
        let values = value.get("Values").into_iter().flat_map(Value::items);
        let values: Vec<Expr> = values.map(|one| self.expr(one)).collect();
        if let Some(first) = values.first().and_then(|first| self.by_default(first)) {
            self.products.hint(&query, Hint::Is(first));
        }
        ConditionExpr::In(query, values)
    }

    /// What a product is compared with hints at what it is like.
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
            Expr::Parameter(index) => self.definition.parameters.get(*index).and_then(default_of),
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

/// A list; a constant where no item needs to be evaluated.
fn list(items: Vec<Expr>) -> Expr {
    let known = |item: &Expr| match item {
        Expr::Literal(value) => Some(value.clone().json()),
        _ => None,
    };
    match items.iter().map(known).collect::<Option<Vec<_>>>() {
        Some(items) => Expr::Literal(Scalar::Json(items.into())),
        None => Expr::List(items),
    }
}

/// A structure; a constant where no member needs to be evaluated.
fn record(members: Vec<(String, Expr)>) -> Expr {
    let known = |(name, value): &(String, Expr)| match value {
        Expr::Literal(value) => Some((name.clone(), value.clone().json())),
        _ => None,
    };
    match members
        .iter()
        .map(known)
        .collect::<Option<serde_json::Map<_, _>>>()
    {
        Some(members) => Expr::Literal(Scalar::Json(members.into())),
        None => Expr::Record(members),
    }
}

/// A value that a request's member accepts, so that what one step passes on to another can be used.
fn like(member: &str) -> Option<Scalar> {
    let text = |text: &str| Some(Scalar::Text(text.to_owned()));
    match member {
        "InstanceType" => text("ml.m5.xlarge"),
        "InstanceCount" | "InitialInstanceCount" => Some(Scalar::Number(1.0)),
        "VolumeSizeInGB" => Some(Scalar::Number(30.0)),
        "Image" | "ImageUri" | "TrainingImage" => {
            text("123456789012.dkr.ecr.eu-central-1.amazonaws.com/model:1.0")
        }
        "ModelDataUrl" => text("s3://sagemaker-models/handed-on/model.tar.gz"),
        "S3Uri" | "S3OutputPath" => text("s3://sagemaker-data/handed-on"),
        "IterableItems" => Some(Scalar::Json(json!(["item-1", "item-2", "item-3"]))),
        _ => None,
    }
}
