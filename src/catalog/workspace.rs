//! The local copy of one workspace: its rows, its refreshes, its client.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;

use super::backfill_state::Backfill;
use super::cache_key::CacheKey;
use super::clock::{Clock, Moment};
use super::cursor::SyncCursor;
use super::diagrams::Diagrams;
use super::freshness::{Freshness, Outcome, RefreshPolicy, Refreshes, Timing};
use super::memory_cache::MemoryCache;
use super::pending::PendingActions;
use super::store::Store;
use super::turns::{Turns, Urgency};
use super::views::ReadError;
use crate::aws::{Client, Workspace};
use crate::database::Pools;
use crate::domain::{AwsError, AwsErrorKind, Service};

/// How long a call that was refused or is unknown is not made again.
const REFUSAL_LIFETIME: Duration = Duration::from_secs(60);
/// The most refusals that are remembered.
const MAX_REFUSALS: usize = 1_024;
/// Running executions that can be watched at full pace.
const MAX_WATCHED_AT_FULL_PACE: usize = 6;
/// How long an execution counts as watched after somebody looked.
const WATCH_LIFETIME: Duration = Duration::from_secs(10);
/// How many turns the background gives way while readers wait for the call budget.
const MAX_TURNS_GIVEN_WAY: u32 = 8;

/// One workspace. Clones share everything.
#[derive(Clone)]
pub(super) struct WorkspaceCatalog(Arc<Inner>);

/// Calls that were refused for good, by operation and what they asked about, and when.
type Refusals = HashMap<(&'static str, String), (Moment, AwsError)>;

/// The ARNs of the executions whose failures are being read (`None`), or could not be read at that moment.
type FailuresInProgress = HashMap<String, Option<Moment>>;

pub(super) struct Inner {
    pub(super) workspace: Workspace,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) diagrams: Arc<Diagrams>,
    pub(super) memory: MemoryCache,
    pub(super) cursor: Mutex<SyncCursor>,
    pub(super) backfill: Backfill,
    turns: Turns,
    pub(super) failures_in_progress: Mutex<FailuresInProgress>,
    /// Whether the endpoint was found to know pipelines by their names, and not by their ARNs.
    pub(super) takes_names_alone: AtomicBool,
    /// Whether a list had executions that the search lacked.
    pub(super) search_lacks_some: AtomicBool,
    /// The change up to which pipelines were looked for that the search lacks.
    pub(super) unsearched_as_of: AtomicU64,
    refreshes: Refreshes<CacheKey>,
    refusals: Mutex<Refusals>,
    watched: Mutex<HashMap<String, Moment>>,
    pub(super) pending: PendingActions,
}

