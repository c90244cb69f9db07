//! Times and lengths of time as people type them in a filter.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::day::day_beginning;

/// The last hour of a day that is part of a night, and the first hour that no longer is.
const NIGHT_HOURS: (i8, i8) = (18, 8);
/// Digits of a number of units at most, so that sums stay small.
const MAX_UNIT_DIGITS: usize = 9;

/// A length of time: `90m`, `24h`, `1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) seconds: i64,
}

impl Length {
    /// Reads numbers with units: `s`, `m`, `h`, `d` and `w`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut seconds = 0;
        while !rest.is_empty() || text.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits == 0 || digits > MAX_UNIT_DIGITS {
                return None;
            }
            let number: i64 = rest[..digits].parse().ok()?;
            let unit = rest[digits..].chars().next()?;
            seconds += number * seconds_of(unit)?;
            rest = &rest[digits + unit.len_utf8()..];
        }
        Some(Self { seconds })
    }

    pub(super) fn micros(self) -> i64 {
        self.seconds.saturating_mul(1_000_000)
    }
}

fn seconds_of(unit: char) -> Option<i64> {
    Some(match unit.to_ascii_lowercase() {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    })
}

/// A time as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeWord {
    /// So long ago.
    Ago(Length),
    /// The current day.
    Today,
    /// The day before.
    Yesterday,
    /// From the evening of the day before to the morning of the current day.
    LastNight,
    /// The last such day, which may be the current one.
    Weekday(Weekday),
    /// A day.
    Day(Date),
    /// A time on the clocks of the reader's zone.
    Clock(DateTime, SignedDuration),
    /// A time that names its own offset.
    Moment(Timestamp, SignedDuration),
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl TimeWord {
    pub(super) fn read(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "today" => return Some(Self::Today),
            "yesterday" => return Some(Self::Yesterday),
            "last-night" => return Some(Self::LastNight),
            _ => {}
        }
        if let Some((_, day)) = WEEKDAYS.iter().find(|(name, _)| *name == lower) {
            return Some(Self::Weekday(*day));
        }
        if let Some(length) = Length::read(text) {
            return Some(Self::Ago(length));
        }
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Self::Moment(moment, precision(text)));
        }
        let clock: DateTime = text.parse().ok()?;
        Some(match text.contains([':', 'T', 't', ' ']) {
            true => Self::Clock(clock, precision(text)),
            false => Self::Day(clock.date()),
        })
    }

    /// Its first moment and the moment after it. A time that is out of range is at the end of what times there are.
    pub(super) fn range(self, now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let today = now.to_zoned(zone.clone()).date();
        let yesterday = today.yesterday().unwrap_or(today);
        let clock = |at: DateTime| {
            let at = zone.to_ambiguous_timestamp(at).compatible();
            at.unwrap_or(Timestamp::MAX)
        };
        match self {
            Self::Ago(length) => {
                let length = SignedDuration::from_secs(length.seconds);
                let at = now.saturating_sub(length).unwrap_or(Timestamp::MIN);
                (at, after(at, SignedDuration::from_micros(1)))
            }
            Self::Today => day(today, zone),
            Self::Yesterday => day(yesterday, zone),
            Self::LastNight => (
                clock(yesterday.at(NIGHT_HOURS.0, 0, 0, 0)),
                clock(today.at(NIGHT_HOURS.1, 0, 0, 0)),
            ),
            Self::Weekday(weekday) => {
                let days = today.weekday().since(weekday);
                let last = today.checked_sub(jiff::Span::new().days(i64::from(days)));
                day(last.unwrap_or(today), zone)
            }
            Self::Day(date) => day(date, zone),
            Self::Clock(at, length) => (clock(at), after(clock(at), length)),
            Self::Moment(at, length) => (at, after(at, length)),
        }
    }
}

fn day(date: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let beginning = |date: Date| day_beginning(date, zone).ok();
    let next = date.tomorrow().ok().and_then(beginning);
    let first = beginning(date).unwrap_or(Timestamp::MAX);
    (first, next.unwrap_or(Timestamp::MAX))
}

fn after(at: Timestamp, length: SignedDuration) -> Timestamp {
    at.saturating_add(length).unwrap_or(Timestamp::MAX)
}

/// How long a typed time lasts: a minute where it has no seconds.
fn precision(text: &str) -> SignedDuration {
    let clock = text.split(['T', 't', ' ']).nth(1).unwrap_or_default();
    let clock = clock.split(['Z', 'z', '+', '-']).next().unwrap_or_default();
    match (clock.contains(['.', ',']), clock.matches(':').count()) {
        (true, _) => SignedDuration::from_micros(1),
        (_, 0 | 1) => SignedDuration::from_mins(1),
        _ => SignedDuration::from_secs(1),
    }
}
