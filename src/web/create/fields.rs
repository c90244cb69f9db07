//! One field per parameter, typed by what the parameter is and by where the definition uses it.

use std::collections::HashSet;

use super::entries::{Entries, FormErrors, is_changed, parameter_key};
use super::groups;
use crate::domain::Named;
use crate::web::texts::Sentence;
use crate::web::texts::create::{self as texts, UsedBy};
use sluicegate_definition::{Definition, Parameter, ParameterKind, Role};

/// The id of the datalist of instance types.
const INSTANCE_TYPES_LIST: &str = "instance-types";
/// The id of the datalist of model package groups.
const MODEL_GROUPS_LIST: &str = "model-groups";
/// Characters of a text that gets a field of one line.
const MAX_LINE_CHARS: usize = 72;
/// Steps named next to a field.
const MAX_NAMED_STEPS: usize = 3;

/// How a value is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Widget {
    /// One line.
    Text(TextInput),
    /// Several lines.
    Long,
    /// One of a few.
    Choice(Vec<SelectOption>),
    /// True or false.
    Switch,
}

/// A field of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextInput {
    /// Its `inputmode`: `text`, `numeric`, `decimal` or `url`.
    pub mode: &'static str,
    /// Shown while it is empty.
    pub placeholder: &'static str,
    /// The id of its datalist.
    pub list: Option<&'static str>,
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectOption {
    /// The value that is posted.
    pub value: String,
    /// The text that is shown.
    pub label: String,
    /// Whether it is selected.
    pub selected: bool,
}

/// The field of one parameter.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its id in the page.
    pub id: String,
    /// The name it is posted under.
    pub key: String,
    /// The parameter's name.
    pub name: String,
    /// Which steps use it, and its type where that is not String.
    pub about: Sentence,
    /// All steps that use it; `about` names only some, and is cut after two lines.
    pub steps: Option<String>,
    /// Its description in the definition.
    pub description: Option<String>,
    /// How it is entered.
    pub widget: Widget,
    /// The current value.
    pub value: String,
    /// Its default.
    pub default: Option<String>,
    /// Whether the value differs from a default.
    pub changed: bool,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Whether it has the focus.
    pub focus: bool,
}

impl Field {
    /// The ids of the elements that describe it.
    pub fn described_by(&self) -> String {
        format!("{id}-about {id}-message {id}-state", id = self.id)
    }

    /// Whether this value of a switch is selected.
    pub fn is_on(&self, value: &str) -> bool {
        self.value.eq_ignore_ascii_case(value)
    }
}

/// Fields under a heading.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its id in the page.
    pub id: String,
    /// The heading.
    pub title: Option<&'static str>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// The fields of a definition's parameters.
pub fn sections(definition: &Definition, entries: &Entries, errors: &FormErrors) -> Vec<Section> {
    groups::sorted(definition)
        .into_iter()
        .enumerate()
        .map(|(number, (group, inside))| Section {
            id: format!("section-{number}"),
            title: group.map(texts::group),
            fields: inside
                .into_iter()
                .filter_map(|index| {
                    let parameter = definition.parameters.get(index)?;
                    Some(field(index, parameter, definition, entries, errors))
                })
                .collect(),
        })
        .collect()
}

/// Whether a field suggests instance types.
pub fn wants_instance_types(sections: &[Section]) -> bool {
    let mut fields = sections.iter().flat_map(|section| &section.fields);
    fields.any(|field| {
        matches!(&field.widget, Widget::Text(line) if line.list == Some(INSTANCE_TYPES_LIST))
    })
}

/// Whether a field suggests the model package groups.
pub fn wants_model_groups(definition: &Definition) -> bool {
    definition
        .parameters
        .iter()
        .any(|p| p.role == Role::ModelPackageGroup && p.allowed.is_empty())
}

fn field(
    index: usize,
    parameter: &Parameter,
    definition: &Definition,
    entries: &Entries,
    errors: &FormErrors,
) -> Field {
    let value = entries.value(parameter).to_owned();
    let key = parameter_key(&parameter.name);
    let steps = steps(parameter, definition);
    Field {
        id: format!("p-{index}"),
        error: texts::field_error(errors, &key),
        key,
        name: parameter.name.clone(),
        about: about(parameter, &steps),
        steps: (!steps.is_empty()).then(|| spelled_out(&steps)),
        description: parameter
            .description
            .clone()
            .filter(|text| !text.is_empty()),
        widget: widget(parameter, &value),
        changed: !parameter.is_required() && is_changed(parameter, &value),
        default: parameter.default.clone(),
        focus: false,
        value,
    }
}

