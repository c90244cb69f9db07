//! The example file, held against the code.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::*;
use crate::config::identity::{ModeName, modes_of};
use crate::config::keys::{KEYS, pattern};

const EXAMPLE: &str = include_str!("../../../docs/sluicegate.example.toml");

const README: &str = include_str!("../../../README.md");

/// What an example of the mode "header" has to say, as the example file does.
const NEEDED: &str = r#"
    [identity]
    mode = "header"
    trusted_proxies = ["10.0.3.7"]
    preset = "oauth2-proxy"
    [[access]]
    groups = ["ml-ops"]
    role = "operator"
"#;

/// The example with the settings of other modes in it: a line that begins with # and no space is one.
fn all_of_it() -> Table {
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|letter: char| letter == '[' || letter.is_alphabetic()) => {
            rest
        }
        _ => line,
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    text.parse().expect("valid TOML")
}

/// The paths of all settings below `prefix`.
fn paths(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
    let below = |key: &str| match prefix {
        "" => key.to_owned(),
        _ => format!("{prefix}.{key}"),
    };
    match value {
        Value::Table(table) if !prefix.ends_with(".tags") => {
            for (key, value) in table {
                paths(&below(key), value, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (index, item) in items.iter().enumerate() {
                paths(&below(&index.to_string()), item, found);
            }
        }
        _ => {
            found.insert(pattern(prefix));
        }
    }
}

/// The example as somebody would rewrite it for another mode.
pub(super) fn of_mode(mode: ModeName) -> String {
    let mut example = all_of_it();
    for key in KEYS.iter().filter(|key| key.starts_with("identity.")) {
        if !modes_of(key).contains(&mode) {
            remove(&mut example, key);
        }
    }
    let Some(Value::Table(identity)) = example.get_mut("identity") else {
        panic!("[identity]");
    };
    identity.insert("mode".to_owned(), mode.as_str().into());
    if mode != ModeName::Header {
        identity.remove("preset");
    }
    if mode == ModeName::Local {
        example.remove("access");
    }
    example.to_string()
}

fn remove(table: &mut Table, path: &str) {
    match path.split_once('.') {
        None => {
            table.remove(path);
        }
        Some((section, rest)) => {
            if let Some(Value::Table(table)) = table.get_mut(section) {
                remove(table, rest);
            }
        }
    }
}

pub(super) fn values(settings: &Settings) -> Vec<(String, String)> {
    let entries = settings.entries.iter();
    entries
        .map(|entry| (entry.key.clone(), entry.value.clone()))
        .collect()
}

#[test]
fn the_example_names_every_setting_and_no_other() {
    let mut written = BTreeSet::new();
    paths("", &Value::Table(all_of_it()), &mut written);
    let known: BTreeSet<String> = KEYS.iter().map(|key| (*key).to_owned()).collect();
    assert_eq!(written, known);
}

#[test]
fn the_example_serves_as_it_is_and_lists_the_defaults() {
    let settings = Case::new().file(EXAMPLE).load();
    settings.for_serve().expect("it can be served");
    assert_eq!(values(&settings), values(&Case::new().file(NEEDED).load()));
    for entry in &settings.entries {
        let source = &entry.source;
        assert!(matches!(source, Source::File { .. }), "{}", entry.key);
    }
}

#[test]
fn every_mode_reads_its_part_of_the_example() {
    let mut read = BTreeSet::new();
    for mode in ModeName::ALL {
        let settings = Case::new().file(&of_mode(mode)).load();
        settings.for_serve().expect("it can be served");
        read.extend(settings.entries.iter().map(|entry| pattern(&entry.key)));
    }
    let known: BTreeSet<String> = KEYS.iter().map(|key| (*key).to_owned()).collect();
    assert_eq!(read, known);
}

#[test]
fn settings_are_shown_in_the_order_they_are_documented() {
    for mode in ModeName::ALL {
        let settings = Case::new().file(&of_mode(mode)).load();
        let place = |entry: &Entry| {
            let wanted = pattern(&entry.key);
            KEYS.iter().position(|key| *key == wanted)
        };
        let places: Vec<_> = settings.entries.iter().map(place).collect();
        assert!(places.is_sorted(), "{mode:?}: {places:?}");
    }
}

#[test]
fn what_is_shown_of_every_mode_reads_back_as_the_same() {
    for mode in ModeName::ALL {
        let settings = Case::new().file(&of_mode(mode)).load();
        let again = Case::new().file(&settings.show()).load();
        assert_eq!(values(&again), values(&settings), "{mode:?}");
    }
}

#[test]
fn the_readme_names_every_setting() {
    for key in KEYS {
        let name = key.rsplit('.').next().unwrap_or(key);
        assert!(README.contains(&format!("`{name}`")), "{key}");
    }
}

#[test]
fn the_readmes_example_can_be_served() {
    let (_, rest) = README.split_once("```toml\n").expect("an example");
    let (text, _) = rest.split_once("```").expect("its end");
    let settings = Case::new().file(text).load();
    settings.for_serve().expect("it can be served");
    assert_eq!(settings.access.len(), 3);
}
