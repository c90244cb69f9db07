//! The emulator's clock: the machine's, moved forward, held still or sped up by a control call.

use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many times as fast as the machine's a clock may run.
pub const SPEED_RANGE: std::ops::RangeInclusive<f64> = 0.01..=100_000.0;

/// Tells the time in milliseconds since the epoch. It never goes backwards, even where the machine's clock does.
#[derive(Debug)]
pub struct Clock {
    setting: ClockSetting,
    latest: i64,
}

/// How a clock stands to the machine's: what has to be kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClockSetting {
    /// What it showed at some moment.
    shown: i64,
    /// What the machine's showed then.
    machine: i64,
    /// How many times as fast as the machine's it runs.
    rate: f64,
    /// Whether it is held still.
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
    /// A clock that was set like this and showed `latest` already. Unless it was frozen, it ran on meanwhile.
    pub fn set(setting: ClockSetting, latest: i64) -> Clock {
        Clock { setting, latest }
    }

    /// How it is set.
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

    /// Holds the clock still, so that only [`Clock::advance`] moves it; or lets it run on from where it stood.
    pub fn freeze(&mut self, still: bool) {
        self.rebase();
        self.setting.frozen = still;
    }

    /// Lets it run so many times as fast as the machine's from now on.
    pub fn run_at(&mut self, rate: f64) {
        self.rebase();
        self.setting.rate = rate;
    }

    /// Whether it is held still.
    pub fn is_frozen(&self) -> bool {
        self.setting.frozen
    }

    /// How many times as fast as the machine's it runs.
    pub fn rate(&self) -> f64 {
        self.setting.rate
    }

    /// What is set next counts from what it shows now.
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

    #[test]
    fn a_clock_that_is_sped_up_gains_on_the_machine() {
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
    fn a_clock_that_is_set_again_ran_on_unless_it_was_frozen() {
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
