//! The emulator's clock: the system's, which can be moved forward, frozen or sped up by a control request.

use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// Possible speeds of a clock, relative to the system's.
pub const SPEED_RANGE: std::ops::RangeInclusive<f64> = 0.01..=100_000.0;

/// A clock in milliseconds since the epoch. It never goes backwards, even if the system's clock does.
#[derive(Debug)]
pub struct Clock {
    setting: ClockSetting,
    latest: i64,
}

/// How the clock is derived from the system's clock; it is stored in the state file.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClockSetting {
    /// The time that it showed at some moment.
    shown: i64,
    /// The system time at that moment.
    machine: i64,
    /// Its speed relative to the system's clock.
    rate: f64,
    /// Whether it is frozen.
    frozen: bool,
}

impl Default for Clock {
    fn default() -> Clock {
        let now = system_millis();
        Clock::set(
            ClockSetting {
                shown: now,
                machine: now,
                rate: 1.0,
                frozen: false,
            },
            now,
        )
    }
}

impl Clock {
    /// A clock with a setting that has already shown `latest`. Unless it is frozen, it kept running in between.
    pub fn set(setting: ClockSetting, latest: i64) -> Clock {
        Clock { setting, latest }
    }

    /// The setting.
    pub fn setting(&self) -> ClockSetting {
        self.setting
    }

    /// The time now.
    pub fn now(&mut self) -> i64 {
        let ClockSetting {
            shown,
            machine: then,
            rate,
            frozen,
        } = self.setting;
        let now = match frozen {
            true => shown,
            false => {
                let passed = system_millis().saturating_sub(then) as f64 * rate;
                shown.saturating_add(passed as i64)
            }
        };
        self.latest = self.latest.max(now);
        self.latest
    }

    /// Moves the clock forward.
    pub fn advance(&mut self, milliseconds: i64) {
        self.setting.shown = self.setting.shown.saturating_add(milliseconds);
    }

    /// Freezes the clock, so that only [`Clock::advance`] moves it; or lets it run on from the time it shows.
    pub fn freeze(&mut self, still: bool) {
        self.rebase();
        self.setting.frozen = still;
    }

    /// Sets its speed relative to the system's clock from now on.
    pub fn run_at(&mut self, rate: f64) {
        self.rebase();
        self.setting.rate = rate;
    }

    /// Whether it is frozen.
    pub fn is_frozen(&self) -> bool {
        self.setting.frozen
    }

    /// Its speed relative to the system's clock.
    pub fn rate(&self) -> f64 {
        self.setting.rate
    }

    /// Makes further changes count from the time it shows now.
    fn rebase(&mut self) {
        self.setting.shown = self.now();
        self.setting.machine = system_millis();
    }
}

fn system_millis() -> i64 {
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
    fn a_frozen_clock_moves_only_by_request() {
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

    #[test]
    fn a_sped_up_clock_gains_on_the_system_clock() {
        let mut clock = Clock::default();
        let before = clock.now();
        clock.setting.machine -= 1_000;
        clock.setting.shown -= 1_000;
        clock.run_at(100.0);
        assert!(clock.now() - before < 60_000, "it counts from now on only");
        clock.setting.machine -= 1_000;
        assert!(clock.now() >= before + 100_000);
    }

    #[test]
    fn a_restored_clock_ran_on_unless_it_was_frozen() {
        let mut clock = Clock::default();
        clock.advance(3_600_000);
        let shown = clock.now();
        let mut again = Clock::set(clock.setting(), shown);
        assert!(again.now() >= shown);
        again.freeze(true);
        let stood = again.now();
        assert_eq!(Clock::set(again.setting(), 0).now(), stood);
        let mut behind = Clock::set(again.setting(), stood + 5);
        assert_eq!(behind.now(), stood + 5, "it never goes backwards");
    }
}
