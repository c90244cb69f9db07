//! Reads the configuration file.

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::keys::{for_people, is_known, is_list, is_section, unknown};
use super::source::{Problem, Source};
use super::tree::{Found, Tree, Value};

/// Adds what `text`, the content of the file at `path`, sets.
pub(super) fn read(path: &Path, text: &str, tree: &mut Tree, problems: &mut Vec<Problem>) {
    let mut reading = Reading {
        path,
        text,
        tree,
        problems,
    };
    match DeTable::parse(text) {
        Ok(table) => reading.table("", table.get_ref()),
        Err(error) => {
            let source = reading.place(error.span().unwrap_or_default());
            reading.problems.push(Problem {
                source,
                what: format!("the file is not valid TOML: {}", one_line(error.message())),
                fix: "mend this line".to_owned(),
            });
        }
    }
}

struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    tree: &'a mut Tree,
    problems: &'a mut Vec<Problem>,
}

impl Reading<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = match prefix {
                "" => key.get_ref().to_string(),
                _ => format!("{prefix}.{}", key.get_ref()),
            };
            let source = self.place(key.span());
            // A quoted key with a dot in it would be a second name for a setting.
            if key.get_ref().contains('.') {
                let written = format!("{:?}", key.get_ref());
                self.problems.push(unknown(&path, &written, source));
                continue;
            }
            self.entry(&path, value.get_ref(), source);
        }
    }

    fn entry(&mut self, path: &str, value: &DeValue<'_>, source: Source) {
        match value {
            _ if is_list(path) => self.list(path, value, source),
            DeValue::Table(table) if is_section(path) => self.table(path, table),
            _ if is_section(path) => self.problems.push(Problem {
                source,
                what: format!("{path} is a section, not a value"),
                fix: format!("write [{path}] and its settings below"),
            }),
            _ if is_known(path) => {
                let value = value_of(value);
                self.tree.insert(path.to_owned(), Found { value, source });
            }
            _ => self.problems.push(unknown(path, &for_people(path), source)),
        }
    }

    fn list(&mut self, path: &str, value: &DeValue<'_>, source: Source) {
        let wrong = Problem {
            source,
            what: format!("{path} is a list of sections"),
            fix: format!("write [[{path}]], with two brackets, before the settings of each"),
        };
        let DeValue::Array(items) = value else {
            self.problems.push(wrong);
            return;
        };
        for (index, item) in items.iter().enumerate() {
            let DeValue::Table(table) = item.get_ref() else {
                self.problems.push(wrong.clone());
                continue;
            };
            let place = format!("{path}.{index}");
            let found = Found {
                value: Value::Other("section"),
                source: self.place(item.span()),
            };
            self.tree.insert(place.clone(), found);
            self.table(&place, table);
        }
    }

    fn place(&self, span: Range<usize>) -> Source {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        Source::File {
            path: self.path.to_owned(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
        }
    }
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("number beyond 64 bits"), |number| {
                Value::Number(number as f64)
            }),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map_or(Value::Other("number without bounds"), Value::Number),
        DeValue::Array(items) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map_or(Value::Other("list of other things than text"), Value::List),
        DeValue::Boolean(truth) => Value::Truth(*truth),
        DeValue::Datetime(_) => Value::Other("date"),
        DeValue::Table(table) => table
            .iter()
            .map(|(key, value)| {
                let text = value.get_ref().as_str()?;
                Some((key.get_ref().to_string(), text.to_owned()))
            })
            .collect::<Option<_>>()
            .map_or(Value::Other("section"), Value::Pairs),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
