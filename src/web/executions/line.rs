//! One execution's row in a list.

use crate::catalog::{ExecutionRow, KnownFailure};
use crate::domain::search::SearchQuery;
use crate::domain::{Action, Execution, ExecutionStatus, ParameterValue};
use crate::web::banner::ActionLinks;
use crate::web::links::Links;
use crate::web::texts::failure::failure;
use crate::web::texts::{Sentence, lists as texts};

/// Changed parameters in a row, at most.
const MAX_CHANGED_SHOWN: usize = 2;

/// One execution's row.
pub(super) struct ExecutionLine {
    pub(super) execution: Execution,
    pub(super) pending: Option<Action>,
    /// Whether SageMaker no longer knows it.
    pub(super) is_gone: bool,
    pub(super) href: String,
    pub(super) parameters_href: String,
    pub(super) started_by: Option<String>,
    pub(super) changed: Vec<ParameterValue>,
    /// Why it failed; `None` where it did not.
    pub(super) cause: Option<Cause>,
    /// Whether it may turn out that it can be retried.
    pub(super) waits_for_retry: bool,
    pub(super) actions: ActionLinks,
}

impl ExecutionLine {
    pub(super) fn of(
        row: ExecutionRow,
        links: &Links,
        pipeline: &str,
        started_by: Option<String>,
    ) -> Self {
        let execution = row.execution;
        let id = execution.id();
        Self {
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
            cause: (execution.status == ExecutionStatus::Failed).then(|| Cause::of(row.failure)),
            waits_for_retry: row.ended_in_fail_step.is_none(),
            execution,
        }
    }

    /// What stands below the name: the description or the ID if one is searched for, else the description.
    pub(super) fn subtitle(&self, search: &SearchQuery) -> Option<&str> {
        self.found_subtitle(search).or_else(|| self.description())
    }

    /// The one of these that is searched for.
    pub(super) fn found_subtitle(&self, search: &SearchQuery) -> Option<&str> {
        self.subtitles().find(|text| search.hits_in(text))
    }

    /// Whether there is a line below the name.
    pub(super) fn has_note(&self, search: &SearchQuery) -> bool {
        self.cause.is_some() || self.subtitle(search).is_some()
    }

    fn description(&self) -> Option<&str> {
        let description = self.execution.description.as_deref();
        description.filter(|text| !text.is_empty())
    }

    /// The changed parameters that a row has room for, those with a value that is searched for first.
    pub(super) fn first_changed(&self, search: &SearchQuery) -> Vec<&ParameterValue> {
        let mut first: Vec<&ParameterValue> = self.changed.iter().collect();
        first.sort_by_key(|given| !search.hits_in(&given.value));
        first.truncate(MAX_CHANGED_SHOWN);
        first
    }

    pub(super) fn changed_text(&self) -> String {
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
pub(super) struct Cause {
    pub(super) sentence: Sentence,
    /// The same as plain text.
    pub(super) text: String,
    /// Whether the failure before had the same cause.
    pub(super) is_repeated: bool,
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
