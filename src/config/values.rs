//! The types of settings: how each is parsed and displayed.

mod lists;
mod names;
mod sizes;

use std::net::SocketAddr;
use std::path::PathBuf;

use super::tree::Value;
use crate::config::fixes;

pub(super) use lists::ListItem;
pub(super) use names::alias_key;
pub(super) use sizes::{Bounded, ByteSize};

/// Why a value is refused.
#[derive(Debug)]
pub(super) struct ValueError {
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub fix: String,
}

impl ValueError {
    pub fn new(problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            fix: fix.into(),
        }
    }

    /// A value of another type than `expected`.
    fn wrong_type(value: &Value, expected: &str, fix: &str) -> Self {
        let actual = match value {
            Value::Text(text) | Value::Untyped(text) => format!("the string {text:?}"),
            Value::Number(_) => "a number".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a section".to_owned(),
            Value::Other(name) => (*name).to_owned(),
        };
        Self::new(format!("it must be {expected}, not {actual}"), fix)
    }

    /// The same problem with another fix.
    pub fn with_fix(self, fix: impl Into<String>) -> Self {
        Self::new(self.problem, fix)
    }
}

/// A type of setting.
pub(super) trait SettingValue: Sized {
    /// Parses what was written.
    fn parse(value: &Value) -> Result<Self, ValueError>;
    /// Displays it as TOML that parses to the same value.
    fn show(&self) -> String;
}

impl SettingValue for String {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Text(text) | Value::Untyped(text) => Ok(text.clone()),
            other => Err(ValueError::wrong_type(other, "a string", fixes::TEXT)),
        }
    }

    /// On one line, whatever it contains: JSON escapes as TOML does, but for one character.
    fn show(&self) -> String {
        let quoted = serde_json::Value::from(self.as_str()).to_string();
        quoted.replace('\u{7f}', "\\u007f")
    }
}

/// Empty text means that it is not set.
impl<T: SettingValue> SettingValue for Option<T> {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Text(text) | Value::Untyped(text) if text.is_empty() => Ok(None),
            other => T::parse(other).map(Some),
        }
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| String::new().show(), T::show)
    }
}

impl SettingValue for bool {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Boolean(value) => Ok(*value),
            Value::Untyped(text) if text == "true" => Ok(true),
            Value::Untyped(text) if text == "false" => Ok(false),
            other => Err(ValueError::wrong_type(
                other,
                "true or false",
                fixes::BOOLEAN,
            )),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for PathBuf {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value)?;
        if text.is_empty() {
            return Err(ValueError::new("it is empty", fixes::FOLDER));
        }
        Ok(text.into())
    }

    fn show(&self) -> String {
        self.to_string_lossy().into_owned().show()
    }
}

impl SettingValue for SocketAddr {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value)?;
        text.parse().map_err(|_| {
            let fix = match text.strip_prefix("localhost:") {
                Some(port) => format!("write \"127.0.0.1:{port}\""),
                None => fixes::LISTEN_ADDRESS.to_owned(),
            };
            ValueError::new(format!("{text:?} is not an address with a port"), fix)
        })
    }

    fn show(&self) -> String {
        self.to_string().show()
    }
}
