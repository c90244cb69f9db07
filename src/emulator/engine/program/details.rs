//! What a step's metadata needs besides its type.

use crate::engine::Millis;
use crate::engine::expression::{Compiler, Expr, Scalar};
use sluicegate_definition::{ParameterKind, RetryPolicy, StepKind, Value};

/// What a step's metadata needs besides its type.
#[derive(Debug)]
pub enum Details {
    /// Nothing.
    Plain,
    /// Callback: the queue's URL and the outputs.
    Callback(Expr, Vec<OutputDeclaration>),
    /// Lambda: the function's ARN and the outputs.
    Lambda(Expr, Vec<OutputDeclaration>),
    /// Fail: the message.
    Fail(Expr),
    /// QualityCheck and ClarifyCheck.
    Check(Box<Check>),
    /// EMR: the cluster if it exists already; EMRServerless: the application.
    Cluster(Option<Expr>),
    /// ForEach.
    ForEach(Box<ForEachDetails>),
    /// Cleanup: the steps to clean up after.
    Cleanup(Vec<String>),
    /// Lineage: names of actions, artifacts and contexts.
    Lineage([Vec<Expr>; 3]),
}

/// An output parameter that a Callback or Lambda step declares.
#[derive(Debug)]
pub struct OutputDeclaration {
    /// `OutputName`.
    pub name: String,
    /// `OutputType`.
    pub kind: ParameterKind,
}

impl OutputDeclaration {
    /// Whether a value is of the output's type.
    pub fn accepts(&self, value: &str) -> bool {
        let value = value.trim();
        match self.kind {
            ParameterKind::String => true,
            ParameterKind::Integer => value.parse::<i64>().is_ok(),
            ParameterKind::Float => value.parse::<f64>().is_ok(),
            ParameterKind::Boolean => ["true", "false"]
                .iter()
                .any(|word| value.eq_ignore_ascii_case(word)),
        }
    }
}

/// A quality or Clarify check.
#[derive(Debug)]
pub struct Check {
    pub check_type: String,
    pub group: Option<Expr>,
    pub skip: Expr,
    pub register: Expr,
    pub statistics: Option<Expr>,
    pub constraints: Option<Expr>,
}

/// The arguments of a ForEach.
#[derive(Debug)]
pub struct ForEachDetails {
    /// What it iterates over.
    pub items: Items,
    /// `MaxConcurrency`.
    pub concurrency: usize,
    /// `Selector`.
    pub selector: Option<Selector>,
}

/// Which iteration of a ForEach is the selected one.
#[derive(Debug)]
pub struct Selector {
    /// Whether `Pick` is `MaxBy`, else `MinBy`.
    pub is_max: bool,
    /// The field that iterations are compared by.
    pub field: Expr,
    /// The step of the body that the field belongs to.
    pub step: Option<usize>,
}

/// What a ForEach iterates over.
#[derive(Debug)]
pub enum Items {
    /// A list of items.
    Listed(Vec<Expr>),
    /// A value that is known at run time only.
    From(Expr),
}

/// A retry policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// `Step.THROTTLING`, …
    pub exceptions: Vec<String>,
    /// Delay before the first retry, in milliseconds.
    pub interval: Millis,
    /// Factor on the interval for each further retry.
    pub backoff: f64,
    /// Maximum number of retries.
    pub attempts: u32,
    /// How long after the step's start retries may begin, in milliseconds.
    pub expires: Option<Millis>,
}

/// Retries of a policy that names no number (the SDK's default).
const DEFAULT_MAX_RETRIES: u32 = 5;

/// The most items of a ForEach, whatever a parameter or output holds.
const MAX_ITEMS: usize = 1_000;

/// Retry policies with their defaults; numbers beyond the service's limits are clamped.
pub fn policies(value: &[RetryPolicy]) -> Vec<Policy> {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<f64>().ok());
    let policy = |policy: &RetryPolicy| Policy {
        exceptions: policy.exception_types.clone(),
        interval: (number(&policy.interval_seconds)
            .unwrap_or(1.0)
            .clamp(0.0, 43_200.0)
            * 1_000.0) as Millis,
        backoff: number(&policy.backoff_rate)
            .unwrap_or(2.0)
            .clamp(0.0, 100.0),
        attempts: match (number(&policy.max_attempts), &policy.expire_after_min) {
            (Some(attempts), _) => attempts.clamp(0.0, 20.0) as u32,
            (None, Some(_)) => u32::MAX,
            (None, None) => DEFAULT_MAX_RETRIES,
        },
        expires: number(&policy.expire_after_min)
            .map(|minutes| (minutes.clamp(0.0, 14_400.0) * 60_000.0) as Millis),
    };
    value.iter().map(policy).collect()
}

/// The keys of a step. Some may be beside `Arguments`, depending on how the definition was made.
struct Keys<'a> {
    arguments: Option<Value<'a>>,
    step: Option<Value<'a>>,
}

impl<'a> Keys<'a> {
    fn get(&self, key: &str) -> Option<Value<'a>> {
        let within = self.arguments.and_then(|arguments| arguments.get(key));
        within.or_else(|| self.step.and_then(|step| step.get(key)))
    }

    fn expr(&self, compiler: &mut Compiler<'_>, key: &str) -> Option<Expr> {
        self.get(key).map(|value| compiler.expr(value))
    }

    fn expr_or_empty(&self, compiler: &mut Compiler<'_>, key: &str) -> Expr {
        let empty = || Expr::Literal(Scalar::Text(String::new()));
        self.expr(compiler, key).unwrap_or_else(empty)
    }
}

