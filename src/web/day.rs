//! Days and moments as people type them: where a day begins in a time zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::domain::day_beginning;

/// Which end of a range a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeEnd {
    /// The first moment of the range: a day's beginning.
    First,
    /// The moment after the range: the beginning of the day after, so that the day is part of it.
    Last,
}

/// The zone of this IANA name, in any case; `None` where there is none.
pub fn zone(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok()?;
    (!zone.is_unknown()).then_some(zone)
}

/// The moment that a typed text stands for: a day (`2026-11-23`) or a time of day (`2026-11-23T14:00`) on the clocks
/// of `zone`, or a moment that names its own offset (`2026-11-23T14:00:00Z`). `None` where it is none of these, or not
/// within the years -9999 to 9999.
pub fn moment(text: &str, end: RangeEnd, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let clock: DateTime = text.parse().ok()?;
    if !is_day(text) {
        return zone.to_ambiguous_timestamp(clock).compatible().ok();
    }
    let day = match end {
        RangeEnd::First => clock.date(),
        RangeEnd::Last => clock.date().tomorrow().ok()?,
    };
    day_beginning(day, zone).ok()
}

/// Whether this is a day as date fields of browsers hold it: `2026-11-23`.
pub fn is_day(text: &str) -> bool {
    let is_day = |day: Date| day.to_string() == text;
    text.parse().is_ok_and(is_day)
}

#[cfg(test)]
mod tests;
