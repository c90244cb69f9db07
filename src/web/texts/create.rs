//! The create form.

use super::Sentence;
use crate::domain::Named;
use crate::web::create::entries::DescriptionError;
use crate::web::create::groups::Group;

/// The name of the name's field.
pub const NAME: &str = "Name";
/// The name of the description's field.
pub const DESCRIPTION: &str = "Description";

/// The title of the form's page.
pub fn title(pipeline: &str) -> String {
    format!("Create execution · {pipeline}")
}

/// The heading of a group of parameters.
pub fn group(group: Group) -> &'static str {
    match group {
        Group::Compute => "Compute",
        Group::Data => "Data and code",
        Group::Training => "Training",
        Group::Decision => "Decision",
        Group::Model => "Model",
        Group::Other => "Other",
    }
}

/// Which steps use a parameter.
pub enum UsedBy<'a> {
    /// These; `shown` of them are named.
    Steps { names: &'a [Named], shown: usize },
    /// None, but other parts of the definition do.
    OtherParts,
    /// Nothing does.
    Nothing,
}

/// Which steps use a parameter, and its type where that is to be named.
pub fn usage(used_by: &UsedBy<'_>, kind: Option<&str>) -> Sentence {
    let used = match used_by {
        UsedBy::Steps { names, shown } if names.len() <= *shown => Sentence::listed(*names, ", "),
        UsedBy::Steps { names, shown } => Sentence::listed(&names[..*shown], ", ")
            .words(format!(" and {} more steps", names.len() - shown)),
        UsedBy::OtherParts => "Used outside of steps".into(),
        UsedBy::Nothing => "Not used by any step".into(),
    };
    match kind {
        Some(kind) => used.words(format!(" · {kind}")),
        None => used,
    }
}

/// The first entry of a choice without a value.
pub const CHOOSE: &str = "Choose…";
/// The empty value in a choice.
pub const EMPTY: &str = "(empty)";

/// A value in a choice that the definition does not allow.
pub fn not_allowed(value: &str) -> String {
    format!("{value} (not among the allowed values)")
}

/// What is wrong with a description.
pub fn description_error(error: &DescriptionError) -> String {
    match *error {
        DescriptionError::LineBreak => {
            "Write it on one line; SageMaker does not accept line breaks here.".to_owned()
        }
        DescriptionError::TooLong { max, length } => super::actions::too_long(max, length),
    }
}

/// A definition that is not JSON.
pub const UNREADABLE_DEFINITION: &str = "This pipeline's definition is not valid JSON. Parameters that could not be read have no field here; executions use their defaults.";
