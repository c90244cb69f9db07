//! Checks whether the service would accept a definition: JSON, members, types, names, references, arguments,
//! dependencies. Pure, and linear in the length of the text.
//!
//! Where the service's own sentence is known from reports of its users it is used ("Expecting start of Json Array.",
//! "Model Validation failed: Value '…' for '…' failed to satisfy enum value set: […]"), with the place added that the
//! service leaves out. Only the first of several errors is reported, as by the service.

mod arguments;
mod conditions;
mod dependencies;
mod given;
mod graph;
mod located;
mod parameters;
mod references;
mod requests;
mod schema;
mod step_types;
mod steps;
#[cfg(test)]
mod tests;
mod values;

use located::{Located, short};
use sluicegate_definition::{Definition, Document, Kind};

/// The only version of the definition schema.
const VERSION: &str = "2020-12-01";
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Why a definition is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DefinitionError(String);

impl DefinitionError {
    /// With the words that the service puts before nearly all of its reasons.
    fn unparsable(sentence: impl std::fmt::Display) -> DefinitionError {
        DefinitionError(format!("Unable to parse pipeline definition. {sentence}"))
    }
}

/// Checks a definition's text.
///
/// # Errors
/// The first error, with the step and the path where it was found.
pub fn check(text: &str) -> Result<(), DefinitionError> {
    let document = parsed(text)?;
    let root = Located::at(document.root());
    root.expect(Kind::Object)?;
    root.only(schema::DEFINITION)?;
    let version = root.required("Version")?;
    version.one_of(&[VERSION])?;
    root.required("Steps")?.expect(Kind::Array)?;
    if let Some(metadata) = root.get("Metadata") {
        metadata.expect(Kind::Object)?;
    }
    for (key, members) in [
        ("PipelineExperimentConfig", schema::EXPERIMENT),
        ("MlflowConfig", schema::MLFLOW),
    ] {
        if let Some(config) = root.get(key) {
            config.expect(Kind::Object)?;
            config.only(members)?;
        }
    }
    parameters::check(&root)?;
    let definition = Definition::read(text);
    let places = steps::check(&definition)?;
    references::check(&definition, &places)?;
    arguments::check(&definition, &places)?;
    dependencies::check(&definition)
}

/// The document. JSON allows a reader to refuse what it allows a writer to avoid: a byte order mark, and names that an
/// object has twice (RFC 8259, 4 and 8.1). Whether the service does is not known; what it might refuse is refused here.
fn parsed(text: &str) -> Result<Document, DefinitionError> {
    let not_json = |line: usize, column: usize, why: &str| {
        DefinitionError::unparsable(format!(
            "The definition is not JSON. Line {line}, column {column}: {why}."
        ))
    };
    if text.starts_with(BYTE_ORDER_MARK) {
        return Err(not_json(
            1,
            1,
            "a byte order mark, which JSON texts do not have",
        ));
    }
    let document = Document::parse(text)
        .map_err(|error| not_json(error.line, error.column, &error.message))?;
    match document.repeated_name() {
        None => Ok(document),
        Some(name) => Err(DefinitionError::unparsable(format!(
            "An object has the member '{}' more than once.",
            short(name)
        ))),
    }
}
