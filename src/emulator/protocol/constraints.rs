//! Holding a request's body to its operation's shape.
//!
//! Every violation is reported at once, in the service's own words. A value of the wrong JSON type ends the reading
//! with a SerializationException, as the service's front end does before it looks at any constraint.

use super::errors::{ErrorCode, ServiceError};
use serde_json::{Map, Value};
use sluicegate_shapes::{Bounds, Member, NumberType, Pattern, Shape, ShapeRef};

/// Characters of a value that a message repeats.
const MAX_PRINTED_CHARACTERS: usize = 1024;

/// Checks a body against an operation's input.
///
/// # Errors
/// With every constraint that the body violates, or with the first value of a wrong type.
pub fn check(input: ShapeRef, body: &Map<String, Value>) -> Result<(), ServiceError> {
    let mut violations = Vec::new();
    check_members(input.members(), body, "", &mut violations)?;
    match violations.len() {
        0 => Ok(()),
        count => Err(ServiceError::validation(format!(
            "{count} validation error{} detected: {}",
            if count == 1 { "" } else { "s" },
            violations.join("; ")
        ))),
    }
}

fn check_members(
    members: &[Member],
    body: &Map<String, Value>,
    path: &str,
    violations: &mut Vec<String>,
) -> Result<(), ServiceError> {
    for member in members {
        let path = member_path(path, member.name);
        match body.get(member.name) {
            None | Some(Value::Null) if member.is_required => violations.push(format!(
                "Value null at '{path}' failed to satisfy constraint: Member must not be null"
            )),
            None | Some(Value::Null) => {}
            Some(value) => check_value(&member.shape, value, &path, violations)?,
        }
    }
    Ok(())
}

fn check_value(
    shape: &Shape,
    value: &Value,
    path: &str,
    violations: &mut Vec<String>,
) -> Result<(), ServiceError> {
    for constraint in violated(shape, value)? {
        violations.push(format!(
            "Value '{}' at '{path}' failed to satisfy constraint: {constraint}",
            printed(value)
        ));
    }
    match (shape, value) {
        (Shape::List(_, item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                let path = format!("{path}.{}.member", index + 1);
                check_value(item, value, &path, violations)?;
            }
        }
        (Shape::Map(_, _, item), Value::Object(entries)) if !is_simple(item) => {
            for (key, value) in entries {
                check_value(item, value, &format!("{path}.{key}.member"), violations)?;
            }
        }
        (Shape::Structure(members), Value::Object(body)) => {
            check_members(members, body, path, violations)?;
        }
        _ => {}
    }
    Ok(())
}

/// The constraints that a value itself violates; what a list, a map or a structure holds is not looked at, but for a
/// map's keys and simple values: the service reports those at the map.
fn violated(shape: &Shape, value: &Value) -> Result<Vec<String>, ServiceError> {
    let constraints = match (shape, value) {
        (Shape::Text(length, pattern), Value::String(text)) => {
            let pattern = pattern.as_ref().filter(|pattern| !pattern.matches(text));
            let length = out_of_bounds("length", *length, text.chars().count() as f64);
            length
                .into_iter()
                .chain(pattern.map(|pattern| matching(pattern)))
                .collect()
        }
        (Shape::Enum(values), Value::String(text)) => {
            let is_known = values.contains(&text.as_str());
            (!is_known).then(|| one_of(values)).into_iter().collect()
        }
        (Shape::Number(kind, bounds), Value::Number(number)) => {
            let number = number.as_f64().unwrap_or_default();
            // The front end cuts fractions off.
            let number = if kind.is_whole() {
                number.trunc()
            } else {
                number
            };
            out_of_bounds("value", *bounds, number)
                .into_iter()
                .collect()
        }
        (Shape::List(length, _), Value::Array(items)) => {
            out_of_bounds("length", *length, items.len() as f64)
                .into_iter()
                .collect()
        }
        (Shape::Map(length, key, item), Value::Object(entries)) => {
            let length = out_of_bounds("length", *length, entries.len() as f64);
            length
                .into_iter()
                .chain(violated_by_entries(key, item, entries)?)
                .collect()
        }
        (Shape::Boolean, Value::Bool(_))
        | (Shape::Timestamp, Value::Number(_))
        | (Shape::Structure(_), Value::Object(_)) => Vec::new(),
        (shape, value) => return Err(mistyped(shape, value)),
    };
    Ok(constraints)
}

