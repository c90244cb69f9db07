//! Counts by status of the filters that were used last, kept until something changes: turning the pages of a list counts
//! what matches once.

use std::collections::VecDeque;

use parking_lot::Mutex;

use super::began::Began;
use crate::catalog::execution_query::Starter;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::ExecutionStatus;
use crate::domain::filter::Groups;

/// How many executions there are of each status.
pub(in crate::catalog) type StatusCounts = Vec<(ExecutionStatus, u64)>;

/// The most filters whose counts are kept.
const MAX_KEPT_FILTERS: usize = 64;

/// The counts since the last change.
#[derive(Debug, Default)]
pub(super) struct KeptCounts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The number of the change that they were counted after.
    changes: u64,
    counted: VecDeque<(Counted, StatusCounts)>,
}

/// What was counted. What pipelines are called is part of the catalog, and counts among its changes.
#[derive(Debug, PartialEq)]
pub(super) struct Counted {
    pub(super) among: CountedPipelines,
    pub(super) groups: Groups,
    pub(super) starters: Vec<Starter>,
    pub(super) began: Began,
}

/// Whose executions were counted.
#[derive(Debug, PartialEq)]
pub(super) enum CountedPipelines {
    /// Those of the pipeline of this ARN.
    One(String),
    /// Those of the pipelines that a person may see.
    Visible(VisiblePipelines),
}

impl KeptCounts {
    pub(super) fn get(&self, changes: u64, sought: &Counted) -> Option<StatusCounts> {
        let kept = self.0.lock();
        let mut counted = kept.counted.iter();
        let known = counted.find(|(known, _)| kept.changes == changes && known == sought);
        known.map(|(_, counts)| counts.clone())
    }

    pub(super) fn put(&self, changes: u64, counted: Counted, counts: StatusCounts) {
        let mut kept = self.0.lock();
        if kept.changes > changes {
            return;
        }
        if kept.changes < changes {
            kept.counted.clear();
        }
        kept.changes = changes;
        if kept.counted.len() >= MAX_KEPT_FILTERS {
            kept.counted.pop_front();
        }
        kept.counted.push_back((counted, counts));
    }
}
