//! How old each thing may be, and one refresh for many readers.
//!
//! A refresh runs in a task of its own: everybody who wants the same thing waits for the same
//! flight, and it goes on when those who began it are gone. A reader waits a short while where
//! something older exists, else until there is something to show.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::ReadError;
use crate::domain::{AwsError, AwsErrorKind, Service};

/// What a refresh gives: calls that failed without spoiling the whole, or why nothing came of it.
pub(super) type Outcome = Result<Vec<AwsError>, ReadError>;

/// What is younger than this is shown rather than waited for.
const RECENT: Duration = Duration::from_secs(60);

/// How long is waited, and how long a failure is let rest before the next try.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// How long a reader waits where something younger than [`RECENT`] exists: a page shows it, and
    /// follows by itself.
    pub(super) wait_recent: Duration,
    /// How long a reader waits where something older exists.
    pub(super) wait_known: Duration,
    /// How long a reader waits where there is nothing to show.
    pub(super) wait_unknown: Duration,
    /// Rest after a first failure; doubles with each further one.
    pub(super) rest: Duration,
    /// Longest rest after failures that may pass by themselves.
    pub(super) rest_most: Duration,
    /// Rest after a failure that lasts: a call refused or unknown.
    pub(super) rest_lasting: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            wait_recent: Duration::from_millis(300),
            wait_known: Duration::from_millis(1_500),
            wait_unknown: Duration::from_secs(20),
            rest: Duration::from_secs(2),
            rest_most: Duration::from_secs(15),
            rest_lasting: Duration::from_secs(60),
        }
    }
}

/// How a reader wants a subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// The operation to name where nothing came in time.
    pub(super) operation: &'static str,
    /// How old it may be.
    pub(super) age: Duration,
    /// Whether to wait only a short while even where nothing is known.
    pub(super) hurried: bool,
}

/// What is known of a subject after a refresh, or without one.
#[derive(Debug, Clone, Default)]
pub(super) struct Freshness {
    /// The operation that tells it.
    pub(super) operation: &'static str,
    /// When SageMaker last told it.
    pub(super) as_of: Option<Timestamp>,
    /// What went wrong meanwhile.
    pub(super) troubles: Vec<AwsError>,
    /// Whether a refresh failed or has not ended.
    pub(super) stale: bool,
    /// Why the last refresh gave nothing, if it did not.
    pub(super) failed: Option<ReadError>,
}

impl Freshness {
    /// Fails where SageMaker never told the subject.
    pub(super) fn or_missing(self) -> Result<Self, ReadError> {
        if self.as_of.is_some() {
            return Ok(self);
        }
        Err(self.failed.unwrap_or_else(|| {
            ReadError::Unavailable(AwsError::new(
                Service::SageMaker,
                self.operation,
                AwsErrorKind::TimedOut,
                "no answer yet; the call is still running",
            ))
        }))
    }
}

struct Failed {
    at: Instant,
    times: u32,
    why: ReadError,
}

struct Entry {
    operation: &'static str,
    as_of: Option<Timestamp>,
    /// When the last good refresh ended; `None` when one is due.
    ended: Option<Instant>,
    troubles: Vec<AwsError>,
    failed: Option<Failed>,
    /// Closes when the refresh in the air has landed.
    flight: Option<watch::Receiver<()>>,
    /// Counts the flights; only the newest one lands for good.
    number: u64,
    looked: Instant,
}

impl Entry {
    fn new(as_of: Option<Timestamp>) -> Self {
        Self {
            operation: "",
            as_of,
            ended: None,
            troubles: Vec::new(),
            failed: None,
            flight: None,
            number: 0,
            looked: Instant::now(),
        }
    }

    fn is_due(&self, age: Duration, timing: &Timing) -> bool {
        if let Some(failed) = &self.failed {
            return failed.at.elapsed() >= failed.rest(timing);
        }
        self.ended.is_none_or(|ended| ended.elapsed() >= age)
    }

    fn told(&self) -> Freshness {
        let failed = self.failed.as_ref().map(|failed| failed.why.clone());
        let mut troubles = self.troubles.clone();
        if let Some(ReadError::Unavailable(failure)) = &failed
            && !troubles.contains(failure)
        {
            troubles.push(failure.clone());
        }
        Freshness {
            as_of: self.as_of,
            troubles,
            operation: self.operation,
            stale: failed.is_some() || self.flight.is_some(),
            failed,
        }
    }

