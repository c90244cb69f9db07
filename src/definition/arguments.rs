//! A step's arguments as an execution uses them: each with its path and its value, references resolved where their
//! values are known.

mod condition;
#[cfg(test)]
mod tests;

pub use condition::{Comparison, Condition, Operator};

use super::Definition;
use super::document::Value;
use super::references::push_key;
use super::step::Branch;

/// Arguments listed for one step; further ones are only counted.
pub const MAX_LISTED_ARGUMENTS: usize = 500;

/// Levels of nesting inside `Arguments`; what nests deeper is one argument, as JSON.
const MAX_LEVELS: usize = 24;

/// Characters of one value; longer ones are cut.
const MAX_TEXT_CHARS: usize = 4_096;

/// The value of a reference, such as `Parameters.Instances`, where it is known.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The arguments of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// In the order of the text, at most [`MAX_LISTED_ARGUMENTS`].
    pub listed: Vec<Argument>,
    /// How many more there are.
    pub more: usize,
}

/// An argument without members of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its path inside `Arguments`: `ResourceConfig.InstanceCount`, `Outputs[0].S3Output.S3Uri`.
    pub path: String,
    /// Its value.
    pub value: Resolved,
}

/// A value in which references are resolved where their values are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// A text or a number as one would type it, `true`, `null`, or compact JSON. A reference whose value is not known
    /// stands in it by its name: alone as it is, inside a text in braces.
    pub text: String,
    /// What it refers to, each once, in the order of the text: `Parameters.Instances`.
    pub sources: Vec<String>,
    /// Whether the value of each of `sources` is known.
    pub is_known: bool,
}

impl Definition {
    /// The arguments of a step, with the values that are `known`. The steps inside a step are not among its arguments.
    pub fn resolved_arguments(&self, step: usize, known: Known<'_>) -> Arguments {
        let mut arguments = Arguments::default();
        if let Some(root) = self.arguments(step) {
            arguments.add(root, String::new(), 0, known);
        }
        arguments
    }
}

impl Arguments {
    fn add(&mut self, value: Value<'_>, path: String, level: usize, known: Known<'_>) {
        if self.listed.len() == MAX_LISTED_ARGUMENTS {
            self.more += 1;
            return;
        }
        let is_leaf = value.size() == 0 || level == MAX_LEVELS || is_expression(value);
        if is_leaf && level > 0 {
            let value = resolve(value, known);
            self.listed.push(Argument { path, value });
            return;
        }
        for (name, member) in value.entries() {
            let holds_steps = level == 0 && Branch::ALL.iter().any(|branch| branch.key() == name);
            if !holds_steps {
                let mut path = path.clone();
                push_key(&mut path, name);
                self.add(member, path, level + 1, known);
            }
        }
        for (index, item) in value.items().enumerate() {
            self.add(item, format!("{path}[{index}]"), level + 1, known);
        }
    }
}

/// Whether a value stands for another: a reference, a text put together, or a value read from a file.
fn is_expression(value: Value<'_>) -> bool {
    reference(value).is_some()
        || value.get("Std:Join").is_some()
        || value.get("Std:JsonGet").is_some()
}

fn reference(value: Value<'_>) -> Option<&str> {
    value.get("Get").and_then(Value::as_str)
}

/// A value, with the references in it resolved where they are known.
pub(super) fn resolve(value: Value<'_>, known: Known<'_>) -> Resolved {
    let mut resolved = Resolved {
        is_known: true,
        ..Resolved::default()
    };
    if let Some(reference) = reference(value) {
        let text = resolved.look_up(reference, known);
        resolved.text = text.unwrap_or_else(|| reference.to_owned());
    } else if let Some(join) = value.get("Std:Join") {
        resolved.text = resolved.joined(join, 0, known);
    } else if let Some(get) = value.get("Std:JsonGet") {
        resolved.text = resolved.read_from_file(get);
    } else {
        resolved.text = value.to_text().unwrap_or_else(|| value.to_json());
    }
    if let Some((end, _)) = resolved.text.char_indices().nth(MAX_TEXT_CHARS) {
        resolved.text.truncate(end);
        resolved.text.push('…');
    }
    resolved
}

impl Resolved {
    fn look_up(&mut self, reference: &str, known: Known<'_>) -> Option<String> {
        let text = known(reference);
        self.note(reference, text.is_some());
        text
    }

    fn note(&mut self, source: &str, is_known: bool) {
        self.is_known &= is_known;
        if self.sources.iter().all(|noted| noted != source) {
            self.sources.push(source.to_owned());
        }
    }

    /// `Std:Join`: its values with `On` between them. One inside another joins as well.
    fn joined(&mut self, join: Value<'_>, level: usize, known: Known<'_>) -> String {
        let on = join.get("On").and_then(Value::as_str).unwrap_or_default();
        let values = join.get("Values").into_iter().flat_map(Value::items);
        let parts = values.map(|part| {
            if let Some(reference) = reference(part) {
                self.look_up(reference, known)
                    .unwrap_or_else(|| format!("{{{reference}}}"))
            } else if let Some(inner) = part.get("Std:Join").filter(|_| level < MAX_LEVELS) {
                self.joined(inner, level + 1, known)
            } else if let Some(get) = part.get("Std:JsonGet") {
                format!("{{{}}}", self.read_from_file(get))
            } else {
                part.to_text().unwrap_or_else(|| part.to_json())
            }
        });
        // The text is cut in any case: it need not grow far beyond that.
        let mut text = String::new();
        for (index, part) in parts.enumerate() {
            if index > 0 {
                text.push_str(on);
            }
            if text.len() <= MAX_TEXT_CHARS * char::MAX.len_utf8() {
                text.push_str(&part);
            }
        }
        text
    }

    /// `Std:JsonGet`: the path in the file, whose content SageMaker does not return.
    fn read_from_file(&mut self, get: Value<'_>) -> String {
        let file = get.get("PropertyFile").or_else(|| get.get("S3Uri"));
        if let Some(file) = file.and_then(|file| reference(file).or_else(|| file.as_str())) {
            self.note(file, false);
        }
        self.is_known = false;
        let path = get.get("Path");
        path.and_then(Value::to_text)
            .or_else(|| path.map(Value::to_json))
            .unwrap_or_default()
    }
}
