//! Which executions an index has not looked at since they changed.

use super::executions::Executions;
use super::pipelines::ExecutionKey;
use std::collections::BTreeSet;

/// The executions that changed since they were last taken, and those that are new.
#[derive(Default)]
pub struct ExecutionNews {
    /// The first execution that was not taken.
    next: u32,
    changed: BTreeSet<ExecutionKey>,
}

impl ExecutionNews {
    /// An execution changed.
    pub fn touch(&mut self, key: ExecutionKey) {
        if key.0 < self.next {
            self.changed.insert(key);
        }
    }

    /// The executions that were taken before and changed since.
    pub fn take_changed(&mut self) -> BTreeSet<ExecutionKey> {
        std::mem::take(&mut self.changed)
    }

    /// The executions that were not taken before, oldest first.
    pub fn take_new(&mut self, executions: &Executions) -> Vec<ExecutionKey> {
        let newest_first = executions.iter().rev().map(|(key, _)| key);
        let mut new: Vec<_> = newest_first.take_while(|key| key.0 >= self.next).collect();
        new.reverse();
        self.next = new.last().map_or(self.next, |key| key.0 + 1);
        new
    }
}
