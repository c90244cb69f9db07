//! Moments as they are written on the command line.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment: a day, a time, or so many days ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// This one.
    At(Timestamp),
    /// So many days before now.
    Ago(i64),
}

impl Moment {
    /// When it is.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(days) => now
                .checked_sub(SignedDuration::from_hours(days.saturating_mul(24)))
                .unwrap_or(Timestamp::MIN),
        }
    }
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FIX: &str =
            "write a day (2026-11-01), a time (2026-11-01T08:00:00Z) or a number of days (7d)";
        if let Some(days) = text.strip_suffix('d') {
            let days = days.parse().ok().filter(|days| (0..100_000).contains(days));
            return days.map(Self::Ago).ok_or(FIX);
        }
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        let day: Date = text.parse().map_err(|_| FIX)?;
        let midnight = day.to_zoned(TimeZone::UTC).map_err(|_| FIX)?;
        Ok(Self::At(midnight.timestamp()))
    }
}
