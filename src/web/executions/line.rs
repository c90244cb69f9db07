//! One execution's row in a list.

use std::borrow::Cow;

use super::Cell;
use crate::catalog::{ExecutionRow, KnownFailure, KnownMetric};
use crate::domain::search::SearchQuery;
use crate::domain::{Action, Execution, ExecutionStatus, Named, ParameterValue};
use crate::web::banner::ActionLinks;
use crate::web::columns::Column;
use crate::web::links::Links;
use crate::web::texts::failure::failure;
use crate::web::texts::{Sentence, lists as texts};

/// Changed parameters in a row, at most.
const MAX_CHANGED_SHOWN: usize = 2;

/// A column as a list shows it.
#[derive(Debug, Clone)]
pub(in crate::web) struct ShownColumn {
    pub(in crate::web) cell: Cell,
    pub(in crate::web) label: Cow<'static, str>,
    pub(in crate::web) class: &'static str,
    pub(in crate::web) labelled: bool,
}

impl<Order> From<&Column<Cell, Order>> for ShownColumn {
    fn from(column: &Column<Cell, Order>) -> Self {
        Self {
            cell: column.cell,
            label: Cow::Borrowed(column.label),
            class: column.class,
            labelled: column.labelled,
        }
    }
}

/// Addresses of the list narrowed to what a row shows, in a list of all pipelines.
pub(in crate::web) struct Narrowed {
    pub(in crate::web) status: String,
    pub(in crate::web) pipeline: String,
    pub(in crate::web) started_by: Option<String>,
    pub(in crate::web) failed_step: Option<String>,
    /// One for each of the execution's parameters.
    pub(in crate::web) parameters: Vec<String>,
    /// One for each of its metrics: to those with at least its value.
    pub(in crate::web) metrics: Vec<String>,
}

/// One execution's row.
pub(in crate::web) struct ExecutionLine {
    /// Its pipeline, in a list of all.
    pub(in crate::web) pipeline: Option<Named>,
    /// The list narrowed to what it shows, in a list of all.
    pub(in crate::web) narrowed: Option<Narrowed>,
    /// Why the reader may not act on it, where they may not.
    pub(in crate::web) cannot_act: Option<String>,
    /// The step that failed.
    pub(in crate::web) failed_step: Option<Named>,
    pub(in crate::web) execution: Execution,
    pub(in crate::web) pending: Option<Action>,
    /// Whether SageMaker no longer knows it.
    pub(in crate::web) is_gone: bool,
    pub(in crate::web) href: String,
    pub(in crate::web) parameters_href: String,
    pub(in crate::web) started_by: Option<String>,
    pub(in crate::web) changed: Vec<ParameterValue>,
    pub(in crate::web) metrics: Vec<KnownMetric>,
    /// Why it failed; `None` where it did not.
    pub(in crate::web) cause: Option<Cause>,
    /// Whether it may turn out that it can be retried.
    pub(in crate::web) waits_for_retry: bool,
    pub(in crate::web) actions: ActionLinks,
}

impl ExecutionLine {
    pub(in crate::web) fn of(
        row: ExecutionRow,
        links: &Links,
        pipeline: &str,
        started_by: Option<String>,
    ) -> Self {
        let execution = row.execution;
        let id = execution.id();
        let failed = row
            .failure
            .as_ref()
            .and_then(|known| known.failure.step.as_ref());
        Self {
            pipeline: None,
            narrowed: None,
            cannot_act: None,
            failed_step: failed.map(|step| step.named.clone()),
            href: links.execution(pipeline, id),
            parameters_href: links.execution_parameters(pipeline, id),
            actions: ActionLinks::of(
                links,
                pipeline,
                &execution,
                row.pending,
                row.ended_in_fail_step,
            )
            .of_known(row.gone.is_some()),
            is_gone: row.gone.is_some(),
            pending: row.pending,
            started_by: started_by.or_else(|| execution.created_by.user_profile.clone()),
            changed: row.changed,
            metrics: row.metrics,
            cause: (execution.status == ExecutionStatus::Failed).then(|| Cause::of(row.failure)),
            waits_for_retry: row.ended_in_fail_step.is_none(),
            execution,
        }
    }

