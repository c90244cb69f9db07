//! What is accepted as a parameter's value, at the start and by the operation that it is an argument of, is accepted
//! by the checks of the create form as well: these must not refuse what would have run.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use sluicegate_definition::{Definition, ParameterKind, StepKind, ValueError};
use sluicegate_shapes::{self as shapes, Bounds, Shape, ShapeRef};

use super::requested;
use crate::protocol::constraints;
use crate::protocol::input::Input;

/// Levels of structures that are looked into.
const MAX_LEVELS: usize = 4;

/// An argument of an operation that holds one value.
#[derive(Debug, Clone)]
struct Argument {
    step: StepKind,
    input: ShapeRef,
    path: Vec<&'static str>,
    shape: ShapeRef,
}

static ARGUMENTS: LazyLock<Vec<Argument>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for step in [
        StepKind::Training,
        StepKind::Processing,
        StepKind::Transform,
        StepKind::Tuning,
        StepKind::Model,
        StepKind::RegisterModel,
        StepKind::EndpointConfig,
    ] {
        let operation = shapes::operation(step.operations()[0]).expect("an operation");
        let root = Argument {
            step,
            input: operation.input,
            path: Vec::new(),
            shape: operation.input,
        };
        collect(root, &mut found);
    }
    found
});

fn collect(argument: Argument, found: &mut Vec<Argument>) {
    match argument.shape.get() {
        Shape::Text(..) | Shape::Enum(_) | Shape::Number(..) => found.push(argument),
        Shape::Structure(members) if argument.path.len() < MAX_LEVELS => {
            for member in members {
                let mut inner = argument.clone();
                inner.path.push(member.name);
                inner.shape = member.shape;
                collect(inner, found);
            }
        }
        _ => {}
    }
}

impl Argument {
    /// The arguments of a step with nothing but this one.
    fn filled(&self, value: Value) -> Value {
        let keys = self.path.iter().rev();
        keys.fold(value, |inner, key| json!({ *key: inner }))
    }

    /// Whether the operation accepts the value; what else the request lacks does not matter.
    fn accepts(&self, value: Value) -> bool {
        let body = self.filled(value);
        let Err(refusal) = constraints::check(self.input, body.as_object().expect("an object"))
        else {
            return true;
        };
        let lower = |key: &&str| key[..1].to_ascii_lowercase() + &key[1..];
        let path: Vec<String> = self.path.iter().map(lower).collect();
        let is_about_it = refusal
            .message
            .contains(&format!("' at '{}'", path.join(".")));
        refusal.message.contains("validation error") && !is_about_it
    }
}

fn number(bounds: Bounds) -> BoxedStrategy<String> {
    let edges: Vec<i64> = [bounds.min, bounds.max]
        .into_iter()
        .flatten()
        .flat_map(|edge| [edge as i64 - 1, edge as i64, edge as i64 + 1])
        .collect();
    let edge = any::<Index>().prop_map(move |at| match edges.is_empty() {
        true => 0,
        false => edges[at.index(edges.len())],
    });
    let whole = prop_oneof![edge, -5..5_000_i64, any::<i64>()];
    prop_oneof![
        whole.prop_map(|number| number.to_string()),
        (-10.0..10_000.0).prop_map(|number: f64| format!("{number:.3}")),
        any::<f64>().prop_map(|number| number.to_string()),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        "[a-zA-Z0-9-]{1,80}",
        "s3://[a-z0-9.-]{1,40}(/[a-z0-9=]{1,9}){0,4}/?",
        "https://[a-z]{1,9}\\.s3\\.amazonaws\\.com/[a-z]{0,9}",
        "arn:aws:[a-z]{2,9}:[a-z]{2}-[a-z]{4}-1:[0-9]{12}:[a-z]{1,9}/[a-zA-Z0-9-]{1,20}",
        "arn:aws:iam::[0-9]{12}:role/[a-z]{1,9}",
        "[0-9]{12}\\.dkr\\.ecr\\.eu-west-1\\.amazonaws\\.com/[a-z]{1,9}:[a-z0-9]{1,5}",
        "ml\\.[a-z][0-9][a-z]{0,2}\\.(large|[0-9]{0,2}xlarge)",
        "[ -~]{1,40}",
        "\\PC{1,20}",
    ]
    .boxed()
}

/// An argument, and a value that may fit it.
fn tried() -> impl Strategy<Value = (Argument, String)> {
    any::<Index>().prop_flat_map(|at| {
        let argument = ARGUMENTS[at.index(ARGUMENTS.len())].clone();
        let value = match argument.shape.get() {
            Shape::Number(_, bounds) => number(*bounds),
            Shape::Enum(values) => prop_oneof![
                4 => proptest::sample::select(values.clone()).prop_map(str::to_owned),
                1 => text(),
            ]
            .boxed(),
            _ => text(),
        };
        (Just(argument), value)
    })
}

/// The value as the operation gets it; `None` where it is not of the parameter's type.
fn sent(kind: ParameterKind, value: &str) -> Option<Value> {
    match kind {
        ParameterKind::String => Some(value.into()),
        ParameterKind::Integer => value.parse::<i64>().ok().map(Value::from),
        ParameterKind::Float => value.parse::<f64>().ok().map(Value::from),
        ParameterKind::Boolean => value.parse::<bool>().ok().map(Value::from),
    }
}

const KINDS: [ParameterKind; 3] = [
    ParameterKind::String,
    ParameterKind::Integer,
    ParameterKind::Float,
];

proptest! {
    #[test]
    fn what_runs_is_not_refused_before((argument, value) in tried()) {
        for kind in KINDS {
            let arguments = argument.filled(json!({"Get": "Parameters.P"}));
            let definition = Definition::read(&json!({
                "Version": "2020-12-01",
                "Parameters": [{"Name": "P", "Type": kind.as_str()}],
                "Steps": [{"Name": "S", "Type": argument.step.label(), "Arguments": arguments}],
            }).to_string());
            let body = json!({"PipelineParameters": [{"Name": "P", "Value": value}]});
            let starts = requested(&definition, Input::new(body.as_object().expect("an object"))).is_ok();
            let runs = sent(kind, &value).is_some_and(|sent| argument.accepts(sent));
            if !starts || !runs {
                continue;
            }
            let checked = definition.parameter("P").expect("declared").check(&value);
            // The model knows nothing of the names that buckets can have.
            let is_no_bucket = matches!(checked, Err(ValueError::BucketName { .. }));
            prop_assert!(checked.is_ok() || is_no_bucket, "{:?} {:?}: {:?}", argument, kind, checked);
        }
    }
}
