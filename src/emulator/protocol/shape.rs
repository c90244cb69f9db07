//! What a request may hold: shapes with the constraints of SageMaker's model, and the check of a body against them.
//!
//! All violations are reported at once, in the service's own form; a value of the wrong JSON type ends the reading
//! with a SerializationException, as the service's front end does before it looks at any constraint.

use super::errors::{Code, Refusal};
use super::patterns::Pattern;
use serde_json::{Map, Value};

/// What a value must be.
pub enum Shape {
    /// A string of so many characters.
    Text {
        min: usize,
        max: usize,
        pattern: Option<&'static Pattern>,
    },
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A whole number.
    Whole { min: i64, max: Option<i64> },
    /// Seconds since the epoch.
    Time,
    /// A list of so many items.
    List {
        min: usize,
        max: usize,
        item: &'static Shape,
    },
    /// A structure.
    Record(&'static [Member]),
}

/// A member of a structure.
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub shape: Shape,
}

/// A member that must be there.
pub const fn required(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        required: true,
        shape,
    }
}

/// A member that may be left out.
pub const fn optional(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        required: false,
        shape,
    }
}

/// A string without a pattern.
pub const fn text(min: usize, max: usize) -> Shape {
    Shape::Text {
        min,
        max,
        pattern: None,
    }
}

/// A string with a pattern.
pub const fn matching(min: usize, max: usize, pattern: &'static Pattern) -> Shape {
    Shape::Text {
        min,
        max,
        pattern: Some(pattern),
    }
}

/// Checks a body against an operation's members.
pub fn check(members: &'static [Member], body: &Map<String, Value>) -> Result<(), Refusal> {
    let mut violations = Vec::new();
    check_record(members, body, "", &mut violations)?;
    match violations.len() {
        0 => Ok(()),
        count => Err(Refusal::validation(format!(
            "{count} validation error{} detected: {}",
            if count == 1 { "" } else { "s" },
            violations.join("; ")
        ))),
    }
}

fn check_record(
    members: &'static [Member],
    body: &Map<String, Value>,
    path: &str,
    violations: &mut Vec<String>,
) -> Result<(), Refusal> {
    for member in members {
        let place = place(path, member.name);
        match body.get(member.name) {
            None | Some(Value::Null) if member.required => violations.push(format!(
                "Value null at '{place}' failed to satisfy constraint: Member must not be null"
            )),
            None | Some(Value::Null) => {}
            Some(value) => check_value(&member.shape, value, &place, violations)?,
        }
    }
    Ok(())
}

fn check_value(
    shape: &'static Shape,
    value: &Value,
    place: &str,
    violations: &mut Vec<String>,
) -> Result<(), Refusal> {
    let mut violated = |constraint: String| {
        violations.push(format!(
            "Value '{}' at '{place}' failed to satisfy constraint: {constraint}",
            printed(value)
        ));
    };
    match (shape, value) {
        (Shape::Text { min, max, pattern }, Value::String(content)) => {
            length(content.chars().count(), *min, *max).map(&mut violated);
            if let Some(pattern) = pattern.filter(|pattern| !(pattern.holds)(content)) {
                violated(format!(
                    "Member must satisfy regular expression pattern: {}",
                    pattern.text
                ));
            }
        }
        (Shape::Choice(choices), Value::String(content)) => {
            if !choices.contains(&content.as_str()) {
                violated(format!(
                    "Member must satisfy enum value set: [{}]",
                    choices.join(", ")
                ));
            }
        }
        (Shape::Whole { min, max }, Value::Number(number)) => {
            // The front end cuts fractions off; what does not fit is far beyond every range.
            let whole = number
                .as_i64()
                .unwrap_or(number.as_f64().unwrap_or(0.0) as i64);
            if whole < *min {
                violated(format!(
                    "Member must have value greater than or equal to {min}"
                ));
            }
            if let Some(max) = max.filter(|max| whole > *max) {
                violated(format!(
                    "Member must have value less than or equal to {max}"
                ));
            }
        }
        (Shape::Time, Value::Number(_)) => {}
        (Shape::List { min, max, item }, Value::Array(items)) => {
            length(items.len(), *min, *max).map(&mut violated);
            for (index, value) in items.iter().enumerate() {
                check_value(
                    item,
                    value,
                    &format!("{place}.{}.member", index + 1),
                    violations,
                )?;
            }
        }
        (Shape::Record(members), Value::Object(body)) => {
            check_record(members, body, place, violations)?
        }
        (shape, value) => return Err(mistyped(shape, value)),
    }
    Ok(())
}

fn length(actual: usize, min: usize, max: usize) -> Option<String> {
    if actual < min {
        Some(format!(
            "Member must have length greater than or equal to {min}"
        ))
    } else if actual > max {
        Some(format!(
            "Member must have length less than or equal to {max}"
        ))
    } else {
        None
    }
}

/// The service prints member names with a small first letter.
fn place(path: &str, name: &str) -> String {
    let mut letters = name.chars();
    let small: String = letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect();
    match path {
        "" => small,
        path => format!("{path}.{small}"),
    }
}

/// A value as a refusal prints it: short enough to read, whatever was sent.
fn printed(value: &Value) -> String {
    const LONGEST: usize = 1024;
    let whole = match value {
        Value::String(content) => content.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(printed).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    };
    match whole.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &whole[..end]),
        None => whole,
    }
}

fn mistyped(shape: &Shape, value: &Value) -> Refusal {
    let found = match value {
        Value::Null => "VALUE_NULL",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    let wanted = match shape {
        Shape::Text { .. } | Shape::Choice(_) => "a String",
        Shape::Whole { .. } => "an Integer",
        Shape::Time => "a Timestamp",
        Shape::List { .. } => "a List",
        Shape::Record(_) => "a Structure",
    };
    Refusal::new(
        Code::Serialization,
        format!("{found} can not be converted to {wanted}"),
    )
}

#[cfg(test)]
mod tests;
