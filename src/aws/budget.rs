//! The call budgets of a workspace, one per service: reading one service, however often, never
//! delays calls to another. Each is a token bucket in which actions go before reads, and which fills
//! more slowly while the service throttles.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout_at};

use sluicegate_domain::Service;

/// How long a read may wait for its turn: after that, nobody waits for the page any more.
const READ_WAIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a throttled call counts as recent.
const THROTTLED_MAX_AGE: Duration = Duration::from_secs(60);

/// The lowest rate that throttling can bring a budget down to, in calls a second.
const MIN_CALLS_PER_SECOND: f64 = 0.5;

/// Throttling within this time of the last slow-down counts as the same event.
const EVENT_LENGTH: Duration = Duration::from_secs(1);

/// The seconds without throttling in which the rate climbs from zero to the full budget.
const RECOVERY_SECONDS: f64 = 30.0;

/// How many throttled calls are remembered.
const MAX_THROTTLED: usize = 1_000;

/// The token service's budget, in calls a second: a small part of its quota of 600 a second for an
/// account and Region (IAM and STS quotas), and far more than people act.
const TOKEN_SERVICE_CALLS_PER_SECOND: f64 = 50.0;

/// The calls a second that a workspace may make to each service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallRates {
    /// SageMaker. 8 by default.
    pub sagemaker: f64,
    /// CloudWatch Logs. 3 by default: its quota is 10 calls a second in some Regions, for a whole account.
    pub logs: f64,
}

impl Default for CallRates {
    fn default() -> Self {
        Self {
            sagemaker: 8.0,
            logs: 3.0,
        }
    }
}

/// In which order waiting calls are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A person's action: start, stop, retry. Waits as long as it takes.
    Action,
    /// Everything that only reads. Fails rather than wait longer than ten seconds.
    Read,
}

/// The state of a call budget, for the page that shows it and for widening intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetReport {
    /// Calls a second the budget allows now: fewer while the service throttles.
    pub calls_per_second: f64,
    /// How many calls wait for their turn now.
    pub waiting: usize,
    /// How many calls were throttled in the last minute, by the service or for lack of budget.
    pub throttled_recently: usize,
    /// How long ago the last call was throttled, if within the last minute.
    pub last_throttled: Option<Duration>,
    /// How many calls were made since the client was connected.
    pub calls: u64,
}

/// The budget is used up for longer than a read may wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BudgetError;

/// The budgets of one workspace.
#[derive(Debug)]
pub(super) struct Budgets {
    sagemaker: Arc<Budget>,
    token_service: Arc<Budget>,
    logs: Arc<Budget>,
}

impl Budgets {
    /// Full budgets.
    pub(super) fn new(rates: CallRates) -> Self {
        Self {
            sagemaker: Arc::new(Budget::new(rates.sagemaker)),
            token_service: Arc::new(Budget::new(TOKEN_SERVICE_CALLS_PER_SECOND)),
            logs: Arc::new(Budget::new(rates.logs)),
        }
    }

    /// The budget of one service.
    pub(super) fn of(&self, service: Service) -> &Arc<Budget> {
        match service {
            Service::SageMaker => &self.sagemaker,
            Service::TokenService => &self.token_service,
            Service::Logs => &self.logs,
        }
    }
}

/// The token bucket of one service, and the calls that wait for it.
#[derive(Debug)]
pub(super) struct Budget {
    state: Mutex<State>,
    changed: Notify,
}

impl Budget {
    /// A full bucket of twice `per_second`, at least one token.
    pub(super) fn new(per_second: f64) -> Self {
        Self {
            state: Mutex::new(State::new(per_second, Instant::now())),
            changed: Notify::new(),
        }
    }

    /// Waits for the turn of one call.
    pub(super) async fn take(&self, priority: Priority) -> Result<(), BudgetError> {
        let start = Instant::now();
        let Some(id) = self.state().join(priority, start)? else {
            return Ok(());
        };
        let place = QueuePlace {
            budget: self,
            priority,
            id,
        };
        let deadline = match priority {
            Priority::Action => None,
            Priority::Read => Some(start + READ_WAIT_LIMIT),
        };
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let now = Instant::now();
            // Bound to a name, so that the lock is not held while waiting.
            let turn = self.state().turn(place.priority, place.id, now);
            match turn {
                Turn::Now => return Ok(()),
                Turn::In(wait) if deadline.is_none_or(|deadline| now + wait <= deadline) => {
                    sleep(wait).await;
                }
                Turn::In(_) => break,
                Turn::AfterOthers => match deadline {
                    None => changed.await,
                    Some(deadline) if timeout_at(deadline.into(), changed).await.is_err() => break,
                    Some(_) => {}
                },
            }
        }
        self.state().note_throttled(Instant::now());
        Err(BudgetError)
    }

    /// Slows down because the service throttled a call: to half the rate at once, and back to the
    /// full budget within half a minute. (The SDK's own adaptive mode measures a client that calls
    /// rarely as one that may not call at all, and held calls back for over 20 seconds after one
    /// throttled answer.)
    pub(super) fn slow_down(&self) {
        self.state().slow_down(Instant::now());
    }

    /// The budget's state.
    pub(super) fn report(&self) -> BudgetReport {
        self.state().report(Instant::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

/// A place in the queue, left when the caller is served or dropped.
struct QueuePlace<'a> {
    budget: &'a Budget,
    priority: Priority,
    id: u64,
}

impl Drop for QueuePlace<'_> {
    fn drop(&mut self) {
        self.budget.state().leave(self.priority, self.id);
        self.budget.changed.notify_waiters();
    }
}

