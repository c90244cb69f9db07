//! One field per parameter, typed by what the parameter is and by where the definition uses it.

use std::collections::HashSet;

use super::entries::{Entries, Faults, is_changed};
use super::groups;
use sluicegate_definition::{Definition, Parameter, ParameterKind, Role};

/// Instance types offered to those who type one; any other is taken too.
pub const INSTANCE_TYPES: &[&str] = &[
    "ml.t3.medium",
    "ml.t3.large",
    "ml.t3.xlarge",
    "ml.m5.large",
    "ml.m5.xlarge",
    "ml.m5.2xlarge",
    "ml.m5.4xlarge",
    "ml.m5.12xlarge",
    "ml.m6i.xlarge",
    "ml.m6i.2xlarge",
    "ml.m7i.xlarge",
    "ml.c5.xlarge",
    "ml.c5.2xlarge",
    "ml.c5.4xlarge",
    "ml.c6i.2xlarge",
    "ml.r5.xlarge",
    "ml.r5.2xlarge",
    "ml.r5.4xlarge",
    "ml.g4dn.xlarge",
    "ml.g4dn.2xlarge",
    "ml.g4dn.12xlarge",
    "ml.g5.xlarge",
    "ml.g5.2xlarge",
    "ml.g5.12xlarge",
    "ml.g6.xlarge",
    "ml.g6.2xlarge",
    "ml.g6.12xlarge",
    "ml.p3.2xlarge",
    "ml.p4d.24xlarge",
    "ml.p5.48xlarge",
    "ml.trn1.2xlarge",
    "ml.inf2.xlarge",
];
/// The datalist of instance types.
const INSTANCES: &str = "instance-types";
/// The datalist of model package groups.
const MODEL_GROUPS: &str = "model-groups";
/// A text longer than this gets several lines.
const LONG: usize = 72;
/// Steps told beside a field.
const STEPS_TOLD: usize = 3;

/// How a value is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Widget {
    /// One line.
    Text(Line),
    /// Several lines.
    Long,
    /// One of a few.
    Choice(Vec<Choice>),
    /// True or false.
    Switch,
}

/// A field of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The keyboard it wants: `text`, `numeric`, `decimal`, `url`.
    pub mode: &'static str,
    /// What an empty one shows.
    pub placeholder: &'static str,
    /// The datalist it offers.
    pub list: Option<&'static str>,
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the one entered.
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
    pub about: String,
    /// All steps that use it, where `about` does not tell all.
    pub steps: Option<String>,
    /// The definition's own words.
    pub description: Option<String>,
    /// How it is entered.
    pub widget: Widget,
    /// What is entered.
    pub value: String,
    /// Its default.
    pub default: Option<String>,
    /// Whether it has a default and what is entered is another value.
    pub changed: bool,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// Whether it is the one to begin with.
    pub focus: bool,
}

impl Field {
    /// The ids of what describes it.
    pub fn described_by(&self) -> String {
        let fault = if self.fault.is_some() {
            format!(" {}-fault", self.id)
        } else {
            String::new()
        };
        format!("{id}-about {id}-state{fault}", id = self.id)
    }

    /// Whether this value of a switch is the one entered.
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
pub fn sections(definition: &Definition, entries: &Entries, faults: &Faults) -> Vec<Section> {
    groups::sorted(definition)
        .into_iter()
        .enumerate()
        .map(|(number, (group, inside))| Section {
            id: format!("section-{number}"),
            title: group.map(groups::Group::title),
            fields: inside
                .into_iter()
                .filter_map(|index| {
                    let parameter = definition.parameters.get(index)?;
                    Some(field(index, parameter, definition, entries, faults))
                })
                .collect(),
        })
        .collect()
}

/// Whether a field offers the model package groups.
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
    faults: &Faults,
) -> Field {
    let value = entries.value(parameter).to_owned();
    let steps = steps(parameter, definition);
    Field {
        id: format!("p-{index}"),
        key: format!("p.{}", parameter.name),
        name: parameter.name.clone(),
        about: about(parameter, &steps),
        steps: (steps.len() > STEPS_TOLD).then(|| steps.join(", ")),
        description: parameter
            .description
            .clone()
            .filter(|text| !text.is_empty()),
        widget: widget(parameter, &value),
        changed: !parameter.is_required() && is_changed(parameter, &value),
        default: parameter.default.clone(),
        fault: faults.parameters.get(&parameter.name).cloned(),
        focus: false,
        value,
    }
}

