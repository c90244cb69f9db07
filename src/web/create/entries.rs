//! The content of a create form, and whether it can be sent.

use std::collections::{HashMap, HashSet};

use crate::domain::ParameterValue;
use crate::web::query::QueryPairs;
use sluicegate_definition::{
    Definition, NameError, Parameter, ParameterKind, ValueError, check_execution_name,
};

/// Characters of a description at most (`PipelineExecutionDescription`).
pub const MAX_DESCRIPTION_CHARS: usize = 3_072;
/// The name of the description's field.
pub const DESCRIPTION_KEY: &str = "description";
/// The prefix of the name of a parameter's field.
const PARAMETER_PREFIX: &str = "p.";

/// The name of a parameter's field.
pub fn parameter_key(name: &str) -> String {
    format!("{PARAMETER_PREFIX}{name}")
}

/// The content of a form: typed by a person, prefilled by a link, or copied from an execution.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// The execution's name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// The id of the execution it was filled from.
    pub copied_from: Option<String>,
    values: HashMap<String, String>,
    order: Vec<String>,
}

/// Everything that is wrong with a form, by field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormErrors {
    /// The name's.
    pub name: Option<NameError>,
    /// The description's.
    pub description: Option<DescriptionError>,
    /// The parameters', by name.
    pub parameters: HashMap<String, ValueError>,
    /// Values for parameters that the definition does not have.
    pub unknown_parameters: Vec<ParameterValue>,
}

impl FormErrors {
    /// The error of the parameter whose field has this name.
    pub fn of_parameter(&self, key: &str) -> Option<&ValueError> {
        self.parameters.get(key.strip_prefix(PARAMETER_PREFIX)?)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.parameters.is_empty()
            && self.unknown_parameters.is_empty()
    }
}

impl Entries {
    /// Reads a form, or a link that fills one. Of values under one name the first counts.
    pub fn read(pairs: &QueryPairs) -> Self {
        let mut entries = Self {
            name: pairs.text("name").trim().to_owned(),
            description: lines(pairs.text(DESCRIPTION_KEY)),
            copied_from: pairs
                .get("copy")
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            ..Self::default()
        };
        for (key, value) in pairs.iter() {
            if let Some(name) = key.strip_prefix(PARAMETER_PREFIX) {
                entries.put(name, lines(value));
            }
        }
        entries
    }

    fn put(&mut self, name: &str, value: String) {
        if !self.values.contains_key(name) {
            self.order.push(name.to_owned());
            self.values.insert(name.to_owned(), value);
        }
    }

    /// Fills in whatever is missing from an execution. Returns the values of parameters that the
    /// definition no longer has; these are not filled in.
    pub fn copy(
        &mut self,
        definition: &Definition,
        description: Option<&str>,
        parameters: &[ParameterValue],
    ) -> Vec<ParameterValue> {
        if self.description.is_empty() {
            self.description = description.unwrap_or_default().to_owned();
        }
        let (known, removed): (Vec<_>, Vec<_>) = parameters
            .iter()
            .partition(|value| definition.parameter(&value.name).is_some());
        for value in known {
            self.put(&value.name, value.value.clone());
        }
        removed.into_iter().cloned().collect()
    }

    /// The value of a parameter's field: its entry, else its default.
    pub fn value<'a>(&'a self, parameter: &'a Parameter) -> &'a str {
        self.values
            .get(&parameter.name)
            .or(parameter.default.as_ref())
            .map_or("", String::as_str)
    }

    /// Entries for parameters that the definition does not have, in order.
    pub fn unknown_parameters(&self, definition: &Definition) -> Vec<ParameterValue> {
        self.order
            .iter()
            .filter(|name| definition.parameter(name).is_none())
            .map(|name| ParameterValue {
                name: name.clone(),
                value: self.values.get(name).cloned().unwrap_or_default(),
            })
            .collect()
    }

    /// The parameters to send, or everything that is wrong at once.
    ///
    /// Values that differ from their default are sent, and those without one. The others follow the
    /// definition, so that an execution's list of parameters shows what was changed.
    ///
    /// # Errors
    /// Everything that is wrong with the form.
    pub fn check(&self, definition: &Definition) -> Result<Vec<ParameterValue>, Box<FormErrors>> {
        let mut errors = FormErrors {
            name: check_execution_name(&self.name).err(),
            description: check_description(&self.description).err(),
            unknown_parameters: self.unknown_parameters(definition),
            ..FormErrors::default()
        };
        let mut sent = Vec::new();
        let mut seen = HashSet::new();
        for parameter in &definition.parameters {
            if !seen.insert(parameter.name.as_str()) {
                continue;
            }
            let value = self.value(parameter);
            // A default is not sent and not checked: a definition may break its own rules.
            if !is_changed(parameter, value) {
                continue;
            }
            match parameter.check(value) {
                Ok(value) if is_changed(parameter, &value) => sent.push(ParameterValue {
                    name: parameter.name.clone(),
                    value,
                }),
                Ok(_) => {}
                Err(error) => {
                    errors.parameters.insert(parameter.name.clone(), error);
                }
            }
        }
        if errors.is_empty() {
            Ok(sent)
        } else {
            Err(Box::new(errors))
        }
    }
}

/// Whether a value differs from its parameter's default; without a default it always does.
pub fn is_changed(parameter: &Parameter, value: &str) -> bool {
    let Some(default) = &parameter.default else {
        return true;
    };
    match parameter.kind {
        ParameterKind::Boolean => !value.eq_ignore_ascii_case(default),
        _ => lines(value) != lines(default),
    }
}

/// Why a description cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DescriptionError {
    /// It has more than one line.
    LineBreak,
    /// It has `length` characters, more than `max`.
    TooLong { max: usize, length: usize },
}

fn check_description(description: &str) -> Result<(), DescriptionError> {
    // The model's pattern for it is `.*`, in which the dot matches no line break.
    if description.contains('\n') {
        return Err(DescriptionError::LineBreak);
    }
    let (max, length) = (MAX_DESCRIPTION_CHARS, description.chars().count());
    if length > max {
        return Err(DescriptionError::TooLong { max, length });
    }
    Ok(())
}

/// A text with LF line endings, as in definitions; forms have CR LF.
pub fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
