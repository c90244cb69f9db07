//! Reads settings from the tree, and collects what is wrong with them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::fixes;
use super::keys::in_list;
use super::source::{InvalidSetting, Source};
use super::tree::Tree;
use super::values::{Bounded, SettingValue};
use super::{Entry, Secret};

/// Reads settings from the tree, and collects what is wrong with them.
pub(super) struct Reader {
    pub tree: Tree,
    pub invalid: Vec<InvalidSetting>,
    pub entries: Vec<Entry>,
}

impl Reader {
    /// The setting at `path`, or the default if it is not set or refused.
    pub fn take<T: SettingValue>(&mut self, path: &str, default: T) -> T {
        self.take_or(path, default, Source::Default)
    }

    /// The setting at `path`, or the default, which comes from `default_source`.
    pub fn take_or<T: SettingValue>(
        &mut self,
        path: &str,
        default: T,
        default_source: Source,
    ) -> T {
        let (value, source) = match self.tree.get(path) {
            None => (default, default_source),
            Some(setting) => {
                let source = setting.source.clone();
                match T::parse(&setting.value) {
                    Ok(value) => (value, source),
                    Err(error) => {
                        self.refuse(path, error.problem, &error.fix);
                        (default, source)
                    }
                }
            }
        };
        self.entries.push(Entry {
            key: path.to_owned(),
            value: value.show(),
            source,
        });
        value
    }

    /// The setting at `path`, refused if it is out of range.
    pub fn bounded<T: Bounded>(&mut self, path: &str, default: T, bounds: RangeInclusive<T>) -> T {
        let value = self.take(path, default);
        if !bounds.contains(&value) {
            let plain = |bound: &T| bound.show().replace('"', "");
            let (min, max) = (plain(bounds.start()), plain(bounds.end()));
            self.refuse(
                path,
                "it is out of range".to_owned(),
                &format!("write {} from {min} to {max}", T::NOUN),
            );
        }
        value
    }

    /// The secret in the file that the setting at `path` names, without white space around it; refused if
    /// it is shorter than `min_bytes`.
    pub fn secret(&mut self, path: &str, file: &str, min_bytes: usize) -> Option<Secret> {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.refuse(
                    path,
                    format!("{file} cannot be read: {error}"),
                    fixes::READABLE_FILE,
                );
                return None;
            }
        };
        let secret = bytes.trim_ascii();
        if secret.len() < min_bytes {
            self.refuse(
                path,
                format!("{file} has fewer than {min_bytes} bytes, so it could be guessed"),
                fixes::SECRET_FILE,
            );
            return None;
        }
        Some(Secret::new(secret.to_vec()))
    }

    /// Whether a value that is not empty is set at `path`.
    pub fn is_set(&self, path: &str) -> bool {
        let setting = self.tree.get(path);
        setting.is_some_and(|setting| !setting.value.is_empty())
    }

    /// Refuses the setting at `path`.
    pub fn refuse(&mut self, path: &str, problem: String, fix: &str) {
        let source = self.source(path);
        self.invalid.push(InvalidSetting {
            source,
            problem: format!("{path}: {problem}"),
            fix: fix.to_owned(),
        });
    }

    /// Refuses that `path` is not set, which the setting at `required_by` requires; `reason` continues
    /// "it is not set".
    pub fn refuse_missing(&mut self, path: &str, required_by: &str, reason: &str, fix: &str) {
        let shown = if self.tree.contains_key(path) {
            path
        } else {
            required_by
        };
        let source = self.source(shown);
        self.invalid.push(InvalidSetting {
            source,
            problem: format!("{path}: it is not set{reason}"),
            fix: fix.to_owned(),
        });
    }

    /// Where a setting is set, else where its section of a list begins.
    fn source(&self, path: &str) -> Source {
        let own = self.tree.get(path);
        let section = || {
            let (list, index, _) = in_list(path)?;
            let section = format!("{list}.{index}");
            // Variables name no section, only settings in it.
            let below = format!("{section}.");
            let mut settings = self.tree.range(section.clone()..);
            let (_, setting) =
                settings.find(|(path, _)| **path == section || path.starts_with(&below))?;
            Some(setting)
        };
        own.or_else(section)
            .map_or(Source::Default, |setting| setting.source.clone())
    }

    /// How many sections a list has; refuses indices after a gap, which only variables can have.
    pub fn count(&mut self, list: &str) -> usize {
        let indices: BTreeSet<usize> = self
            .tree
            .keys()
            .filter_map(|path| in_list(path))
            .filter(|(name, ..)| *name == list)
            .map(|(_, index, _)| index)
            .collect();
        let count = indices
            .iter()
            .zip(0..)
            .take_while(|(index, expected)| *index == expected)
            .count();
        for (path, setting) in &self.tree {
            if in_list(path).is_some_and(|(name, index, _)| name == list && index >= count) {
                self.invalid.push(InvalidSetting {
                    source: setting.source.clone(),
                    problem: format!(
                        "{path} comes after a gap: there are {count} [[{list}]], counted from 0"
                    ),
                    fix: "number them without a gap".to_owned(),
                });
            }
        }
        count
    }
}
