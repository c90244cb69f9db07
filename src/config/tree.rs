//! What is set, by path, before it is parsed by type.

use std::collections::BTreeMap;

use super::source::Source;

/// What was written for a setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A TOML string.
    Text(String),
    /// A TOML number.
    Number(f64),
    /// A TOML Boolean.
    Boolean(bool),
    /// A TOML array of strings.
    List(Vec<String>),
    /// A TOML table of strings.
    Table(BTreeMap<String, String>),
    /// A variable's or flag's text, which has no type of its own.
    Untyped(String),
    /// Another TOML type, by its name with an article.
    Other(&'static str),
}

impl Value {
    /// Whether it is an empty string, list or table, which means that it is not set.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Untyped(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Table(pairs) => pairs.is_empty(),
            Self::Number(_) | Self::Boolean(_) | Self::Other(_) => false,
        }
    }
}

/// What was written, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawSetting {
    pub value: Value,
    pub source: Source,
}

/// By path: `server.listen`, `workspace.0.region`. The sections of a list are in it too (`workspace.0`),
/// with the place where each begins, so that one without settings is not lost.
pub(super) type Tree = BTreeMap<String, RawSetting>;
