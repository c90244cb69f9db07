//! Where a day begins in a time zone.

use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Error, Timestamp};

/// The first moment of a day. Where the clocks are put forward over midnight that is not 00:00.
///
/// # Errors
/// That the day is not within the years -9999 to 9999.
pub fn day_beginning(day: Date, zone: &TimeZone) -> Result<Timestamp, Error> {
    let midnight = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0));
    if let AmbiguousOffset::Gap { .. } = midnight.offset() {
        let before = midnight.earlier()?;
        if let Some(change) = zone.following(before).next() {
            return Ok(change.timestamp());
        }
    }
    midnight.compatible()
}