/// When a waiting call may go.
#[derive(Debug, PartialEq)]
enum Turn {
    /// Now; its token is taken.
    Now,
    /// When the next token is available.
    In(Duration),
    /// Others are ahead of it.
    AfterOthers,
}

/// The rules, without clock or waiting.
#[derive(Debug)]
struct State {
    per_second: f64,
    burst: f64,
    /// Calls a second now, at most `per_second`.
    rate: f64,
    slowed: Option<Instant>,
    tokens: f64,
    filled: Instant,
    next_id: u64,
    actions: VecDeque<u64>,
    reads: VecDeque<u64>,
    throttled: VecDeque<Instant>,
    calls: u64,
}

impl State {
    fn new(per_second: f64, now: Instant) -> Self {
        let per_second = if per_second.is_finite() {
            per_second.clamp(0.1, 1_000.0)
        } else {
            8.0
        };
        let burst = (per_second * 2.0).max(1.0);
        Self {
            per_second,
            burst,
            rate: per_second,
            slowed: None,
            tokens: burst,
            filled: now,
            next_id: 0,
            actions: VecDeque::new(),
            reads: VecDeque::new(),
            throttled: VecDeque::new(),
            calls: 0,
        }
    }

    /// Takes a token at once if nobody is ahead (`None`), else a place in the queue.
    fn join(&mut self, priority: Priority, now: Instant) -> Result<Option<u64>, BudgetError> {
        self.fill(now);
        let ahead = match priority {
            Priority::Action => self.actions.len(),
            Priority::Read => self.actions.len() + self.reads.len(),
        };
        if ahead == 0 && self.tokens >= 1.0 {
            self.spend();
            return Ok(None);
        }
        let wait = (ahead as f64 + 1.0 - self.tokens) / self.rate;
        if priority == Priority::Read && wait > READ_WAIT_LIMIT.as_secs_f64() {
            self.note_throttled(now);
            return Err(BudgetError);
        }
        let id = self.next_id;
        self.next_id += 1;
        self.queue(priority).push_back(id);
        Ok(Some(id))
    }

    /// Whether it is this call's turn; takes the token if so.
    fn turn(&mut self, priority: Priority, id: u64, now: Instant) -> Turn {
        let actions_first = priority == Priority::Read && !self.actions.is_empty();
        if actions_first || self.queue(priority).front() != Some(&id) {
            return Turn::AfterOthers;
        }
        self.fill(now);
        if self.tokens >= 1.0 {
            self.spend();
            return Turn::Now;
        }
        // A millisecond more, so that rounding cannot wake it just before the token is available.
        let wait = (1.0 - self.tokens) / self.rate;
        Turn::In(Duration::from_secs_f64(wait) + Duration::from_millis(1))
    }

    fn leave(&mut self, priority: Priority, id: u64) {
        self.queue(priority).retain(|other| *other != id);
    }

    fn queue(&mut self, priority: Priority) -> &mut VecDeque<u64> {
        match priority {
            Priority::Action => &mut self.actions,
            Priority::Read => &mut self.reads,
        }
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + passed * self.rate).min(self.burst);
        self.rate += passed * self.per_second / RECOVERY_SECONDS;
        self.rate = self.rate.min(self.per_second);
        self.filled = now;
    }

    fn spend(&mut self) {
        self.tokens -= 1.0;
        self.calls += 1;
    }

    fn slow_down(&mut self, now: Instant) {
        self.note_throttled(now);
        self.fill(now);
        let is_same = |at: Instant| now.saturating_duration_since(at) < EVENT_LENGTH;
        if !self.slowed.is_some_and(is_same) {
            self.slowed = Some(now);
            self.rate = (self.rate / 2.0).max(MIN_CALLS_PER_SECOND.min(self.per_second));
            self.tokens = self.tokens.min(1.0);
        }
    }

    fn note_throttled(&mut self, now: Instant) {
        self.forget_old(now);
        if self.throttled.len() == MAX_THROTTLED {
            self.throttled.pop_front();
        }
        self.throttled.push_back(now);
    }

    fn forget_old(&mut self, now: Instant) {
        let is_old = |at: &Instant| now.saturating_duration_since(*at) > THROTTLED_MAX_AGE;
        while self.throttled.front().is_some_and(is_old) {
            self.throttled.pop_front();
        }
    }

    fn report(&mut self, now: Instant) -> BudgetReport {
        self.fill(now);
        self.forget_old(now);
        let last = self.throttled.back();
        BudgetReport {
            calls_per_second: self.rate,
            waiting: self.actions.len() + self.reads.len(),
            throttled_recently: self.throttled.len(),
            last_throttled: last.map(|at| now.saturating_duration_since(*at)),
            calls: self.calls,
        }
    }
}

#[cfg(test)]
mod tests;
