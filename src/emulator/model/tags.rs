//! Tags of everything but pipelines, which hold their own.

use std::collections::{BTreeMap, BTreeSet};

/// Keys and values, in the order they were added.
pub type TagList = Vec<(String, String)>;

/// Tags by the ARN of what has them. ARNs that differ in case are the same.
#[derive(Default)]
pub struct Tags {
    by_arn: BTreeMap<String, TagList>,
    touched: BTreeSet<String>,
}

impl Tags {
    /// The tags that requests gave a resource; `None` where no request was about its tags.
    pub fn get(&self, arn: &str) -> Option<&TagList> {
        self.by_arn.get(&arn.to_lowercase())
    }

    /// Replaces the tags of a resource.
    pub fn put(&mut self, arn: &str, tags: TagList) {
        self.change(arn, Some(tags));
    }

    /// The tags that a new resource has.
    pub fn begin(&mut self, arn: &str, tags: TagList) {
        match tags.is_empty() {
            true => self.remove(arn),
            false => self.put(arn, tags),
        }
    }

    /// Forgets the tags of a resource that is deleted: the next one of its name does not have them.
    pub fn remove(&mut self, arn: &str) {
        if self.get(arn).is_some() {
            self.change(arn, None);
        }
    }

    /// Replaces or removes the tags of a resource.
    pub(super) fn change(&mut self, arn: &str, tags: Option<TagList>) {
        let key = arn.to_lowercase();
        self.touched.insert(key.clone());
        match tags {
            Some(tags) => self.by_arn.insert(key, tags),
            None => self.by_arn.remove(&key),
        };
    }

    /// All of them, by ARN.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&String, &TagList)> {
        self.by_arn.iter()
    }

    /// The tags that changed since the last call, by ARN; `None` where they were removed.
    pub(super) fn take_touched(&mut self) -> Vec<(String, Option<TagList>)> {
        let touched = std::mem::take(&mut self.touched).into_iter();
        touched
            .map(|arn| {
                let tags = self.by_arn.get(&arn).cloned();
                (arn, tags)
            })
            .collect()
    }
}
