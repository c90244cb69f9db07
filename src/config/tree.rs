//! All that was set, by path, before it is typed; and which paths there are.

use std::collections::BTreeMap;

use super::source::{Problem, Source};

/// What was written for a setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A TOML string.
    Text(String),
    /// A TOML number.
    Number(f64),
    /// A TOML array of strings.
    List(Vec<String>),
    /// A variable's or flag's text, which has no type of its own.
    Untyped(String),
    /// Another TOML type, by its name.
    Other(&'static str),
}

/// What was written, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub value: Value,
    pub source: Source,
}

/// By path: `server.listen`, `workspace.0.region`.
pub(super) type Tree = BTreeMap<String, Found>;

/// Every setting of this version; `*` stands for a workspace's place, counted from 0.
const KEYS: [&str; 12] = [
    "state_dir",
    "server.listen",
    "server.public_origins",
    "server.body_limit",
    "ledger.key_file",
    "ledger.ticket_lifetime",
    "workspace.*.name",
    "workspace.*.region",
    "workspace.*.role_arn",
    "workspace.*.endpoint_url",
    "workspace.*.colour",
    "workspace.*.calls_per_second",
];

/// Whether a path is a setting.
pub(super) fn is_known(path: &str) -> bool {
    KEYS.contains(&pattern(path).as_str())
}

/// Whether a path holds settings below it.
pub(super) fn is_section(path: &str) -> bool {
    let below = format!("{}.", pattern(path));
    KEYS.iter().any(|key| key.starts_with(&below))
}

/// The refusal of a path that is no setting, with the setting that was perhaps meant.
pub(super) fn unknown(path: &str, written: &str, source: Source) -> Problem {
    let version = env!("CARGO_PKG_VERSION");
    let wanted = pattern(path);
    let nearest = KEYS
        .iter()
        .map(|key| (distance(key, &wanted), *key))
        .min()
        .filter(|(distance, _)| *distance <= 3);
    let fix = match nearest {
        Some((_, key)) => format!("remove it, or did you mean {}?", spell_like(key, written)),
        None => "remove it".to_owned(),
    };
    Problem {
        source,
        what: format!("{written} is not a setting known to this version ({version})"),
        fix,
    }
}

/// A variable's name for a path.
pub(super) fn variable_of(path: &str) -> String {
    format!(
        "SLUICEGATE_{}",
        path.to_ascii_uppercase().replace('.', "__")
    )
}

fn spell_like(key: &str, written: &str) -> String {
    if written.starts_with("SLUICEGATE_") {
        variable_of(&key.replace('*', "0"))
    } else {
        key.replace("workspace.*.", "[[workspace]] ")
    }
}

/// The path with a workspace's place as `*`.
fn pattern(path: &str) -> String {
    path.split('.')
        .enumerate()
        .map(|(depth, part)| match part.parse::<u32>() {
            Ok(_) if depth == 1 => "*",
            _ => part,
        })
        .collect::<Vec<_>>()
        .join(".")
}

/// How many letters must change to make one of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
