//! The time, which tests move on.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The clock of a catalog: the time of day, and a time to measure ages by.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    uptime: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl Clock {
    /// A clock of two functions: the time of day, and the time since some moment, which never goes
    /// back.
    pub fn new(
        wall: impl Fn() -> Timestamp + Send + Sync + 'static,
        uptime: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        Self {
            wall: Arc::new(wall),
            uptime: Arc::new(uptime),
        }
    }

    /// The time of day.
    pub(super) fn now(&self) -> Timestamp {
        (self.wall)()
    }

    /// A moment, for [`Self::age`].
    pub(super) fn moment(&self) -> Moment {
        Moment((self.uptime)())
    }

    /// How long ago that was.
    pub(super) fn age(&self, moment: Moment) -> Duration {
        (self.uptime)().saturating_sub(moment.0)
    }
}

impl Default for Clock {
    fn default() -> Self {
        let start = Instant::now();
        Self::new(Timestamp::now, move || start.elapsed())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").finish_non_exhaustive()
    }
}

/// A moment of a [`Clock`], by which ages are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(Duration);

/// A clock for tests, which stands as the machine's does, moved on by what was skipped.
#[cfg(test)]
#[derive(Debug, Clone, Default)]
pub(crate) struct SkippingClock(Arc<std::sync::atomic::AtomicU64>);

#[cfg(test)]
impl SkippingClock {
    /// Lets time pass.
    pub(crate) fn skip(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).expect("a short time");
        self.0
            .fetch_add(millis, std::sync::atomic::Ordering::SeqCst);
    }

    /// The clock to hand to a catalog.
    pub(crate) fn clock(&self) -> Clock {
        let (wall, uptime) = (self.clone(), self.clone());
        let start = Instant::now();
        Clock::new(
            move || Timestamp::now() + wall.skipped(),
            move || start.elapsed() + uptime.skipped(),
        )
    }

    fn skipped(&self) -> Duration {
        Duration::from_millis(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}
