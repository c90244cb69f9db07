//! What is made of an execution's row, so that all executions can be filtered by it: its parameters and its steps in rows
//! of their own, and an index of the text that searches look in.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::base::{Sql, Store, Writing, micros};
use super::changes::Changed;
use super::rows::StoredExecution;
use crate::domain::search::{SearchText, fold};
use crate::domain::{Execution, Failure, ParameterValue, StepRecord};

/// Rows that an earlier version wrote, taken over in one transaction: writers wait as long.
const ROWS_PER_TRANSACTION: i64 = 200;
/// Rows of parameters or steps in one statement, below SQLite's limit of values.
const ROWS_PER_STATEMENT: usize = 1_000;

/// What a search looks in besides the ARN: id, display name, description and the values of parameters.
pub(super) fn search_text(execution: &Execution) -> SearchText {
    let names = [&execution.display_name, &execution.description];
    let values = execution.parameters.iter().flatten();
    SearchText::default()
        .names(names.into_iter().filter_map(Option::as_deref))
        .values([execution.id()])
        .values(values.map(|given| given.value.as_str()))
}

/// The failed step and the reason, as they are compared.
pub(super) fn failure_keys(failure: Option<&Failure>) -> (Option<String>, Option<String>) {
    let step = failure.and_then(|failure| failure.step.as_ref());
    let reason = failure.and_then(|failure| failure.reason.as_deref());
    (step.map(|step| fold(&step.name)), reason.map(fold))
}

/// The value of a parameter, where it is a finite number.
fn number(value: &str) -> Option<f64> {
    let number: Option<f64> = value.parse().ok();
    number.filter(|number| number.is_finite())
}

/// Writes the text that finds an execution, and its index.
pub(super) async fn put_text(
    writing: &mut SqliteConnection,
    execution: i64,
    row: &Execution,
) -> Sql<()> {
    let text = search_text(row);
    for sql in [
        "INSERT INTO execution_texts (execution, search_text, search_words) VALUES (?, ?, ?) \
         ON CONFLICT (execution) DO UPDATE SET search_text = excluded.search_text, \
         search_words = excluded.search_words",
        "INSERT OR REPLACE INTO execution_trigrams (rowid, search_text, search_words) \
         VALUES (?, ?, ?)",
    ] {
        sqlx::query(sql)
            .bind(execution)
            .bind(text.text())
            .bind(text.words())
            .execute(&mut *writing)
            .await?;
    }
    Ok(())
}

