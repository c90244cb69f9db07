//! How times, durations and names from elsewhere are shown.

use std::borrow::Cow;
use std::fmt::Write;

use jiff::Timestamp;

/// The time as machines read it: `2026-11-23T14:02:11Z`.
pub fn iso_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The time as people read it where no script shows their own zone: `23 Nov 2026 14:02 UTC`.
pub fn utc_text(at: Timestamp) -> String {
    at.strftime("%-d %b %Y %H:%M UTC").to_string()
}

/// The time to the second: `23 Nov 2026 14:02:11 UTC`.
pub fn utc_text_to_the_second(at: Timestamp) -> String {
    at.strftime("%-d %b %Y %H:%M:%S UTC").to_string()
}

/// A duration: `48s`, `3m 05s`, `2h 04m`, `3d 07h`. `times.js` formats them alike.
pub fn duration_text(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{minutes}m {:02}s", seconds % 60),
        3_600..86_400 => format!("{hours}h {:02}m", minutes % 60),
        _ => format!("{days}d {:02}h", hours % 24),
    }
}

/// Seconds from one moment to another.
pub fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second() - from.as_second()
}

/// Seconds that something took, or has taken so far while it is `running`; `None` where that is not known.
pub fn seconds_taken(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    running: bool,
    now: Timestamp,
) -> Option<i64> {
    let to = if running { Some(now) } else { to };
    Some(seconds_between(from?, to?))
}

/// Text from elsewhere with control and bidirectional formatting characters shown as symbols, so that no
/// name can look like another one.
pub fn visible_text(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            // U+2400 to U+241F are the symbols for U+0000 to U+001F.
            '\0'..='\x1f' => shown.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\x7f' => shown.push('\u{2421}'),
            c if is_hidden(c) => {
                let _ = write!(shown, "⟨U+{:04X}⟩", c as u32);
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Text for an XML document, which cannot contain some characters even escaped (XML 1.0, production 2):
/// each becomes U+FFFD.
pub fn xml_text(text: &str) -> Cow<'_, str> {
    let impossible = |c: char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if text.contains(impossible) {
        Cow::Owned(text.replace(impossible, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The style of a status.
pub fn status_class(status: &str) -> &'static str {
    match status {
        "Succeeded" | "Cached" | "Reused" | "Completed" | "InService" => "s-ok",
        "Failed" => "s-bad",
        "Executing" | "Starting" | "InProgress" => "s-run",
        "Stopping" | "Stopped" => "s-stop",
        "CompletedWithFailures" => "s-warn",
        _ => "s-idle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_and_sortable_by_eye() {
        let shown: Vec<_> = [-5, 0, 48, 60, 185, 7_440, 90_000, 800_000]
            .into_iter()
            .map(duration_text)
            .collect();
        assert_eq!(
            shown,
            [
                "0s", "0s", "48s", "1m 00s", "3m 05s", "2h 04m", "1d 01h", "9d 06h"
            ]
        );
    }

    #[test]
    fn hidden_characters_of_a_name_are_shown() {
        assert_eq!(visible_text("plain – ünï שלום"), "plain – ünï שלום");
        assert_eq!(visible_text("a\u{202e}b\0c\x7f"), "a⟨U+202E⟩b␀c␡");
    }

    #[test]
    fn characters_that_xml_cannot_contain_are_replaced() {
        assert_eq!(xml_text("a\n<b>\u{202e}"), "a\n<b>\u{202e}");
        assert_eq!(xml_text("a\0b\x1f\u{ffff}"), "a\u{fffd}b\u{fffd}\u{fffd}");
    }
}
