//! How long a cached result is valid: `ExpireAfter`.

use super::Millis;

const SECOND: f64 = 1_000.0;
const DAY: f64 = 86_400.0 * SECOND;

/// The units of a date, in the order in which they are written, with their length in milliseconds.
const DATE_UNITS: [(char, f64); 4] = [
    ('Y', 365.0 * DAY),
    ('M', 30.0 * DAY),
    ('W', 7.0 * DAY),
    ('D', DAY),
];
/// The units of a time, which follow a `T`.
const TIME_UNITS: [(char, f64); 3] = [('H', 3_600.0 * SECOND), ('M', 60.0 * SECOND), ('S', SECOND)];

/// Parses an ISO 8601 duration (`P30D`, `PT12H`), or the short form of it in AWS's guide to caching, which has no `P`
/// and small letters (`30d`, `5y`, `T16m`, `30dT5h`). `None` for anything else, and for a duration of nothing.
pub fn parse(text: &str) -> Option<Millis> {
    let text = text.to_ascii_uppercase();
    let text = text.strip_prefix('P').unwrap_or(&text);
    let (date, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    let total = sum(date, &DATE_UNITS)? + sum(time, &TIME_UNITS)?;
    (total > 0.0).then_some(total as Millis)
}

/// The sum of numbers with units, each unit once and in order.
fn sum(text: &str, units: &[(char, f64)]) -> Option<f64> {
    let mut rest = text;
    let mut units = units.iter();
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = rest.split_at(end);
        let letter = unit.chars().next()?;
        let (_, length) = units.find(|(known, _)| *known == letter)?;
        total += number.parse::<f64>().ok()? * length;
        rest = &unit[letter.len_utf8()..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed_in_both_spellings() {
        const MINUTE: Millis = 60_000;
        for (text, minutes) in [
            ("PT1H", 60),
            ("P30D", 30 * 24 * 60),
            ("30d", 30 * 24 * 60),
            ("T16m", 16),
            ("30dT5h", 30 * 24 * 60 + 300),
            ("P30M", 30 * 30 * 24 * 60),
            ("1w", 7 * 24 * 60),
            ("1y", 365 * 24 * 60),
            ("5y", 5 * 365 * 24 * 60),
            ("1y30d", 395 * 24 * 60),
            ("P1Y2M3DT4H5M", (365 + 60 + 3) * 24 * 60 + 245),
        ] {
            assert_eq!(parse(text), Some(minutes * MINUTE), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "", "P", "PT", "T", "soon", "12", "12h", "30dT", "1d1y", "1d2d", "-1d", "0d", "1.2.3d",
            "d", "PP1D", "1dT1d", "1é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
