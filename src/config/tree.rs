//! All that was set, by path, before it is typed.

use std::collections::BTreeMap;

use super::source::Source;

/// What was written for a setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A TOML string.
    Text(String),
    /// A TOML number.
    Number(f64),
    /// A TOML boolean.
    Truth(bool),
    /// A TOML array of strings.
    List(Vec<String>),
    /// A TOML table of strings.
    Pairs(BTreeMap<String, String>),
    /// A variable's or flag's text, which has no type of its own.
    Untyped(String),
    /// Another TOML type, by its name.
    Other(&'static str),
}

impl Value {
    /// Whether it is empty text or an empty list, which is the same as not set.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Untyped(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Pairs(pairs) => pairs.is_empty(),
            Self::Number(_) | Self::Truth(_) | Self::Other(_) => false,
        }
    }
}

/// What was written, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub value: Value,
    pub source: Source,
}

/// By path: `server.listen`, `workspace.0.region`. A list's places stand there too (`workspace.0`),
/// with where each begins, so that one without settings is not lost.
pub(super) type Tree = BTreeMap<String, Found>;
