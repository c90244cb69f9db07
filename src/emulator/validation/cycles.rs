//! Steps that wait for one another in a circle.

use super::Invalid;
use super::graph::loops;
use super::look::short;
use sluicegate_definition::Definition;

/// Names told of a circle at most.
const TOLD: usize = 10;

/// Refuses a definition with a circle, and names it.
pub fn check(definition: &Definition) -> Result<(), Invalid> {
    let Some(circle) = circle(&after(definition)) else {
        return Ok(());
    };
    let name = |step: &usize| short(&definition.steps[*step].name);
    let mut names: Vec<String> = circle.iter().take(TOLD).map(name).collect();
    if circle.len() > TOLD {
        names.push("...".to_owned());
    }
    names.extend(circle.first().map(name));
    Err(Invalid(format!(
        "The steps form a cycle: {}.",
        names.join(" → ")
    )))
}

/// What waits for each step. A ForEach waits for all that its body waits for, and who waits for a step of its body
/// waits for it.
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

/// A circle, in the order of waiting; the first step is not repeated.
fn circle(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    /// How far a step was followed.
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        New,
        Open,
        Done,
    }
    let mut seen = vec![Seen::New; after.len()];
    // The way from a start to the step at hand, with the next of its followers.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for start in 0..after.len() {
        if seen[start] == Seen::New {
            seen[start] = Seen::Open;
            way.push((start, 0));
        }
        while let Some((step, next)) = way.last_mut() {
            let follower = after[*step].get(*next).copied();
            *next += 1;
            match follower.map(|follower| (follower, seen[follower])) {
                Some((follower, Seen::New)) => {
                    seen[follower] = Seen::Open;
                    way.push((follower, 0));
                }
                Some((follower, Seen::Open)) => {
                    let begin = way.iter().position(|(step, _)| *step == follower)?;
                    return Some(way[begin..].iter().map(|(step, _)| *step).collect());
                }
                Some((_, Seen::Done)) => {}
                None => {
                    seen[*step] = Seen::Done;
                    way.pop();
                }
            }
        }
    }
    None
}