/// The steps that use a parameter, each once, in the order of the text.
fn steps<'a>(parameter: &Parameter, definition: &'a Definition) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    parameter
        .uses
        .iter()
        .filter_map(|at| definition.steps.get(at.step?))
        .map(|step| step.name.as_str())
        .filter(|name| seen.insert(*name))
        .collect()
}

fn about(parameter: &Parameter, steps: &[&str]) -> String {
    let used = match steps {
        [] if parameter.uses.is_empty() => "Not used by any step".to_owned(),
        [] => "Used outside the steps".to_owned(),
        few if few.len() <= STEPS_TOLD => few.join(", "),
        many => format!(
            "{} and {} more steps",
            many[..STEPS_TOLD].join(", "),
            many.len() - STEPS_TOLD
        ),
    };
    match parameter.kind {
        ParameterKind::String => used,
        kind => format!("{used} · {}", kind.as_str()),
    }
}

fn widget(parameter: &Parameter, value: &str) -> Widget {
    let line = |mode, placeholder, list| {
        Widget::Text(Line {
            mode,
            placeholder,
            list,
        })
    };
    if !parameter.allowed.is_empty() {
        let allowed = parameter.allowed.iter().map(String::as_str);
        return choice(allowed, parameter, value);
    }
    match (parameter.kind, parameter.role) {
        (ParameterKind::Integer, _) => line("numeric", "", None),
        (ParameterKind::Float, _) => line("decimal", "", None),
        // What is neither true nor false cannot stand in a switch, and must not be lost.
        (ParameterKind::Boolean, _) if is_switchable(value) => Widget::Switch,
        (ParameterKind::Boolean, _) => line("text", "true or false", None),
        (_, Role::ApprovalStatus) => {
            choice(parameter.role.choices().iter().copied(), parameter, value)
        }
        _ if value.contains('\n') || has_lines(parameter) => Widget::Long,
        (_, Role::InstanceType) => line("text", "ml.m5.xlarge", Some(INSTANCES)),
        (_, Role::S3Uri) => line("url", "s3://bucket/key", None),
        (_, Role::ModelPackageGroup) => line("text", "", Some(MODEL_GROUPS)),
        (_, Role::Plain) if value.chars().count() > LONG => Widget::Long,
        (_, Role::Plain) => line("text", "", None),
    }
}

fn has_lines(parameter: &Parameter) -> bool {
    parameter.default.as_ref().is_some_and(|default| {
        default.contains(['\n', '\r'])
            || (parameter.role == Role::Plain && default.chars().count() > LONG)
    })
}

fn is_switchable(value: &str) -> bool {
    value.is_empty() || value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

/// A choice that also holds what is entered and what is the default, allowed or not: a choice that
/// lacks them would silently say something else.
fn choice<'a>(
    allowed: impl Iterator<Item = &'a str>,
    parameter: &'a Parameter,
    value: &'a str,
) -> Widget {
    let mut values: Vec<&str> = allowed.collect();
    let mut choices: Vec<Choice> = Vec::new();
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
        choices.push(Choice {
            value: String::new(),
            label: "Choose…".to_owned(),
            selected: true,
        });
    }
    choices.extend(values.into_iter().enumerate().map(|(at, text)| Choice {
        value: text.to_owned(),
        label: match (text, at < known) {
            ("", _) => "(empty)".to_owned(),
            (text, true) => text.to_owned(),
            (text, false) => format!("{text} (not among the allowed values)"),
        },
        selected: text == value,
    }));
    Widget::Choice(choices)
}
