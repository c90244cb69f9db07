//! What a create form holds, and whether it can be sent.

use std::collections::{HashMap, HashSet};

use super::super::request::QueryPairs;
use crate::domain::ParameterValue;
use sluicegate_definition::{
    Definition, NameFault, Parameter, ParameterKind, check_execution_name,
};

/// Characters of a description at most (`PipelineExecutionDescription`).
pub const DESCRIPTION_MAX: usize = 3_072;
/// What the name of a parameter's field begins with.
const PREFIX: &str = "p.";

/// What a form holds: typed by a person, prefilled by a link, or copied from an execution.
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

/// Everything that is wrong with a form, each fault with its field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The name's.
    pub name: Option<NameFault>,
    /// The description's.
    pub description: Option<String>,
    /// The parameters', by name.
    pub parameters: HashMap<String, String>,
    /// Values for parameters that the definition does not have.
    pub strangers: Vec<ParameterValue>,
}

impl Faults {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.parameters.is_empty()
            && self.strangers.is_empty()
    }
}

impl Entries {
    /// Reads a form, or a link that fills one. Of values under one name the first counts.
    pub fn read(pairs: &QueryPairs) -> Self {
        let mut entries = Self {
            name: pairs.text("name").trim().to_owned(),
            description: lines(pairs.text("description")),
            copied_from: pairs
                .get("copy")
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            ..Self::default()
        };
        for (key, value) in pairs.iter() {
            if let Some(name) = key.strip_prefix(PREFIX) {
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

    /// Fills in what the entries do not say from an execution. Gives the values of parameters that
    /// the definition no longer has, and takes none of them over.
    pub fn copy(
        &mut self,
        definition: &Definition,
        description: Option<&str>,
        parameters: &[ParameterValue],
    ) -> Vec<ParameterValue> {
        if self.description.is_empty() {
            self.description = description.unwrap_or_default().to_owned();
        }
        let (known, gone): (Vec<_>, Vec<_>) = parameters
            .iter()
            .partition(|value| definition.parameter(&value.name).is_some());
        for value in known {
            self.put(&value.name, value.value.clone());
        }
        gone.into_iter().cloned().collect()
    }

    /// The value of a parameter's field: what the entries say, else its default.
    pub fn value<'a>(&'a self, parameter: &'a Parameter) -> &'a str {
        self.values
            .get(&parameter.name)
            .or(parameter.default.as_ref())
            .map_or("", String::as_str)
    }

    /// Entries for parameters that the definition does not have, in order.
    pub fn strangers(&self, definition: &Definition) -> Vec<ParameterValue> {
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
    /// Sent are the values that differ from their default, and those without one. The others follow
    /// the definition, so that what an execution changed stays readable in its list of parameters.
    ///
    /// # Errors
    /// Every fault of the form.
    pub fn check(&self, definition: &Definition) -> Result<Vec<ParameterValue>, Box<Faults>> {
        let mut faults = Faults {
            name: check_execution_name(&self.name).err(),
            description: description_fault(&self.description),
            strangers: self.strangers(definition),
            ..Faults::default()
        };
        let mut sent = Vec::new();
        let mut seen = HashSet::new();
        for parameter in &definition.parameters {
            if !seen.insert(parameter.name.as_str()) {
                continue;
            }
            let value = self.value(parameter);
            // A default is not sent, so it need not be checked: a definition may break its own rules.
            if !is_changed(parameter, value) {
                continue;
            }
            match parameter.check(value) {
                Ok(value) if is_changed(parameter, &value) => sent.push(ParameterValue {
                    name: parameter.name.clone(),
                    value,
                }),
                Ok(_) => {}
                Err(sentence) => {
                    faults.parameters.insert(parameter.name.clone(), sentence);
                }
            }
        }
        if faults.is_empty() {
            Ok(sent)
        } else {
            Err(Box::new(faults))
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

fn description_fault(description: &str) -> Option<String> {
    // The model's pattern for it is `.*`, in which the dot stands for no line break.
    if description.contains('\n') {
        return Some("One line only: SageMaker takes no line breaks here.".to_owned());
    }
    let length = description.chars().count();
    (length > DESCRIPTION_MAX)
        .then(|| format!("At most {DESCRIPTION_MAX} characters are possible; these are {length}."))
}

/// Forms end their lines with CR and LF; here a line ends with LF, as in definitions.
pub fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
