//! The times between which records are exported, as they are written on the command line.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A day, a time, or a number of days ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeBound {
    /// This time; of a day, its beginning in UTC.
    At(Timestamp),
    /// This many days before now.
    Ago(i64),
}

impl TimeBound {
    /// The time it stands for.
    pub fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(days) => now
                .checked_sub(SignedDuration::from_hours(days.saturating_mul(24)))
                .unwrap_or(Timestamp::MIN),
        }
    }
}

impl FromStr for TimeBound {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str =
            "write a day (2026-11-01), a time (2026-11-01T08:00:00Z) or a number of days (7d)";
        if let Some(days) = text.strip_suffix('d') {
            let days = days.parse().ok().filter(|days| (0..100_000).contains(days));
            return days.map(Self::Ago).ok_or(EXPECTED);
        }
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        let day: Date = text.parse().map_err(|_| EXPECTED)?;
        let midnight = day.to_zoned(TimeZone::UTC).map_err(|_| EXPECTED)?;
        Ok(Self::At(midnight.timestamp()))
    }
}
