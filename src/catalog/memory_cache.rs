//! Small answers that are only kept in memory.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::cache_key::CacheKey;
use crate::domain::{JobDetail, ModelPackageGroup, PipelineVersion, Tag};

/// The most answers that are cached.
const MAX_CACHED_ANSWERS: usize = 1_024;

/// One answer.
#[derive(Debug, Clone)]
pub(super) enum Cached {
    Versions(Vec<PipelineVersion>),
    Tags(Vec<Tag>),
    Job(Option<Box<JobDetail>>),
    ModelPackageGroups(Vec<ModelPackageGroup>),
}

/// The answers that came last.
#[derive(Default)]
pub(super) struct MemoryCache {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// Each answer with its number, in the order in which they came.
    by_key: HashMap<CacheKey, (u64, Arc<Cached>)>,
    last_number: u64,
}

impl MemoryCache {
    pub(super) fn put(&self, key: CacheKey, answer: Cached) {
        let mut entries = self.entries.lock();
        entries.last_number += 1;
        let number = entries.last_number;
        entries.by_key.insert(key, (number, Arc::new(answer)));
        if entries.by_key.len() > MAX_CACHED_ANSWERS {
            // Drops the older half at once, so that this is rare.
            let oldest = number.saturating_sub(MAX_CACHED_ANSWERS as u64 / 2);
            entries.by_key.retain(|_, (number, _)| *number > oldest);
        }
    }

    pub(super) fn get(&self, key: &CacheKey) -> Option<Arc<Cached>> {
        let entries = self.entries.lock();
        entries.by_key.get(key).map(|(_, answer)| answer.clone())
    }
}
