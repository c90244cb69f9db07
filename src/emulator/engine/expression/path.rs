//! Paths into values: `.ModelArtifacts.S3ModelArtifacts`, `$.a.b[0]`, `['validation:rmse'].Value`.

use serde_json::{Map, Value};

/// The highest index that is set in a document.
const MAX_INDEX: usize = 1_000;

/// A segment of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// `.name` or `['name']`.
    Name(String),
    /// `[3]`.
    Index(usize),
}

/// A path, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    text: String,
    segments: Vec<Segment>,
}

impl Path {
    /// Parses a JSONPath that names one location, or the rest of a property reference; none for anything else, such
    /// as wildcards and filters.
    pub fn parse(text: &str) -> Option<Path> {
        let mut segments = Vec::new();
        let mut rest = text.trim();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (segment, after) = bracketed(inner)?;
                segments.push(segment);
                rest = after;
                continue;
            }
            let name = match rest.strip_prefix('.') {
                Some(name) => name,
                None if segments.is_empty() => rest,
                None => return None,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            if name.is_empty() || name == "*" {
                return None;
            }
            segments.push(Segment::Name(name.to_owned()));
            rest = after;
        }
        let text = text.to_owned();
        Some(Path { text, segments })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its segments.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The name it begins with, and the segments after that.
    pub fn split_first(&self) -> Option<(&str, &[Segment])> {
        match self.segments.split_first()? {
            (Segment::Name(name), rest) => Some((name, rest)),
            (Segment::Index(_), _) => None,
        }
    }

    /// The last name that says what the path leads to: not `value`.
    pub fn subject(&self) -> &str {
        let names = self
            .segments
            .iter()
            .rev()
            .filter_map(|segment| match segment {
                Segment::Name(name) => Some(name.as_str()),
                Segment::Index(_) => None,
            });
        let mut said = names.filter(|name| !name.eq_ignore_ascii_case("value"));
        said.next().unwrap_or("value")
    }
}

/// What is between brackets, and what follows them.
fn bracketed(inner: &str) -> Option<(Segment, &str)> {
    if let Some(quote) = inner.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let inner = &inner[1..];
        let end = inner.find(quote)?;
        let after = inner[end + 1..].strip_prefix(']')?;
        return Some((Segment::Name(inner[..end].to_owned()), after));
    }
    let (index, after) = inner.split_once(']')?;
    let index = index.trim();
    let segment = match index.parse::<usize>() {
        Ok(index) => Segment::Index(index),
        // Some definitions have names without quotes.
        Err(_) if !index.is_empty() && !index.contains(['*', ':', '?', '@', '-']) => {
            Segment::Name(index.to_owned())
        }
        Err(_) => return None,
    };
    Some((segment, after))
}

/// What a path leads to. In a list a name finds the item of that name: `Outputs['train']`.
pub fn find<'v>(value: &'v Value, path: &[Segment]) -> Option<&'v Value> {
    path.iter()
        .try_fold(value, |value, segment| match (segment, value) {
            (Segment::Name(name), Value::Object(members)) => members.get(name),
            (Segment::Index(index), Value::Array(items)) => items.get(*index),
            (Segment::Name(name), Value::Array(items)) => {
                items.iter().find(|item| is_called(item, name))
            }
            _ => None,
        })
}

/// Whether a list's item has a member such as `OutputName` or `MetricName` with this value.
fn is_called(item: &Value, name: &str) -> bool {
    let mut members = item.as_object().into_iter().flatten();
    members.any(|(member, value)| member.ends_with("Name") && value.as_str() == Some(name))
}

/// Sets a value at a path and creates what is missing on the way; leaves the document unchanged where something of
/// another type is in the way.
pub fn put(document: &mut Value, path: &[Segment], value: Value) {
    let Some((segment, rest)) = path.split_first() else {
        *document = value;
        return;
    };
    if document.is_null() {
        *document = match segment {
            Segment::Name(_) => Value::Object(Map::new()),
            Segment::Index(_) => Value::Array(Vec::new()),
        };
    }
    match (segment, document) {
        (Segment::Name(name), Value::Object(members)) => {
            put(
                members.entry(name.clone()).or_insert(Value::Null),
                rest,
                value,
            );
        }
        (Segment::Index(index), Value::Array(items)) if *index < MAX_INDEX => {
            if items.len() <= *index {
                items.resize(*index + 1, Value::Null);
            }
            put(&mut items[*index], rest, value);
        }
        (Segment::Name(name), Value::Array(items)) => {
            if let Some(item) = items.iter_mut().find(|item| is_called(item, name)) {
                put(item, rest, value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
