//! How old each thing may be, and one refresh for many readers.
//!
//! A refresh runs in a task of its own: all who want the same thing wait for the same refresh, and
//! it goes on when those who began it are gone. A reader waits a short while where something older
//! exists, else until there is something to show.

use std::collections::HashMap;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::watch;

use super::clock::{Clock, Moment};
use super::views::ReadError;
use crate::domain::{AwsError, AwsErrorKind, Service};

/// What a refresh gives: calls that failed without spoiling the rest, or why nothing came of it.
pub(super) type Outcome = Result<Vec<AwsError>, ReadError>;

/// What is younger than this is shown rather than waited for.
const RECENT_AGE: Duration = Duration::from_secs(60);
/// Entries kept before those nobody looks at are dropped.
const MAX_ENTRIES: usize = 4_096;
/// How long nobody has looked at an entry that is dropped.
const ENTRY_LIFETIME: Duration = Duration::from_secs(600);
/// How long a refresh takes at most while nothing is wrong.
const MAX_REFRESH_TIME: Duration = Duration::from_secs(5);
/// The rest after failures doubles at most this often.
const MAX_DOUBLINGS: u32 = 16;

/// How long a reader waits for a refresh, and how long after a failure the next one begins.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long a reader waits where something younger than a minute exists: a page shows it, and
    /// follows by itself.
    pub wait_recent: Duration,
    /// How long a reader waits where something older exists.
    pub wait_known: Duration,
    /// How long a reader waits where there is nothing to show.
    pub wait_unknown: Duration,
    /// Rest after a first failure; doubles with each further one.
    pub rest: Duration,
    /// Longest rest after failures that may pass by themselves.
    pub max_rest: Duration,
    /// Rest after a failure that lasts: a call refused or unknown.
    pub rest_lasting: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            wait_recent: Duration::from_millis(300),
            wait_known: Duration::from_millis(1_500),
            wait_unknown: Duration::from_secs(20),
            rest: Duration::from_secs(2),
            max_rest: Duration::from_secs(15),
            rest_lasting: Duration::from_secs(60),
        }
    }
}

/// When a reader wants a refresh, and how long it waits for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RefreshPolicy {
    /// The operation to name where nothing came in time.
    pub(super) operation: &'static str,
    /// How old the last refresh may be.
    pub(super) max_age: Duration,
    /// Whether to wait only a short while even where nothing is known.
    pub(super) is_brief: bool,
}

impl RefreshPolicy {
    /// Waits for the answer where nothing is known.
    pub(super) fn patient(operation: &'static str, max_age: Duration) -> Self {
        Self {
            operation,
            max_age,
            is_brief: false,
        }
    }
}

/// What is known of a thing after a refresh, or without one.
#[derive(Debug, Clone, Default)]
pub(super) struct Freshness {
    /// The operation that returns it.
    pub(super) operation: &'static str,
    /// When SageMaker last returned it.
    pub(super) as_of: Option<Timestamp>,
    /// What went wrong meanwhile.
    pub(super) read_errors: Vec<AwsError>,
    /// Whether a refresh failed, or takes longer than it should.
    pub(super) stale: bool,
    /// Whether a refresh has not ended yet.
    pub(super) refreshing: bool,
    /// Why the last refresh gave nothing, if it did not.
    pub(super) failed: Option<ReadError>,
}

impl Freshness {
    /// Fails where SageMaker never returned the thing.
    ///
    /// # Errors
    /// Why the last refresh failed, or that it has not ended.
    pub(super) fn or_unavailable(self) -> Result<Self, ReadError> {
        if self.as_of.is_some() {
            return Ok(self);
        }
        Err(self.failed.unwrap_or_else(|| {
            ReadError::Unavailable(AwsError::new(
                Service::SageMaker,
                self.operation,
                AwsErrorKind::TimedOut,
                "no response yet; the call is still running",
            ))
        }))
    }

