//! A JSON object without duplicate names.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::super::AuthReason;

/// A header or a set of claims.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct JsonObject(Map<String, Value>);

impl JsonObject {
    /// Parses one; `None` if it is not a JSON object with unique names.
    pub(in super::super) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// A value by its name; `None` if it is null.
    pub(in super::super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A value by its name or, if there is none of that name, by its path, with dots between the names:
    /// `realm_access.roles`.
    pub(super) fn find(&self, path: &str) -> Option<&Value> {
        if let Some(value) = self.get(path) {
            return Some(value);
        }
        let mut names = path.split('.');
        let first = self.get(names.next()?)?;
        let found = names.try_fold(first, |value, name| value.get(name));
        found.filter(|value| !value.is_null())
    }

    /// A string by its name; refuses any other type.
    pub(in super::super) fn text(&self, name: &str) -> Result<Option<&str>, AuthReason> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(AuthReason::ClaimNotString { claim: name.into() }),
        }
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueNames)
    }
}

struct UniqueNames;

impl<'de> Visitor<'de> for UniqueNames {
    type Value = JsonObject;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with unique names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonObject, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(JsonObject(object))
    }
}
