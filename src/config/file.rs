//! Reads the configuration file.

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::keys::{in_file_syntax, is_known, is_list, is_section, unknown};
use super::source::{InvalidSetting, Source};
use super::tree::{RawSetting, Tree, Value};

/// Adds the settings in `text`, the content of the file at `path`.
pub(super) fn read(path: &Path, text: &str, tree: &mut Tree, invalid: &mut Vec<InvalidSetting>) {
    let mut parser = FileParser {
        path,
        text,
        tree,
        invalid,
    };
    match DeTable::parse(text) {
        Ok(table) => parser.table("", table.get_ref()),
        Err(error) => {
            let source = parser.source(error.span().unwrap_or_default());
            parser.invalid.push(InvalidSetting {
                source,
                problem: format!("the file is not valid TOML: {}", one_line(error.message())),
                fix: "correct this line".to_owned(),
            });
        }
    }
}

struct FileParser<'a> {
    path: &'a Path,
    text: &'a str,
    tree: &'a mut Tree,
    invalid: &'a mut Vec<InvalidSetting>,
}

impl FileParser<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = match prefix {
                "" => key.get_ref().to_string(),
                _ => format!("{prefix}.{}", key.get_ref()),
            };
            let source = self.source(key.span());
            // A quoted key with a dot in it would be a second name for a setting.
            if key.get_ref().contains('.') {
                let written = format!("{:?}", key.get_ref());
                self.invalid.push(unknown(&path, &written, source));
                continue;
            }
            self.entry(&path, value.get_ref(), source);
        }
    }

    fn entry(&mut self, path: &str, value: &DeValue<'_>, source: Source) {
        match value {
            _ if is_list(path) => self.list(path, value, source),
            DeValue::Table(table) if is_section(path) => self.table(path, table),
            _ if is_section(path) => self.invalid.push(InvalidSetting {
                source,
                problem: format!("{path} is a section, not a value"),
                fix: format!("write [{path}] and its settings below"),
            }),
            _ if is_known(path) => {
                let value = value_of(value);
                self.tree
                    .insert(path.to_owned(), RawSetting { value, source });
            }
            _ => self
                .invalid
                .push(unknown(path, &in_file_syntax(path), source)),
        }
    }

    fn list(&mut self, path: &str, value: &DeValue<'_>, source: Source) {
        let not_a_list = InvalidSetting {
            source,
            problem: format!("{path} is a list of sections"),
            fix: format!("write [[{path}]], with two brackets, before the settings of each"),
        };
        let DeValue::Array(items) = value else {
            self.invalid.push(not_a_list);
            return;
        };
        for (index, item) in items.iter().enumerate() {
            let DeValue::Table(table) = item.get_ref() else {
                self.invalid.push(not_a_list.clone());
                continue;
            };
            let section = format!("{path}.{index}");
            let begin = RawSetting {
                value: Value::Other("a section"),
                source: self.source(item.span()),
            };
            self.tree.insert(section.clone(), begin);
            self.table(&section, table);
        }
    }

    fn source(&self, span: Range<usize>) -> Source {
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
            .map_or(Value::Other("a number beyond 64 bits"), |number| {
                Value::Number(number as f64)
            }),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map_or(Value::Other("infinity or NaN"), Value::Number),
        DeValue::Array(items) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map_or(
                Value::Other("a list of values that are not strings"),
                Value::List,
            ),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Table(table) => table
            .iter()
            .map(|(key, value)| {
                let text = value.get_ref().as_str()?;
                Some((key.get_ref().to_string(), text.to_owned()))
            })
            .collect::<Option<_>>()
            .map_or(Value::Other("a section"), Value::Table),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
