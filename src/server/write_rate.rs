//! How often one person may send forms.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::token_bucket::{Rate, TokenBucket};

/// People with a bucket of their own at most; full buckets are dropped first.
const MAX_PEOPLE: usize = 10_000;

/// Limits how many forms each person may send a minute.
pub(super) struct WriteRateLimiter {
    rate: Rate,
    started: Instant,
    buckets: Mutex<HashMap<String, TokenBucket>>,
}

impl WriteRateLimiter {
    pub(super) fn new(per_minute: u32) -> Self {
        let burst = f64::from(per_minute);
        Self {
            rate: Rate {
                burst,
                per_second: burst / 60.0,
            },
            started: Instant::now(),
            buckets: Mutex::default(),
        }
    }

    /// Counts a form of this person.
    ///
    /// # Errors
    /// Where it is one too many: how long to wait for the next.
    pub(super) fn take(&self, person: &str, now: Instant) -> Result<(), Duration> {
        let now = now.saturating_duration_since(self.started);
        let mut buckets = self.buckets.lock();
        if buckets.len() >= MAX_PEOPLE && !buckets.contains_key(person) {
            buckets.retain(|_, bucket| !bucket.is_full(self.rate, now));
        }
        let full = || TokenBucket::full(self.rate, now);
        let bucket = buckets.entry(person.to_owned()).or_insert_with(full);
        bucket.take(self.rate, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_has_an_allowance_per_minute_that_refills() {
        let limiter = WriteRateLimiter::new(6);
        let now = Instant::now();
        for _ in 0..6 {
            assert_eq!(limiter.take("ada", now), Ok(()));
        }
        let wait = limiter
            .take("ada", now)
            .expect_err("the allowance is used up");
        assert!((9.9..10.1).contains(&wait.as_secs_f64()), "{wait:?}");
        assert_eq!(limiter.take("bo", now), Ok(()));
        let later = now + Duration::from_secs(10);
        assert_eq!(limiter.take("ada", later), Ok(()));
        assert!(limiter.take("ada", later).is_err());
        let much_later = later + Duration::from_secs(3600);
        for _ in 0..6 {
            assert_eq!(limiter.take("ada", much_later), Ok(()));
        }
        assert!(limiter.take("ada", much_later).is_err());
    }
}
