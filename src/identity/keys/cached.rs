//! One value that is loaded when it is needed, and again from time to time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use super::super::AuthReason;
use super::super::clock::Clock;

/// How long to wait before loading again when there is no usable value.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// How old a value may get.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct CacheTimes {
    /// Up to this age, a value is used as it is.
    pub(in super::super) fresh_for: Duration,
    /// Up to this age, a value is used when no newer one can be loaded.
    pub(in super::super) usable_for: Duration,
    /// How long to wait before loading again while there is a usable value that is old or not wanted.
    pub(in super::super) refresh_interval: Duration,
}

/// Why a key cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum KeyError {
    /// There is no such key.
    NotFound(AuthReason),
    /// Its source cannot be read at the moment.
    Unavailable(AuthReason),
}

/// A value that is loaded on demand and refreshed.
#[derive(Debug)]
pub(in super::super) struct Cached<T> {
    clock: Clock,
    times: CacheTimes,
    state: Mutex<State<T>>,
    /// Held while the value is being loaded.
    loading: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<T> {
    loaded: Option<(Arc<T>, Instant)>,
    /// When the last load began, or ended.
    last_attempt: Option<Instant>,
    /// Why it failed, if it did.
    last_error: Option<KeyError>,
}

/// How a request for the value is served.
enum Decision<T> {
    Use(Arc<T>),
    Fail(KeyError),
    /// Load it; with the value that is usable meanwhile.
    Load(Option<Arc<T>>),
}

impl<T> Cached<T> {
    /// An empty one.
    pub(in super::super) fn new(clock: Clock, times: CacheTimes) -> Self {
        Self {
            clock,
            times,
            state: Mutex::new(State {
                loaded: None,
                last_attempt: None,
                last_error: None,
            }),
            loading: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether nothing has ever been loaded.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.state().loaded.is_none()
    }

    /// The value; loaded if it is missing, old, or not `wanted`. All callers share one load, and those who
    /// have a usable value do not wait for it.
    ///
    /// The result need not be `wanted`: then no newer value is either.
    ///
    /// # Errors
    /// Why there is no usable value.
    pub(in super::super) async fn get(
        &self,
        wanted: impl Fn(&T) -> bool,
        load: impl Future<Output = Result<T, KeyError>>,
    ) -> Result<Arc<T>, KeyError> {
        let _loading = match self.decide(&wanted) {
            Decision::Use(value) => return Ok(value),
            Decision::Fail(error) => return Err(error),
            Decision::Load(Some(old)) if wanted(&old) => match self.loading.try_lock() {
                Ok(loading) => loading,
                Err(_) => return Ok(old),
            },
            Decision::Load(_) => self.loading.lock().await,
        };
        // Another caller may have loaded it meanwhile, or have failed to.
        let old = match self.decide(&wanted) {
            Decision::Use(value) => return Ok(value),
            Decision::Fail(error) => return Err(error),
            Decision::Load(old) => old,
        };
        self.state().last_attempt = Some(self.clock.now());
        let loaded = load.await;
        let mut state = self.state();
        // Those who waited for this load must not load it again one after the other.
        state.last_attempt = Some(self.clock.now());
        match loaded {
            Ok(value) => {
                let value = Arc::new(value);
                state.loaded = Some((Arc::clone(&value), self.clock.now()));
                state.last_error = None;
                Ok(value)
            }
            Err(error) => {
                match &error {
                    KeyError::NotFound(_) => state.loaded = None,
                    KeyError::Unavailable(reason) => {
                        tracing::warn!(%reason, "Cannot load the keys that verify sign-ins: {reason}");
                    }
                }
                state.last_error = Some(error.clone());
                let old = old.filter(|old| state.loaded.is_some() && wanted(old));
                old.ok_or(error)
            }
        }
    }

    fn decide(&self, wanted: impl Fn(&T) -> bool) -> Decision<T> {
        let now = self.clock.now();
        let is_within = |since: Instant, limit| now.saturating_duration_since(since) < limit;
        let state = self.state();
        let usable = state.loaded.as_ref();
        let usable = usable.filter(|(_, loaded)| is_within(*loaded, self.times.usable_for));
        let interval = if usable.is_some() {
            self.times.refresh_interval
        } else {
            RETRY_INTERVAL
        };
        let just_tried = state
            .last_attempt
            .is_some_and(|attempt| is_within(attempt, interval));
        match (usable, &state.last_error) {
            (Some((value, loaded)), _)
                if is_within(*loaded, self.times.fresh_for) && wanted(value) =>
            {
                Decision::Use(Arc::clone(value))
            }
            (Some((value, _)), error) if just_tried => match error {
                Some(error) if !wanted(value) => Decision::Fail(error.clone()),
                _ => Decision::Use(Arc::clone(value)),
            },
            (None, Some(error)) if just_tried => Decision::Fail(error.clone()),
            (usable, _) => Decision::Load(usable.map(|(value, _)| Arc::clone(value))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock()
    }
}
