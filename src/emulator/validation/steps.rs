//! What all step types have in common: names, types, dependencies, retries, caching, property files.

use super::DefinitionError;
use super::graph::paths;
use super::located::{Located, short};
use super::{schema, step_types};
use crate::engine::expiry;
use sluicegate_definition::{Definition, Kind, StepKind};
use std::collections::HashMap;

/// The exception types of retry policies.
const EXCEPTIONS: [&str; 5] = [
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
];

const TRIGGERS: [&str; 4] = ["Completed", "Failed", "Stopped", "Any"];

/// Checks every step; returns the path of each.
pub fn check(definition: &Definition) -> Result<Vec<String>, DefinitionError> {
    lists(definition)?;
    let paths = paths(definition);
    let mut names: HashMap<&str, &str> = HashMap::new();
    for (index, step) in definition.steps.iter().enumerate() {
        let Some(located) = located(definition, index, &paths) else {
            continue;
        };
        name(&located)?;
        if let Some(first) = names.insert(&step.name, &paths[index]) {
            return Err(located.fault(format!(
                "Step names must be unique within the pipeline: '{}' is also the name of {first}.",
                short(&step.name)
            )));
        }
        kind(&located)?;
        located.only_if(|member| schema::has_member(&step.kind, member))?;
        if let Some(arguments) = located.get("Arguments") {
            arguments.expect(Kind::Object)?;
        }
        common(definition, &located)?;
        step_types::check(definition, index, &located)?;
    }
    Ok(paths)
}

/// A step with its location.
pub fn located<'a>(
    definition: &'a Definition,
    index: usize,
    paths: &[String],
) -> Option<Located<'a>> {
    let step = definition.steps.get(index)?;
    let path = paths.get(index)?.clone();
    Some(Located::within(&step.name, definition.value(index)?, path))
}

/// Checks that lists of steps contain only objects: reading leaves out anything else.
fn lists(definition: &Definition) -> Result<(), DefinitionError> {
    let Some(steps) = definition.top("Steps") else {
        return Ok(());
    };
    let root = Located::within("", steps, "Steps".to_owned());
    for item in root.items()? {
        item.expect(Kind::Object)?;
    }
    let paths = paths(definition);
    for (index, step) in definition.steps.iter().enumerate() {
        if !step.kind.is_container() {
            continue;
        }
        let Some(located) = located(definition, index, &paths) else {
            continue;
        };
        for key in ["IfSteps", "ElseSteps", "ForEachBody"] {
            if let Some(list) = located.argument(key) {
                let items = list.items()?;
                items
                    .iter()
                    .try_for_each(|item| item.expect(Kind::Object))?;
            }
        }
    }
    Ok(())
}

fn name(step: &Located) -> Result<(), DefinitionError> {
    let named = step.required("Name")?;
    let name = named.text(1, 64)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match name.chars().all(allowed) {
        true => Ok(()),
        false => Err(named.fault(format!(
            "Model Validation failed: Value '{}' for 'Name' failed to satisfy regular expression pattern: \
             [A-Za-z0-9\\-_]{{1,64}}",
            short(name)
        ))),
    }
}

fn kind(step: &Located) -> Result<(), DefinitionError> {
    let known: Vec<&str> = StepKind::ALL.iter().map(StepKind::as_str).collect();
    step.required("Type")?.one_of(&known)
}

fn common(definition: &Definition, step: &Located) -> Result<(), DefinitionError> {
    if let Some(name) = step.get("DisplayName") {
        name.text(0, 256)?;
    }
    if let Some(description) = step.get("Description") {
        description.text(0, 3_072)?;
    }
    if let Some(list) = step.get("DependsOn") {
        for entry in list.items()? {
            dependency(definition, &entry)?;
        }
    }
    if let Some(list) = step.get("RetryPolicies") {
        list.items()?.iter().try_for_each(retry)?;
    }
    if let Some(config) = step.get("CacheConfig") {
        cache(&config)?;
    }
    match step.get("PropertyFiles") {
        Some(list) => files(step, &list),
        None => Ok(()),
    }
}

