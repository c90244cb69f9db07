//! Cutting arbitrary arguments down to what an answer may hold: known members, of the right type.

use serde_json::{Map, Value, json};

/// What an answer's member must be.
pub enum OutputShape {
    /// A string; numbers and flags are spelled out.
    Text,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// An instance type: `ml.…`.
    Instance,
    /// The name of a model, an endpoint, a configuration.
    Name,
    /// A media type.
    Mime,
    /// An address in S3.
    Uri,
    /// A whole number, also when it is spelled as text.
    MemoKind,
    /// True or false.
    Flag,
    /// A list of at least one item; those that do not fit are left out.
    List(&'static OutputShape),
    /// A structure.
    Record(&'static [Member]),
    /// A map of strings.
    Texts,
}

/// A member of a structure: its name, whether the structure is worthless without it, what it must be.
pub struct Member(pub &'static str, pub bool, pub OutputShape);

/// The part of a value that fits; none where nothing does.
pub fn project(out: &'static OutputShape, value: &Value) -> Option<Value> {
    match (out, value) {
        (OutputShape::Text, _) => text(value).map(Value::from),
        (OutputShape::Choice(choices), Value::String(text)) => {
            choices.contains(&text.as_str()).then(|| value.clone())
        }
        (OutputShape::Instance, Value::String(text)) => {
            text.starts_with("ml.").then(|| value.clone())
        }
        (OutputShape::Name, Value::String(text)) => is_name(text).then(|| value.clone()),
        (OutputShape::Mime, Value::String(text)) => text.contains('/').then(|| value.clone()),
        (OutputShape::Uri, Value::String(text)) => is_uri(text).then(|| value.clone()),
        (OutputShape::MemoKind, Value::Number(number)) => number.as_i64().map(Value::from),
        (OutputShape::MemoKind, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        (OutputShape::Flag, Value::Bool(_)) => Some(value.clone()),
        (OutputShape::Flag, Value::String(text)) => text
            .to_ascii_lowercase()
            .parse::<bool>()
            .ok()
            .map(Value::from),
        (OutputShape::List(item), Value::Array(items)) => {
            let fitting: Vec<Value> = items
                .iter()
                .filter_map(|value| project(item, value))
                .collect();
            (!fitting.is_empty()).then(|| fitting.into())
        }
        (OutputShape::Record(members), Value::Object(_)) => record(members, value),
        (OutputShape::Texts, Value::Object(entries)) => {
            let entries = entries
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), json!(text(value)?))));
            Some(Value::Object(entries.collect()))
        }
        _ => None,
    }
}

/// The members of a structure that fit; none where a needed one is missing.
pub fn record(members: &'static [Member], value: &Value) -> Option<Value> {
    let mut fitting = Map::new();
    for Member(name, needed, out) in members {
        match value.get(name).and_then(|value| project(out, value)) {
            Some(value) => {
                fitting.insert((*name).to_owned(), value);
            }
            None if *needed => return None,
            None => {}
        }
    }
    Some(Value::Object(fitting))
}

fn is_name(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn is_uri(text: &str) -> bool {
    let rest = text
        .strip_prefix("s3://")
        .or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static RESOURCES: OutputShape = OutputShape::Record(&[
        Member("InstanceType", false, OutputShape::Instance),
        Member("InstanceCount", true, OutputShape::MemoKind),
        Member("Tags", false, OutputShape::List(&OutputShape::Text)),
    ]);

    #[test]
    fn only_what_fits_is_told() {
        let argument = json!({"InstanceType": {"Get": "x"}, "InstanceCount": "2", "Tags": ["a", [], 1], "Odd": 1});
        let fitting = json!({"InstanceCount": 2, "Tags": ["a", "1"]});
        assert_eq!(project(&RESOURCES, &argument), Some(fitting));
        assert_eq!(project(&RESOURCES, &json!({"InstanceCount": null})), None);
        assert_eq!(project(&RESOURCES, &json!("text")), None);
    }
}
