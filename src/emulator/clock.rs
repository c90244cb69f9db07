//! The emulator's clock: the machine's, moved forward or held still by a control call.

use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time in milliseconds since the epoch. It never goes backwards, even where the machine's clock does.
#[derive(Debug, Default)]
pub struct Clock {
    offset: i64,
    frozen: Option<i64>,
    latest: i64,
}

impl Clock {
    /// The time now.
    pub fn now(&mut self) -> i64 {
        let now = self
            .frozen
            .unwrap_or_else(|| machine().saturating_add(self.offset));
        self.latest = self.latest.max(now);
        self.latest
    }

    /// Moves the clock forward.
    pub fn advance(&mut self, milliseconds: i64) {
        match &mut self.frozen {
            Some(now) => *now = now.saturating_add(milliseconds),
            None => self.offset = self.offset.saturating_add(milliseconds),
        }
    }

    /// Holds the clock still, so that only [`Clock::advance`] moves it; or lets it run on from where it stood.
    pub fn freeze(&mut self, still: bool) {
        let now = self.now();
        self.frozen = still.then_some(now);
        if !still {
            self.offset = now.saturating_sub(machine());
        }
    }

    /// Whether it is held still.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }
}

fn machine() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let mut clock = Clock::default();
        clock.freeze(true);
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(60_000);
        assert_eq!(clock.now(), before + 60_000);
        clock.freeze(false);
        assert!(clock.now() >= before + 60_000);
        assert!(!clock.is_frozen());
    }

    #[test]
    fn a_running_clock_can_be_moved_forward() {
        let mut clock = Clock::default();
        let before = clock.now();
        clock.advance(3_600_000);
        assert!(clock.now() >= before + 3_600_000);
    }
}
