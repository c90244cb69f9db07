//! Which executions an index has not looked at since they changed, and looking at many of them.

use super::executions::Executions;
use super::pipelines::ExecutionKey;
use std::collections::BTreeSet;
use std::thread;

/// Fewer executions than this are looked at on one thread.
const MIN_EXECUTIONS_PER_THREAD: usize = 256;

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

/// What there is to find of each execution, in their order: on all processors where there are many.
pub fn in_parallel<T: Send>(
    keys: &[ExecutionKey],
    look: &(impl Fn(ExecutionKey) -> Vec<T> + Sync),
) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    let size = keys.len().div_ceil(threads).max(MIN_EXECUTIONS_PER_THREAD);
    let look = |keys: &[ExecutionKey]| keys.iter().flat_map(|key| look(*key)).collect::<Vec<T>>();
    if keys.len() <= size {
        return look(keys);
    }
    thread::scope(|scope| {
        let parts = keys.chunks(size);
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || look(part))).collect();
        let found = parts
            .into_iter()
            .map(|part| part.join().unwrap_or_default());
        found.flatten().collect()
    })
}
