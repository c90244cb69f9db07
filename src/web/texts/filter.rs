//! What is wrong with a list's filter.

use crate::domain::{Action, ExecutionStatus};
use crate::ledger::OutcomeKind;

/// A value of a list's filter that nothing can match, or that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterError {
    /// In this field, neither a day nor a moment.
    Date(&'static str, String),
    /// The first day is after the last.
    EmptyRange,
    /// Not a time zone.
    Zone(String),
    /// Not statuses, and no execution has them.
    Statuses(Vec<String>),
    /// Not an action.
    Action(String),
    /// Not an outcome.
    Outcome(String),
    /// No workspace that the reader may see.
    Workspace(String),
    /// Not a page of the list.
    Page(String),
    /// Not a status of steps; these are.
    StepStatus(String, Vec<&'static str>),
    /// Not a state that pipelines are listed by; these are.
    State(String, Vec<&'static str>),
    /// No column sorts by this key, but by these.
    Sort(String, Vec<&'static str>),
}

impl FilterError {
    /// The name of the field, which is that of the query's parameter.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Date(field, _) => field,
            Self::EmptyRange => "from",
            Self::Zone(_) => "tz",
            Self::Statuses(_) | Self::StepStatus(..) => "status",
            Self::Action(_) => "action",
            Self::Outcome(_) => "outcome",
            Self::Workspace(_) => "ws",
            Self::Page(_) => "before",
            Self::State(..) => "show",
            Self::Sort(..) => "sort",
        }
    }

    /// Whether it leaves no rows to show. A list that cannot be sorted as asked is shown in its usual order, and one that
    /// is narrowed to an unknown state or status of steps with all of them.
    pub fn hides_rows(&self) -> bool {
        !matches!(
            self,
            Self::Sort(..) | Self::State(..) | Self::StepStatus(..)
        )
    }

    /// What is wrong, and what is possible.
    pub fn sentence(&self) -> String {
        match self {
            Self::Date(field, text) => format!(
                "{}: “{text}” is not a date. Use 2026-11-23 or 2026-11-23T14:00:00Z.",
                if *field == "from" { "From" } else { "To" }
            ),
            Self::EmptyRange => {
                "From is after To, so nothing can match. Choose an earlier From or a later To."
                    .to_owned()
            }
            Self::Zone(text) => format!(
                "“{text}” is not a time zone. Use a name of the IANA database, such as Europe/Berlin."
            ),
            Self::Statuses(texts) => format!(
                "No execution has the status “{}”. The statuses are {}.",
                texts.join("” or “"),
                listed(
                    ExecutionStatus::KNOWN.iter().map(ExecutionStatus::as_str),
                    "and"
                )
            ),
            Self::Action(text) => format!(
                "There is no action “{text}”. The actions are {}.",
                listed(Action::ALL.into_iter().map(Action::as_str), "and")
            ),
            Self::Outcome(text) => format!(
                "There is no outcome “{text}”. The outcomes are {}.",
                listed(OutcomeKind::ALL.into_iter().map(OutcomeKind::as_str), "and")
            ),
            Self::Workspace(text) => format!("There is no workspace “{text}”."),
            Self::Page(text) => format!("There is no page “{text}” of this list."),
            Self::StepStatus(text, known) => format!(
                "No step has the status “{text}”. The statuses are {}.",
                listed(known.iter().copied(), "and")
            ),
            Self::State(text, known) => format!(
                "There is no filter “{text}” for pipelines. Choose {}.",
                listed(known.iter().copied(), "or")
            ),
            Self::Sort(text, keys) => format!(
                "This list cannot be sorted by “{text}”. Sort by {}; a minus sign in front reverses the order.",
                listed(keys.iter().copied(), "or")
            ),
        }
    }
}

fn listed<'a>(words: impl Iterator<Item = &'a str>, conjunction: &str) -> String {
    let words: Vec<&str> = words.collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}
