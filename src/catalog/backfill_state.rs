//! What is known, besides the rows, of the reading of what nobody opened.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;

use parking_lot::Mutex;

use super::clock::{Clock, Moment};
use super::store::Unread;

/// What is left alone is looked through for what no longer is, once it is so much.
const MAX_LEFT_ALONE: usize = 4_096;

/// Of one workspace.
#[derive(Debug, Default)]
pub(super) struct Backfill {
    /// How far back it goes; not set where nothing is read.
    pub(super) period: OnceLock<Duration>,
    /// When somebody last looked at the workspace's executions.
    looked: Mutex<Option<Moment>>,
    /// When the steps of each running execution were last read in the background, by ARN.
    pub(super) running: Mutex<HashMap<String, Moment>>,
    /// What is left alone, by the number of the execution: since when, and for how long.
    left_alone: Mutex<HashMap<(i64, Unread), (Moment, Duration)>>,
    /// When a search last found none of an execution's training jobs, though it had some.
    pub(super) found_no_training_job: Mutex<Option<Moment>>,
}

impl Backfill {
    /// Notes that somebody looks at the workspace's executions.
    pub(super) fn look(&self, clock: &Clock) {
        *self.looked.lock() = Some(clock.moment());
    }

    /// Whether somebody did so within this time.
    pub(super) fn was_looked_at(&self, within: Duration, clock: &Clock) -> bool {
        let looked = *self.looked.lock();
        looked.is_some_and(|at| clock.age(at) < within)
    }

    /// Leaves this alone for so long.
    pub(super) fn leave_alone(
        &self,
        execution: i64,
        unread: Unread,
        time: Duration,
        clock: &Clock,
    ) {
        let mut left = self.left_alone.lock();
        if left.len() >= MAX_LEFT_ALONE {
            left.retain(|_, (since, time)| clock.age(*since) < *time);
        }
        left.insert((execution, unread), (clock.moment(), time));
    }

    /// Whether this is left alone for now.
    pub(super) fn is_left_alone(&self, execution: i64, unread: Unread, clock: &Clock) -> bool {
        let left = self.left_alone.lock();
        let found = left.get(&(execution, unread));
        found.is_some_and(|(since, time)| clock.age(*since) < *time)
    }
}
