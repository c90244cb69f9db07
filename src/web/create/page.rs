//! The form's page, and the parts of it that are rendered alone.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::entries::{FormErrors, MAX_DESCRIPTION_CHARS};
use super::fields::{Section, Widget, wants_instance_types};
use super::instance_types::{INSTANCE_TYPES, InstanceType};
use crate::domain::{AwsError, Named, ParameterValue};
use crate::web::action_error::FormError;
use crate::web::error::part_or_page;
use crate::web::filters;
use crate::web::links::with_query;
use crate::web::live::page_part;
use crate::web::shell::Shell;
use crate::web::texts::create as texts;
use crate::web::texts::definition::name_error;
use sluicegate_definition::{Definition, MAX_EXECUTION_NAME_CHARS, NameError, ProblemKind};

/// Parameters of a form whose fields stand side by side where there is room for it.
const MIN_LONG_PARAMETERS: usize = 5;

/// What the form reports about the name.
pub(super) struct NameMessage {
    pub(super) error: Option<NameProblem>,
    pub(super) taken: bool,
}

/// What is wrong with the name.
pub(super) struct NameProblem {
    pub(super) message: String,
    pub(super) suggestion: Option<String>,
}

impl NameMessage {
    pub(super) fn new(error: Option<&NameError>, taken: bool) -> Self {
        Self {
            error: error.map(|error| NameProblem {
                message: name_error(error),
                suggestion: error.suggestion.clone(),
            }),
            taken,
        }
    }
}

/// The message under the field of the name, alone.
#[derive(Template)]
#[template(path = "create/_name.html")]
pub(super) struct NameCheck {
    pub(super) name_message: NameMessage,
}

/// What is wrong with one field, alone.
#[derive(Template)]
#[template(path = "create/_message.html")]
pub(super) struct FieldCheck {
    pub(super) key: String,
    pub(super) error: Option<String>,
}

/// An entry of the list of errors at the top.
pub(super) struct ErrorLink {
    pub(super) href: String,
    pub(super) field: String,
}

/// The execution that a form was filled from.
pub(super) struct CopiedFrom {
    pub(super) id: String,
    pub(super) named: Named,
    pub(super) href: Option<String>,
    pub(super) removed: Vec<ParameterValue>,
}

#[derive(Template)]
#[template(path = "create/form.html")]
pub(super) struct CreatePage {
    pub(super) shell: Shell,
    pub(super) dialog: bool,
    pub(super) pipeline: Named,
    pub(super) version: Option<String>,
    pub(super) action: String,
    /// The address of the form.
    pub(super) form: String,
    pub(super) cancel: String,
    pub(super) ticket: String,
    pub(super) form_error: Option<FormError>,
    pub(super) error_links: Vec<ErrorLink>,
    pub(super) unknown_parameters: Vec<ParameterValue>,
    pub(super) notices: Vec<String>,
    pub(super) read_errors: Vec<AwsError>,
    pub(super) copied: Option<CopiedFrom>,
    pub(super) name: String,
    pub(super) name_message: NameMessage,
    pub(super) description: String,
    pub(super) description_error: Option<String>,
    pub(super) sections: Vec<Section>,
    pub(super) total: usize,
    pub(super) changed: usize,
    pub(super) model_groups: Vec<String>,
}

#[derive(Template)]
#[template(path = "create/sheet.html")]
struct CreateSheet<'a>(&'a CreatePage);

page_part!(CreatePage, CreateSheet);

impl CreatePage {
    /// Where the name is checked.
    fn name_check(&self) -> String {
        with_query(&self.form, [("check", "name")])
    }

    /// Where another field is checked.
    fn check_of(&self, key: &str) -> String {
        with_query(&self.form, [("field", key)])
    }

    /// Whether the fields stand side by side where there is room for it.
    fn is_long(&self) -> bool {
        self.total >= MIN_LONG_PARAMETERS
    }

    fn name_max(&self) -> usize {
        MAX_EXECUTION_NAME_CHARS
    }

    fn description_max(&self) -> usize {
        MAX_DESCRIPTION_CHARS
    }

    /// What the fields of instance types suggest; nothing where there is no such field.
    fn instance_types(&self) -> &'static [InstanceType] {
        match wants_instance_types(&self.sections) {
            true => &INSTANCE_TYPES,
            false => &[],
        }
    }

    /// Whether the name has the focus: nothing is wrong anywhere, or it is wrong itself.
    fn name_has_focus(&self) -> bool {
        self.name_message.error.is_some()
            || (self.form_error.is_none()
                && self.error_links.is_empty()
                && self.unknown_parameters.is_empty())
    }

    pub(super) fn respond(&self, status: StatusCode) -> Response {
        part_or_page(status, self.dialog.then(|| self.part().render()), self)
    }
}

/// A link to each field that is wrong, in the order of the form.
pub(super) fn error_links(errors: &FormErrors, sections: &[Section]) -> Vec<ErrorLink> {
    let entry = |id: &str, field: &str| ErrorLink {
        href: format!("#{id}"),
        field: field.to_owned(),
    };
    let name = errors.name.iter().map(|_| entry("name", texts::NAME));
    let description = errors
        .description
        .iter()
        .map(|_| entry("description", texts::DESCRIPTION));
    let fields = sections
        .iter()
        .flat_map(|section| &section.fields)
        .filter(|field| field.error.is_some())
        .map(|field| entry(&field.id, &field.name));
    name.chain(description).chain(fields).collect()
}

/// What to know about the definition before the form is filled in.
pub(super) fn notices(definition: &Definition) -> Vec<String> {
    let unreadable = definition
        .problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::NotJson);
    unreadable
        .then(|| texts::UNREADABLE_DEFINITION.to_owned())
        .into_iter()
        .collect()
}