    fn land(&mut self, number: u64, outcome: Outcome) {
        if number != self.number {
            return;
        }
        self.flight = None;
        match outcome {
            Ok(troubles) => {
                self.as_of = Some(Timestamp::now());
                self.ended = Some(Instant::now());
                self.troubles = troubles;
                self.failed = None;
            }
            Err(why) => {
                let times = self.failed.as_ref().map_or(0, |failed| failed.times) + 1;
                self.failed = Some(Failed {
                    at: Instant::now(),
                    times,
                    why,
                });
            }
        }
    }
}

impl Failed {
    fn rest(&self, timing: &Timing) -> Duration {
        match &self.why {
            ReadError::Unavailable(failure) if failure.is_lasting() => timing.rest_lasting,
            _ => {
                let doubled = timing.rest.saturating_mul(1 << (self.times - 1).min(16));
                doubled.min(timing.rest_most)
            }
        }
    }
}

/// Entries kept before those nobody looks at are dropped.
const ENTRIES: usize = 4_096;
/// How long nobody has looked at an entry that is dropped.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// The refreshes of one workspace, by subject.
pub(super) struct Flights<K> {
    entries: Arc<Mutex<HashMap<K, Entry>>>,
    timing: Timing,
}

impl<K: Hash + Eq + Clone + Send + 'static> Flights<K> {
    pub(super) fn new(timing: Timing) -> Self {
        Self {
            entries: Arc::default(),
            timing,
        }
    }

    /// Whether anything is remembered of the subject.
    pub(super) fn remembers(&self, key: &K) -> bool {
        lock(&self.entries).contains_key(key)
    }

    /// Remembers when SageMaker told the subject, as an earlier process wrote it down.
    pub(super) fn remember(&self, key: K, as_of: Option<Timestamp>) {
        let mut entries = lock(&self.entries);
        if entries.len() >= ENTRIES {
            entries.retain(|_, entry| entry.flight.is_some() || entry.looked.elapsed() < FORGOTTEN);
        }
        entries.entry(key).or_insert_with(|| Entry::new(as_of));
    }

    /// What is known of the subject without any refresh.
    pub(super) fn told(&self, key: &K) -> Freshness {
        lock(&self.entries)
            .get(key)
            .map_or_else(Freshness::default, Entry::told)
    }

    /// The subject, refreshed by `fetch` where it is older than wished.
    pub(super) async fn fresh<F>(&self, key: K, wish: Wish, fetch: impl FnOnce() -> F) -> Freshness
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (mut flight, known) = {
            let mut entries = lock(&self.entries);
            let entry = entries
                .entry(key.clone())
                .or_insert_with(|| Entry::new(None));
            entry.looked = Instant::now();
            entry.operation = wish.operation;
            if !entry.is_due(wish.age, &self.timing) {
                return entry.told();
            }
            let flight = match &entry.flight {
                Some(flight) => flight.clone(),
                None => self.begin(&key, entry, fetch()),
            };
            (flight, entry.as_of)
        };
        let age = known.map(|at| Timestamp::now().duration_since(at).unsigned_abs());
        let patience = match age {
            Some(age) if age < RECENT => self.timing.wait_recent,
            Some(_) => self.timing.wait_known,
            None if wish.hurried => self.timing.wait_known,
            None => self.timing.wait_unknown,
        };
        let _ = tokio::time::timeout(patience, flight.changed()).await;
        self.told(&key)
    }

    /// Refreshes the subject whatever is known or in the air: it has changed by our own doing.
    pub(super) async fn renew<F>(&self, key: K, fetch: F) -> Freshness
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut flight = {
            let mut entries = lock(&self.entries);
            let entry = entries
                .entry(key.clone())
                .or_insert_with(|| Entry::new(None));
            entry.looked = Instant::now();
            entry.ended = None;
            entry.failed = None;
            self.begin(&key, entry, fetch)
        };
        let _ = tokio::time::timeout(self.timing.wait_known * 2, flight.changed()).await;
        self.told(&key)
    }

    fn begin<F>(&self, key: &K, entry: &mut Entry, fetch: F) -> watch::Receiver<()>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (landed, flight) = watch::channel(());
        entry.flight = Some(flight.clone());
        entry.number += 1;
        let (number, key, entries) = (entry.number, key.clone(), self.entries.clone());
        tokio::spawn(async move {
            // A task within the task, so that a panic lands as well.
            let outcome = tokio::spawn(fetch).await.unwrap_or_else(|broken| {
                tracing::error!(error = %broken, "a refresh broke off");
                Err(ReadError::Database("a refresh broke off".into()))
            });
            if let Err(ReadError::Database(error)) = &outcome {
                tracing::error!(%error, "a refresh could not be kept");
            }
            if let Some(entry) = lock(&entries).get_mut(&key) {
                entry.land(number, outcome);
            }
            drop(landed);
        });
        flight
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
