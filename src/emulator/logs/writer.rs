//! Writes the lines of one stream, each some time after the one before.

use super::events::LogEvent;
use crate::engine::{Millis, SeededRandom};
use jiff::Timestamp;

/// The most lines of one stream.
const MAX_LINES: usize = 50_000;

/// A stream while it is written.
pub struct LogWriter {
    at: Millis,
    /// Nothing is written later.
    until: Millis,
    speed: f64,
    random: SeededRandom,
    events: Vec<LogEvent>,
}

impl LogWriter {
    /// A stream that begins and ends then; times between lines are divided by `speed`.
    pub fn new(begun: Millis, until: Millis, speed: f64, random: SeededRandom) -> Self {
        Self {
            at: begun,
            until,
            speed: speed.max(0.001),
            random,
            events: Vec::new(),
        }
    }

    /// Whether there is room for a line that comes `seconds` nominal seconds after the last.
    pub fn has_room(&self, seconds: f64) -> bool {
        self.later(seconds) < self.until && self.events.len() < MAX_LINES
    }

    /// Writes a line `seconds` nominal seconds after the last, unless the stream ends before.
    pub fn line(&mut self, seconds: f64, text: impl FnOnce(&Line) -> String) {
        if !self.has_room(seconds) {
            self.at = self.until;
            return;
        }
        self.at = self.later(seconds);
        let line = Line {
            at: self.at,
            random: self.random.with(self.events.len() as u64),
        };
        let message = text(&line);
        self.events.push(LogEvent {
            at: self.at,
            message,
        });
    }

    /// Writes a last line, at the stream's end.
    pub fn last(&mut self, text: impl FnOnce(&Line) -> String) {
        let line = Line {
            at: self.until,
            random: self.random,
        };
        let message = text(&line);
        self.events.push(LogEvent {
            at: self.until,
            message,
        });
    }

    /// The lines.
    pub fn into_events(self) -> Vec<LogEvent> {
        self.events
    }

    fn later(&self, seconds: f64) -> Millis {
        self.at + (seconds * 1000.0 / self.speed) as Millis
    }
}

/// A line while it is written: its time, and draws of its own.
pub struct Line {
    at: Millis,
    pub random: SeededRandom,
}

impl Line {
    /// Its time as Python's logging writes it: `2026-11-28 10:04:05,678`.
    pub fn python_time(&self) -> String {
        let time = Timestamp::from_millisecond(self.at).unwrap_or_default();
        format!(
            "{},{:03}",
            time.strftime("%Y-%m-%d %H:%M:%S"),
            self.at.rem_euclid(1000)
        )
    }

    /// Its time in a format of `strftime`.
    pub fn time(&self, format: &str) -> String {
        let time = Timestamp::from_millisecond(self.at).unwrap_or_default();
        time.strftime(format).to_string()
    }
}
