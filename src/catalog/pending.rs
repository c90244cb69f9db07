//! Actions that were accepted here, and whose effect SageMaker has not reported yet.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

use super::clock::{Clock, Moment};
use crate::domain::{Action, Execution, ExecutionStatus};

/// How long an accepted action is believed without SageMaker reporting its effect. It takes seconds.
const EFFECT_WAIT_MAX: Duration = Duration::from_secs(60);

/// The last action on each execution.
pub(super) struct PendingActions {
    by_arn: Mutex<HashMap<String, PendingAction>>,
    /// How often an action was noted or forgotten.
    changes: AtomicU64,
    clock: Clock,
}

struct PendingAction {
    action: Action,
    /// When the execution acted on had last changed.
    modified: Option<Timestamp>,
    accepted: Moment,
}

impl PendingActions {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            by_arn: Mutex::default(),
            changes: AtomicU64::default(),
            clock,
        }
    }

    /// Notes an action on an execution that has last changed at this time.
    pub(super) fn add(&self, arn: &str, action: Action, modified: Option<Timestamp>) {
        let mut by_arn = self.by_arn.lock();
        by_arn.retain(|_, pending| self.clock.age(pending.accepted) < EFFECT_WAIT_MAX);
        let pending = PendingAction {
            action,
            modified,
            accepted: self.clock.moment(),
        };
        by_arn.insert(arn.to_owned(), pending);
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// Forgets an action that SageMaker refused.
    pub(super) fn remove(&self, arn: &str) {
        self.by_arn.lock().remove(arn);
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// A number that is another one once an action was noted or forgotten.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// The action whose effect this state of an execution does not show yet.
    pub(super) fn on(&self, execution: &Execution) -> Option<Action> {
        let by_arn = self.by_arn.lock();
        let pending = by_arn.get(&execution.arn)?;
        let is_recent = self.clock.age(pending.accepted) < EFFECT_WAIT_MAX;
        let is_unchanged = pending.modified == execution.modified
            && matches!(
                (pending.action, &execution.status),
                (Action::Stop, ExecutionStatus::Executing)
                    | (Action::Resume, ExecutionStatus::Stopped)
                    | (Action::Retry, ExecutionStatus::Failed)
            );
        (is_recent && is_unchanged).then_some(pending.action)
    }
}

/// The status that an action leads to.
pub(super) fn expected_status(action: Action) -> ExecutionStatus {
    match action {
        Action::Stop => ExecutionStatus::Stopping,
        Action::Start | Action::Resume | Action::Retry => ExecutionStatus::Executing,
    }
}
