//! Filters of lists, as their queries hold them. What a filter says that nothing can match is an error, which the list
//! shows beside the field instead of rows.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::day::{self, RangeEnd};
use super::fmt::status_class;
use super::htmx::HtmxRequest;
use super::links::with_query;
use super::mount::MOUNT_PARAMS;
use super::query::QueryPairs;
use super::texts::filter::FilterError;
use super::texts::{grouped, status::word};
use crate::domain::filter::{Filter, FilterMoment, Groups};

/// The query parameter that names the time zone of the days in an address. The script sends the reader's, so that a
/// day is the one that the rows show.
const ZONE_PARAM: &str = "tz";

/// The days that a filter is about.
pub struct DayRange {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment after the last.
    pub to: Option<Timestamp>,
    /// As the fields show it.
    pub fields: DayFields,
    /// The zone whose days they are.
    pub time_zone: TimeZone,
}

/// What the fields of a range of days hold.
#[derive(Debug, Clone, Default)]
pub struct DayFields {
    /// The first day, as it was typed.
    pub from: String,
    /// The last day, as it was typed.
    pub to: String,
    /// The zone in the address: an IANA name, or nothing where the address names none.
    pub zone: String,
}

impl DayFields {
    /// The zone whose days these are.
    pub fn zone_name(&self) -> &str {
        if self.zone.is_empty() {
            "UTC"
        } else {
            &self.zone
        }
    }

    /// Whether a date field of a browser shows this text; it would drop any other.
    pub fn fits_date_field(&self, text: &str) -> bool {
        text.is_empty() || day::is_day(text)
    }
}

impl DayRange {
    /// The range of a query: `from` and `to` in the zone `tz`, which is UTC where there is none.
    pub fn read(query: &QueryPairs, errors: &mut Vec<FilterError>) -> Self {
        let given = query.text(ZONE_PARAM).trim();
        let zone = match day::zone(given) {
            _ if given.is_empty() => None,
            None => {
                errors.push(FilterError::Zone(given.to_owned()));
                None
            }
            known => known,
        };
        let name = zone.as_ref().and_then(TimeZone::iana_name);
        let name = name.unwrap_or_default().to_owned();
        let zone = zone.unwrap_or(TimeZone::UTC);
        let mut bound = |field: &'static str, end| {
            let text = query.text(field).trim();
            if text.is_empty() {
                return None;
            }
            let at = day::moment(text, end, &zone);
            if at.is_none() {
                errors.push(FilterError::Date(field, text.to_owned()));
            }
            at
        };
        let from = bound("from", RangeEnd::First);
        let to = bound("to", RangeEnd::Last);
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            errors.push(FilterError::EmptyRange);
        }
        Self {
            from,
            to,
            fields: DayFields {
                from: query.text("from").trim().to_owned(),
                to: query.text("to").trim().to_owned(),
                zone: name,
            },
            time_zone: zone,
        }
    }
}

/// The filter that is written in the query parameter `filter`.
pub struct TextFilter {
    /// As it was typed.
    pub text: String,
    /// As it was read; empty where it is wrong.
    pub filter: Filter,
    /// What it asks for at this moment.
    pub groups: Groups,
}

impl TextFilter {
    /// Reads it; its days are those of this zone.
    pub fn read(
        query: &QueryPairs,
        zone: &TimeZone,
        now: Timestamp,
        errors: &mut Vec<FilterError>,
    ) -> Self {
        let text = query.text("filter").to_owned();
        let filter = Filter::parse(&text).unwrap_or_else(|error| {
            errors.push(FilterError::Text(text.clone(), error));
            Filter::default()
        });
        let moment = FilterMoment {
            now,
            zone: zone.clone(),
        };
        Self {
            groups: filter.resolve(&moment),
            filter,
            text,
        }
    }
}

/// A value that narrows a list, as a link with how many rows it leaves.
pub struct FilterChip {
    /// What scripts know it by.
    pub key: String,
    /// What it is called.
    pub word: String,
    /// The style of its mark; none where it is empty.
    pub class: &'static str,
    /// How many rows it leaves.
    pub count: String,
    /// Whether the list is narrowed to it.
    pub on: bool,
    /// The list narrowed to it, or no longer.
    pub href: String,
}

impl FilterChip {
    /// The chip of a status in a list that several statuses can narrow; a chosen one leads to the list without it.
    pub fn status(path: &str, query: &QueryPairs, status: &str, count: u64, on: bool) -> Self {
        let others = query
            .iter()
            .filter(|(key, value)| *key != "page" && !value.is_empty())
            .filter(|(key, _)| !MOUNT_PARAMS.contains(key))
            .filter(|(key, value)| !(on && *key == "status" && *value == status));
        let added = (!on).then_some(("status", status));
        Self::linked(status, count, on, with_query(path, others.chain(added)))
    }

    /// The chip of a status that leads to this address.
    pub fn linked(status: &str, count: u64, on: bool, href: String) -> Self {
        Self {
            key: status.to_owned(),
            word: word(status).into_owned(),
            class: status_class(status),
            count: grouped(count),
            href,
            on,
        }
    }
}

/// The value of a field that takes one of several; `None` where it is empty or, which is an error, not one of them.
pub fn choice<T>(
    query: &QueryPairs,
    field: &str,
    parse: impl FnOnce(&str) -> Option<T>,
    error: impl FnOnce(String) -> FilterError,
    errors: &mut Vec<FilterError>,
) -> Option<T> {
    let text = query.text(field);
    if text.is_empty() {
        return None;
    }
    let value = parse(text);
    if value.is_none() {
        errors.push(error(text.to_owned()));
    }
    value
}

/// Gives the page of a wrong filter the status of a bad request. Its live block is swapped in while somebody types, and
/// polled: that is no failure.
pub fn mark_wrong(response: &mut Response, htmx: &HtmxRequest, is_wrong: bool) {
    if is_wrong && !htmx.partial {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> (DayRange, Vec<FilterError>) {
        let mut errors = Vec::new();
        let range = DayRange::read(&QueryPairs::read(query.as_bytes()), &mut errors);
        (range, errors)
    }

    #[test]
    fn days_are_those_of_the_zone_in_the_address() {
        let (range, errors) = read("from=2026-11-26&to=2026-11-26&tz=america/los_angeles");
        assert_eq!(errors, []);
        let shown = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(shown(range.from), "2026-11-26T08:00:00Z");
        assert_eq!(shown(range.to), "2026-11-27T08:00:00Z");
        assert_eq!(range.fields.zone_name(), "America/Los_Angeles");
        let (range, errors) = read("from=2026-11-26&to=+&tz=");
        assert_eq!(errors, []);
        assert_eq!(shown(range.from), "2026-11-26T00:00:00Z");
        assert_eq!((range.to, range.fields.zone_name()), (None, "UTC"));
    }

    #[test]
    fn what_cannot_match_is_an_error_and_what_was_typed_stays() {
        let (range, errors) = read("from=2026-11-20&to=2026-11-01");
        assert_eq!(errors, [FilterError::EmptyRange]);
        assert_eq!(
            (range.fields.from.as_str(), range.fields.to.as_str()),
            ("2026-11-20", "2026-11-01")
        );
        let (range, errors) = read("from=yesterday&to=2026-11-31&tz=Nope");
        assert_eq!(
            errors,
            [
                FilterError::Zone("Nope".to_owned()),
                FilterError::Date("from", "yesterday".to_owned()),
                FilterError::Date("to", "2026-11-31".to_owned()),
            ]
        );
        assert_eq!(
            (range.fields.from.as_str(), range.fields.zone.as_str()),
            ("yesterday", "")
        );
    }
}
