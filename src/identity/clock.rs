//! The time, which tests can advance.

use std::time::{Instant, SystemTime};

/// The time.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    #[cfg(test)]
    ahead: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl Clock {
    /// Seconds since 1970, for the expiry of tokens.
    pub(super) fn unix(&self) -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs()) + self.ahead().as_secs()
    }

    /// A moment to measure ages from.
    pub(super) fn now(&self) -> Instant {
        Instant::now() + self.ahead()
    }

    #[cfg(not(test))]
    fn ahead(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    #[cfg(test)]
    fn ahead(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.ahead.load(std::sync::atomic::Ordering::SeqCst))
    }

    /// Advances the time.
    #[cfg(test)]
    pub(super) fn advance(&self, seconds: u64) {
        self.ahead
            .fetch_add(seconds, std::sync::atomic::Ordering::SeqCst);
    }
}
