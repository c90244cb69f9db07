//! One thing that is loaded when it is needed, and again from time to time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::clock::Clock;
use super::super::token::Why;

/// How long to wait before loading again where nothing usable is there.
const RETRY: Duration = Duration::from_secs(1);

/// How old things may get.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Limits {
    /// Up to this age, it is used as it is.
    pub(in super::super) fresh: Duration,
    /// Up to this age, it is used where no newer one is to be had.
    pub(in super::super) stale: Duration,
    /// How long to wait before loading again what is usable but old, or not what is asked for.
    pub(in super::super) again: Duration,
}

/// Why it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Missing {
    /// There is no such thing.
    Nowhere(Why),
    /// Nobody can tell at the moment.
    Unreachable(Why),
}

/// The thing, once it is loaded.
#[derive(Debug)]
pub(in super::super) struct Slot<T> {
    clock: Clock,
    limits: Limits,
    state: Mutex<State<T>>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<T> {
    loaded: Option<(Arc<T>, Instant)>,
    /// When loading was last begun, or ended.
    tried: Option<Instant>,
    /// Why that failed, if it did.
    failure: Option<Missing>,
}

/// What to do about a request for the thing.
enum Course<T> {
    Use(Arc<T>),
    Refuse(Missing),
    Load(Option<Arc<T>>),
}

impl<T> Slot<T> {
    /// An empty one.
    pub(in super::super) fn new(clock: Clock, limits: Limits) -> Self {
        Self {
            clock,
            limits,
            state: Mutex::new(State {
                loaded: None,
                tried: None,
                failure: None,
            }),
            flight: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether nothing has ever been loaded.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.state().loaded.is_none()
    }

    /// The thing; loaded where it is not there, old, or not `wanted`. Many callers wait for one
    /// load, and those who have something usable do not wait for another's.
    ///
    /// What comes back need not be `wanted`: then a newer one is not either.
    ///
    /// # Errors
    /// Why there is nothing usable.
    pub(in super::super) async fn get(
        &self,
        wanted: impl Fn(&T) -> bool,
        load: impl Future<Output = Result<T, Missing>>,
    ) -> Result<Arc<T>, Missing> {
        let _flight = match self.course(&wanted) {
            Course::Use(thing) => return Ok(thing),
            Course::Refuse(missing) => return Err(missing),
            Course::Load(Some(old)) if wanted(&old) => match self.flight.try_lock() {
                Ok(flight) => flight,
                Err(_) => return Ok(old),
            },
            Course::Load(_) => self.flight.lock().await,
        };
        // Another may have loaded it meanwhile, or have failed to.
        let old = match self.course(&wanted) {
            Course::Use(thing) => return Ok(thing),
            Course::Refuse(missing) => return Err(missing),
            Course::Load(old) => old,
        };
        self.state().tried = Some(self.clock.now());
        let loaded = load.await;
        let mut state = self.state();
        // Those who waited for it shall not load it again, one after the other.
        state.tried = Some(self.clock.now());
        match loaded {
            Ok(thing) => {
                let thing = Arc::new(thing);
                state.loaded = Some((Arc::clone(&thing), self.clock.now()));
                state.failure = None;
                Ok(thing)
            }
            Err(missing) => {
                match &missing {
                    Missing::Nowhere(_) => state.loaded = None,
                    Missing::Unreachable(why) => {
                        tracing::warn!(%why, "Keys of sign-ins were not loaded: {why}");
                    }
                }
                state.failure = Some(missing.clone());
                let old = old.filter(|old| state.loaded.is_some() && wanted(old));
                old.ok_or(missing)
            }
        }
    }

    fn course(&self, wanted: impl Fn(&T) -> bool) -> Course<T> {
        let now = self.clock.now();
        let is_within = |since: Instant, limit| now.saturating_duration_since(since) < limit;
        let state = self.state();
        let usable = state.loaded.as_ref();
        let usable = usable.filter(|(_, loaded)| is_within(*loaded, self.limits.stale));
        let wait = if usable.is_some() {
            self.limits.again
        } else {
            RETRY
        };
        let tried_lately = state.tried.is_some_and(|tried| is_within(tried, wait));
        match (usable, &state.failure) {
            (Some((thing, loaded)), _)
                if is_within(*loaded, self.limits.fresh) && wanted(thing) =>
            {
                Course::Use(Arc::clone(thing))
            }
            (Some((thing, _)), failure) if tried_lately => match failure {
                Some(missing) if !wanted(thing) => Course::Refuse(missing.clone()),
                _ => Course::Use(Arc::clone(thing)),
            },
            (None, Some(missing)) if tried_lately => Course::Refuse(missing.clone()),
            (usable, _) => Course::Load(usable.map(|(thing, _)| Arc::clone(thing))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
