//! The call budget of a workspace: a token bucket in which actions go before reads, and which
//! fills more slowly while SageMaker throttles.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::{sleep, timeout_at};

/// How long a read may wait for its turn. What is asked for by a page nobody waits for any more is
/// better refused than served late.
const LONGEST_READ_WAIT: Duration = Duration::from_secs(10);

/// For how long a throttled call counts as recent.
const RECENT: Duration = Duration::from_secs(60);

/// The slowest pace throttling can bring the budget down to, in calls a second.
const SLOWEST: f64 = 0.5;

/// Throttling seen within this time of the last slowing-down is the same event.
const ONE_EVENT: Duration = Duration::from_secs(1);

/// In how many seconds without throttling the pace climbs from nothing to the full budget.
const RECOVERY_SECONDS: f64 = 30.0;

/// How many throttled calls are remembered at most.
const REMEMBERED: usize = 1_000;

/// In which order waiting calls are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// What a person asked for: start, stop, retry. Waits as long as it takes.
    Action,
    /// Everything that only looks. Fails rather than wait longer than ten seconds.
    Read,
}

/// How the call budget stands, for the page that shows it and for widening intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetReport {
    /// Calls a second the budget allows at this moment: fewer while SageMaker throttles.
    pub calls_per_second: f64,
    /// How many calls wait for their turn at this moment.
    pub waiting: usize,
    /// How many calls were throttled, by SageMaker or for want of budget, in the last minute.
    pub throttled_recently: usize,
    /// How long ago the last call was throttled, if within the last minute.
    pub last_throttled: Option<Duration>,
    /// How many calls were made since the client was connected.
    pub calls: u64,
}

/// The budget is spent for longer than a read may wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spent;

/// The bucket, and those who wait for it.
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
    pub(super) async fn take(&self, priority: Priority) -> Result<(), Spent> {
        let start = Instant::now();
        let Some(id) = self.state().join(priority, start)? else {
            return Ok(());
        };
        let place = Place {
            budget: self,
            priority,
            id,
        };
        let deadline = match priority {
            Priority::Action => None,
            Priority::Read => Some(start + LONGEST_READ_WAIT),
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
        Err(Spent)
    }

    /// Slows down because SageMaker throttled a call: to half the pace at once, and back to the
    /// full budget within half a minute. (The SDK's own adaptive mode measures a client that calls
    /// rarely as one that may not call at all, and held calls back for over 20 seconds after one
    /// throttled answer.)
    pub(super) fn slow_down(&self) {
        self.state().slow_down(Instant::now());
    }

    /// How the budget stands.
    pub(super) fn report(&self) -> BudgetReport {
        self.state().report(Instant::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, given up when the caller is served or goes away.
struct Place<'a> {
    budget: &'a Budget,
    priority: Priority,
    id: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.budget.state().leave(self.priority, self.id);
        self.budget.changed.notify_waiters();
    }
}

/// When a waiting call may go.
#[derive(Debug, PartialEq)]
enum Turn {
    /// At once; its token is taken.
    Now,
    /// When the next token is there.
    In(Duration),
    /// Others are ahead of it.
    AfterOthers,
}

/// The rules, apart from clock and waiting.
#[derive(Debug)]
struct State {
    per_second: f64,
    burst: f64,
    /// Calls a second at this moment, at most `per_second`.
    pace: f64,
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
            pace: per_second,
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

    /// Takes a token at once where nobody is ahead (`None`), else a place in the queue.
    fn join(&mut self, priority: Priority, now: Instant) -> Result<Option<u64>, Spent> {
        self.fill(now);
        let ahead = match priority {
            Priority::Action => self.actions.len(),
            Priority::Read => self.actions.len() + self.reads.len(),
        };
        if ahead == 0 && self.tokens >= 1.0 {
            self.spend();
            return Ok(None);
        }
        let wait = (ahead as f64 + 1.0 - self.tokens) / self.pace;
        if priority == Priority::Read && wait > LONGEST_READ_WAIT.as_secs_f64() {
            self.note_throttled(now);
            return Err(Spent);
        }
        let id = self.next_id;
        self.next_id += 1;
        self.line(priority).push_back(id);
        Ok(Some(id))
    }

    /// Whether it is this one's turn; takes the token if so.
    fn turn(&mut self, priority: Priority, id: u64, now: Instant) -> Turn {
        let actions_first = priority == Priority::Read && !self.actions.is_empty();
        if actions_first || self.line(priority).front() != Some(&id) {
            return Turn::AfterOthers;
        }
        self.fill(now);
        if self.tokens >= 1.0 {
            self.spend();
            return Turn::Now;
        }
        // A millisecond more, so that rounding cannot wake it just before the token is there.
        let wait = (1.0 - self.tokens) / self.pace;
        Turn::In(Duration::from_secs_f64(wait) + Duration::from_millis(1))
    }

    fn leave(&mut self, priority: Priority, id: u64) {
        self.line(priority).retain(|other| *other != id);
    }

    fn line(&mut self, priority: Priority) -> &mut VecDeque<u64> {
        match priority {
            Priority::Action => &mut self.actions,
            Priority::Read => &mut self.reads,
        }
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + passed * self.pace).min(self.burst);
        self.pace += passed * self.per_second / RECOVERY_SECONDS;
        self.pace = self.pace.min(self.per_second);
        self.filled = now;
    }

    fn spend(&mut self) {
        self.tokens -= 1.0;
        self.calls += 1;
    }

    fn slow_down(&mut self, now: Instant) {
        self.note_throttled(now);
        self.fill(now);
        let is_same = |at: Instant| now.saturating_duration_since(at) < ONE_EVENT;
        if !self.slowed.is_some_and(is_same) {
            self.slowed = Some(now);
            self.pace = (self.pace / 2.0).max(SLOWEST.min(self.per_second));
            self.tokens = self.tokens.min(1.0);
        }
    }

    fn note_throttled(&mut self, now: Instant) {
        self.forget_old(now);
        if self.throttled.len() == REMEMBERED {
            self.throttled.pop_front();
        }
        self.throttled.push_back(now);
    }

    fn forget_old(&mut self, now: Instant) {
        let is_old = |at: &Instant| now.saturating_duration_since(*at) > RECENT;
        while self.throttled.front().is_some_and(is_old) {
            self.throttled.pop_front();
        }
    }

    fn report(&mut self, now: Instant) -> BudgetReport {
        self.fill(now);
        self.forget_old(now);
        let last = self.throttled.back();
        BudgetReport {
            calls_per_second: self.pace,
            waiting: self.actions.len() + self.reads.len(),
            throttled_recently: self.throttled.len(),
            last_throttled: last.map(|at| now.saturating_duration_since(*at)),
            calls: self.calls,
        }
    }
}

#[cfg(test)]
mod tests;
