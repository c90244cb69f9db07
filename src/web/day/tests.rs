use jiff::ToSpan;
use proptest::prelude::*;

use super::*;

fn shown(text: &str, end: RangeEnd, name: &str) -> Option<String> {
    let zone = zone(name).expect(name);
    moment(text, end, &zone).map(|at| at.to_string())
}

#[test]
fn a_last_day_is_included() {
    let both = |name| {
        [RangeEnd::First, RangeEnd::Last].map(|end| shown("2026-11-23", end, name).expect(name))
    };
    assert_eq!(
        both("UTC"),
        ["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"]
    );
    assert_eq!(
        both("America/Los_Angeles"),
        ["2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"]
    );
    assert_eq!(
        both("Asia/Kolkata"),
        ["2026-11-22T18:30:00Z", "2026-11-23T18:30:00Z"]
    );
}

#[test]
fn days_have_23_to_25_hours() {
    for (name, day, hours) in [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/Los_Angeles", "2026-03-08", 23),
        ("America/Los_Angeles", "2026-11-01", 25),
        // Clocks go forward at midnight, and back to it.
        ("Africa/Cairo", "2026-04-24", 23),
        ("America/Havana", "2015-11-01", 25),
        // A day that Samoa left out.
        ("Pacific/Apia", "2011-12-30", 0),
        // From 23:30 to 00:30.
        ("America/Toronto", "1919-03-31", 23),
    ] {
        let zone = zone(name).expect(name);
        let [from, to] =
            [RangeEnd::First, RangeEnd::Last].map(|end| moment(day, end, &zone).expect(day));
        let length = from.until(to).expect("a span").total(jiff::Unit::Hour);
        let expected = if name == "America/Toronto" {
            23.5
        } else {
            f64::from(hours)
        };
        assert_eq!(length.expect("hours"), expected, "{name} {day}");
    }
}

#[test]
fn times_are_those_of_the_zone_unless_they_name_an_offset() {
    let at = |text| shown(text, RangeEnd::Last, "Asia/Kolkata");
    assert_eq!(
        at("2026-11-23T14:00").as_deref(),
        Some("2026-11-23T08:30:00Z")
    );
    assert_eq!(
        at("2026-11-23 14:00").as_deref(),
        Some("2026-11-23T08:30:00Z")
    );
    assert_eq!(
        at("2026-11-23T14:00:00Z").as_deref(),
        Some("2026-11-23T14:00:00Z")
    );
    for text in [
        "",
        "yesterday",
        "2026-13-45",
        "23.11.2026",
        "9999-12-31",
        "14:00",
    ] {
        assert_eq!(at(text), None, "{text}");
    }
}

#[test]
fn zones_are_those_of_the_iana_database() {
    for name in [
        "UTC",
        "Europe/Berlin",
        "asia/kolkata",
        "Asia/Calcutta",
        "America/Argentina/Ushuaia",
    ] {
        assert!(zone(name).is_some(), "{name}");
    }
    for name in [
        "",
        "Nope",
        "Etc/Unknown",
        "../../etc/passwd",
        "+05:30",
        "CET-1CEST",
        "Europe/Berlin\0",
    ] {
        assert!(zone(name).is_none(), "{name:?}");
    }
}

const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Apia",
    "Pacific/Chatham",
];

proptest! {
    /// Every minute is in the range of the day that a clock on the wall shows, and in no other.
    #[test]
    fn a_day_is_the_minutes_whose_clock_shows_it(
        name in prop::sample::select(ZONES.to_vec()),
        year in 2000_i16..2040,
        day_of_year in 1_i16..=365,
    ) {
        let zone = zone(name).expect("a known zone");
        let day = Date::new(year, 1, 1).expect("a year") + i64::from(day_of_year - 1).days();
        let text = day.to_string();
        let [from, to] = [RangeEnd::First, RangeEnd::Last]
            .map(|end| moment(&text, end, &zone).expect("a moment"));
        let mut minute = day.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a time").timestamp() - 30.hours();
        for _ in 0..84 * 60 {
            let is_shown = minute.to_zoned(zone.clone()).date() == day;
            prop_assert_eq!((from..to).contains(&minute), is_shown, "{} {} {}", name, day, minute);
            minute += 1.minute();
        }
    }
}