fn dependency(definition: &Definition, entry: &Located) -> Result<(), DefinitionError> {
    let name = match entry.value.kind() {
        Kind::String => entry.clone(),
        Kind::Object if entry.is_expression() => return Ok(()),
        _ => {
            entry.expect(Kind::Object)?;
            entry.only(schema::DEPENDENCY)?;
            if let Some(trigger) = entry.get("Trigger") {
                trigger.one_of(&TRIGGERS)?;
            }
            entry.required("Step")?
        }
    };
    let text = name.text(1, 64)?;
    match definition.step(text) {
        Some(_) => Ok(()),
        None => Err(name.fault(format!(
            "DependsOn names the step '{}', which does not exist.",
            short(text)
        ))),
    }
}

fn retry(policy: &Located) -> Result<(), DefinitionError> {
    policy.expect(Kind::Object)?;
    policy.only(schema::RETRY_POLICY)?;
    let exceptions = policy.required("ExceptionType")?;
    match exceptions.value.kind() {
        Kind::String => exceptions.one_of(&EXCEPTIONS)?,
        _ => {
            let list = exceptions.items()?;
            list.iter().try_for_each(|one| one.one_of(&EXCEPTIONS))?;
        }
    }
    if let Some(seconds) = policy.get("IntervalSeconds") {
        seconds.number(1.0, 43_200.0, true)?;
    }
    if let Some(rate) = policy.get("BackoffRate") {
        rate.number(1.0, f64::MAX, false)?;
    }
    match (policy.get("MaxAttempts"), policy.get("ExpireAfterMin")) {
        (Some(_), Some(_)) => Err(policy.fault(
            "Model Validation failed: Only one of MaxAttempts and ExpireAfterMin can be given.",
        )),
        (Some(attempts), None) => attempts.number(1.0, 20.0, true),
        (None, Some(minutes)) => minutes.number(1.0, 14_400.0, true),
        (None, None) => Ok(()),
    }
}

fn cache(config: &Located) -> Result<(), DefinitionError> {
    config.expect(Kind::Object)?;
    config.only(schema::CACHE)?;
    config.required("Enabled")?.expect(Kind::Bool)?;
    let Some(after) = config.get("ExpireAfter") else {
        return Ok(());
    };
    let text = after.text(1, 64)?;
    match expiry::parse(text) {
        Some(_) => Ok(()),
        None => Err(after.fault(format!(
            "Model Validation failed: Value '{}' for 'ExpireAfter' is not an ISO 8601 duration.",
            short(text)
        ))),
    }
}

/// Checks a step's property files, and that their outputs exist.
fn files(step: &Located, list: &Located) -> Result<(), DefinitionError> {
    let outputs = outputs(step);
    let mut names = Vec::new();
    for file in list.items()? {
        file.expect(Kind::Object)?;
        file.only(schema::PROPERTY_FILE)?;
        let named = file.required("PropertyFileName")?;
        let name = named.text(1, 256)?;
        if names.contains(&name) {
            return Err(named.fault(format!(
                "Property file names must be unique within a step: '{}' is declared more than once.",
                short(name)
            )));
        }
        names.push(name);
        file.required("FilePath")?.text(1, 1_024)?;
        let output = file.required("OutputName")?;
        let text = output.text(1, 256)?;
        if outputs
            .as_ref()
            .is_some_and(|outputs| !outputs.contains(&text))
        {
            return Err(output.fault(format!(
                "Property file '{}' lies in the output '{}', which the step does not have.",
                short(name),
                short(text)
            )));
        }
    }
    Ok(())
}

/// The names of a processing job's outputs; none where a name is an expression.
fn outputs<'a>(step: &Located<'a>) -> Option<Vec<&'a str>> {
    let config = step
        .argument("ProcessingOutputConfig")
        .and_then(|config| config.get("Outputs"));
    match config {
        None => Some(Vec::new()),
        Some(list) => list
            .value
            .items()
            .map(|output| output.get("OutputName")?.as_str())
            .collect(),
    }
}
