//! Logs as Amazon CloudWatch Logs reports them.

use jiff::Timestamp;

/// One stream of a log group: what one container of a job wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStream {
    /// Its name, which begins with that of the job.
    pub name: String,
    /// When its first line was written, if it has one.
    pub first_event: Option<Timestamp>,
    /// When the service last received something for it.
    pub last_ingestion: Option<Timestamp>,
}

/// One event of a log: usually a line, of at most 1 MB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When it was written, to the millisecond.
    pub at: Option<Timestamp>,
    /// The text, as it was written: it may hold any character.
    pub message: String,
}