/// Reads the details of a step.
pub fn read(compiler: &mut Compiler<'_>, index: usize) -> Details {
    let definition = compiler.definition;
    let keys = Keys {
        arguments: definition.arguments(index),
        step: definition.value(index),
    };
    match &definition.steps[index].kind {
        StepKind::Callback => Details::Callback(
            keys.expr_or_empty(compiler, "SqsQueueUrl"),
            outputs(keys.get("OutputParameters")),
        ),
        StepKind::Lambda => Details::Lambda(
            keys.expr_or_empty(compiler, "FunctionArn"),
            outputs(keys.get("OutputParameters")),
        ),
        StepKind::Fail => Details::Fail(keys.expr_or_empty(compiler, "ErrorMessage")),
        StepKind::QualityCheck | StepKind::ClarifyCheck => {
            Details::Check(Box::new(check(compiler, &keys)))
        }
        StepKind::Emr => Details::Cluster(keys.expr(compiler, "ClusterId")),
        StepKind::EmrServerless => Details::Cluster(keys.expr(compiler, "ApplicationId")),
        StepKind::ForEach => Details::ForEach(Box::new(ForEachDetails {
            items: items(compiler, keys.get("IterableItems")),
            concurrency: concurrency(keys.get("MaxConcurrency")),
            selector: keys
                .get("Selector")
                .and_then(|value| selector(compiler, value)),
        })),
        StepKind::Cleanup => Details::Cleanup(cleaned(&keys)),
        StepKind::Lineage => Details::Lineage([
            names(compiler, keys.get("Actions"), "ActionName"),
            names(compiler, keys.get("Artifacts"), "ArtifactName"),
            names(compiler, keys.get("Contexts"), "ContextName"),
        ]),
        _ => Details::Plain,
    }
}

fn check(compiler: &mut Compiler<'_>, keys: &Keys<'_>) -> Check {
    let no = || Expr::Literal(Scalar::Bool(false));
    let check_type = keys.get("CheckType").and_then(Value::as_str);
    Check {
        check_type: check_type.unwrap_or_default().to_owned(),
        group: keys.expr(compiler, "ModelPackageGroupName"),
        skip: keys.expr(compiler, "SkipCheck").unwrap_or_else(no),
        register: keys
            .expr(compiler, "RegisterNewBaseline")
            .unwrap_or_else(no),
        statistics: keys.expr(compiler, "SuppliedBaselineStatistics"),
        constraints: keys.expr(compiler, "SuppliedBaselineConstraints"),
    }
}

/// The steps that a Cleanup step cleans up after.
fn cleaned(keys: &Keys<'_>) -> Vec<String> {
    let resources = keys.get("Resources");
    let listed = resources.and_then(|resources| resources.get("S3"));
    let entries = listed.into_iter().flat_map(Value::items);
    entries
        .filter_map(|one| one.get("StepName")?.to_text())
        .collect()
}

/// The names that a Lineage step gives to one kind of resource.
fn names(compiler: &mut Compiler<'_>, list: Option<Value<'_>>, name: &str) -> Vec<Expr> {
    let entries = list.into_iter().flat_map(Value::items);
    entries
        .filter_map(|entry| Some(compiler.expr(entry.get(name)?)))
        .collect()
}

fn outputs(list: Option<Value<'_>>) -> Vec<OutputDeclaration> {
    let entries = list.into_iter().flat_map(Value::items);
    let declared = |entry: Value<'_>| {
        let kind = entry.get("OutputType").and_then(Value::as_str);
        Some(OutputDeclaration {
            name: entry.get("OutputName")?.to_text()?,
            kind: match kind {
                Some("Integer") => ParameterKind::Integer,
                Some("Float") => ParameterKind::Float,
                Some("Boolean") => ParameterKind::Boolean,
                _ => ParameterKind::String,
            },
        })
    };
    entries.filter_map(declared).collect()
}

fn items(compiler: &mut Compiler<'_>, value: Option<Value<'_>>) -> Items {
    let Some(value) = value else {
        return Items::Listed(Vec::new());
    };
    if value.kind() != sluicegate_definition::Kind::Array {
        return Items::From(compiler.under("IterableItems", value));
    }
    let items = value.items().take(MAX_ITEMS);
    Items::Listed(items.map(|item| compiler.expr(item)).collect())
}

/// `{"Pick": "MaxBy", "Field": …}`; the field as a reference, or as the text of one.
fn selector(compiler: &mut Compiler<'_>, value: Value<'_>) -> Option<Selector> {
    let field = value.get("Field")?;
    let text = field.as_str().or_else(|| field.get("Get")?.as_str())?;
    let path = text.strip_prefix("IterationOutput.").unwrap_or(text);
    let end = path.find(['.', '[']).unwrap_or(path.len());
    Some(Selector {
        is_max: value.get("Pick").and_then(Value::as_str) != Some("MinBy"),
        field: compiler.reference(&format!("IterationOutput.{path}")),
        step: compiler.definition.step(&path[..end]),
    })
}

fn concurrency(value: Option<Value<'_>>) -> usize {
    let number = value
        .and_then(Value::as_number)
        .and_then(|text| text.parse::<usize>().ok());
    number.unwrap_or(50).clamp(1, 50)
}

impl Items {
    /// The items: texts as they are, anything else as JSON. From a list, from a JSON list, or from a comma-separated
    /// text.
    pub fn list(&self, eval: &dyn Fn(&Expr) -> Scalar) -> Vec<String> {
        match self {
            Items::Listed(items) => items.iter().map(|item| eval(item).text()).collect(),
            Items::From(expr) => split(&eval(expr).text()),
        }
    }
}

fn split(text: &str) -> Vec<String> {
    if let Ok(list) = serde_json::from_str::<Vec<serde_json::Value>>(text) {
        let item = |value: serde_json::Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        return list.into_iter().take(MAX_ITEMS).map(item).collect();
    }
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.take(MAX_ITEMS).map(str::to_owned).collect()
}
