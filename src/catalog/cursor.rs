//! How far the reading of executions has come; what of it is kept in memory.

use std::collections::HashSet;

use super::clock::Moment;

/// How far the search over a workspace has come.
#[derive(Debug, Default)]
pub(super) struct SyncCursor {
    /// Whether the background reads changes that were skipped.
    pub(super) is_filling: bool,
    /// When that last failed.
    pub(super) filling_failed: Option<Moment>,
    /// How many pages the last refresh read.
    pub(super) pages: u32,
    /// Whether the last search named pages without end, so that older changes may be missing.
    pub(super) is_endless: bool,
    /// When running executions that a search lacked were last described, by ARN.
    pub(super) described: Vec<(String, Moment)>,
    /// The pipelines whose own histories the background reads, by ARN.
    pub(super) histories: HashSet<String>,
}
