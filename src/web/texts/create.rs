//! The create form.

use super::Sentence;
use crate::domain::Named;
use crate::web::create::entries::{DESCRIPTION_KEY, DescriptionError, FormErrors};
use crate::web::create::groups::Group;
use crate::web::texts::definition::{numbers, value_error};
use sluicegate_definition::{Bounds, ParameterKind};

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

/// What a parameter takes, where that is not any text, and which steps use it.
pub fn usage(used_by: &UsedBy<'_>, kind: ParameterKind, range: Bounds) -> Sentence {
    let takes = match kind {
        ParameterKind::String => None,
        kind if range == Bounds::default() => Some(kind.as_str().to_owned()),
        kind => Some(format!("{}, {}", kind.as_str(), numbers(range))),
    };
    let used = match used_by {
        UsedBy::Steps { .. } => ["Used by ", "used by "],
        UsedBy::OtherParts => ["Used outside of steps", "used outside of steps"],
        UsedBy::Nothing => ["Not used by any step", "not used by any step"],
    };
    let sentence = match takes {
        None => Sentence::from(used[0]),
        Some(takes) => Sentence::from(takes).words(" · ").words(used[1]),
    };
    match used_by {
        UsedBy::Steps { names, shown } if names.len() <= *shown => {
            sentence.then(Sentence::listed(*names, ", "))
        }
        UsedBy::Steps { names, shown } => sentence
            .then(Sentence::listed(&names[..*shown], ", "))
            .words(format!(" and {} more steps", names.len() - shown)),
        UsedBy::OtherParts | UsedBy::Nothing => sentence,
    }
}

/// What an instance type has. Memory is in MiB.
pub fn instance_type(vcpus: u32, memory: u32, accelerators: &str) -> String {
    let gib = f64::from(memory) / 1024.0;
    let has = format!("{vcpus} vCPUs · {gib} GiB");
    match accelerators {
        "" => has,
        accelerators => format!("{has} · {accelerators}"),
    }
}

/// A family of instance types, such as `m5`, and what AWS makes it for; the family alone where that is not known.
pub fn instance_family(family: &str) -> String {
    // The longer beginnings come first.
    const PURPOSES: [(&str, &str); 8] = [
        ("trn", "AWS Trainium"),
        ("inf", "AWS Inferentia"),
        ("t", "Burstable"),
        ("m", "General purpose"),
        ("c", "Compute optimized"),
        ("r", "Memory optimized"),
        ("g", "GPU"),
        ("p", "GPU"),
    ];
    let known = PURPOSES.iter().find(|(start, _)| family.starts_with(start));
    match known {
        Some((_, purpose)) => format!("{family} · {purpose}"),
        None => family.to_owned(),
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

/// What is wrong with the field of this name: the description's or a parameter's.
pub fn field_error(errors: &FormErrors, key: &str) -> Option<String> {
    match key {
        DESCRIPTION_KEY => errors.description.as_ref().map(description_error),
        key => errors.of_parameter(key).map(value_error),
    }
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