    /// With the reason why the reader may not act on it.
    pub(in crate::web) fn refusing(self, cannot_act: Option<String>) -> Self {
        Self { cannot_act, ..self }
    }

    /// As a row of all pipelines.
    pub(in crate::web) fn among_all(self, pipeline: Named, narrowed: Narrowed) -> Self {
        Self {
            pipeline: Some(pipeline),
            narrowed: Some(narrowed),
            ..self
        }
    }

    /// The value of a parameter, and the list narrowed to it.
    pub(in crate::web) fn parameter(&self, name: &str) -> Option<(&str, Option<&str>)> {
        let given = self.execution.parameters.iter().flatten();
        let (at, given) = given.enumerate().find(|(_, given)| given.name == name)?;
        let href = self
            .narrowed
            .as_ref()
            .and_then(|all| all.parameters.get(at));
        Some((&given.value, href.map(String::as_str)))
    }

    /// A metric, and the list narrowed to those with at least its value.
    pub(in crate::web) fn metric(&self, name: &str) -> Option<(&KnownMetric, &str)> {
        let at = self.metrics.iter().position(|metric| metric.name == name)?;
        let href = self.narrowed.as_ref()?.metrics.get(at)?;
        Some((&self.metrics[at], href))
    }

    /// The list narrowed to who started it.
    pub(in crate::web) fn starter_href(&self) -> Option<&str> {
        self.narrowed.as_ref()?.started_by.as_deref()
    }

    /// The list narrowed to the step that failed.
    pub(in crate::web) fn failed_step_href(&self) -> Option<&str> {
        self.narrowed.as_ref()?.failed_step.as_deref()
    }

    /// What stands below the name: the description or the ID if one is searched for, else the description.
    pub(in crate::web) fn subtitle(&self, search: &SearchQuery) -> Option<&str> {
        self.found_subtitle(search).or_else(|| self.description())
    }

    /// The one of these that is searched for.
    pub(in crate::web) fn found_subtitle(&self, search: &SearchQuery) -> Option<&str> {
        self.subtitles().find(|text| search.hits_in(text))
    }

    /// Whether there is a line below the name.
    pub(in crate::web) fn has_note(&self, search: &SearchQuery) -> bool {
        self.cause.is_some() || self.subtitle(search).is_some()
    }

    fn description(&self) -> Option<&str> {
        let description = self.execution.description.as_deref();
        description.filter(|text| !text.is_empty())
    }

    /// The changed parameters that a row has room for, those with a value that is searched for first.
    pub(in crate::web) fn first_changed(&self, search: &SearchQuery) -> Vec<&ParameterValue> {
        let mut first: Vec<&ParameterValue> = self.changed.iter().collect();
        first.sort_by_key(|given| !search.hits_in(&given.value));
        first.truncate(MAX_CHANGED_SHOWN);
        first
    }

    pub(in crate::web) fn changed_text(&self) -> String {
        texts::parameter_values(&self.changed)
    }

    fn subtitles(&self) -> impl Iterator<Item = &str> {
        let execution = &self.execution;
        let id = execution.display_name.as_ref().map(|_| execution.id());
        [self.description(), id].into_iter().flatten()
    }
}

/// Why an execution failed; empty while that is not known.
#[derive(Default)]
pub(in crate::web) struct Cause {
    pub(in crate::web) sentence: Sentence,
    /// The same as plain text.
    pub(in crate::web) text: String,
    /// Whether the failure before had the same cause.
    pub(in crate::web) is_repeated: bool,
}

impl Cause {
    fn of(known: Option<KnownFailure>) -> Self {
        let Some(known) = known else {
            return Self::default();
        };
        let sentence = failure(&known.failure);
        Self {
            text: sentence.plain(),
            sentence,
            is_repeated: known.is_repeated,
        }
    }
}
