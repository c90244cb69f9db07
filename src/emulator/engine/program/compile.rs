//! From a definition to a program.

use super::cache;
use super::details;
use super::retry;
use super::{Declared, Gate, Parameter, Program, Step, Trigger};
use crate::definition::{Branch, Definition, ParameterKind, StepKind, Value, When};
use crate::emulator::engine::chance::hash;
use crate::emulator::engine::expression::{Compiler, default_of};
use crate::emulator::engine::length::Length;
use std::collections::BTreeSet;

/// See [`Program::compile`].
pub fn compile(definition: &Definition) -> Program {
    let mut compiler = Compiler::new(definition);
    let containers = containers(definition);
    let mut steps: Vec<Step> = (0..definition.steps.len())
        .map(|place| step(&mut compiler, place, containers[place]))
        .collect();
    for (place, container) in containers.iter().enumerate() {
        if let Some(container) = container {
            steps[*container].body.push(place);
        }
    }
    connect(definition, &containers, &mut steps);
    cache::rule(&compiler, &mut steps);
    let mut places = std::collections::HashMap::with_capacity(steps.len());
    for (place, step) in steps.iter().enumerate() {
        places.entry(step.name.clone()).or_insert(place);
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
        places,
    }
}

/// For each step the outermost ForEach whose body it stands in, however deep.
fn containers(definition: &Definition) -> Vec<Option<usize>> {
    let mut containers: Vec<Option<usize>> = Vec::with_capacity(definition.steps.len());
    for step in &definition.steps {
        // A parent always stands before its nested steps.
        let outer = step
            .parent
            .and_then(|parent| containers.get(parent).copied().flatten());
        let own = step.parent.filter(|_| step.branch == Some(Branch::Body));
        containers.push(outer.or(own));
    }
    containers
}

fn step(compiler: &mut Compiler<'_>, place: usize, container: Option<usize>) -> Step {
    let definition = compiler.definition;
    let told = &definition.steps[place];
    let arguments = definition.arguments(place);
    let tests = match arguments.and_then(|arguments| arguments.get("Conditions")) {
        Some(list) if told.kind == StepKind::Condition => compiler.tests(list),
        _ => Vec::new(),
    };
    Step {
        name: told.name.clone(),
        key: hash(&told.name),
        kind: told.kind.clone(),
        display_name: told.display_name.clone(),
        description: told.description.clone(),
        gates: Vec::new(),
        dependents: Vec::new(),
        container,
        tests,
        body: Vec::new(),
        length: length(compiler, &told.kind, arguments),
        policies: retry::policies(
            &told.kind,
            details::policies(&definition.retry_policies(place)),
        ),
        declared: match told.kind {
            StepKind::Callback => declared(definition, place),
            _ => Vec::new(),
        },
        details: details::read(compiler, place),
        cache: None,
    }
}

/// The outputs that a Callback step states.
fn declared(definition: &Definition, place: usize) -> Vec<Declared> {
    let within = definition
        .arguments(place)
        .and_then(|arguments| arguments.get("OutputParameters"));
    let beside = || definition.value(place)?.get("OutputParameters");
    let list = within.or_else(beside).into_iter().flat_map(Value::items);
    let one = |output: Value<'_>| {
        let kind = output.get("OutputType").and_then(Value::as_str);
        Some(Declared {
            name: output.get("OutputName")?.to_text()?,
            kind: kind
                .and_then(ParameterKind::from_name)
                .unwrap_or(ParameterKind::String),
        })
    };
    list.filter_map(one).collect()
}

fn length(compiler: &mut Compiler<'_>, kind: &StepKind, arguments: Option<Value<'_>>) -> Length {
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
    Length::of(kind, limit, rounds)
}

/// Turns the definition's edges into gates between steps of one level: an edge that crosses into or out of a
/// ForEach's body becomes one of the ForEach itself.
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
            steps[to].gates.push(Gate {
                step: from,
                trigger,
            });
            steps[from].dependents.push(Gate { step: to, trigger });
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