    /// Adds what went wrong with something that is served together.
    pub(super) fn blend(&mut self, more: Self) {
        for error in more.read_errors {
            if !self.read_errors.contains(&error) {
                self.read_errors.push(error);
            }
        }
        // What is refused takes away only what it fed.
        if matches!(&more.failed, Some(ReadError::Unavailable(error)) if error.is_lasting()) {
            return;
        }
        self.stale |= more.stale;
        self.refreshing |= more.refreshing;
        self.as_of = match (self.as_of, more.as_of) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    /// Adds what went wrong with tags: they are younger than they may be, or known to be stale, so that their age is not
    /// that of what they are shown with.
    pub(super) fn blend_undated(&mut self, tags: Self) {
        self.blend(Self {
            as_of: None,
            ..tags
        });
    }

    /// Without AWS's own words about what went wrong: those of calls about all pipelines may name
    /// some that the reader may not see.
    pub(super) fn redacted(mut self) -> Self {
        let redact = |error: &mut AwsError| {
            error.message =
                "AWS's message is shown only to people who can see every pipeline in this workspace".into();
        };
        self.read_errors.iter_mut().for_each(redact);
        if let Some(ReadError::Unavailable(error)) = &mut self.failed {
            redact(error);
        }
        self
    }
}

struct FailedRefresh {
    at: Moment,
    /// How many refreshes failed in a row.
    times: u32,
    error: ReadError,
}

impl FailedRefresh {
    fn rest(&self, timing: &Timing) -> Duration {
        match &self.error {
            ReadError::Unavailable(error) if error.is_lasting() => timing.rest_lasting,
            _ => {
                let doublings = (self.times - 1).min(MAX_DOUBLINGS);
                timing
                    .rest
                    .saturating_mul(1 << doublings)
                    .min(timing.max_rest)
            }
        }
    }
}

struct RefreshInProgress {
    began: Moment,
    /// Closes when it is complete.
    completed: watch::Receiver<()>,
}

struct Entry {
    operation: &'static str,
    as_of: Option<Timestamp>,
    /// When the last good refresh ended; `None` when one is due.
    ended: Option<Moment>,
    read_errors: Vec<AwsError>,
    failed: Option<FailedRefresh>,
    in_progress: Option<RefreshInProgress>,
    /// Counts the refreshes; the newest one alone completes the entry.
    number: u64,
    looked: Moment,
}

impl Entry {
    fn new(as_of: Option<Timestamp>, looked: Moment) -> Self {
        Self {
            operation: "",
            as_of,
            ended: None,
            read_errors: Vec::new(),
            failed: None,
            in_progress: None,
            number: 0,
            looked,
        }
    }

    fn is_due(&self, max_age: Duration, timing: &Timing, clock: &Clock) -> bool {
        if let Some(failed) = &self.failed {
            return clock.age(failed.at) >= failed.rest(timing);
        }
        self.ended.is_none_or(|ended| clock.age(ended) >= max_age)
    }

    fn freshness(&self, clock: &Clock) -> Freshness {
        let in_progress = self.in_progress.as_ref();
        let is_late = in_progress.is_some_and(|one| clock.age(one.began) >= MAX_REFRESH_TIME);
        let failed = self.failed.as_ref().map(|failed| failed.error.clone());
        let mut read_errors = self.read_errors.clone();
        if let Some(ReadError::Unavailable(error)) = &failed
            && !read_errors.contains(error)
        {
            read_errors.push(error.clone());
        }
        Freshness {
            as_of: self.as_of,
            read_errors,
            operation: self.operation,
            stale: failed.is_some() || is_late,
            refreshing: in_progress.is_some(),
            failed,
        }
    }

    fn complete(&mut self, number: u64, outcome: Outcome, clock: &Clock) {
        if number != self.number {
            return;
        }
        self.in_progress = None;
        match outcome {
            Ok(read_errors) => {
                self.as_of = Some(clock.now());
                self.ended = Some(clock.moment());
                self.read_errors = read_errors;
                self.failed = None;
            }
            Err(error) => {
                let times = self.failed.as_ref().map_or(0, |failed| failed.times) + 1;
                self.failed = Some(FailedRefresh {
                    at: clock.moment(),
                    times,
                    error,
                });
            }
        }
    }
}

/// The refreshes of one workspace, by what they refresh.
pub(super) struct Refreshes<K> {
    entries: Arc<Mutex<HashMap<K, Entry>>>,
    timing: Timing,
    clock: Clock,
}

impl<K: Hash + Eq + Clone + Send + 'static> Refreshes<K> {
    pub(super) fn new(timing: Timing, clock: Clock) -> Self {
        Self {
            entries: Arc::default(),
            timing,
            clock,
        }
    }

