//! Addresses of the list of all executions.

use crate::domain::filter::Filter;
use crate::web::links::with_query;
use crate::web::query::QueryPairs;

/// What belongs to a place in the list, besides what it is shown up to: no other list keeps it.
const PLACE: [&str; 3] = ["page", "after", "before"];
/// What every address of the list keeps besides its filter.
const KEPT: [&str; 3] = ["sort", "columns", "view"];
/// The time zone of the filter's days.
const ZONE: &str = "tz";

/// The address of the list as it is shown.
pub(super) struct Address {
    pub(super) path: String,
    /// Without the place in the list.
    pub(super) query: QueryPairs,
}

impl Address {
    pub(super) fn new(path: String, query: &QueryPairs) -> Self {
        let known = |name: &str| KEPT.contains(&name) || ["filter", ZONE].contains(&name);
        let kept = query
            .iter()
            .filter(|(name, value)| known(name) && !value.is_empty());
        Self {
            query: kept.collect(),
            path,
        }
    }

    /// From its beginning, with these parameters instead; an empty one is left out.
    pub(super) fn with(&self, changed: &[(&str, &str)]) -> String {
        let is_changed = |name: &str| changed.iter().any(|(changed, _)| *changed == name);
        let kept = self.query.iter().filter(|(name, _)| !is_changed(name));
        let set = changed.iter().copied();
        with_query(
            &self.path,
            kept.chain(set.filter(|(_, value)| !value.is_empty())),
        )
    }

    /// The same list of another filter.
    pub(super) fn filtered(&self, filter: &Filter) -> String {
        self.with(&[("filter", &filter.to_string())])
    }

    /// What a form must repeat to keep how the list is shown.
    pub(super) fn kept(&self) -> Vec<(String, String)> {
        let pairs = self.query.iter();
        let kept = pairs.filter(|(name, _)| KEPT.contains(name));
        kept.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// This place in the list, up to what began at a time, for polls.
    pub(super) fn here(&self, query: &QueryPairs, shown_until: Option<i64>) -> String {
        let shown = shown_until.map(|micros| micros.to_string());
        let place = query
            .iter()
            .filter(|(name, value)| PLACE.contains(name) && !value.is_empty());
        let shown = shown.as_deref().map(|micros| ("shown", micros));
        with_query(&self.path, self.query.iter().chain(place).chain(shown))
    }
}
