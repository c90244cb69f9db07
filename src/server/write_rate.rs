//! How often one person may send forms.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// People remembered at most; whoever rests for a minute is forgotten first.
const PEOPLE: usize = 10_000;

/// A minute, in which the allowance grows back whole.
const MINUTE: Duration = Duration::from_secs(60);

/// What each person has left of what they may send a minute.
pub(super) struct WriteRateLimiter {
    a_minute: f64,
    left: Mutex<HashMap<String, (f64, Instant)>>,
}

impl WriteRateLimiter {
    pub(super) fn new(a_minute: u32) -> Self {
        Self {
            a_minute: f64::from(a_minute),
            left: Mutex::default(),
        }
    }

    /// Takes one from what `person` has left; the error tells how long to wait for the next.
    pub(super) fn take(&self, person: &str, now: Instant) -> Result<(), Duration> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() >= PEOPLE && !left.contains_key(person) {
            left.retain(|_, (_, at)| now.saturating_duration_since(*at) < MINUTE);
        }
        let (had, since) = left.get(person).copied().unwrap_or((self.a_minute, now));
        let grown = now.saturating_duration_since(since).as_secs_f64() * self.a_minute / 60.0;
        let has = (had + grown).min(self.a_minute);
        if has < 1.0 {
            left.insert(person.to_owned(), (has, now));
            return Err(Duration::from_secs_f64((1.0 - has) * 60.0 / self.a_minute));
        }
        left.insert(person.to_owned(), (has - 1.0, now));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_has_a_minutes_allowance_that_grows_back() {
        let pace = WriteRateLimiter::new(6);
        let now = Instant::now();
        for _ in 0..6 {
            assert_eq!(pace.take("ada", now), Ok(()));
        }
        let wait = pace.take("ada", now).expect_err("the allowance is used up");
        assert!((9.9..10.1).contains(&wait.as_secs_f64()), "{wait:?}");
        assert_eq!(pace.take("bo", now), Ok(()));
        let later = now + Duration::from_secs(10);
        assert_eq!(pace.take("ada", later), Ok(()));
        assert!(pace.take("ada", later).is_err());
        let much_later = later + Duration::from_secs(3600);
        for _ in 0..6 {
            assert_eq!(pace.take("ada", much_later), Ok(()));
        }
        assert!(pace.take("ada", much_later).is_err());
    }
}
