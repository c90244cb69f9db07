use super::csv::{harmless, header, line, quoted};
use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_time_bound_is_a_day_a_time_or_a_number_of_days_ago() {
    let now = at("2026-11-24T12:00:00Z");
    for (text, expected) in [
        ("2026-11-01", "2026-11-01T00:00:00Z"),
        ("2026-11-01T08:00:00+02:00", "2026-11-01T06:00:00Z"),
        ("7d", "2026-11-17T12:00:00Z"),
        ("0d", "2026-11-24T12:00:00Z"),
    ] {
        let bound: TimeBound = text.parse().unwrap();
        assert_eq!(bound.resolve(now), at(expected), "{text}");
    }
    for text in ["", "d", "-1d", "yesterday", "2026-13-01", "7 d", "7"] {
        assert!(text.parse::<TimeBound>().is_err(), "{text}");
    }
}

#[test]
fn cells_are_quoted_where_necessary_and_are_never_formulas() {
    assert_eq!(quoted("plain"), "plain");
    assert_eq!(quoted("a,b"), "\"a,b\"");
    assert_eq!(quoted("say \"no\"\n"), "\"say \"\"no\"\"\n\"");
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        assert_eq!(harmless(formula), format!("'{formula}"));
    }
    assert_eq!(harmless("a=1"), "a=1");
}

#[test]
fn a_line_has_as_many_cells_as_the_header() {
    let mut record = AuditRecord::new();
    record.insert("reason".into(), "=HYPERLINK(\"x\")".into());
    record.insert("ms".into(), 12.into());
    let mut out = Vec::new();
    header(&mut out).unwrap();
    line(&record, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
    let commas = |line: &str| line.matches(',').count();
    assert_eq!(commas(lines[0]), commas(lines[1]));
}
