//! The filter of a pipeline's executions.

use super::{COLUMNS, USUAL_ORDER};
use jiff::Timestamp;

use crate::catalog::{ExecutionQuery, ExecutionSort, Starter};
use crate::domain::ExecutionStatus;
use crate::domain::filter::{Field, Filter};
use crate::domain::search::SearchQuery;
use crate::web::columns::{self, ListOrder};
use crate::web::filter::{DayFields, DayRange, TextFilter};
use crate::web::paging;
use crate::web::query::QueryPairs;
use crate::web::texts::filter::FilterError;
use crate::web::visit::Visit;

/// The filter of a query, and what is wrong with it.
pub(super) struct ExecutionFilter {
    pub query: ExecutionQuery,
    pub order: ListOrder<ExecutionSort>,
    pub days: DayFields,
    pub text: TextFilter,
    pub errors: Vec<FilterError>,
}

impl ExecutionFilter {
    pub(super) fn read(query: &QueryPairs) -> Self {
        let mut errors = Vec::new();
        let range = DayRange::read(query, &mut errors);
        let order = columns::order(&COLUMNS, query, USUAL_ORDER, &mut errors);
        let text = TextFilter::read(query, &range.time_zone, Timestamp::now(), &mut errors);
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
                filter: text.groups.clone(),
                ..ExecutionQuery::default()
            },
            order,
            days: range.fields,
            text,
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

    /// The words to mark in the rows.
    pub(super) fn marked(&self) -> SearchQuery {
        SearchQuery::joined([self.query.search.clone(), self.text.filter.words()])
    }

    pub(super) fn hides_rows(&self) -> bool {
        self.errors.iter().any(FilterError::hides_rows)
    }
}

/// Who started which executions, where a filter asks for it. A ledger that cannot be read finds none.
pub(in crate::web) async fn starters_for(visit: &Visit, ws: &str, filter: &Filter) -> Vec<Starter> {
    if !filter.asks(|field| *field == Field::By) {
        return Vec::new();
    }
    let known = visit.ledger().all_starters(visit.scope(), ws).await;
    let starters = known.unwrap_or_default().into_iter();
    let starter = |(execution_key, person)| Starter {
        execution_key,
        person,
    };
    starters.map(starter).collect()
}
