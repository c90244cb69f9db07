//! The form that adds a term to the filter: what can be chosen in it, and what it sends.

use std::collections::BTreeSet;

use super::columns;
use crate::catalog::AllExecutions;
use crate::domain::filter::{Field, Operator, Value};
use crate::web::query::QueryPairs;

/// The filter with the term that the form for one asks to add.
pub(super) fn added(query: &QueryPairs) -> Option<String> {
    let (field, value) = (query.text("field"), query.text("value").trim());
    if field.is_empty() || value.is_empty() {
        return None;
    }
    let is_pattern =
        value.contains('*') && !value.contains(|c: char| c.is_whitespace() || c == ',');
    let value = match is_pattern {
        true => value.to_owned(),
        false => Value::Text(value.to_owned()).to_string(),
    };
    let term = format!("{field}{}{value}", query.text("operator"));
    Some(
        format!("{} {term}", query.text("filter").trim())
            .trim()
            .to_owned(),
    )
}

/// How a field can be compared in the form that adds a term.
pub(super) const OPERATORS: [Operator; 6] = [
    Operator::Is,
    Operator::Contains,
    Operator::Above,
    Operator::AtLeast,
    Operator::Below,
    Operator::AtMost,
];

/// The fields of the form that adds a term: those that are whole without a name, and the parameters and metrics on the
/// page.
pub(super) fn choosable_fields(list: &AllExecutions) -> Vec<String> {
    let is_choosable =
        |name: &&str| !matches!(*name, "note" | "cost" | "param.NAME" | "metric.NAME");
    let plain = Field::names().filter(is_choosable).map(str::to_owned);
    let parameters = columns::parameters(list).into_iter().map(Field::Param);
    let metrics = columns::metrics(list).into_iter().map(Field::Metric);
    let named = parameters.chain(metrics).map(|field| field.to_string());
    plain.chain(named).collect()
}

/// Values that a filter can ask for.
pub(super) fn suggested(list: &AllExecutions) -> BTreeSet<String> {
    let statuses = list.counts.iter().map(|(status, _)| status.to_string());
    let known = &list.suggestions;
    let known = [&known.pipelines, &known.starters, &known.failed_steps];
    statuses
        .chain(known.into_iter().flatten().cloned())
        .collect()
}
