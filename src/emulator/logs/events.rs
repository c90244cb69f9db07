//! The lines of a log.

use crate::engine::Millis;

/// The bytes that the service counts for each event besides its message ("CloudWatch Logs service quotas").
const EVENT_OVERHEAD_BYTES: usize = 26;
/// The most bytes of one answer.
const MAX_PAGE_BYTES: usize = 1_048_576;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When it was written.
    pub at: Millis,
    /// The text.
    pub message: String,
}

impl LogEvent {
    fn bytes(&self) -> usize {
        self.message.len() + EVENT_OVERHEAD_BYTES
    }
}

/// How many of these events fit into one answer of at most `limit` events: at least one.
pub fn page_length<'a>(events: impl Iterator<Item = &'a LogEvent>, limit: usize) -> usize {
    let mut bytes = 0;
    let fitting = events.take(limit).take_while(|event| {
        let is_first = bytes == 0;
        bytes += event.bytes();
        is_first || bytes <= MAX_PAGE_BYTES
    });
    fitting.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_at_its_limit_and_at_a_megabyte() {
        let event = |length| LogEvent {
            at: 0,
            message: "x".repeat(length),
        };
        let events = [event(500_000), event(500_000), event(100_000)];
        assert_eq!(page_length(events.iter(), 10), 2);
        assert_eq!(page_length(events.iter(), 1), 1);
        assert_eq!(page_length([event(2_000_000)].iter(), 10), 1);
        assert_eq!(page_length([].iter(), 10), 0);
    }
}
