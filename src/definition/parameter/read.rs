//! Reads the declared parameters.

use std::collections::HashSet;

use super::{Parameter, ParameterKind, Role};
use crate::document::{Kind, Value};
use crate::problem::{ProblemDetail, ProblemKind, Problems};

/// Reads all parameters under `Parameters` of the definition `root`; of equal names the first is kept.
pub(crate) fn read_parameters(root: Value<'_>, problems: &mut Problems) -> Vec<Parameter> {
    let Some(list) = root.get("Parameters").filter(|list| !list.is_null()) else {
        return Vec::new();
    };
    if list.kind() != Kind::Array {
        problems.add(ProblemKind::Shape, None, || ProblemDetail::Parameters {
            found: list.kind(),
        });
    }
    let mut names = HashSet::new();
    let mut parameters = Vec::new();
    for (index, item) in list.items().enumerate() {
        let name = item.get("Name").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            problems.add(ProblemKind::Shape, None, || {
                ProblemDetail::UnnamedParameter { index }
            });
        } else if names.insert(name) {
            parameters.push(read_parameter(name, item, problems));
        } else {
            problems.add(ProblemKind::Duplicate, None, || {
                ProblemDetail::DuplicateParameter {
                    name: name.to_owned(),
                }
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
        constraints: Vec::new(),
    };
    if let Some(default) = &parameter.default
        && !default.is_empty()
        && !parameter.kind.fits(default)
    {
        problems.add(ProblemKind::Shape, None, || {
            ProblemDetail::DefaultOfOtherType {
                parameter: name.to_owned(),
                default: default.clone(),
                kind: parameter.kind,
            }
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
        problems.add(ProblemKind::Shape, None, || ProblemDetail::UnknownType {
            parameter: name.to_owned(),
            declared: declared.to_text().unwrap_or_else(|| declared.to_json()),
        });
        ParameterKind::String
    })
}

fn read_default(name: &str, value: Value<'_>, problems: &mut Problems) -> Option<String> {
    let default = value.get("DefaultValue").filter(|value| !value.is_null())?;
    default.to_text().or_else(|| {
        problems.add(ProblemKind::Shape, None, || {
            ProblemDetail::DefaultNotScalar {
                parameter: name.to_owned(),
                found: default.kind(),
            }
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
        problems.add(ProblemKind::Shape, None, || ProblemDetail::AllowedValues {
            parameter: name.to_owned(),
        });
    }
    allowed
}
