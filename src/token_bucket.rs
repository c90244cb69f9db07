//! A token bucket: so many at once, then so many a second. Pure: time comes in as an argument.

use std::time::Duration;

/// How much a bucket holds, and how quickly it fills.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Tokens at once.
    pub burst: f64,
    /// Tokens that come back a second.
    pub per_second: f64,
}

/// What is left for one client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenBucket {
    tokens: f64,
    updated: Duration,
}

impl TokenBucket {
    /// A full bucket. `now` is the time since whatever moment the caller counts from.
    pub fn full(rate: Rate, now: Duration) -> Self {
        Self {
            tokens: rate.burst,
            updated: now,
        }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// Where none is left: how long until there is one.
    pub fn take(&mut self, rate: Rate, now: Duration) -> Result<(), Duration> {
        self.fill(rate, now);
        if self.tokens < 1.0 {
            let seconds = (1.0 - self.tokens) / rate.per_second;
            return Err(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
        }
        self.tokens -= 1.0;
        Ok(())
    }

    /// Whether it holds as much as it can.
    pub fn is_full(&mut self, rate: Rate, now: Duration) -> bool {
        self.fill(rate, now);
        self.tokens >= rate.burst
    }

    fn fill(&mut self, rate: Rate, now: Duration) {
        let seconds = now.saturating_sub(self.updated).as_secs_f64();
        self.tokens = (self.tokens + seconds * rate.per_second).min(rate.burst);
        self.updated = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 2.0,
        per_second: 0.5,
    };

    #[test]
    fn a_bucket_has_its_burst_and_then_its_rate() {
        let at = Duration::from_secs;
        let mut bucket = TokenBucket::full(RATE, at(100));
        assert!(bucket.is_full(RATE, at(100)));
        assert_eq!(bucket.take(RATE, at(100)), Ok(()));
        assert_eq!(bucket.take(RATE, at(100)), Ok(()));
        assert_eq!(bucket.take(RATE, at(100)), Err(at(2)));
        assert_eq!(bucket.take(RATE, at(101)), Err(at(1)));
        assert_eq!(bucket.take(RATE, at(102)), Ok(()));
        assert!(!bucket.is_full(RATE, at(105)));
        assert!(bucket.is_full(RATE, at(106)));
    }

    #[test]
    fn a_clock_that_goes_back_takes_nothing_away() {
        let mut bucket = TokenBucket::full(RATE, Duration::from_secs(100));
        assert_eq!(bucket.take(RATE, Duration::from_secs(50)), Ok(()));
        assert_eq!(bucket.take(RATE, Duration::from_secs(50)), Ok(()));
    }
}
