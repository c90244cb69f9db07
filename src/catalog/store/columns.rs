//! The columns of an execution's row, each beside its value.

use sqlx::Arguments;
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;

use super::base::micros;
use super::rows::{json, parameters_to};
use crate::domain::search::fold;
use crate::domain::{Execution, ExecutionStatus};

/// Adds a column's value to the arguments of a statement.
type Bind = fn(&Execution, &mut SqliteArguments) -> Result<(), BoxDynError>;

/// The columns of `executions` that calls fill, but for the workspace's.
pub(super) const EXECUTION_COLUMNS: [(&str, Bind); 22] = [
    ("arn", |row, to| to.add(&row.arn)),
    ("id", |row, to| to.add(row.id())),
    ("pipeline_arn", |row, to| to.add(&row.pipeline_arn)),
    ("display_name", |row, to| to.add(&row.display_name)),
    ("label_key", |row, to| to.add(fold(row.named().title()))),
    ("description", |row, to| to.add(&row.description)),
    ("status", |row, to| to.add(row.status.as_str())),
    ("status_rank", |row, to| to.add(status_rank(&row.status))),
    ("running", |row, to| to.add(row.status.is_running())),
    ("failure_reason", |row, to| to.add(&row.failure_reason)),
    ("created", |row, to| to.add(row.created.map(micros))),
    ("modified", |row, to| to.add(row.modified.map(micros))),
    ("created_by_profile", |row, to| {
        to.add(&row.created_by.user_profile)
    }),
    ("created_by_arn", |row, to| to.add(&row.created_by.iam_arn)),
    ("modified_by_profile", |row, to| {
        to.add(&row.modified_by.user_profile)
    }),
    ("modified_by_arn", |row, to| {
        to.add(&row.modified_by.iam_arn)
    }),
    ("version", |row, to| to.add(row.version)),
    ("parameters", |row, to| {
        to.add(row.parameters.as_deref().map(parameters_to))
    }),
    ("max_parallel_steps", |row, to| {
        to.add(row.max_parallel_steps)
    }),
    ("selected_steps", |row, to| {
        to.add(json(&row.selected_steps))
    }),
    ("source_execution_arn", |row, to| {
        to.add(&row.source_execution_arn)
    }),
    ("experiment", |row, to| to.add(&row.experiment)),
];

/// The place of a status in the order people scan for them.
fn status_rank(status: &ExecutionStatus) -> i64 {
    let known = ExecutionStatus::KNOWN.iter();
    let place = known.into_iter().position(|known| known == status);
    place.unwrap_or(ExecutionStatus::KNOWN.len()) as i64
}
