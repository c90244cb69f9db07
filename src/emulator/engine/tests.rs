mod actions;
mod caching;
mod calls;
mod conditions;
mod failures;
mod flow;
mod history;
mod iterations;
mod members;
mod names;
mod orders;
mod properties;
mod references;
mod retries;
mod selection;
mod values;

use super::*;
use serde_json::{Value, json};
use sluicegate_definition::Definition;
use std::sync::Arc;

const START: Millis = 1_795_435_200_000;
const HOUR: Millis = 3_600_000;

/// A definition with these steps.
fn program(steps: Value) -> Arc<Program> {
    with_parameters(json!([]), steps)
}

fn with_parameters(parameters: Value, steps: Value) -> Arc<Program> {
    let definition = json!({"Version": "2020-12-01", "Parameters": parameters, "Steps": steps});
    Arc::new(Program::compile(&Definition::read(&definition.to_string())))
}

fn step(name: &str, kind: &str, depends_on: Value) -> Value {
    json!({"Name": name, "Type": kind, "Arguments": {}, "DependsOn": depends_on})
}

fn spec() -> StartSpec {
    let place = ArnContext {
        partition: "aws".into(),
        region: "eu-central-1".into(),
        account: "111122223333".into(),
        pipeline: "Test-Pipeline".into(),
    };
    let mut spec = StartSpec::new(Arc::new(place), "abcdefghijkl", 7, START);
    spec.failure_rate = 0.0;
    spec
}

fn failing(step: &str, attempts: u32, reason: &str) -> StartSpec {
    let outcomes = vec![ScriptedOutcome {
        step: step.into(),
        attempts,
        reason: reason.into(),
        ..ScriptedOutcome::default()
    }];
    StartSpec { outcomes, ..spec() }
}

/// Runs until no event is left.
fn settle(run: &mut Run) {
    while let Some(at) = run.next_event() {
        run.advance(at);
    }
}

fn run(program: &Arc<Program>, spec: StartSpec) -> Run {
    let mut run = Run::start(Arc::clone(program), spec);
    settle(&mut run);
    run
}

fn names(run: &Run) -> Vec<String> {
    run.steps().into_iter().map(|step| step.name).collect()
}

fn record(run: &Run, name: &str) -> StepRecord {
    run.steps()
        .into_iter()
        .find(|step| step.name == name)
        .expect("the step started")
}

/// Runs until the step is in progress.
fn run_until_executing(run: &mut Run, name: &str) -> Millis {
    loop {
        let under_way = run
            .steps()
            .iter()
            .any(|step| step.name == name && step.end.is_none());
        let at = run.next_event();
        match (under_way, at) {
            (true, Some(at)) => {
                let now = (at - 1).max(START);
                run.advance(now);
                return now;
            }
            (true, None) => return START + HOUR,
            (false, Some(at)) => run.advance(at),
            (false, None) => panic!("{name} never starts"),
        }
    }
}
