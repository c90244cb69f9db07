//! Executions by the parts of their display names, for searches with `Contains`.

use super::World;
use super::news::ExecutionNews;
use super::pipelines::ExecutionKey;
use std::collections::HashMap;

/// Bytes of a part.
const PART_BYTES: usize = 3;

/// The executions whose names have, or once had, each part of three bytes.
#[derive(Default)]
pub struct NameIndex {
    by_part: HashMap<[u8; PART_BYTES], Vec<ExecutionKey>>,
    news: ExecutionNews,
}

impl NameIndex {
    /// An execution got another name.
    pub(super) fn touch(&mut self, key: ExecutionKey) {
        self.news.touch(key);
    }

    fn insert(&mut self, key: ExecutionKey, name: &str) {
        for part in parts(name) {
            let keys = self.by_part.entry(part).or_default();
            if keys.last() != Some(&key) {
                keys.push(key);
            }
        }
    }
}

impl World {
    /// Brings the index up to date: to be called before [`World::executions_named_like`].
    pub fn index_names(&mut self) {
        let changed = self.name_index.news.take_changed();
        let new = self.name_index.news.take_new(&self.executions);
        for key in changed.into_iter().chain(new) {
            if let Some(name) = self.executions.summary(key, &self.origin) {
                self.name_index.insert(key, &name.display_name);
            }
        }
    }

    /// Executions among which are all whose names contain a text, oldest first; none where the text is too short for the
    /// index.
    pub fn executions_named_like(&self, text: &str) -> Option<Vec<ExecutionKey>> {
        let keys = |part| {
            self.name_index
                .by_part
                .get(&part)
                .map_or(&[][..], Vec::as_slice)
        };
        let mut rarest = parts(text)
            .map(keys)
            .min_by_key(|keys| keys.len())?
            .to_vec();
        rarest.sort_unstable();
        rarest.dedup();
        Some(rarest)
    }
}

fn parts(text: &str) -> impl Iterator<Item = [u8; PART_BYTES]> {
    let parts = text.as_bytes().windows(PART_BYTES);
    parts.filter_map(|part| part.try_into().ok())
}
