//! The types settings have: how each is read, and how it is written.

mod lists;
mod names;
mod sizes;

use std::net::SocketAddr;
use std::path::PathBuf;

use super::tree::Value;

pub(super) use lists::Item;
pub(super) use names::fold;
pub(super) use sizes::{Bounded, Size};

/// Why a value was not taken: what is wrong, and what to write instead.
pub(super) type Wrong = (String, String);

/// A type of setting.
pub(super) trait Kind: Sized {
    /// Reads what was written.
    fn read(value: &Value) -> Result<Self, Wrong>;
    /// Writes it as TOML that reads back as the same.
    fn show(&self) -> String;
}

impl Kind for String {
    fn read(value: &Value) -> Result<Self, Wrong> {
        match value {
            Value::Text(text) | Value::Untyped(text) => Ok(text.clone()),
            other => Err(wrong(other, "text", "write it in \"quotes\"")),
        }
    }

    /// On one line, whatever it holds: JSON escapes as TOML does, but for one character.
    fn show(&self) -> String {
        let quoted = serde_json::Value::from(self.as_str()).to_string();
        quoted.replace('\u{7f}', "\\u007f")
    }
}

/// Empty text is the same as none.
impl<T: Kind> Kind for Option<T> {
    fn read(value: &Value) -> Result<Self, Wrong> {
        match value {
            Value::Text(text) | Value::Untyped(text) if text.is_empty() => Ok(None),
            other => T::read(other).map(Some),
        }
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| String::new().show(), T::show)
    }
}

impl Kind for bool {
    fn read(value: &Value) -> Result<Self, Wrong> {
        match value {
            Value::Truth(truth) => Ok(*truth),
            Value::Untyped(text) if text == "true" => Ok(true),
            Value::Untyped(text) if text == "false" => Ok(false),
            other => Err(wrong(
                other,
                "true or false",
                "write true or false, without quotes",
            )),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Kind for PathBuf {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        if text.is_empty() {
            return Err(("it is empty".to_owned(), "write a folder".to_owned()));
        }
        Ok(text.into())
    }

    fn show(&self) -> String {
        self.to_string_lossy().into_owned().show()
    }
}

impl Kind for SocketAddr {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        text.parse().map_err(|_| {
            let fix = match text.strip_prefix("localhost:") {
                Some(port) => format!("write \"127.0.0.1:{port}\""),
                None => "write an address and a port: \"127.0.0.1:8080\"".to_owned(),
            };
            (format!("{text:?} is not an address with a port"), fix)
        })
    }

    fn show(&self) -> String {
        self.to_string().show()
    }
}

/// The refusal of a value of another type than is `wanted`.
fn wrong(value: &Value, wanted: &str, fix: &str) -> Wrong {
    let is = match value {
        Value::Text(text) | Value::Untyped(text) => format!("text {text:?}"),
        Value::Number(_) => "a number".to_owned(),
        Value::Truth(truth) => truth.to_string(),
        Value::List(_) => "a list".to_owned(),
        Value::Pairs(_) => "a section".to_owned(),
        Value::Other(name) => format!("a {name}"),
    };
    (format!("it must be {wanted} and is {is}"), fix.to_owned())
}
