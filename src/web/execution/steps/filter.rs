//! The filter and the order of the list of steps. An execution's steps are in memory, so neither needs the database.

use jiff::Timestamp;

use super::{STEP_COLUMNS, StepRow, USUAL_ORDER};
use crate::domain::NodeStatus;
use crate::domain::search::{SearchQuery, SearchText, fold};
use crate::web::columns::{self, ListOrder};
use crate::web::filter::FilterChip;
use crate::web::fmt::seconds_taken;
use crate::web::query::QueryPairs;
use crate::web::texts::filter::FilterError;

/// What the list is sorted by; steps that are equal in it stay in the order in which they started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepSort {
    Name,
    /// In the order of [`NodeStatus::BY_URGENCY`].
    Status,
    Type,
    Started,
    Duration,
}

/// The statuses whose chips are always there, so that none appears before another while an execution goes on.
const USUAL_STATUSES: [NodeStatus; 4] = [
    NodeStatus::Failed,
    NodeStatus::Executing,
    NodeStatus::Waiting,
    NodeStatus::Succeeded,
];

/// What a query asks for, and what is wrong with it.
pub(super) struct StepFilter {
    pub search: SearchQuery,
    /// Any of these; empty: all.
    pub statuses: Vec<NodeStatus>,
    pub order: ListOrder<StepSort>,
    pub errors: Vec<FilterError>,
}

impl StepFilter {
    pub(super) fn read(query: &QueryPairs) -> Self {
        let mut errors = Vec::new();
        let order = columns::order(&STEP_COLUMNS, query, USUAL_ORDER, &mut errors);
        let mut statuses = Vec::new();
        for text in query.all("status").filter(|text| !text.is_empty()) {
            match NodeStatus::ALL.into_iter().find(|one| one.as_str() == text) {
                Some(status) => statuses.push(status),
                None => {
                    let known = NodeStatus::ALL.map(NodeStatus::as_str).to_vec();
                    errors.push(FilterError::StepStatus(text.to_owned(), known));
                }
            }
        }
        Self {
            search: query.text("q").into(),
            statuses,
            order,
            errors,
        }
    }

    /// Whether a step is one that is searched for: by the names and the type, as in the graph.
    pub(super) fn finds(&self, row: &StepRow) -> bool {
        if self.search.is_empty() {
            return true;
        }
        let text = SearchText::default()
            .names([row.named.title(), row.named.exact()])
            .values([row.kind.as_str()]);
        self.search.matches(&text)
    }

    /// Whether a step has a status that is asked for.
    pub(super) fn shows(&self, row: &StepRow) -> bool {
        self.statuses.is_empty() || self.statuses.contains(&row.status)
    }

    /// Sorts rows that are in the order in which they started.
    pub(super) fn sort(&self, rows: &mut [StepRow], now: Timestamp) {
        let urgency = |status| NodeStatus::BY_URGENCY.iter().position(|one| *one == status);
        match self.order.order {
            StepSort::Name => rows.sort_by_cached_key(|row| fold(row.named.title())),
            StepSort::Status => rows.sort_by_key(|row| urgency(row.status)),
            StepSort::Type => rows.sort_by_cached_key(|row| fold(&row.kind)),
            StepSort::Started => rows.sort_by_key(|row| row.started),
            StepSort::Duration => {
                rows.sort_by_key(|row| {
                    seconds_taken(row.started, row.ended, row.status.is_running(), now)
                });
            }
        }
        if self.order.descending {
            rows.reverse();
        }
        // What has not started has neither of these, whatever the order.
        if matches!(self.order.order, StepSort::Started | StepSort::Duration) {
            rows.sort_by_key(|row| row.started.is_none());
        }
    }

    /// A chip for each usual status, then for each other one that occurs or is chosen; a chosen one leads to the list
    /// without it.
    pub(super) fn chips(
        &self,
        path: &str,
        query: &QueryPairs,
        found: &[StepRow],
    ) -> Vec<FilterChip> {
        let count = |status| found.iter().filter(|row| row.status == status).count() as u64;
        let others = NodeStatus::BY_URGENCY.into_iter().filter(|status| {
            !USUAL_STATUSES.contains(status)
                && (count(*status) > 0 || self.statuses.contains(status))
        });
        let shown = USUAL_STATUSES.into_iter().chain(others);
        let chips = shown.map(|status| {
            let on = self.statuses.contains(&status);
            FilterChip::status(path, query, status.as_str(), count(status), on)
        });
        chips.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Named;

    fn row(name: &str, status: NodeStatus, times: Option<(i64, i64)>) -> StepRow {
        let at = |second| Timestamp::from_second(second).ok();
        StepRow {
            named: Named::new(name, None),
            item: None,
            href: String::new(),
            kind: "Training".to_owned(),
            status,
            started: times.and_then(|(from, _)| at(from)),
            ended: times.and_then(|(_, to)| at(to)),
            attempts: None,
            reason: None,
            log: None,
        }
    }

    fn listed(query: &str) -> Vec<String> {
        let filter = StepFilter::read(&QueryPairs::read(query.as_bytes()));
        let mut rows = vec![
            row("Prepare", NodeStatus::Succeeded, Some((0, 50))),
            row("Train-A", NodeStatus::Failed, Some((50, 60))),
            row("Train-B", NodeStatus::Executing, Some((51, 51))),
            row("join", NodeStatus::NotRun, None),
        ];
        rows.retain(|row| filter.finds(row) && filter.shows(row));
        filter.sort(&mut rows, Timestamp::from_second(91).expect("a time"));
        let names = rows.iter().map(|row| row.named.title().to_owned());
        names.collect()
    }

    #[test]
    fn what_failed_and_what_runs_comes_first() {
        assert_eq!(listed(""), ["Train-A", "Train-B", "Prepare", "join"]);
    }

    #[test]
    fn steps_sort_by_each_column_and_those_that_did_not_start_come_last() {
        assert_eq!(
            listed("sort=name"),
            ["join", "Prepare", "Train-A", "Train-B"]
        );
        assert_eq!(
            listed("sort=-duration"),
            ["Prepare", "Train-B", "Train-A", "join"]
        );
        assert_eq!(
            listed("sort=duration"),
            ["Train-A", "Train-B", "Prepare", "join"]
        );
        assert_eq!(
            listed("sort=-started"),
            ["Train-B", "Train-A", "Prepare", "join"]
        );
    }

    #[test]
    fn steps_are_found_by_name_and_type_and_narrowed_by_status() {
        assert_eq!(listed("q=train-b"), ["Train-B"]);
        assert_eq!(listed("q=TRAINING").len(), 4);
        assert_eq!(listed("status=Failed&status=NotRun"), ["Train-A", "join"]);
        assert!(listed("q=nothing").is_empty());
    }

    #[test]
    fn an_unknown_status_is_an_error_and_hides_nothing() {
        let filter = StepFilter::read(&QueryPairs::read(b"status=Broken"));
        assert_eq!(filter.errors.len(), 1);
        assert!(filter.errors[0].sentence().contains("Broken"));
        assert_eq!(listed("status=Broken").len(), 4);
    }
}
