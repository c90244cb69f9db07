mod edges;
mod hostile;
mod name;
mod properties;
mod steps;
mod uses;

use super::*;

/// A definition of `tests/data/definitions`.
macro_rules! data {
    ($name:literal) => {
        Definition::read(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/data/definitions/",
            $name,
            ".json"
        )))
    };
}
use data;

/// The codes of a definition's problems, each once, in order.
fn codes(definition: &Definition) -> Vec<&'static str> {
    let mut codes: Vec<_> = definition.problems.iter().map(|p| p.kind.code()).collect();
    codes.dedup();
    codes
}

/// The details of a definition's problems.
fn details(definition: &Definition) -> Vec<&ProblemDetail> {
    definition.problems.iter().map(|p| &p.detail).collect()
}

/// The edges as `from -> to [when]`.
fn edges_of(definition: &Definition) -> Vec<String> {
    let name = |index: usize| definition.steps[index].name.as_str();
    let text = |edge: &Edge| {
        let when = edge
            .when
            .map_or(String::new(), |w| format!(" {}", w.as_str()));
        format!("{} -> {}{when}", name(edge.from), name(edge.to))
    };
    definition.edges.iter().map(text).collect()
}

fn names(definition: &Definition) -> Vec<&str> {
    definition
        .steps
        .iter()
        .map(|step| step.name.as_str())
        .collect()
}