    /// Whether there is an entry of this key.
    pub(super) fn has(&self, key: &K) -> bool {
        self.entries.lock().contains_key(key)
    }

    /// Makes an entry of this key, last refreshed at `as_of` by an earlier process.
    pub(super) fn add(&self, key: K, as_of: Option<Timestamp>) {
        let mut entries = self.entries.lock();
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, entry| {
                entry.in_progress.is_some() || self.clock.age(entry.looked) < ENTRY_LIFETIME
            });
        }
        let looked = self.clock.moment();
        entries
            .entry(key)
            .or_insert_with(|| Entry::new(as_of, looked));
    }

    /// What is known without any refresh.
    pub(super) fn known(&self, key: &K) -> Freshness {
        self.entries
            .lock()
            .get(key)
            .map_or_else(Freshness::default, |entry| entry.freshness(&self.clock))
    }

    /// What is known after a refresh by `fetch`, where the last one is older than the policy allows.
    pub(super) async fn fresh<F>(
        &self,
        key: K,
        policy: RefreshPolicy,
        fetch: impl FnOnce() -> F,
    ) -> Freshness
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (mut refresh, as_of) = {
            let mut entries = self.entries.lock();
            let looked = self.clock.moment();
            let entry = entries
                .entry(key.clone())
                .or_insert_with(|| Entry::new(None, looked));
            entry.looked = looked;
            entry.operation = policy.operation;
            if !entry.is_due(policy.max_age, &self.timing, &self.clock) {
                return entry.freshness(&self.clock);
            }
            let refresh = match &entry.in_progress {
                Some(refresh) => refresh.completed.clone(),
                None => self.begin(&key, entry, fetch()),
            };
            (refresh, entry.as_of)
        };
        let age = as_of.map(|at| self.clock.now().duration_since(at).unsigned_abs());
        let max_wait = match age {
            Some(age) if age < RECENT_AGE => self.timing.wait_recent,
            Some(_) => self.timing.wait_known,
            None if policy.is_brief => self.timing.wait_known,
            None => self.timing.wait_unknown,
        };
        let _ = tokio::time::timeout(max_wait, refresh.changed()).await;
        self.known(&key)
    }

    /// Refreshes whatever is known or in progress: our own action has changed the thing.
    pub(super) async fn renew<F>(&self, key: K, fetch: F) -> Freshness
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut refresh = {
            let mut entries = self.entries.lock();
            let looked = self.clock.moment();
            let entry = entries
                .entry(key.clone())
                .or_insert_with(|| Entry::new(None, looked));
            entry.looked = looked;
            entry.ended = None;
            entry.failed = None;
            self.begin(&key, entry, fetch)
        };
        let _ = tokio::time::timeout(self.timing.wait_known * 2, refresh.changed()).await;
        self.known(&key)
    }

    fn begin<F>(&self, key: &K, entry: &mut Entry, fetch: F) -> watch::Receiver<()>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (completed, refresh) = watch::channel(());
        entry.in_progress = Some(RefreshInProgress {
            began: self.clock.moment(),
            completed: refresh.clone(),
        });
        entry.number += 1;
        let (number, key, entries) = (entry.number, key.clone(), self.entries.clone());
        let clock = self.clock.clone();
        // Boxed, so that the task's code is compiled once and not for every kind of read.
        let fetch: BoxFuture<'static, Outcome> = Box::pin(fetch);
        tokio::spawn(async move {
            // A panic completes the entry as well.
            let fetched = AssertUnwindSafe(fetch).catch_unwind().await;
            let outcome = fetched.unwrap_or_else(|_| {
                tracing::error!("A refresh was aborted");
                Err(ReadError::Database("a refresh was aborted".into()))
            });
            if let Err(ReadError::Database(error)) = &outcome {
                tracing::error!(%error, "Cannot store what a refresh read");
            }
            if let Some(entry) = entries.lock().get_mut(&key) {
                entry.complete(number, outcome, &clock);
            }
            drop(completed);
        });
        refresh
    }
}

#[cfg(test)]
mod tests;
