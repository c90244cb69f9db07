//! Where each step is in the definition's text.

use sluicegate_definition::{Branch, Definition, Step};
use std::collections::HashMap;

/// The path of every step, such as `Steps[2].Arguments.IfSteps[0]`, by the step's index.
pub fn paths(definition: &Definition) -> Vec<String> {
    let mut counts: HashMap<(Option<usize>, Option<Branch>), usize> = HashMap::new();
    let mut paths: Vec<String> = Vec::with_capacity(definition.steps.len());
    for step in &definition.steps {
        let count = counts.entry((step.parent, step.branch)).or_default();
        let list = match (step.parent, step.branch) {
            (Some(parent), Some(branch)) => {
                let within = definition
                    .arguments(parent)
                    .is_some_and(|arguments| arguments.get(branch.key()).is_some());
                let holder = paths.get(parent).map_or("", String::as_str);
                let between = if within { ".Arguments" } else { "" };
                format!("{holder}{between}.{}", branch.key())
            }
            _ => "Steps".to_owned(),
        };
        paths.push(format!("{list}[{count}]"));
        *count += 1;
    }
    paths
}

/// The outermost ForEach whose body contains a step, at any depth.
pub fn loops(definition: &Definition) -> Vec<Option<usize>> {
    let mut loops: Vec<Option<usize>> = Vec::with_capacity(definition.steps.len());
    for step in &definition.steps {
        // A parent always precedes its nested steps.
        let outer = step.parent.and_then(|parent| loops.get(parent).copied()?);
        loops.push(outer.or_else(|| own_loop(step)));
    }
    loops
}

fn own_loop(step: &Step) -> Option<usize> {
    step.parent.filter(|_| step.branch == Some(Branch::Body))
}
