//! The parameters a definition declares.

use super::DefinitionError;
use super::located::{Located, short};
use super::schema;
use sluicegate_definition::{Kind, ParameterKind};
use std::collections::HashSet;

/// The most parameters of a definition: as many as a start can set.
const MAX_PARAMETERS: usize = 200;

const TYPES: [&str; 4] = ["String", "Integer", "Float", "Boolean"];

/// Checks `Parameters`.
pub fn check(root: &Located) -> Result<(), DefinitionError> {
    let Some(list) = root.get("Parameters") else {
        return Ok(());
    };
    let parameters = list.items()?;
    if parameters.len() > MAX_PARAMETERS {
        return Err(list.fault(format!(
            "Model Validation failed: A pipeline can have at most {MAX_PARAMETERS} parameters, but this one has {}.",
            parameters.len()
        )));
    }
    let mut names = HashSet::new();
    for parameter in &parameters {
        let name = one(parameter)?;
        if !names.insert(name) {
            return Err(parameter.fault(format!(
                "Parameter names must be unique: '{}' is declared more than once.",
                short(name)
            )));
        }
    }
    Ok(())
}

fn one<'a>(parameter: &Located<'a>) -> Result<&'a str, DefinitionError> {
    parameter.expect(Kind::Object)?;
    parameter.only(schema::PARAMETER)?;
    let named = parameter.required("Name")?;
    let name = named.text(1, 256)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.chars().all(allowed) {
        return Err(named.fault(format!(
            "Model Validation failed: Value '{}' for 'Name' failed to satisfy regular expression pattern: [A-Za-z0-9\\-_]*",
            short(name)
        )));
    }
    let kind = match parameter.get("Type") {
        // The service treats a parameter without a type as a String.
        None => ParameterKind::String,
        Some(declared) => {
            declared.one_of(&TYPES)?;
            let known = declared.value.as_str().and_then(ParameterKind::from_name);
            known.unwrap_or(ParameterKind::String)
        }
    };
    if let Some(description) = parameter.get("Description") {
        description.text(0, 4_096)?;
    }
    let default = parameter.get("DefaultValue");
    if let Some(default) = &default {
        typed(name, kind, default)?;
    }
    if let Some(values) = parameter.get("EnumValues") {
        chosen(name, kind, &values, default.as_ref())?;
    }
    Ok(name)
}

/// Checks that a value has the parameter's type; defaults are JSON values, not texts.
fn typed(name: &str, kind: ParameterKind, value: &Located) -> Result<(), DefinitionError> {
    let number = value.value.as_number();
    let fits = match kind {
        ParameterKind::String => value.value.as_str().is_some(),
        ParameterKind::Integer => number.is_some_and(|text| text.parse::<i64>().is_ok()),
        ParameterKind::Float => number.is_some(),
        ParameterKind::Boolean => value.value.as_bool().is_some(),
    };
    match fits {
        true => Ok(()),
        false => Err(value.fault(format!(
            "Model Validation failed: Value '{}' of parameter '{}' is not of its type, {}.",
            short(
                &value
                    .value
                    .to_text()
                    .unwrap_or_else(|| value.value.to_json())
            ),
            short(name),
            kind.as_str()
        ))),
    }
}

fn chosen(
    name: &str,
    kind: ParameterKind,
    values: &Located,
    default: Option<&Located>,
) -> Result<(), DefinitionError> {
    let items = values.items()?;
    if items.is_empty() {
        return Err(values.fault("Model Validation failed: EnumValues must not be empty."));
    }
    for item in &items {
        typed(name, kind, item)?;
    }
    let texts: Vec<String> = items
        .iter()
        .filter_map(|item| item.value.to_text())
        .collect();
    let Some(default) = default else {
        return Ok(());
    };
    let text = default.value.to_text().unwrap_or_default();
    match texts.contains(&text) {
        true => Ok(()),
        false => Err(default.fault(format!(
            "Model Validation failed: Value '{}' for 'DefaultValue' of parameter '{}' failed to satisfy enum value \
             set: [{}]",
            short(&text),
            short(name),
            short(&texts.join(", "))
        ))),
    }
}
