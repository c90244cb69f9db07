//! The filter of the activity.

use crate::domain::search::SearchQuery;
use crate::domain::{Action, Arn};
use crate::ledger::{ActivityQuery, OutcomeKind};
use crate::web::filter::{DayFields, DayRange, choice};
use crate::web::query::QueryPairs;
use crate::web::texts::filter::FilterError;

/// The filter of a query, and what is wrong with it.
pub(super) struct ActivityFilter {
    pub query: ActivityQuery,
    pub days: DayFields,
    pub errors: Vec<FilterError>,
}

impl ActivityFilter {
    pub(super) fn read(query: &QueryPairs) -> Self {
        let mut errors = Vec::new();
        let range = DayRange::read(query, &mut errors);
        let faults = &mut errors;
        let action = choice(query, "action", Action::parse, FilterError::Action, faults);
        let outcome = choice(
            query,
            "outcome",
            OutcomeKind::parse,
            FilterError::Outcome,
            faults,
        );
        let number = |text: &str| text.parse().ok();
        let before = choice(query, "before", number, FilterError::Page, faults);
        let workspace = Some(query.text("ws")).filter(|name| !name.is_empty());
        let query = ActivityQuery {
            workspace: workspace.map(str::to_owned),
            pipeline: None,
            pipeline_like: named(query.text("pipeline")),
            person_like: query.text("person").into(),
            action,
            outcome,
            from: range.from,
            to: range.to,
            before,
        };
        Self {
            query,
            days: range.fields,
            errors,
        }
    }

    /// Finds a workspace that is not among those that the reader may see.
    pub(super) fn compare<'a>(&mut self, mut workspaces: impl Iterator<Item = &'a str>) {
        if let Some(name) = &self.query.workspace
            && !workspaces.any(|known| known == name)
        {
            self.errors.push(FilterError::Workspace(name.clone()));
        }
    }
}

/// A search for a pipeline by its name, also by its ARN or that of an execution: records hold names.
fn named(text: &str) -> SearchQuery {
    let name =
        Arn::parse_pipeline(text.trim()).and_then(|arn| arn.resource_name().split('/').next());
    name.unwrap_or(text).into()
}
