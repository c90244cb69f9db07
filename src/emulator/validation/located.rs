//! A value of a definition with its location, for error messages.

use super::DefinitionError;
use sluicegate_definition::{Kind, Value};

/// The key of an expression, which is the only key of its object.
const EXPRESSIONS: [&str; 3] = ["Get", "Std:Join", "Std:JsonGet"];

/// The most characters of a value in a message.
const MAX_QUOTED_CHARS: usize = 120;

/// A value with the step that contains it and its path.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// The value.
    pub value: Value<'a>,
    /// The step that contains the value; empty outside of steps.
    pub step: &'a str,
    path: String,
}

impl<'a> Located<'a> {
    /// The definition itself.
    pub fn at(root: Value<'a>) -> Located<'a> {
        Located::within("", root, String::new())
    }

    /// A value within a step, at a path from the definition's root.
    pub fn within(step: &'a str, value: Value<'a>, path: String) -> Located<'a> {
        Located { value, step, path }
    }

    /// An error at this value.
    pub fn fault(&self, sentence: impl AsRef<str>) -> DefinitionError {
        DefinitionError::unparsable(self.placed(sentence.as_ref()))
    }

    /// A sentence with the place of this value.
    pub fn placed(&self, sentence: &str) -> String {
        let place = match (self.step, self.path.as_str()) {
            ("", "") => String::new(),
            ("", path) => format!(" ({path})"),
            (step, path) => format!(" (step '{}', {path})", short(step)),
        };
        format!("{sentence}{place}")
    }

    /// Checks that an object has no other members than these.
    pub fn only(&self, members: &[&str]) -> Result<(), DefinitionError> {
        self.only_if(|name| members.contains(&name))
    }

    /// Checks that an object has only members that are known.
    pub fn only_if(&self, is_known: impl Fn(&str) -> bool) -> Result<(), DefinitionError> {
        match self.value.entries().find(|(name, _)| !is_known(name)) {
            None => Ok(()),
            Some((name, _)) => Err(self.fault(format!(
                "Cannot parse object, unknown property '{}'.",
                short(name)
            ))),
        }
    }

    /// A member that exists and is not null.
    pub fn get(&self, key: &str) -> Option<Located<'a>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        let dot = if self.path.is_empty() { "" } else { "." };
        Some(Located {
            value,
            step: self.step,
            path: format!("{}{dot}{key}", self.path),
        })
    }

    /// A required member.
    pub fn required(&self, key: &str) -> Result<Located<'a>, DefinitionError> {
        self.get(key).ok_or_else(|| {
            self.fault(format!(
                "Model Validation failed: Missing required key '{key}'."
            ))
        })
    }

    /// A member of `Arguments`.
    pub fn argument(&self, key: &str) -> Option<Located<'a>> {
        self.get("Arguments")?.get(key)
    }

    /// A required member of `Arguments`.
    pub fn required_argument(&self, key: &str) -> Result<Located<'a>, DefinitionError> {
        self.required("Arguments")?.required(key)
    }

    /// A nested value.
    pub fn below(&self, value: Value<'a>, path: &str) -> Located<'a> {
        Located {
            value,
            step: self.step,
            path: format!("{}{path}", self.path),
        }
    }

    /// The items of a list.
    pub fn items(&self) -> Result<Vec<Located<'a>>, DefinitionError> {
        self.expect(Kind::Array)?;
        let item = |(index, value)| Located {
            value,
            step: self.step,
            path: format!("{}[{index}]", self.path),
        };
        Ok(self.value.items().enumerate().map(item).collect())
    }

    /// Checks the type of the value.
    pub fn expect(&self, kind: Kind) -> Result<(), DefinitionError> {
        if self.value.kind() == kind {
            return Ok(());
        }
        Err(self.fault(match kind {
            Kind::Object => "Expecting start of Json Object.".to_owned(),
            Kind::Array => "Expecting start of Json Array.".to_owned(),
            other => format!(
                "Model Validation failed: Expecting {}, but found {}.",
                other.noun(),
                self.value.kind().noun()
            ),
        }))
    }

    /// A text with a number of characters between two bounds.
    pub fn text(&self, min: usize, max: usize) -> Result<&'a str, DefinitionError> {
        self.expect(Kind::String)?;
        let text = self.value.as_str().unwrap_or_default();
        let length = text.chars().count();
        let bound = match length {
            length if length < min => format!("less than min={min}"),
            length if length > max => format!("greater than max={max}"),
            _ => return Ok(text),
        };
        Err(self.fault(format!(
            "Model Validation failed: string '{}' with length={length} cannot be {bound}.0 defined for {}.",
            short(text),
            self.key()
        )))
    }

    /// Checks that the value is a text or an expression.
    pub fn text_or_expression(&self) -> Result<(), DefinitionError> {
        match self.is_expression() {
            true => Ok(()),
            false => self.expect(Kind::String),
        }
    }

    /// Checks that the value is one of some words.
    pub fn one_of(&self, words: &[&str]) -> Result<(), DefinitionError> {
        self.expect(Kind::String)?;
        let text = self.value.as_str().unwrap_or_default();
        if words.contains(&text) {
            return Ok(());
        }
        Err(self.fault(format!(
            "Model Validation failed: Value '{}' for '{}' failed to satisfy enum value set: [{}]",
            short(text),
            self.key(),
            words.join(", ")
        )))
    }

    /// Checks that the value is a number between two bounds; an integer if `whole`.
    pub fn number(&self, min: f64, max: f64, whole: bool) -> Result<(), DefinitionError> {
        self.expect(Kind::Number)?;
        let text = self.value.as_number().unwrap_or_default();
        let number: f64 = text.parse().unwrap_or(f64::NAN);
        if (min..=max).contains(&number) && (!whole || number.fract() == 0.0) {
            return Ok(());
        }
        let noun = if whole { "a whole number" } else { "a number" };
        Err(self.fault(format!(
            "Model Validation failed: Value '{}' must be {noun} between {min} and {max}.",
            short(text)
        )))
    }

    /// The key of the value, or of the list that contains it.
    fn key(&self) -> &str {
        let last = self.path.rsplit('.').next().unwrap_or_default();
        last.split('[').next().unwrap_or_default()
    }

    /// Whether it is a reference or a function, to be resolved when the step runs.
    pub fn is_expression(&self) -> bool {
        expression(self.value).is_some()
    }
}

/// The key and the content of a reference or a function.
pub fn expression<'a>(value: Value<'a>) -> Option<(&'a str, Value<'a>)> {
    let only = value.entries().next().filter(|_| value.size() == 1);
    only.filter(|(key, _)| EXPRESSIONS.contains(key))
}

/// A text, truncated for a message.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
