//! The form's page, which is also what a dialog shows of it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::entries::{DESCRIPTION_MAX, Faults};
use super::fields::{INSTANCE_TYPES, Section, Widget};
use crate::domain::{AwsError, ParameterValue};
use crate::web::error::part_or_page;
use crate::web::fmt::filters;
use crate::web::refusal::Refusal;
use crate::web::shell::Shell;
use sluicegate_definition::{Definition, EXECUTION_NAME_MAX, NameFault, ProblemKind};

/// What there is to say of a name.
pub(super) struct NameSays {
    pub(super) fault: Option<NameFault>,
    pub(super) taken: bool,
}

/// What stands under the field of the name, alone.
#[derive(Template)]
#[template(path = "create/_name.html")]
pub(super) struct NamePart {
    pub(super) says: NameSays,
}

/// An entry of the list of faults at the top.
pub(super) struct Fault {
    pub(super) href: String,
    pub(super) field: String,
}

/// The execution that a form was filled from.
pub(super) struct Copied {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) href: Option<String>,
    pub(super) gone: Vec<ParameterValue>,
}

#[derive(Template)]
#[template(path = "create/form.html", blocks = ["sheet"])]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) dialog: bool,
    pub(super) pipeline: String,
    pub(super) version: Option<String>,
    pub(super) action: String,
    pub(super) check: String,
    pub(super) cancel: String,
    pub(super) ticket: String,
    pub(super) refusal: Option<Refusal>,
    pub(super) faults: Vec<Fault>,
    pub(super) strangers: Vec<ParameterValue>,
    pub(super) notices: Vec<String>,
    pub(super) troubles: Vec<AwsError>,
    pub(super) copied: Option<Copied>,
    pub(super) name: String,
    pub(super) says: NameSays,
    pub(super) description: String,
    pub(super) description_fault: Option<String>,
    pub(super) sections: Vec<Section>,
    pub(super) total: usize,
    pub(super) changed: usize,
    pub(super) model_groups: Vec<String>,
}

impl Page {
    /// The longest name possible.
    fn name_max(&self) -> usize {
        EXECUTION_NAME_MAX
    }

    /// The longest description possible.
    fn description_max(&self) -> usize {
        DESCRIPTION_MAX
    }

    /// Instance types to offer.
    fn instance_types(&self) -> &'static [&'static str] {
        INSTANCE_TYPES
    }

    /// Whether the name is where to begin: nothing is wrong anywhere, or it is wrong itself.
    fn begins_with_name(&self) -> bool {
        self.says.fault.is_some()
            || (self.refusal.is_none() && self.faults.is_empty() && self.strangers.is_empty())
    }

    pub(super) fn answer(&self, status: StatusCode) -> Response {
        part_or_page(status, self.dialog.then(|| self.as_sheet().render()), self)
    }
}

/// What is wrong, in the order of the form, each leading to its field.
pub(super) fn summary(faults: &Faults, sections: &[Section]) -> Vec<Fault> {
    let entry = |id: &str, field: &str| Fault {
        href: format!("#{id}"),
        field: field.to_owned(),
    };
    let name = faults.name.iter().map(|_| entry("name", "Name"));
    let description = faults
        .description
        .iter()
        .map(|_| entry("description", "Description"));
    let fields = sections
        .iter()
        .flat_map(|section| &section.fields)
        .filter(|field| field.fault.is_some())
        .map(|field| entry(&field.id, &field.name));
    name.chain(description).chain(fields).collect()
}

pub(super) fn notices(definition: &Definition) -> Vec<String> {
    let unreadable = definition
        .problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::NotJson);
    let sentence = "This pipeline's definition is not valid JSON. Parameters that could not be read have no field here; an execution uses their defaults.";
    unreadable
        .then(|| sentence.to_owned())
        .into_iter()
        .collect()
}

pub(super) fn listed(values: &[ParameterValue]) -> String {
    const TOLD: usize = 12;
    let names: Vec<&str> = values.iter().take(TOLD).map(|v| v.name.as_str()).collect();
    match values.len().saturating_sub(TOLD) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
