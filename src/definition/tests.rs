mod edges;
mod hostile;
mod name;
mod properties;
mod steps;

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

/// The marks of a definition's problems, each once, in order.
fn marks(definition: &Definition) -> Vec<&'static str> {
    let mut marks: Vec<_> = definition.problems.iter().map(|p| p.kind.mark()).collect();
    marks.dedup();
    marks
}

/// The messages of one kind.
fn messages(definition: &Definition, kind: ProblemKind) -> Vec<&str> {
    let of_kind = definition.problems.iter().filter(|p| p.kind == kind);
    of_kind.map(|p| p.message.as_str()).collect()
}

/// The edges as `from -> to [when]`.
fn edges_of(definition: &Definition) -> Vec<String> {
    let name = |index: usize| definition.steps[index].name.as_str();
    let tell = |edge: &Edge| {
        let when = edge
            .when
            .map_or(String::new(), |w| format!(" {}", w.as_str()));
        format!("{} -> {}{when}", name(edge.from), name(edge.to))
    };
    definition.edges.iter().map(tell).collect()
}

fn names(definition: &Definition) -> Vec<&str> {
    definition
        .steps
        .iter()
        .map(|step| step.name.as_str())
        .collect()
}