/// The steps that use a parameter, each once, in the order of the text.
fn steps(parameter: &Parameter, definition: &Definition) -> Vec<Named> {
    let mut seen = HashSet::new();
    parameter
        .uses
        .iter()
        .filter_map(|at| definition.steps.get(at.step?))
        .filter(|step| seen.insert(step.name.as_str()))
        .map(Named::from)
        .collect()
}

fn spelled_out(steps: &[Named]) -> String {
    let names: Vec<String> = steps.iter().map(Named::spelled_out).collect();
    names.join(", ")
}

fn about(parameter: &Parameter, steps: &[Named]) -> Sentence {
    let used_by = match steps {
        [] if parameter.uses.is_empty() => UsedBy::Nothing,
        [] => UsedBy::OtherParts,
        names => UsedBy::Steps {
            names,
            shown: MAX_NAMED_STEPS,
        },
    };
    texts::usage(&used_by, parameter.kind, parameter.range())
}

fn widget(parameter: &Parameter, value: &str) -> Widget {
    let line = |mode, placeholder, list| {
        Widget::Text(TextInput {
            mode,
            placeholder,
            list,
        })
    };
    if !parameter.allowed.is_empty() {
        let allowed = parameter.allowed.iter().map(String::as_str);
        return choice(allowed, parameter, value);
    }
    let choices = parameter.choices();
    if !choices.is_empty() {
        return choice(choices.into_iter(), parameter, value);
    }
    match (parameter.kind, parameter.role) {
        (ParameterKind::Integer, _) => line("numeric", "", None),
        (ParameterKind::Float, _) => line("decimal", "", None),
        // A switch would lose a value that is neither true nor false.
        (ParameterKind::Boolean, _) if is_switchable(value) => Widget::Switch,
        (ParameterKind::Boolean, _) => line("text", "true or false", None),
        _ if value.contains('\n') || has_lines(parameter) => Widget::Long,
        (_, Role::InstanceType) => line("text", "ml.m5.xlarge", Some(INSTANCE_TYPES_LIST)),
        (_, Role::S3Uri) => line("url", "s3://bucket/key", None),
        (_, Role::ModelPackageGroup) => line("text", "", Some(MODEL_GROUPS_LIST)),
        _ if value.chars().count() > MAX_LINE_CHARS => Widget::Long,
        _ => line("text", "", None),
    }
}

fn has_lines(parameter: &Parameter) -> bool {
    parameter.default.as_ref().is_some_and(|default| {
        default.contains(['\n', '\r'])
            || (parameter.role == Role::Plain && default.chars().count() > MAX_LINE_CHARS)
    })
}

fn is_switchable(value: &str) -> bool {
    value.is_empty() || value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

/// A choice that includes the current value and the default even where they are not allowed: without
/// them another value would be selected silently.
fn choice<'a>(
    allowed: impl Iterator<Item = &'a str>,
    parameter: &'a Parameter,
    value: &'a str,
) -> Widget {
    let mut values: Vec<&str> = allowed.collect();
    let mut choices: Vec<SelectOption> = Vec::new();
    let known = values.len();
    for extra in [parameter.default.as_deref(), Some(value)]
        .into_iter()
        .flatten()
    {
        let is_prompt = extra.is_empty() && parameter.default.as_deref() != Some("");
        if !is_prompt && !values.contains(&extra) {
            values.push(extra);
        }
    }
    if value.is_empty() && !values.contains(&"") {
        choices.push(SelectOption {
            value: String::new(),
            label: texts::CHOOSE.to_owned(),
            selected: true,
        });
    }
    choices.extend(
        values
            .into_iter()
            .enumerate()
            .map(|(at, text)| SelectOption {
                value: text.to_owned(),
                label: match (text, at < known) {
                    ("", _) => texts::EMPTY.to_owned(),
                    (text, true) => text.to_owned(),
                    (text, false) => texts::not_allowed(text),
                },
                selected: text == value,
            }),
    );
    Widget::Choice(choices)
}