impl Store {
    /// Replaces the parameters of an execution.
    pub(super) async fn put_parameters(
        &self,
        writing: &mut SqliteConnection,
        execution: i64,
        parameters: &[ParameterValue],
    ) -> Sql<()> {
        sqlx::query("DELETE FROM execution_parameters WHERE execution = ?")
            .bind(execution)
            .execute(&mut *writing)
            .await?;
        for some in parameters.chunks(ROWS_PER_STATEMENT) {
            let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
                "INSERT INTO execution_parameters \
                 (execution, workspace, name, name_key, value, value_key, number) ",
            );
            sql.push_values(some, |mut row, given| {
                row.push_bind(execution)
                    .push_bind(self.workspace.clone())
                    .push_bind(given.name.clone())
                    .push_bind(fold(&given.name))
                    .push_bind(given.value.clone())
                    .push_bind(fold(&given.value))
                    .push_bind(number(&given.value));
            });
            sql.push(
                " ON CONFLICT (execution, name) DO UPDATE SET value = excluded.value, \
                 value_key = excluded.value_key, number = excluded.number",
            );
            sql.build().execute(&mut *writing).await?;
        }
        Ok(())
    }

    /// Replaces the rows of an execution's steps, and notes whether they are those of its end: then none of them runs.
    pub(super) async fn put_step_rows(
        &self,
        writing: &mut Writing,
        execution: &Execution,
        records: &[StepRecord],
    ) -> Sql<()> {
        let has_running = records.iter().any(|step| step.status.is_running());
        let sql = "UPDATE executions SET changed = ?, steps_read = (running = 0 AND ? \
                   AND status = ? AND modified IS NOT DISTINCT FROM ?) \
                   WHERE workspace = ? AND arn = ? RETURNING number";
        let number: Option<i64> = sqlx::query_scalar(sql)
            .bind(writing.change)
            .bind(!has_running)
            .bind(execution.status.as_str())
            .bind(execution.modified.map(micros))
            .bind(&self.workspace)
            .bind(&execution.arn)
            .fetch_optional(&mut **writing)
            .await?;
        let Some(number) = number else {
            return Ok(());
        };
        sqlx::query("DELETE FROM execution_steps WHERE execution = ?")
            .bind(number)
            .execute(&mut **writing)
            .await?;
        for some in records.chunks(ROWS_PER_STATEMENT) {
            let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
                "INSERT INTO execution_steps (execution, workspace, name, name_key, type, \
                 status, started, ended, reason) ",
            );
            sql.push_values(some, |mut row, step| {
                let member = step.metadata.member.as_ref();
                row.push_bind(number)
                    .push_bind(self.workspace.clone())
                    .push_bind(step.name.clone())
                    .push_bind(fold(&step.name))
                    .push_bind(member.map(|member| member.as_str().to_owned()))
                    .push_bind(step.status.as_str().to_owned())
                    .push_bind(step.started.map(micros))
                    .push_bind(step.ended.map(micros))
                    .push_bind(step.failure_reason.clone());
            });
            sql.push(
                " ON CONFLICT (execution, name) DO UPDATE SET status = excluded.status, \
                 started = excluded.started, ended = excluded.ended, reason = excluded.reason",
            );
            sql.build().execute(&mut **writing).await?;
        }
        Ok(())
    }

    /// Takes over some rows that an earlier version of the console wrote, newest first. Returns whether
    /// there were any: what was taken over is not read again after a restart.
    pub(in crate::catalog) async fn take_over_some(&self) -> Sql<bool> {
        let sql = "SELECT * FROM executions WHERE workspace = ? AND detailed = 0 \
                   ORDER BY number DESC LIMIT ?";
        let rows: Vec<StoredExecution> = sqlx::query_as(sql)
            .bind(&self.workspace)
            .bind(ROWS_PER_TRANSACTION)
            .fetch_all(self.reader())
            .await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let arns = rows.iter().map(|row| row.execution.arn.as_str());
        let mut writing = self.write_about(Changed::executions(arns)).await?;
        for row in &rows {
            self.take_over(&mut writing, &row.execution.arn).await?;
        }
        self.commit(writing).await?;
        Ok(true)
    }

    async fn take_over(&self, writing: &mut Writing, arn: &str) -> Sql<()> {
        // Read once more: it may have changed since.
        let Some(stored) = self.execution_by(writing, arn).await? else {
            return Ok(());
        };
        let (number, execution) = (stored.number, &stored.execution);
        put_text(writing, number, execution).await?;
        let parameters = execution.parameters.as_deref().unwrap_or_default();
        self.put_parameters(writing, number, parameters).await?;
        if let Some(steps) = self.steps_by(writing, arn).await? {
            // As the execution was when they were read.
            let execution = Execution {
                status: steps.status.unwrap_or_else(|| execution.status.clone()),
                modified: steps.modified,
                ..execution.clone()
            };
            self.put_step_rows(writing, &execution, &steps.records)
                .await?;
        }
        let (failed_step, reason) = failure_keys(stored.failure.as_ref());
        let sql = "UPDATE executions SET detailed = 1, failed_step_key = ?, reason_key = ?, \
                   changed = ? WHERE number = ?";
        sqlx::query(sql)
            .bind(failed_step)
            .bind(reason)
            .bind(writing.change)
            .bind(number)
            .execute(&mut **writing)
            .await?;
        Ok(())
    }
}
