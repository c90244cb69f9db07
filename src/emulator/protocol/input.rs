//! Reading a request's body once [`super::constraints`] has accepted it.

use serde_json::{Map, Value};

/// A checked request body.
#[derive(Clone, Copy)]
pub struct Input<'a>(&'a Map<String, Value>);

impl<'a> Input<'a> {
    /// Wraps a checked body, or a structure within one.
    pub fn new(body: &'a Map<String, Value>) -> Input<'a> {
        Input(body)
    }

    /// A string member.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A required string member.
    pub fn required(&self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    /// A string member, copied.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A whole number; fractions are cut off, as the front end does.
    pub fn whole(&self, name: &str) -> Option<i64> {
        let number = self.0.get(name)?;
        number
            .as_i64()
            .or_else(|| number.as_f64().map(|value| value as i64))
    }

    /// A Boolean; false where it is absent.
    pub fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A time, in milliseconds since the epoch.
    pub fn time(&self, name: &str) -> Option<i64> {
        let seconds = self.0.get(name)?.as_f64()?;
        Some((seconds * 1000.0).round() as i64)
    }

    /// A structure member.
    pub fn record(&self, name: &str) -> Option<Input<'a>> {
        self.0.get(name).and_then(Value::as_object).map(Input)
    }

    /// The structures of a list member; empty where it is absent.
    pub fn records(&self, name: &str) -> impl Iterator<Item = Input<'a>> {
        self.items(name)
            .iter()
            .filter_map(Value::as_object)
            .map(Input)
    }

    /// The strings of a list member; empty where it is absent.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.items(name).iter().filter_map(Value::as_str)
    }

    /// Whether a member is present and not null.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// The body itself.
    pub fn body(&self) -> &'a Map<String, Value> {
        self.0
    }

    fn items(&self, name: &str) -> &'a [Value] {
        self.0
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}
