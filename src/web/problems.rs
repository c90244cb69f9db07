//! The problems of a definition, as pages list them.

use super::texts::definition as texts;
use sluicegate_definition::Definition;

/// One problem.
pub struct ProblemRow {
    /// Its stable code.
    pub code: &'static str,
    /// What is wrong, and where.
    pub message: String,
}

/// The problems of a definition, in its order.
pub fn problem_rows(definition: &Definition) -> Vec<ProblemRow> {
    definition
        .problems
        .iter()
        .map(|problem| ProblemRow {
            code: problem.kind.code(),
            message: texts::problem(problem),
        })
        .collect()
}
