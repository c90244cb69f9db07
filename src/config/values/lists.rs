//! Lists and tables.

use std::collections::BTreeMap;

use super::{SettingValue, Value, ValueError};
use crate::config::fixes;

/// An item of a list.
pub(in crate::config) trait ListItem: Sized {
    /// How to correct a list of them.
    const FIX: &'static str;
    /// Parses one; the error is what is wrong with it.
    fn parse_item(text: &str) -> Result<Self, &'static str>;
    /// Displays one so that it parses to the same item.
    fn text(&self) -> String;
}

/// In a variable, items are separated by commas.
impl<T: ListItem> SettingValue for Vec<T> {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let texts: Vec<String> = match value {
            Value::List(texts) => texts.clone(),
            Value::Untyped(text) => split(text).map(str::to_owned).collect(),
            other => return Err(ValueError::wrong_type(other, "a list of strings", T::FIX)),
        };
        let parse = |text: &String| {
            T::parse_item(text)
                .map_err(|error| ValueError::new(format!("{text:?} is not valid: {error}"), T::FIX))
        };
        texts.iter().map(parse).collect()
    }

    fn show(&self) -> String {
        let texts: Vec<String> = self.iter().map(|item| item.text().show()).collect();
        format!("[{}]", texts.join(", "))
    }
}

/// In a variable, pairs are separated by commas: `team=retention,env=prod`.
impl SettingValue for BTreeMap<String, String> {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let error = |problem: String| ValueError::new(problem, fixes::TAGS);
        let pairs: Vec<(String, String)> = match value {
            Value::Table(pairs) => pairs.clone().into_iter().collect(),
            Value::Untyped(text) => split(text)
                .map(|part| {
                    let (key, value) = part
                        .split_once('=')
                        .ok_or_else(|| error(format!("{part:?} is not a pair")))?;
                    Ok((key.trim().to_owned(), value.trim().to_owned()))
                })
                .collect::<Result<_, ValueError>>()?,
            other => {
                return Err(ValueError::wrong_type(
                    other,
                    "a table of strings",
                    fixes::TAGS,
                ));
            }
        };
        let mut table = Self::new();
        for (key, value) in pairs {
            if key.is_empty() {
                return Err(error("a tag's key is empty".to_owned()));
            }
            if let Some(first) = table.insert(key.clone(), value) {
                return Err(error(format!("{key:?} occurs twice, first as {first:?}")));
            }
        }
        Ok(table)
    }

    fn show(&self) -> String {
        let pairs: Vec<String> = self
            .iter()
            .map(|(key, value)| format!("{} = {}", key.show(), value.show()))
            .collect();
        match pairs.is_empty() {
            true => "{}".to_owned(),
            false => format!("{{ {} }}", pairs.join(", ")),
        }
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}
