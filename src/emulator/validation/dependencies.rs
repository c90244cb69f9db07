//! Dependencies between steps: none on a Fail step, and no cycles.

use super::DefinitionError;
use super::graph::loops;
use super::located::short;
use sluicegate_definition::{Definition, StepKind};

/// The most step names of a cycle in a message.
const MAX_NAMES_QUOTED: usize = 10;

/// Checks all dependencies.
pub fn check(definition: &Definition) -> Result<(), DefinitionError> {
    check_fail_steps(definition)?;
    check_cycles(definition)
}

/// Checks that no step waits for a Fail step, after which an execution starts nothing. The words are those that
/// AWS's own test of Fail steps expects.
fn check_fail_steps(definition: &Definition) -> Result<(), DefinitionError> {
    let steps = &definition.steps;
    let mut edges = definition.edges.iter();
    match edges.find(|edge| steps[edge.from].kind == StepKind::Fail) {
        None => Ok(()),
        Some(edge) => Err(DefinitionError::unparsable(format!(
            "{} can not depends on {}",
            short(&steps[edge.to].name),
            short(&steps[edge.from].name)
        ))),
    }
}

/// Checks that a definition has no cycle; the error names one.
fn check_cycles(definition: &Definition) -> Result<(), DefinitionError> {
    let Some(cycle) = cycle(&after(definition)) else {
        return Ok(());
    };
    let name = |step: &usize| short(&definition.steps[*step].name);
    let mut names: Vec<String> = cycle.iter().take(MAX_NAMES_QUOTED).map(name).collect();
    if cycle.len() > MAX_NAMES_QUOTED {
        names.push("...".to_owned());
    }
    names.extend(cycle.first().map(name));
    Err(DefinitionError::unparsable(format!(
        "The steps form a cycle: {}.",
        names.join(" → ")
    )))
}

/// The steps that wait for each step. A ForEach waits for everything that its body waits for, and what waits for a step
/// of its body waits for the ForEach.
fn after(definition: &Definition) -> Vec<Vec<usize>> {
    let loops = loops(definition);
    let mut after = vec![Vec::new(); definition.steps.len()];
    for edge in &definition.edges {
        let (from, to) = match (loops[edge.from], loops[edge.to]) {
            (one, other) if one == other => (edge.from, edge.to),
            (_, Some(container)) if container == edge.from => continue,
            (one, other) => (one.unwrap_or(edge.from), other.unwrap_or(edge.to)),
        };
        after[from].push(to);
    }
    after
}

/// A cycle, in the order of dependencies; the first step is not repeated.
fn cycle(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    /// Whether a step's followers were visited.
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        New,
        Open,
        Done,
    }
    let mut seen = vec![Seen::New; after.len()];
    // The path from a start to the current step, with the index of each one's next follower.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in 0..after.len() {
        if seen[start] == Seen::New {
            seen[start] = Seen::Open;
            path.push((start, 0));
        }
        while let Some((step, next)) = path.last_mut() {
            let follower = after[*step].get(*next).copied();
            *next += 1;
            match follower.map(|follower| (follower, seen[follower])) {
                Some((follower, Seen::New)) => {
                    seen[follower] = Seen::Open;
                    path.push((follower, 0));
                }
                Some((follower, Seen::Open)) => {
                    let begin = path.iter().position(|(step, _)| *step == follower)?;
                    return Some(path[begin..].iter().map(|(step, _)| *step).collect());
                }
                Some((_, Seen::Done)) => {}
                None => {
                    seen[*step] = Seen::Done;
                    path.pop();
                }
            }
        }
    }
    None
}