/// Whether values of a shape are no lists, maps or structures.
fn is_simple(shape: &Shape) -> bool {
    !matches!(
        shape,
        Shape::List(..) | Shape::Map(..) | Shape::Structure(_)
    )
}

/// What the service reports of a map's keys and simple values: every constraint, where one of them is violated.
fn violated_by_entries(
    key: &Shape,
    item: &Shape,
    entries: &Map<String, Value>,
) -> Result<Vec<String>, ServiceError> {
    let (mut keys_fit, mut values_fit) = (true, true);
    for (name, value) in entries {
        keys_fit &= violated(key, &Value::from(name.as_str()))?.is_empty();
        values_fit &= !is_simple(item) || violated(item, value)?.is_empty();
    }
    let constraint = |what: &str, shape: &Shape| {
        let constraints = constraints(shape).join(", ");
        format!("Map {what} must satisfy constraint: [{constraints}]")
    };
    let keys = (!keys_fit).then(|| constraint("keys", key));
    let values = (!values_fit).then(|| constraint("value", item));
    Ok(keys.into_iter().chain(values).collect())
}

/// Every constraint of a simple shape.
fn constraints(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Text(Bounds { min, max }, pattern) => {
            let max = max.map(|max| at_most("length", max));
            let min = min.map(|min| at_least("length", min));
            let pattern = pattern.as_ref().map(|pattern| matching(pattern));
            max.into_iter().chain(min).chain(pattern).collect()
        }
        Shape::Enum(values) => vec![one_of(values)],
        Shape::Number(_, Bounds { min, max }) => {
            let max = max.map(|max| at_most("value", max));
            let min = min.map(|min| at_least("value", min));
            max.into_iter().chain(min).collect()
        }
        _ => Vec::new(),
    }
}

fn matching(pattern: &Pattern) -> String {
    format!(
        "Member must satisfy regular expression pattern: {}",
        pattern.text()
    )
}

fn one_of(values: &[&str]) -> String {
    format!(
        "Member must satisfy enum value set: [{}]",
        values.join(", ")
    )
}

fn at_least(what: &str, min: f64) -> String {
    format!("Member must have {what} greater than or equal to {min}")
}

fn at_most(what: &str, max: f64) -> String {
    format!("Member must have {what} less than or equal to {max}")
}

fn out_of_bounds(what: &str, Bounds { min, max }: Bounds, actual: f64) -> Option<String> {
    let below = min.filter(|min| actual < *min);
    let above = max.filter(|max| actual > *max);
    below
        .map(|min| at_least(what, min))
        .or(above.map(|max| at_most(what, max)))
}

/// Where a member stands; the service prints names with a lower-case first letter.
fn member_path(path: &str, name: &str) -> String {
    let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    let name = first.to_ascii_lowercase() + rest;
    match path {
        "" => name,
        path => format!("{path}.{name}"),
    }
}

/// A value as a message repeats it: short enough to read, whatever was sent.
fn printed(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(printed).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(name, value)| format!("{name}={}", printed(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(MAX_PRINTED_CHARACTERS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn mistyped(shape: &Shape, value: &Value) -> ServiceError {
    let found = match value {
        Value::Null => "VALUE_NULL",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    let expected = match shape {
        Shape::Text(..) | Shape::Enum(_) => "a String",
        Shape::Number(NumberType::Integer, _) => "an Integer",
        Shape::Number(NumberType::Long, _) => "a Long",
        Shape::Number(NumberType::Float, _) => "a Float",
        Shape::Number(NumberType::Double, _) => "a Double",
        Shape::Boolean => "a Boolean",
        Shape::Timestamp => "a Timestamp",
        Shape::List(..) => "a List",
        Shape::Map(..) => "a Map",
        Shape::Structure(_) => "a Structure",
    };
    ServiceError::new(
        ErrorCode::Serialization,
        format!("{found} can not be converted to {expected}"),
    )
}

#[cfg(test)]
mod tests;
