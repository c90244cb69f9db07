//! The failures before those of a list, kept until something changes.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::rows::StoredExecution;

/// The most lists whose answers are kept.
const MAX_KEPT_LISTS: usize = 64;

/// Executions by the ARNs of others.
pub(in crate::catalog) type ByArn = HashMap<String, StoredExecution>;

/// The answers of `Store::previous_failures` since the last change.
#[derive(Debug, Default)]
pub(super) struct PreviousFailures(Mutex<KeptAnswers>);

#[derive(Debug, Default)]
struct KeptAnswers {
    /// The number of the change that they were read after.
    changes: u64,
    by_arns: HashMap<Vec<String>, Arc<ByArn>>,
}

impl PreviousFailures {
    pub(super) fn get(&self, changes: u64, arns: &[&str]) -> Option<Arc<ByArn>> {
        let kept = self.0.lock();
        let arns: Vec<String> = arns.iter().map(ToString::to_string).collect();
        let known = kept.by_arns.get(&arns).filter(|_| kept.changes == changes);
        known.cloned()
    }

    pub(super) fn put(&self, changes: u64, arns: &[&str], read: Arc<ByArn>) {
        let mut kept = self.0.lock();
        if kept.changes > changes {
            return;
        }
        if kept.changes < changes || kept.by_arns.len() >= MAX_KEPT_LISTS {
            kept.by_arns.clear();
        }
        kept.changes = changes;
        let arns = arns.iter().map(ToString::to_string).collect();
        kept.by_arns.insert(arns, read);
    }
}