impl Deref for WorkspaceCatalog {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl WorkspaceCatalog {
    pub(super) fn new(
        workspace: Workspace,
        pools: Pools,
        diagrams: Arc<Diagrams>,
        timing: Timing,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Inner {
            store: Store::new(pools, &workspace.name),
            diagrams,
            memory: MemoryCache::default(),
            cursor: Mutex::default(),
            backfill: Backfill::default(),
            turns: Turns::default(),
            failures_in_progress: Mutex::default(),
            takes_names_alone: AtomicBool::new(false),
            search_lacks_some: AtomicBool::new(false),
            unsearched_as_of: AtomicU64::new(u64::MAX),
            refreshes: Refreshes::new(timing, clock.clone()),
            refusals: Mutex::default(),
            watched: Mutex::default(),
            pending: PendingActions::new(clock.clone()),
            clock,
            workspace,
        }))
    }

    /// Takes over what an earlier version of the console stored. Goes on where it stopped after a restart.
    pub(super) async fn take_over(self) {
        loop {
            match self.store.take_over_some().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::error!(%error, "Cannot take over the rows of an earlier version");
                    return;
                }
            }
        }
    }

    /// What does not keep the catalog alive.
    pub(super) fn downgrade(&self) -> Weak<Inner> {
        Arc::downgrade(&self.0)
    }

    /// The catalog, while it lives.
    pub(super) fn upgrade(weak: &Weak<Inner>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    pub(super) fn client(&self) -> &Client {
        &self.workspace.client
    }

    /// What is known after a refresh, where the last one is older than the policy allows.
    pub(super) async fn fresh<F>(
        &self,
        key: CacheKey,
        policy: RefreshPolicy,
        fetch: impl FnOnce(WorkspaceCatalog) -> F,
    ) -> Result<Freshness, ReadError>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.recall(&key).await?;
        let begin = || self.noting(&key, fetch(self.clone()));
        Ok(self.refreshes.fresh(key.clone(), policy, begin).await)
    }

    /// What is known after a refresh, however young the last one is.
    pub(super) async fn renew<F>(&self, key: CacheKey, fetch: F) -> Result<Freshness, ReadError>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.recall(&key).await?;
        let begin = self.noting(&key, fetch);
        Ok(self.refreshes.renew(key, begin).await)
    }

    /// What is known without a refresh.
    pub(super) async fn known(&self, key: &CacheKey) -> Result<Freshness, ReadError> {
        self.recall(key).await?;
        Ok(self.refreshes.known(key))
    }

    /// Reads when an earlier process last refreshed this.
    async fn recall(&self, key: &CacheKey) -> Result<(), ReadError> {
        if self.refreshes.has(key) {
            return Ok(());
        }
        let as_of = match key.stored_as() {
            Some(name) => self.store.refreshed_at(&name).await?,
            None => None,
        };
        self.refreshes.add(key.clone(), as_of);
        Ok(())
    }

    /// The refresh, followed by a note of its time.
    fn noting<F>(&self, key: &CacheKey, fetch: F) -> impl Future<Output = Outcome> + Send + 'static
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (store, clock, name) = (self.store.clone(), self.clock.clone(), key.stored_as());
        async move {
            let read_errors = fetch.await?;
            if let Some(name) = name {
                store.set_refreshed_at(&name, clock.now()).await?;
            }
            Ok(read_errors)
        }
    }

    /// Makes a call, unless it was refused, or is unknown here, a short while ago: then that answer
    /// is repeated. `resource` is the ARN or name asked about; a role may be allowed some.
    pub(super) async fn ask<T>(
        &self,
        operation: &'static str,
        resource: &str,
        call: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        if let Some(refusal) = self.refused(operation, resource) {
            return Err(refusal);
        }
        let answer = call.await;
        if let Err(error) = &answer
            && error.is_lasting()
        {
            self.remember_refusal(operation, resource, error);
        }
        answer
    }

    fn remember_refusal(&self, operation: &'static str, resource: &str, error: &AwsError) {
        let everywhere = error.kind == AwsErrorKind::UnknownOperation;
        let resource = if everywhere { "" } else { resource };
        let mut refusals = self.refusals.lock();
        if refusals.len() >= MAX_REFUSALS {
            refusals.retain(|_, (at, _)| self.clock.age(*at) < REFUSAL_LIFETIME);
        }
        if refusals.len() < MAX_REFUSALS {
            let refusal = (self.clock.moment(), error.clone());
            refusals.insert((operation, resource.to_owned()), refusal);
        }
    }

    /// The answer to a call that is not made again for now.
    pub(super) fn refused(&self, operation: &'static str, resource: &str) -> Option<AwsError> {
        let refusals = self.refusals.lock();
        let found = [resource, ""]
            .into_iter()
            .find_map(|resource| refusals.get(&(operation, resource.to_owned())));
        found
            .filter(|(at, _)| self.clock.age(*at) < REFUSAL_LIFETIME)
            .map(|(_, error)| error.clone())
    }

    /// Notes that somebody looks at a running execution.
    pub(super) fn watch(&self, arn: &str) {
        let mut watched = self.watched.lock();
        watched.retain(|_, at| self.clock.age(*at) < WATCH_LIFETIME);
        watched.insert(arn.to_owned(), self.clock.moment());
    }

    /// Whether somebody looks at a running execution.
    pub(super) fn is_watched(&self, arn: &str) -> bool {
        let watched = self.watched.lock();
        watched
            .get(arn)
            .is_some_and(|at| self.clock.age(*at) < WATCH_LIFETIME)
    }

    /// The time between two calls of the background: it takes half of the call budget at most.
    pub(super) fn turn_length(&self) -> Duration {
        let budget = self.client().budget(Service::SageMaker);
        let turn = 2.0 / budget.calls_per_second.max(0.1);
        Duration::try_from_secs_f64(turn).unwrap_or(Duration::from_secs(1))
    }

    /// Waits for the next turn of what reads in the background: what is urgent goes first, and nothing goes on while
    /// readers wait, so that these never queue behind it.
    pub(super) async fn background_turn(&self, urgency: Urgency) {
        let _one_at_a_time = self.turns.next(urgency).await;
        let turn = self.turn_length();
        tokio::time::sleep(turn).await;
        for _ in 0..MAX_TURNS_GIVEN_WAY {
            if self.client().budget(Service::SageMaker).waiting == 0 {
                break;
            }
            tokio::time::sleep(turn).await;
        }
    }

    /// `max_age`, widened where SageMaker throttles.
    pub(super) fn throttled_age(&self, max_age: Duration) -> Duration {
        match self.client().budget(Service::SageMaker).last_throttled {
            Some(ago) if ago < Duration::from_secs(10) => max_age * 4,
            Some(ago) if ago < Duration::from_secs(60) => max_age * 2,
            _ => max_age,
        }
    }

    /// `max_age` of a running execution, widened evenly where many are watched.
    pub(super) fn watched_age(&self, max_age: Duration) -> Duration {
        let watched = self.watched.lock().len();
        let widened =
            max_age * u32::try_from(watched.max(MAX_WATCHED_AT_FULL_PACE)).unwrap_or(u32::MAX);
        self.throttled_age(widened / MAX_WATCHED_AT_FULL_PACE as u32)
    }
}
