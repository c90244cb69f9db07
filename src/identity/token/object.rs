//! A JSON object in which every name stands once.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::Why;

/// A header or a set of claims.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Object(Map<String, Value>);

impl Object {
    /// Reads one. The error continues "the token's header ".
    pub(in super::super) fn parse(json: &[u8]) -> Result<Self, &'static str> {
        serde_json::from_slice(json)
            .map_err(|_| "is no JSON object in which every name stands once")
    }

    /// A value by its name, where it is not null.
    pub(in super::super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A value by its name or, where nothing has that name, by the names on the way to it with dots
    /// between them: `realm_access.roles`.
    pub(super) fn find(&self, path: &str) -> Option<&Value> {
        if let Some(value) = self.get(path) {
            return Some(value);
        }
        let mut names = path.split('.');
        let first = self.get(names.next()?)?;
        let found = names.try_fold(first, |value, name| value.get(name));
        found.filter(|value| !value.is_null())
    }

    /// A text by its name; refuses what is no text.
    pub(in super::super) fn text(&self, name: &str) -> Result<Option<&str>, Why> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("the token's {name} is no text").into()),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Once)
    }
}

struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in which every name stands once")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands there twice"));
            }
        }
        Ok(Object(object))
    }
}
