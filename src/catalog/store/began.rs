//! When the executions of a list began.

use jiff::Timestamp;

/// When the executions of a list began, for a list that stays as it was while others begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalog) enum Began {
    /// At any time.
    Ever,
    /// At this time or earlier.
    Until(Timestamp),
    /// Later.
    After(Timestamp),
    /// At a time that is not known.
    Unknown,
}

impl Began {
    /// What is listed up to a time, if there is one.
    pub(in crate::catalog) fn shown_until(until: Option<Timestamp>) -> Self {
        until.map_or(Self::Ever, Self::Until)
    }
}
