//! Experiments, which can only be read: an execution whose definition names an experiment is recorded in a trial of it,
//! with a component for each job of its steps.
//!
//! Nothing of them is stored: they are worked out from the executions.

mod components;

pub use components::{describe as describe_component, list as list_components};

use super::common::{Window, seconds};
use super::executions::experiment_config;
use crate::engine::Millis;
use crate::model::{Execution, ExecutionKey, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many of the newest executions are looked at where a name does not contain its execution's id.
const MAX_EXECUTIONS_SEARCHED: usize = 1_000;

/// An execution that is recorded in a trial.
struct Recorded<'w> {
    key: ExecutionKey,
    execution: Cow<'w, Execution>,
    experiment: String,
    trial: String,
}

impl<'w> Recorded<'w> {
    /// None for an execution whose definition names no experiment, and for a deleted one.
    fn of(world: &'w World, key: ExecutionKey) -> Option<Recorded<'w>> {
        let execution = world.execution(key)?;
        let pipeline = world.pipelines.get(world.executions.pipeline_of(key)?)?;
        let config = experiment_config(pipeline, &execution);
        let name = |member| config[member].as_str().map(str::to_owned);
        Some(Recorded {
            key,
            experiment: name("ExperimentName")?,
            trial: name("TrialName")?,
            execution,
        })
    }

    /// Those among the newest executions, newest first.
    fn newest(world: &'w World) -> impl Iterator<Item = Recorded<'w>> {
        let keys = world.executions.iter().rev().take(MAX_EXECUTIONS_SEARCHED);
        keys.filter_map(|(key, _)| Recorded::of(world, key))
    }

    /// Those whose id is a part of a name, as in the names of most trials and of all jobs.
    fn named(world: &'w World, name: &str) -> impl Iterator<Item = Recorded<'w>> {
        let keys = name.split('-').filter_map(|id| world.executions.by_id(id));
        keys.filter_map(|key| Recorded::of(world, key))
    }

    /// Those of a trial.
    fn of_trial(world: &'w World, name: &str) -> Result<Vec<Recorded<'w>>, ServiceError> {
        let is_of_trial = |recorded: &Recorded| recorded.trial == name;
        let mut found: Vec<_> = Recorded::named(world, name).filter(is_of_trial).collect();
        if found.is_empty() {
            found = Recorded::newest(world).filter(is_of_trial).collect();
        }
        known(found, world, "Trial", "experiment-trial", name)
    }

    /// Those of an experiment.
    fn of_experiment(world: &'w World, name: &str) -> Result<Vec<Recorded<'w>>, ServiceError> {
        let found = Recorded::newest(world).filter(|recorded| recorded.experiment == name);
        known(found.collect(), world, "Experiment", "experiment", name)
    }
}

/// What was found, or that there is nothing of this name.
fn known<T>(
    found: Vec<T>,
    world: &World,
    what: &str,
    resource: &str,
    name: &str,
) -> Result<Vec<T>, ServiceError> {
    if found.is_empty() {
        let arn = world.arn_context.arn(&format!("{resource}/{name}"));
        return Err(ServiceError::not_found(format!(
            "{what} '{arn}' does not exist."
        )));
    }
    Ok(found)
}

/// When something was created and last changed.
#[derive(Clone, Copy)]
struct Times {
    created: Millis,
    modified: Millis,
}

/// The trials or experiments that executions belong to, by name, with their times and the experiment.
fn grouped<'r>(
    recorded: impl Iterator<Item = &'r Recorded<'r>>,
    name: fn(&Recorded) -> String,
) -> BTreeMap<String, (Times, String)> {
    let mut groups = BTreeMap::new();
    for one in recorded {
        let (created, modified) = (one.execution.run.created(), one.execution.modified());
        let (times, _) = groups
            .entry(name(one))
            .or_insert_with(|| (Times { created, modified }, one.experiment.clone()));
        times.created = times.created.min(created);
        times.modified = times.modified.max(modified);
    }
    groups
}

/// `DescribeExperiment`.
pub fn describe_experiment(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let name = input.required("ExperimentName");
    let recorded = Recorded::of_experiment(world, name)?;
    let groups = grouped(recorded.iter(), |recorded| recorded.experiment.clone());
    let (times, _) = groups[name].clone();
    Ok(with_users(experiment(world, name, times)))
}

/// `ListExperiments`, newest first by default.
pub fn list_experiments(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let recorded: Vec<Recorded> = Recorded::newest(world).collect();
    let groups = grouped(recorded.iter(), |recorded| recorded.experiment.clone());
    let listed = groups.into_iter();
    let listed = listed.map(|(name, (times, _))| {
        let value = experiment(world, &name, times);
        (name, times.created, value)
    });
    answer("ListExperiments", "ExperimentSummaries", input, listed)
}

/// `DescribeTrial`.
pub fn describe_trial(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let name = input.required("TrialName");
    let recorded = Recorded::of_trial(world, name)?;
    let groups = grouped(recorded.iter(), |recorded| recorded.trial.clone());
    let (times, experiment) = groups[name].clone();
    let mut answer = with_users(trial(world, name, times));
    answer["ExperimentName"] = json!(experiment);
    Ok(answer)
}

/// `ListTrials`, newest first by default.
pub fn list_trials(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let component = input.text("TrialComponentName");
    let recorded = match (input.text("ExperimentName"), component) {
        (Some(experiment), _) => Recorded::of_experiment(world, experiment)?,
        (None, Some(component)) => Recorded::named(world, component).collect(),
        (None, None) => Recorded::newest(world).collect(),
    };
    let has_component =
        |recorded: &&Recorded| component.is_none_or(|name| components::has(recorded, name));
    let groups = grouped(recorded.iter().filter(has_component), |recorded| {
        recorded.trial.clone()
    });
    let listed = groups.into_iter();
    let listed = listed.map(|(name, (times, _))| {
        let value = trial(world, &name, times);
        (name, times.created, value)
    });
    answer("ListTrials", "TrialSummaries", input, listed)
}

/// The members of an experiment that its description and lists have.
fn experiment(world: &World, name: &str, times: Times) -> Value {
    json!({
        "ExperimentArn": world.arn_context.arn(&format!("experiment/{name}")),
        "ExperimentName": name,
        "DisplayName": name,
        "CreationTime": seconds(times.created),
        "LastModifiedTime": seconds(times.modified),
    })
}

/// The members of a trial that its description and lists have.
fn trial(world: &World, name: &str, times: Times) -> Value {
    json!({
        "TrialArn": world.arn_context.arn(&format!("experiment-trial/{name}")),
        "TrialName": name,
        "DisplayName": name,
        "CreationTime": seconds(times.created),
        "LastModifiedTime": seconds(times.modified),
    })
}

/// What descriptions have beyond that.
fn with_users(mut described: Value) -> Value {
    described["CreatedBy"] = json!({});
    described["LastModifiedBy"] = json!({});
    described
}

/// A page of a list of names, the times they were created, and their members; newest first by default.
fn answer(
    operation: &str,
    member: &str,
    input: Input,
    listed: impl Iterator<Item = (String, Millis, Value)>,
) -> OperationResult {
    let window = Window::of(input);
    let by_name = input.text("SortBy") == Some("Name");
    let candidates = listed
        .filter(|(_, created, _)| window.contains(*created))
        .map(|(name, created, value)| ((if by_name { 0 } else { created }, name), value));
    let direction = Direction::of(input, Direction::Descending);
    let page = page::of(operation, input, direction, candidates)?;
    Ok(json!({member: page.items, "NextToken": page.next_token}))
}
