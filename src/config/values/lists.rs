//! Lists and tables.

use std::collections::BTreeMap;

use super::{Kind, Value, Wrong, wrong};

/// What lists are made of.
pub(in crate::config) trait Item: Sized {
    /// How to mend a list of them.
    const FIX: &'static str;
    /// Reads one; the error is what is wrong with it.
    fn item(text: &str) -> Result<Self, &'static str>;
    /// Writes one so that it reads back as the same.
    fn text(&self) -> String;
}

/// In a variable, items are parted by commas.
impl<T: Item> Kind for Vec<T> {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let texts: Vec<String> = match value {
            Value::List(texts) => texts.clone(),
            Value::Untyped(text) => parts(text).map(str::to_owned).collect(),
            other => return Err(wrong(other, "a list of texts", T::FIX)),
        };
        let read = |text: &String| {
            T::item(text).map_err(|what| {
                let what = format!("{text:?} is not taken: {what}");
                (what, T::FIX.to_owned())
            })
        };
        texts.iter().map(read).collect()
    }

    fn show(&self) -> String {
        let texts: Vec<String> = self.iter().map(|item| item.text().show()).collect();
        format!("[{}]", texts.join(", "))
    }
}

/// In a variable, pairs are parted by commas: `team=retention,env=prod`.
impl Kind for BTreeMap<String, String> {
    fn read(value: &Value) -> Result<Self, Wrong> {
        const FIX: &str = "write { team = \"retention\" }, or team=retention in a variable";
        let refuse = |what: String| (what, FIX.to_owned());
        let pairs: Vec<(String, String)> = match value {
            Value::Pairs(pairs) => pairs.clone().into_iter().collect(),
            Value::Untyped(text) => parts(text)
                .map(|part| {
                    let (key, value) = part
                        .split_once('=')
                        .ok_or_else(|| refuse(format!("{part:?} is no pair")))?;
                    Ok((key.trim().to_owned(), value.trim().to_owned()))
                })
                .collect::<Result<_, Wrong>>()?,
            other => return Err(wrong(other, "a table of texts", FIX)),
        };
        let mut table = Self::new();
        for (key, value) in pairs {
            if key.is_empty() {
                return Err(refuse("a tag's key is empty".to_owned()));
            }
            if let Some(before) = table.insert(key.clone(), value) {
                return Err(refuse(format!(
                    "{key:?} stands there twice, first as {before:?}"
                )));
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

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}
