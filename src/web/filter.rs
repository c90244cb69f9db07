//! Filters of lists, as their queries hold them.

use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::PageError;
use super::shell::Shell;
use super::texts::errors::{self, FilterError};

/// A day in UTC (its start, or the start of the next day for an `end` that includes it) or a moment;
/// `None` where the text is empty.
///
/// # Errors
/// The text is neither.
pub fn day(text: &str, end: bool) -> Result<Option<Timestamp>, FilterError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(Some(moment));
    }
    let refused = || FilterError::Date(text.to_owned());
    let date: Date = text.parse().map_err(|_| refused())?;
    let date = if end {
        date.tomorrow().map_err(|_| refused())?
    } else {
        date
    };
    date.to_zoned(TimeZone::UTC)
        .map(|zoned| Some(zoned.timestamp()))
        .map_err(|_| refused())
}

/// The page for a filter that cannot be understood.
pub fn unreadable(shell: &Shell, error: &FilterError) -> PageError {
    let text = errors::unreadable_filter(error);
    PageError::new(shell.clone(), StatusCode::BAD_REQUEST, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_is_included() {
        let shown = |text, end| day(text, end).map(|at| at.map(|at| at.to_string()));
        assert_eq!(
            shown("2026-11-23", false),
            Ok(Some("2026-11-23T00:00:00Z".to_owned()))
        );
        assert_eq!(
            shown("2026-11-23", true),
            Ok(Some("2026-11-24T00:00:00Z".to_owned()))
        );
        assert_eq!(shown(" ", true), Ok(None));
        assert_eq!(
            day("yesterday", false),
            Err(FilterError::Date("yesterday".to_owned()))
        );
    }
}
