//! What is wrong with a list's filter.

use std::ops::Range;

use crate::domain::filter::{
    Field, FieldKind, FilterFault, FilterTextError, MAX_FILTER_BYTES, MAX_FILTER_TERMS, Operator,
};
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
    /// This text of a filter is wrong.
    Text(String, FilterTextError),
    /// There is no column of this key, but of these.
    Column(String, Vec<&'static str>),
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
            Self::Text(..) => "filter",
            Self::Column(..) => "columns",
        }
    }

    /// Whether it leaves no rows to show. A list that cannot be sorted as asked is shown in its usual order, and one that
    /// is narrowed to an unknown state or status of steps with all of them.
    pub fn hides_rows(&self) -> bool {
        !matches!(
            self,
            Self::Sort(..) | Self::State(..) | Self::StepStatus(..) | Self::Column(..)
        )
    }

    /// The text in which it is, in parts: before it, itself and behind it. `None` where it is the whole.
    pub fn place(&self) -> Option<[&str; 3]> {
        let Self::Text(text, FilterTextError { span, .. }) = self else {
            return None;
        };
        let Range { start, end } = span.clone();
        Some([text.get(..start)?, text.get(start..end)?, text.get(end..)?])
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
            Self::Text(_, error) => text_fault(&error.fault),
            Self::Column(text, known) => format!(
                "There is no column “{text}”. Columns are {} and param. or metric. followed by a name.",
                known.join(", ")
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

fn text_fault(fault: &FilterFault) -> String {
    match fault {
        FilterFault::TooLong(bytes) => format!(
            "The filter has {bytes} bytes; {MAX_FILTER_BYTES} is the most. Remove some of it."
        ),
        FilterFault::TooManyTerms => format!(
            "A filter has {MAX_FILTER_TERMS} terms at most. Several values of one field can share a term: status:Failed,Stopped."
        ),
        FilterFault::NothingToExclude => {
            "A minus sign stands right before what it excludes: -status:Stopped.".to_owned()
        }
        FilterFault::UnknownField(name) => format!(
            "There is no field “{name}”. The fields are {}. To look for the text itself, put it in quotes.",
            listed(Field::names(), "and")
        ),
        FilterFault::NameMissing(prefix) => {
            format!("Write the name behind {prefix}, as in {prefix}.Name:value.")
        }
        FilterFault::EqualsSign(field) => format!("Write {field}: instead of {field}=."),
        FilterFault::ValueMissing(field) => format!(
            "A value is missing behind {field}. {}",
            example(field.kind())
        ),
        FilterFault::OpenQuote => {
            "This quote is not closed. Write \" at its end, and \\\" for a quote inside it."
                .to_owned()
        }
        FilterFault::AfterQuote => {
            "Leave a space after a closing quote, or a comma before another value.".to_owned()
        }
        FilterFault::Comparison(field, operator) => format!(
            "{field} cannot be compared by “{}”. Use {}.",
            operator.as_str(),
            operators(field.kind())
        ),
        FilterFault::NotA(kind, text) => {
            format!("“{text}” is not {}. {}", noun(*kind), example(*kind))
        }
        FilterFault::NotAvailable(field) => {
            format!("Executions cannot be filtered by {field} yet. Remove this term.")
        }
    }
}

fn noun(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text | FieldKind::TextOrNumber => "a value",
        FieldKind::Number => "a number",
        FieldKind::Time | FieldKind::Bound => "a time",
        FieldKind::Duration => "a length of time",
        FieldKind::YesNo => "yes or no",
    }
}

fn example(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "Put a value with spaces in quotes.",
        FieldKind::TextOrNumber | FieldKind::Number => "Write a number such as 3 or 0.01.",
        FieldKind::Time | FieldKind::Bound => {
            "Write 24h, 7d, today, yesterday, last-night, a weekday, 2026-11-23 or 2026-11-23T14:00."
        }
        FieldKind::Duration => "Write 90s, 45m, 2h or 1h30m.",
        FieldKind::YesNo => "Write yes or no.",
    }
}

fn operators(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "“:” or “~”",
        FieldKind::Bound | FieldKind::YesNo => "“:”",
        _ => "“:”, “>”, “>=”, “<” or “<=”",
    }
}

/// An operator in words.
pub fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Is => "is",
        Operator::Contains => "contains",
        Operator::Above => "is above",
        Operator::AtLeast => "is at least",
        Operator::Below => "is below",
        Operator::AtMost => "is at most",
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
