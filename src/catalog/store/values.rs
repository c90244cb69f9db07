//! What statements give, and how times are stored.

use jiff::Timestamp;

/// What a statement gives.
pub(super) type Sql<T> = Result<T, sqlx::Error>;

/// A time as it is stored: microseconds since 1970.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A time of a row; `None` where it is out of range.
pub(super) fn time(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}
