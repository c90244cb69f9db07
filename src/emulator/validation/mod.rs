//! Checks whether the service would accept a definition: JSON, required keys, types, names, references, cycles. Pure,
//! and linear in the length of the text.
//!
//! Where the service's own sentence is known from reports of its users it is used ("Expecting start of Json Array.",
//! "Model Validation failed: Value '…' for '…' failed to satisfy enum value set: […]"), with the place added that the
//! service leaves out. Only the first of several errors is reported, as by the service.

mod conditions;
mod cycles;
mod graph;
mod located;
mod parameters;
mod references;
mod step_types;
mod steps;
#[cfg(test)]
mod tests;

use located::Located;
use sluicegate_definition::{Definition, Document, Kind};

/// The only version of the definition schema.
const VERSION: &str = "2020-12-01";

/// Why a definition is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Unable to parse pipeline definition. {0}")]
pub struct DefinitionError(String);

/// Checks a definition's text.
///
/// # Errors
/// The first error, with the step and the path where it was found.
pub fn check(text: &str) -> Result<(), DefinitionError> {
    let document = Document::parse(text).map_err(|error| {
        DefinitionError(format!(
            "The definition is not JSON. Line {}, column {}: {}.",
            error.line, error.column, error.message
        ))
    })?;
    let root = Located::at(document.root());
    root.expect(Kind::Object)?;
    let version = root.required("Version")?;
    version.one_of(&[VERSION])?;
    root.required("Steps")?.expect(Kind::Array)?;
    for key in ["Metadata", "PipelineExperimentConfig", "MlflowConfig"] {
        if let Some(config) = root.get(key) {
            config.expect(Kind::Object)?;
        }
    }
    parameters::check(&root)?;
    let definition = Definition::read(text);
    let places = steps::check(&definition)?;
    references::check(&definition, &places)?;
    cycles::check(&definition)
}
