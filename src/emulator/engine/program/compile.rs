//! Compiles a definition to a program.

use super::cache;
use super::details;
use super::retry;
use super::{Dependency, Parameter, Program, Step, Trigger};
use crate::engine::duration::StepDuration;
use crate::engine::expression::path::Path;
use crate::engine::expression::{
    Compiler, ConditionExpr, Expr, Product, ProductRef, Scalar, default_of,
};
use crate::engine::random::hash;
use sluicegate_definition::{Branch, Definition, StepKind, Value, When};
use std::collections::BTreeSet;

/// See [`Program::compile`].
pub fn compile(definition: &Definition) -> Program {
    let mut compiler = Compiler::new(definition);
    let containers = containers(definition);
    let mut steps: Vec<Step> = (0..definition.steps.len())
        .map(|index| step(&mut compiler, index, containers[index]))
        .collect();
    for (index, container) in containers.iter().enumerate() {
        if let Some(container) = container {
            steps[*container].body.push(index);
        }
    }
    connect(definition, &containers, &mut steps);
    compiler.products.settle();
    doubt(&compiler, &mut steps);
    cache::rule(&compiler, &mut steps);
    let mut indices = std::collections::HashMap::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        indices.entry(step.name.clone()).or_insert(index);
    }
    let parameters = definition.parameters.iter().map(|parameter| Parameter {
        name: parameter.name.clone(),
        kind: parameter.kind,
        default: default_of(parameter),
        text: parameter.default.clone(),
    });
    Program {
        parameters: parameters.collect(),
        products: compiler.products,
        steps,
        indices,
        is_job: false,
    }
}

/// For each step the outermost ForEach whose body contains it, at any depth.
fn containers(definition: &Definition) -> Vec<Option<usize>> {
    let mut containers: Vec<Option<usize>> = Vec::with_capacity(definition.steps.len());
    for step in &definition.steps {
        // A parent always precedes its nested steps.
        let outer = step
            .parent
            .and_then(|parent| containers.get(parent).copied().flatten());
        let own = step.parent.filter(|_| step.branch == Some(Branch::Body));
        containers.push(outer.or(own));
    }
    containers
}

fn step(compiler: &mut Compiler<'_>, index: usize, container: Option<usize>) -> Step {
    let definition = compiler.definition;
    let defined = &definition.steps[index];
    let arguments = definition.arguments(index);
    let conditions = match arguments.and_then(|arguments| arguments.get("Conditions")) {
        Some(list) if defined.kind == StepKind::Condition => compiler.conditions(list),
        _ => Vec::new(),
    };
    let own = match (&defined.kind, arguments) {
        (StepKind::Condition | StepKind::ForEach, _) | (_, None) => Expr::Unknown,
        (_, Some(arguments)) => compiler.expr(arguments),
    };
    Step {
        name: defined.name.clone(),
        key: hash(&defined.name),
        kind: defined.kind.clone(),
        display_name: defined.display_name.clone(),
        description: defined.description.clone(),
        dependencies: Vec::new(),
        dependents: Vec::new(),
        container,
        needs: needs(&own, &conditions),
        doubtful: Vec::new(),
        conditions,
        body: Vec::new(),
        duration: duration(compiler, &defined.kind, arguments),
        policies: retry::policies(
            &defined.kind,
            details::policies(&definition.retry_policies(index)),
        ),
        details: details::read(compiler, index),
        cache: None,
        arguments: own,
        files: definition.property_files(index),
    }
}

/// The products that arguments and conditions refer to, each once.
fn needs(arguments: &Expr, conditions: &[ConditionExpr]) -> Vec<usize> {
    let mut found = Vec::new();
    arguments.products(&mut |index| found.push(index));
    for test in conditions {
        test.products(&mut |index| found.push(index));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn duration(
    compiler: &mut Compiler<'_>,
    kind: &StepKind,
    arguments: Option<Value<'_>>,
) -> StepDuration {
    let at = |path: &[&str]| {
        path.iter()
            .try_fold(arguments?, |value, key| value.get(key))
    };
    let limit = at(&["StoppingCondition", "MaxRuntimeInSeconds"])
        .or_else(|| {
            at(&[
                "TrainingJobDefinition",
                "StoppingCondition",
                "MaxRuntimeInSeconds",
            ])
        })
        .and_then(Value::as_number)
        .and_then(|text| text.parse::<f64>().ok());
    let limits = at(&["HyperParameterTuningJobConfig", "ResourceLimits"]);
    let mut limit_of = |key| {
        limits
            .and_then(|limits| limits.get(key))
            .map(|value| compiler.expr(value))
    };
    let rounds = limit_of("MaxNumberOfTrainingJobs").zip(limit_of("MaxParallelTrainingJobs"));
    StepDuration::of(kind, limit, rounds)
}

/// Finds the products that may be missing when a step begins; nearly all are certain to exist.
fn doubt(compiler: &Compiler<'_>, steps: &mut [Step]) {
    let kinds: Vec<StepKind> = steps.iter().map(|step| step.kind.clone()).collect();
    for step in steps {
        let needs = step.needs.iter().copied();
        let doubtful = needs.filter(|index| {
            let product = compiler.products.get(*index);
            !product.is_some_and(|product| is_sure(product, &kinds))
        });
        step.doubtful = doubtful.collect();
    }
}

fn is_sure(product: &Product, kinds: &[StepKind]) -> bool {
    let kind = product.step.and_then(|step| kinds.get(step));
    match (&product.reference, kind) {
        (ProductRef::File(_, path), Some(_)) => match &**path {
            Expr::Literal(Scalar::Text(path)) => Path::parse(path).is_some(),
            _ => false,
        },
        (ProductRef::Property(path), Some(StepKind::Training)) => {
            path.text() == ".ModelArtifacts.S3ModelArtifacts"
        }
        (ProductRef::Property(path), Some(StepKind::Model)) => path.text() == ".ModelName",
        _ => false,
    }
}

/// Turns the definition's edges into dependencies between steps of one level: an edge into or out of a ForEach's body
/// becomes one of the ForEach itself.
fn connect(definition: &Definition, containers: &[Option<usize>], steps: &mut [Step]) {
    let mut seen = BTreeSet::new();
    for edge in &definition.edges {
        let (from_level, to_level) = (containers[edge.from], containers[edge.to]);
        let (from, to) = match (from_level, to_level) {
            (from, to) if from == to => (edge.from, edge.to),
            (_, Some(container)) if edge.from == container => continue,
            (from, to) => (from.unwrap_or(edge.from), to.unwrap_or(edge.to)),
        };
        let trigger = trigger(edge.when, &steps[from].kind);
        if seen.insert((from, to, trigger)) {
            steps[to].dependencies.push(Dependency {
                step: from,
                trigger,
            });
            steps[from]
                .dependents
                .push(Dependency { step: to, trigger });
        }
    }
}

fn trigger(when: Option<When>, from: &StepKind) -> Trigger {
    match when {
        Some(When::True) if *from == StepKind::Condition => Trigger::Outcome(true),
        Some(When::False) if *from == StepKind::Condition => Trigger::Outcome(false),
        Some(When::Failed) => Trigger::Failed,
        Some(When::Stopped) => Trigger::Stopped,
        Some(When::Any) => Trigger::Any,
        Some(When::True | When::False) | None => Trigger::Completed,
    }
}
