//! How executions failed.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store, micros};
use super::changes::Changed;
use super::details::failure_keys;
use super::failure_text;
use super::previous_failures::ByArn;
use super::rows::StoredExecution;
use crate::domain::{Execution, Failure};

impl Store {
    /// Notes why an execution failed that had last changed at `modified`, and whether a Fail step ended it.
    pub(in crate::catalog) async fn set_failure(
        &self,
        arn: &str,
        failure: &Failure,
        ended_in_fail_step: bool,
        modified: Option<Timestamp>,
    ) -> Sql<()> {
        let sql = "UPDATE executions SET fail_step = ?, failure = ?, failed_step_key = ?, \
                   reason_key = ?, end_modified = ?, changed = ? WHERE workspace = ? AND arn = ?";
        let (failed_step, reason) = failure_keys(Some(failure));
        let mut writing = self.write_about(Changed::executions([arn])).await?;
        sqlx::query(sql)
            .bind(ended_in_fail_step)
            .bind(failure_text::write(failure))
            .bind(failed_step)
            .bind(reason)
            .bind(modified.map(micros))
            .bind(writing.change)
            .bind(&self.workspace)
            .bind(arn)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }

    /// The failed execution of the same pipeline before each of these, by their ARNs; the first of a
    /// pipeline has none. An open list asks for the same ones every few seconds: they are read once for every change.
    pub(in crate::catalog) async fn previous_failures(&self, arns: &[&str]) -> Sql<Arc<ByArn>> {
        // What is written while they are read counts as a change that came later.
        let changes = self.changes();
        if let Some(known) = self.previous_failures.get(changes, arns) {
            return Ok(known);
        }
        let read = Arc::new(self.read_previous_failures(arns).await?);
        self.previous_failures.put(changes, arns, read.clone());
        Ok(read)
    }

    async fn read_previous_failures(&self, arns: &[&str]) -> Sql<ByArn> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT one.arn AS of_arn, previous.* FROM executions one JOIN executions previous \
             ON previous.workspace = one.workspace AND previous.arn = (SELECT arn FROM executions \
             WHERE workspace = one.workspace AND pipeline_arn = one.pipeline_arn \
             AND status = 'Failed' AND created < one.created \
             ORDER BY created DESC, arn LIMIT 1) WHERE one.workspace = ",
        );
        sql.push_bind(self.workspace.clone());
        sql.push(" AND one.arn IN (");
        let mut list = sql.separated(", ");
        for arn in arns {
            list.push_bind((*arn).to_owned());
        }
        sql.push(")");
        let rows = sql.build().fetch_all(self.reader()).await?;
        let pair = |row: &SqliteRow| Ok((row.try_get("of_arn")?, StoredExecution::from_row(row)?));
        rows.iter().map(pair).collect()
    }

    /// The definition of the version that an execution runs, where another execution of that version
    /// made it known.
    pub(in crate::catalog) async fn definition_of_version(
        &self,
        execution: &Execution,
    ) -> Sql<Option<String>> {
        let sql = "SELECT definition_hash FROM executions WHERE workspace = ? AND pipeline_arn = ? \
                   AND version = ? AND definition_hash IS NOT NULL LIMIT 1";
        sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(&execution.pipeline_arn)
            .bind(execution.version)
            .fetch_optional(self.reader())
            .await
    }
}
