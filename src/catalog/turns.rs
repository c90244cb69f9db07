//! Whose turn it is among what reads in the background: one at a time, and nothing before what is more urgent.

use parking_lot::Mutex;
use tokio::sync::{MutexGuard, Notify};

/// How urgent a call of the background is; the first is the most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Somebody looks at it.
    LookedAt,
    /// It runs.
    Running,
    /// It has just ended.
    Ended,
    /// Executions that were skipped.
    Skipped,
    /// The steps and jobs of the past.
    Past,
}

/// How many urgencies there are.
const URGENCIES: usize = Urgency::Past as usize + 1;

/// The turns of one workspace.
#[derive(Debug, Default)]
pub(super) struct Turns {
    gate: tokio::sync::Mutex<()>,
    /// How many wait, by their urgency.
    waiting: Mutex<[usize; URGENCIES]>,
    /// That one of them waits no longer.
    left: Notify,
}

impl Turns {
    /// Waits until nobody has the turn and nothing more urgent waits for it. The turn ends when the guard is dropped.
    pub(super) async fn next(&self, urgency: Urgency) -> MutexGuard<'_, ()> {
        let _waiting = Waiting::begin(self, urgency);
        loop {
            // Before the look: whoever leaves after it is noticed.
            let left = self.left.notified();
            let turn = self.gate.lock().await;
            if self.waiting.lock()[..urgency as usize]
                .iter()
                .all(|more| *more == 0)
            {
                return turn;
            }
            drop(turn);
            left.await;
        }
    }
}

/// One that waits; it may give up.
struct Waiting<'a>(&'a Turns, Urgency);

impl<'a> Waiting<'a> {
    fn begin(turns: &'a Turns, urgency: Urgency) -> Self {
        turns.waiting.lock()[urgency as usize] += 1;
        Self(turns, urgency)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.lock()[self.1 as usize] -= 1;
        self.0.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn what_is_more_urgent_goes_first_however_long_others_have_waited() {
        let (turns, order) = (Arc::new(Turns::default()), Arc::new(Mutex::new(Vec::new())));
        let held = turns.next(Urgency::Past).await;
        let tasks = [
            Urgency::Past,
            Urgency::Skipped,
            Urgency::Running,
            Urgency::LookedAt,
            Urgency::Running,
        ];
        let tasks = tasks.map(|urgency| {
            let (turns, order) = (turns.clone(), order.clone());
            tokio::spawn(async move {
                let _turn = turns.next(urgency).await;
                order.lock().push(urgency as usize);
            })
        });
        while turns.waiting.lock().iter().sum::<usize>() < tasks.len() {
            tokio::task::yield_now().await;
        }
        drop(held);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock(), [0, 1, 1, 3, 4]);
    }

    #[tokio::test]
    async fn one_that_gives_up_holds_nobody_back() {
        let turns = Arc::new(Turns::default());
        let held = turns.next(Urgency::LookedAt).await;
        let urgent = turns.clone();
        let urgent = tokio::spawn(async move { drop(urgent.next(Urgency::LookedAt).await) });
        while turns.waiting.lock()[0] == 0 {
            tokio::task::yield_now().await;
        }
        urgent.abort();
        let _ = urgent.await;
        drop(held);
        drop(turns.next(Urgency::Past).await);
    }
}
