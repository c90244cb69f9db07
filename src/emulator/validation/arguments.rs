//! `Arguments` against the request of the operation that a step calls.
//!
//! CreatePipeline refuses what the operation would refuse: names, types, required members, bounds and enumerations are
//! those of the service's model, with what a pipeline adds to the request and what it does not take. Patterns are not
//! checked.

use super::DefinitionError;
use super::located::short;
use super::requests::{is_filled_in, request};
use super::steps::located;
use super::values::{Fault, Key, Values};
use sluicegate_definition::Definition;

/// The most levels of a path in a message.
const MAX_PATH_LEVELS: usize = 16;

/// Checks the arguments of every step that calls an operation of SageMaker.
pub fn check(definition: &Definition, paths: &[String]) -> Result<(), DefinitionError> {
    for (index, step) in definition.steps.iter().enumerate() {
        let Some(arguments) = definition.arguments(index) else {
            continue;
        };
        let Some(request) = request(&step.kind, arguments) else {
            continue;
        };
        let values = Values {
            definition,
            is_filled_in: &|member| is_filled_in(&step.kind, member),
        };
        if let Err(fault) = values.request(request, arguments) {
            return Err(error(definition, index, paths, &fault));
        }
    }
    Ok(())
}

fn error(
    definition: &Definition,
    index: usize,
    paths: &[String],
    fault: &Fault,
) -> DefinitionError {
    let Some(step) = located(definition, index, paths) else {
        return DefinitionError::unparsable(&fault.sentence);
    };
    let mut path = String::from(".Arguments");
    for key in fault.path.iter().rev().take(MAX_PATH_LEVELS) {
        match key {
            Key::Member(name) => path.push_str(&format!(".{}", short(name))),
            Key::Item(at) => path.push_str(&format!("[{at}]")),
        }
    }
    let place = step.below(step.value, &path);
    match fault.is_assignment {
        true => DefinitionError(place.placed(&fault.sentence)),
        false => place.fault(&fault.sentence),
    }
}
