//! Takes settings out of the tree, and keeps what is wrong with them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::keys::in_list;
use super::source::{Problem, Source};
use super::tree::Tree;
use super::values::{Bounded, Kind};
use super::{Entry, Secret};

/// Takes settings out of the tree, and keeps what is wrong with them.
pub(super) struct Reader {
    pub tree: Tree,
    pub problems: Vec<Problem>,
    pub entries: Vec<Entry>,
}

impl Reader {
    /// The setting at `path`, or the default where it is not set or refused.
    pub fn take<T: Kind>(&mut self, path: &str, default: T) -> T {
        self.take_else(path, default, Source::Default)
    }

    /// The setting at `path`, or the default, which comes from `origin`.
    pub fn take_else<T: Kind>(&mut self, path: &str, default: T, origin: Source) -> T {
        let (value, source) = match self.tree.get(path) {
            None => (default, origin),
            Some(found) => {
                let source = found.source.clone();
                match T::read(&found.value) {
                    Ok(value) => (value, source),
                    Err((what, fix)) => {
                        self.refuse(path, what, &fix);
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

    /// The setting at `path`, refused where it is out of bounds.
    pub fn bounded<T: Bounded>(&mut self, path: &str, default: T, bounds: RangeInclusive<T>) -> T {
        let value = self.take(path, default);
        if !bounds.contains(&value) {
            let plain = |bound: &T| bound.show().replace('"', "");
            let (least, most) = (plain(bounds.start()), plain(bounds.end()));
            self.refuse(
                path,
                "it is out of bounds".to_owned(),
                &format!("write {} from {least} to {most}", T::NOUN),
            );
        }
        value
    }

    /// The secret in the file that the setting at `path` names, without white space around it;
    /// refused where it is shorter than `least` bytes.
    pub fn secret(&mut self, path: &str, file: &str, least: usize) -> Option<Secret> {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.refuse(
                    path,
                    format!("{file} cannot be read: {error}"),
                    "name a file that can be read",
                );
                return None;
            }
        };
        let secret = bytes.trim_ascii();
        if secret.len() < least {
            self.refuse(
                path,
                format!("{file} holds fewer than {least} bytes, which can be guessed"),
                "fill it with `openssl rand -hex 32`",
            );
            return None;
        }
        Some(Secret::new(secret.to_vec()))
    }

    /// Whether something other than emptiness is set at `path`.
    pub fn is_set(&self, path: &str) -> bool {
        let found = self.tree.get(path);
        found.is_some_and(|found| !found.value.is_empty())
    }

    /// Refuses the setting at `path`.
    pub fn refuse(&mut self, path: &str, what: String, fix: &str) {
        let source = self.source(path);
        self.problems.push(Problem {
            source,
            what: format!("{path}: {what}"),
            fix: fix.to_owned(),
        });
    }

    /// Refuses that nothing is set at `path`, which the setting at `because` asks for.
    pub fn refuse_missing(&mut self, path: &str, because: &str, why: &str, fix: &str) {
        let place = if self.tree.contains_key(path) {
            path
        } else {
            because
        };
        let source = self.source(place);
        self.problems.push(Problem {
            source,
            what: format!("{path}: it is not set{why}"),
            fix: fix.to_owned(),
        });
    }

    /// Where a setting stands, else where its place in a list begins.
    fn source(&self, path: &str) -> Source {
        let own = self.tree.get(path);
        let place = || {
            let (list, index, _) = in_list(path)?;
            let place = format!("{list}.{index}");
            // Variables name no place, only settings in it.
            let below = format!("{place}.");
            let mut settings = self.tree.range(place.clone()..);
            let (_, found) =
                settings.find(|(path, _)| **path == place || path.starts_with(&below))?;
            Some(found)
        };
        own.or_else(place)
            .map_or(Source::Default, |found| found.source.clone())
    }

    /// How many sections a list has; refuses places that leave a gap, which only variables can.
    pub fn count(&mut self, list: &str) -> usize {
        let places: BTreeSet<usize> = self
            .tree
            .keys()
            .filter_map(|path| in_list(path))
            .filter(|(name, ..)| *name == list)
            .map(|(_, place, _)| place)
            .collect();
        let count = places
            .iter()
            .zip(0..)
            .take_while(|(place, index)| *place == index)
            .count();
        for (path, found) in &self.tree {
            if in_list(path).is_some_and(|(name, place, _)| name == list && place >= count) {
                self.problems.push(Problem {
                    source: found.source.clone(),
                    what: format!(
                        "{path} stands after a gap: there are {count} [[{list}]], counted from 0"
                    ),
                    fix: "count on without a gap".to_owned(),
                });
            }
        }
        count
    }
}
