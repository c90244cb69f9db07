//! The filter of a pipeline's executions.

use super::{COLUMNS, USUAL_ORDER};
use crate::catalog::{ExecutionQuery, ExecutionSort};
use crate::domain::ExecutionStatus;
use crate::web::columns::{self, ListOrder};
use crate::web::filter::{DayFields, DayRange};
use crate::web::paging;
use crate::web::query::QueryPairs;
use crate::web::texts::filter::FilterError;

/// The filter of a query, and what is wrong with it.
pub(super) struct ExecutionFilter {
    pub query: ExecutionQuery,
    pub order: ListOrder<ExecutionSort>,
    pub days: DayFields,
    pub errors: Vec<FilterError>,
}

impl ExecutionFilter {
    pub(super) fn read(query: &QueryPairs) -> Self {
        let mut errors = Vec::new();
        let range = DayRange::read(query, &mut errors);
        let order = columns::order(&COLUMNS, query, USUAL_ORDER, &mut errors);
        let statuses = query.all("status").filter(|status| !status.is_empty());
        Self {
            query: ExecutionQuery {
                statuses: statuses.map(ExecutionStatus::parse).collect(),
                search: query.text("q").into(),
                from: range.from,
                to: range.to,
                sort: order.order,
                descending: order.descending,
                page: paging::page_number(query),
            },
            order,
            days: range.fields,
            errors,
        }
    }

    /// Finds the statuses that are neither known to this version nor among these, which executions have.
    pub(super) fn compare(&mut self, counts: &[(ExecutionStatus, u64)]) {
        let occurs = |status: &ExecutionStatus| counts.iter().any(|(known, _)| known == status);
        let chosen = self.query.statuses.iter();
        let unknown: Vec<String> = chosen
            .filter(|status| matches!(status, ExecutionStatus::Other(_)) && !occurs(status))
            .map(ToString::to_string)
            .collect();
        if !unknown.is_empty() {
            self.errors.push(FilterError::Statuses(unknown));
        }
    }

    pub(super) fn hides_rows(&self) -> bool {
        self.errors.iter().any(FilterError::hides_rows)
    }
}
