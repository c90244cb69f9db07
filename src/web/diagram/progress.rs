//! The status and the time of a step, as a graph shows them.

use jiff::Timestamp;

use super::waits::Wait;
use crate::domain::{NodeState, NodeStatus, StepRecord, StepStatus};
use crate::web::fmt::{duration_text, seconds_between};
use crate::web::texts::{status, step as texts};

/// The status of a step of an execution, and its time.
pub(super) struct StepProgress {
    /// Its status.
    pub(super) status: NodeStatus,
    /// Shown after the type: how long it took or how much of it is done, else its status.
    pub(super) short: String,
    /// When it started, while it runs.
    pub(super) since: Option<Timestamp>,
    /// What it waits for.
    pub(super) wait: Option<Wait>,
}

impl StepProgress {
    pub(super) fn of(
        state: &NodeState,
        records: &[StepRecord],
        now: Timestamp,
        wait: Option<Wait>,
    ) -> Self {
        let record = state.record.and_then(|index| records.get(index));
        let word = status::lower_case(state.status.as_str());
        let since = record
            .and_then(|record| record.started)
            .filter(|_| state.status.is_running());
        let took = record.and_then(|record| Some((record.started?, record.ended?)));
        let short = match (state.children.as_slice(), since, took) {
            _ if matches!(state.status, NodeStatus::Cached | NodeStatus::Reused) => word,
            (children, ..) if !children.is_empty() => {
                let items = children.iter().filter_map(|index| records.get(*index));
                let count = |is_of: fn(&StepStatus) -> bool| {
                    items.clone().filter(|item| is_of(&item.status)).count()
                };
                let done = count(|status| !status.is_running());
                let failed = count(|status| *status == StepStatus::Failed);
                texts::items_done(done, children.len(), failed)
            }
            (_, Some(since), _) => duration_text(seconds_between(since, now)),
            (_, None, Some((from, to))) => duration_text(seconds_between(from, to)),
            _ => word,
        };
        Self {
            status: state.status,
            short,
            since: since.filter(|_| state.children.is_empty()),
            wait,
        }
    }

    /// The same for readers who do not see the graph: always the status, and the time once it no
    /// longer changes.
    pub(super) fn spoken(&self) -> String {
        let word = status::lower_case(self.status.as_str());
        if self.since.is_some() || self.short == word {
            word
        } else {
            texts::status_and_time(&word, &self.short)
        }
    }
}
