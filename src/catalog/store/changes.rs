//! How often anything was written that lists show, and of each execution, so that a page knows without a query that what it
//! shows is current.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::domain::execution_id;

/// The most executions whose own changes are remembered.
const MAX_EXECUTIONS: usize = 10_000;

/// What a transaction changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Changed {
    /// What the pages of any execution may show: a pipeline, or tags.
    Anything,
    /// Executions, by ID; none where no execution's page shows what is written.
    Executions(Vec<String>),
    /// The steps or jobs of an execution, by its ID. A list that shows something of them may do so with its next look.
    Details(String),
}

impl Changed {
    /// The executions of these ARNs.
    pub(super) fn executions<'a>(arns: impl IntoIterator<Item = &'a str>) -> Self {
        let ids = arns.into_iter().map(|arn| execution_id(arn).to_owned());
        Self::Executions(ids.collect())
    }

    /// The steps or jobs of the execution of this ARN.
    pub(super) fn details(arn: &str) -> Self {
        Self::Details(execution_id(arn).to_owned())
    }
}

/// The counts of one workspace, as the table `changes` and the column `changed` of executions have them.
#[derive(Debug, Default)]
pub(super) struct ChangeCounts(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// After the last change that lists may show.
    lists: u64,
    /// After the last change that may concern any execution.
    anything: u64,
    /// After the last change of each execution, by its ID.
    by_execution: HashMap<String, u64>,
}

impl ChangeCounts {
    /// Notes a change after which the workspace's counter is `count`.
    pub(super) fn note(&self, count: u64, changed: &Changed) {
        let mut counts = self.0.lock();
        if !matches!(changed, Changed::Details(_)) {
            counts.lists = counts.lists.max(count);
        }
        let ids = match changed {
            Changed::Anything => {
                counts.anything = counts.anything.max(count);
                return;
            }
            Changed::Executions(ids) => ids.as_slice(),
            Changed::Details(id) => std::slice::from_ref(id),
        };
        if counts.by_execution.len() + ids.len() > MAX_EXECUTIONS {
            // Each of them may have changed as far as is remembered.
            counts.anything = counts.anything.max(count);
            counts.by_execution.clear();
            return;
        }
        let changed = ids.iter().map(|id| (id.clone(), count));
        counts.by_execution.extend(changed);
    }

    /// A number that grows with every change that lists may show.
    pub(super) fn of_lists(&self) -> u64 {
        self.0.lock().lists
    }

    /// A number that grows with every change of what the pages of the execution of this ID show.
    pub(super) fn of_execution(&self, id: &str) -> u64 {
        let counts = self.0.lock();
        let own = counts.by_execution.get(id).copied().unwrap_or_default();
        own.max(counts.anything)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ids: &[&str]) -> Changed {
        Changed::executions(ids.iter().copied())
    }

    #[test]
    fn an_execution_counts_its_own_changes_and_those_that_may_concern_it() {
        let counts = ChangeCounts::default();
        counts.note(1, &of(&["arn:p/execution/a", "arn:p/execution/b"]));
        counts.note(2, &of(&["arn:p/execution/b"]));
        counts.note(3, &of(&[]));
        let now = || {
            (
                counts.of_lists(),
                counts.of_execution("a"),
                counts.of_execution("b"),
            )
        };
        assert_eq!(now(), (3, 1, 2));
        counts.note(4, &Changed::Anything);
        assert_eq!(now(), (4, 4, 4));
        counts.note(5, &of(&["arn:p/execution/a"]));
        assert_eq!(now(), (5, 5, 4));
        counts.note(6, &Changed::details("arn:p/execution/b"));
        assert_eq!(now(), (5, 5, 6));
    }

    #[test]
    fn what_is_no_longer_remembered_counts_as_changed() {
        let counts = ChangeCounts::default();
        counts.note(1, &of(&["a"]));
        let many: Vec<String> = (0..MAX_EXECUTIONS)
            .map(|number| number.to_string())
            .collect();
        counts.note(2, &Changed::Executions(many));
        assert_eq!((counts.of_lists(), counts.of_execution("a")), (2, 2));
        assert!(counts.0.lock().by_execution.is_empty());
    }
}
