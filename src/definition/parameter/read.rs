//! Reads the declared parameters.

use std::collections::HashSet;

use super::{Parameter, ParameterKind, Role};
use crate::document::{Kind, Value};
use crate::problem::{ProblemKind, Problems, quoted};

/// Reads all parameters under `Parameters` of the definition `root`; of equal names the first is kept.
pub(crate) fn read_parameters(root: Value<'_>, problems: &mut Problems) -> Vec<Parameter> {
    let Some(list) = root.get("Parameters").filter(|list| !list.is_null()) else {
        return Vec::new();
    };
    if list.kind() != Kind::Array {
        problems.add(ProblemKind::Shape, None, || {
            let noun = list.kind().noun();
            format!("“Parameters” is {noun}, not a list of parameters.")
        });
    }
    let mut names = HashSet::new();
    let mut parameters = Vec::new();
    for (index, item) in list.items().enumerate() {
        let name = item.get("Name").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            problems.add(ProblemKind::Shape, None, || {
                format!("“Parameters[{index}]” has no name and is left out.")
            });
        } else if names.insert(name) {
            parameters.push(read_parameter(name, item, problems));
        } else {
            problems.add(ProblemKind::Duplicate, None, || {
                let name = quoted(name);
                format!("More than one parameter is named {name}; only the first is used.")
            });
        }
    }
    parameters
}

fn read_parameter(name: &str, value: Value<'_>, problems: &mut Problems) -> Parameter {
    let parameter = Parameter {
        name: name.to_owned(),
        kind: read_kind(name, value, problems),
        declared: value.get("Type").and_then(Value::to_text),
        default: read_default(name, value, problems),
        allowed: read_allowed(name, value, problems),
        description: value.get("Description").and_then(Value::to_text),
        uses: Vec::new(),
        more_uses: 0,
        role: Role::Plain,
    };
    if let Some(default) = &parameter.default
        && !default.is_empty()
        && parameter.kind.fault(default).is_some()
    {
        problems.add(ProblemKind::Shape, None, || {
            let (default, kind) = (quoted(default), parameter.kind.as_str());
            format!(
                "The default of parameter {}, {default}, is not of its type, {kind}.",
                quoted(name)
            )
        });
    }
    parameter
}

fn read_kind(name: &str, value: Value<'_>, problems: &mut Problems) -> ParameterKind {
    // SageMaker takes a parameter without a type as a String.
    let Some(declared) = value.get("Type").filter(|declared| !declared.is_null()) else {
        return ParameterKind::String;
    };
    let known = declared.as_str().and_then(ParameterKind::from_name);
    known.unwrap_or_else(|| {
        problems.add(ProblemKind::Shape, None, || {
            let declared = declared.to_text().unwrap_or_else(|| declared.to_json());
            format!(
                "Parameter {} has the unknown type {}; it is taken as a String.",
                quoted(name),
                quoted(&declared)
            )
        });
        ParameterKind::String
    })
}

fn read_default(name: &str, value: Value<'_>, problems: &mut Problems) -> Option<String> {
    let default = value.get("DefaultValue").filter(|value| !value.is_null())?;
    default.to_text().or_else(|| {
        problems.add(ProblemKind::Shape, None, || {
            let noun = default.kind().noun();
            format!(
                "The default of parameter {} is {noun}, not a single value.",
                quoted(name)
            )
        });
        Some(default.to_json())
    })
}

fn read_allowed(name: &str, value: Value<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(list) = value.get("EnumValues").filter(|list| !list.is_null()) else {
        return Vec::new();
    };
    let allowed: Vec<String> = list.items().filter_map(Value::to_text).collect();
    if list.kind() != Kind::Array || allowed.len() != list.size() {
        problems.add(ProblemKind::Shape, None, || {
            format!(
                "The allowed values of parameter {} are not a list of single values.",
                quoted(name)
            )
        });
    }
    allowed
}
