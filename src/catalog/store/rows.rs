//! From rows to our own types.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite};

use super::failure_text;
use super::values::{Sql, time};
use crate::catalog::views::ExecutionBrief;
use crate::domain::{
    Creator, Execution, ExecutionStatus, Failure, Named, ParameterValue, Pipeline,
};

/// A row of `executions` with what only the catalog knows of it.
#[derive(Debug, Clone)]
pub(in crate::catalog) struct StoredExecution {
    /// What everything about it refers to.
    pub(in crate::catalog) number: i64,
    pub(in crate::catalog) execution: Execution,
    /// When SageMaker was found not to know it any more.
    pub(in crate::catalog) gone: Option<Timestamp>,
    pub(in crate::catalog) definition_hash: Option<String>,
    pub(in crate::catalog) fail_step: Option<bool>,
    /// Why it failed, once its steps were read.
    pub(in crate::catalog) failure: Option<Failure>,
    /// When it had last changed as that was read.
    pub(in crate::catalog) end_modified: Option<Timestamp>,
    /// Whether its steps were read after its end, and are those of its present state.
    pub(in crate::catalog) steps_read: bool,
}

impl StoredExecution {
    /// Whether it failed, and why is not known, or was read before it last changed. Of what is gone it stays unknown.
    pub(in crate::catalog) fn lacks_failure(&self) -> bool {
        let has_changed = match (self.execution.modified, self.end_modified) {
            (Some(now), Some(then)) => now != then,
            _ => false,
        };
        self.gone.is_none()
            && self.execution.status == ExecutionStatus::Failed
            && (self.fail_step.is_none() || self.failure.is_none() || has_changed)
    }
}

pub(super) fn timestamp(row: &SqliteRow, column: &str) -> Sql<Option<jiff::Timestamp>> {
    Ok(row.try_get::<Option<i64>, _>(column)?.and_then(time))
}

pub(super) fn pipeline(row: &SqliteRow) -> Sql<Pipeline> {
    Ok(Pipeline {
        arn: row.try_get("arn")?,
        name: row.try_get("name")?,
        display_name: row.try_get("display_name")?,
        description: row.try_get("description")?,
        role_arn: row.try_get("role_arn")?,
        created: timestamp(row, "created")?,
        modified: timestamp(row, "modified")?,
        last_execution: timestamp(row, "last_execution")?,
        gone: timestamp(row, "gone")?,
    })
}

pub(super) fn creator(row: &SqliteRow, profile: &str, arn: &str) -> Sql<Creator> {
    Ok(Creator {
        user_profile: row.try_get(profile)?,
        iam_arn: row.try_get(arn)?,
    })
}

pub(super) fn brief(row: &SqliteRow) -> Sql<ExecutionBrief> {
    let display_name: Option<&str> = row.try_get("display_name")?;
    let status = ExecutionStatus::parse(row.try_get("status")?);
    Ok(ExecutionBrief {
        named: Named::by_id(row.try_get("id")?, display_name),
        created: timestamp(row, "created")?,
        modified: timestamp(row, "modified")?,
        failure: failure_of(&status, row.try_get("failure")?),
        status,
    })
}

/// Why an execution failed, where it did: what was read before a retry is not why it fails now.
pub(super) fn failure_of(status: &ExecutionStatus, text: Option<&str>) -> Option<Failure> {
    let has_failed = *status == ExecutionStatus::Failed;
    text.filter(|_| has_failed).and_then(failure_text::read)
}

impl FromRow<'_, SqliteRow> for StoredExecution {
    fn from_row(row: &SqliteRow) -> Sql<Self> {
        let parameters: Option<String> = row.try_get("parameters")?;
        let failure: Option<String> = row.try_get("failure")?;
        let execution = Execution {
            arn: row.try_get("arn")?,
            pipeline_arn: Some(row.try_get("pipeline_arn")?),
            display_name: row.try_get("display_name")?,
            description: row.try_get("description")?,
            status: ExecutionStatus::parse(row.try_get("status")?),
            failure_reason: row.try_get("failure_reason")?,
            created: timestamp(row, "created")?,
            modified: timestamp(row, "modified")?,
            created_by: creator(row, "created_by_profile", "created_by_arn")?,
            modified_by: creator(row, "modified_by_profile", "modified_by_arn")?,
            version: row.try_get("version")?,
            parameters: parameters.as_deref().map(parameters_from),
            max_parallel_steps: row.try_get("max_parallel_steps")?,
            selected_steps: serde_json::from_str(row.try_get("selected_steps")?)
                .unwrap_or_default(),
            source_execution_arn: row.try_get("source_execution_arn")?,
            experiment: row.try_get("experiment")?,
        };
        Ok(Self {
            number: row.try_get("number")?,
            execution,
            gone: timestamp(row, "gone")?,
            definition_hash: row.try_get("definition_hash")?,
            fail_step: row.try_get("fail_step")?,
            failure: failure.as_deref().and_then(failure_text::read),
            end_modified: timestamp(row, "end_modified")?,
            steps_read: row.try_get("steps_read")?,
        })
    }
}

pub(super) fn parameters_from(text: &str) -> Vec<ParameterValue> {
    let pairs: Vec<(String, String)> = serde_json::from_str(text).unwrap_or_default();
    pairs
        .into_iter()
        .map(|(name, value)| ParameterValue { name, value })
        .collect()
}

pub(super) fn parameters_to(parameters: &[ParameterValue]) -> String {
    let pairs: Vec<(&str, &str)> = parameters
        .iter()
        .map(|given| (given.name.as_str(), given.value.as_str()))
        .collect();
    json(&pairs)
}

/// Adds that a column has one of these values.
pub(super) fn push_in<T: serde::Serialize>(
    sql: &mut QueryBuilder<Sqlite>,
    column: &'static str,
    values: &[T],
) {
    sql.push(column).push(" IN (SELECT value FROM json_each(");
    sql.push_bind(json(&values)).push("))");
}

/// JSON of plain lists and texts, which cannot fail.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".into())
}
