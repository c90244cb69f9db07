//! Pipelines whose own executions are to be listed: they were dropped and came back, or the search lacks some.

use jiff::SignedDuration;

use super::base::{Sql, Store};
use super::rows::pipeline;
use crate::domain::Pipeline;

/// Marks a pipeline.
const MARK: &str = "INSERT INTO dropped_pipelines (workspace, pipeline_arn) VALUES (?, ?) \
                    ON CONFLICT DO NOTHING";

impl Store {
    /// Marks the pipelines whose own record says that they ran later, by more than `delay`, than every execution that is
    /// known of them began, where their list was not read since either.
    pub(in crate::catalog) async fn mark_unsearched(&self, delay: SignedDuration) -> Sql<()> {
        let sql = "SELECT p.arn FROM pipelines p WHERE p.workspace = ?1 AND p.gone IS NULL \
                   AND p.last_execution > ?2 + COALESCE((SELECT MAX(e.created) FROM executions e \
                   WHERE e.workspace = p.workspace AND e.pipeline_arn = p.arn), 0) \
                   AND NOT EXISTS (SELECT 1 FROM dropped_pipelines d \
                   WHERE d.workspace = p.workspace AND d.pipeline_arn = p.arn) \
                   AND NOT EXISTS (SELECT 1 FROM refreshes r WHERE r.workspace = p.workspace \
                   AND r.subject = 'history:' || p.arn AND r.as_of > p.last_execution)";
        let delay = i64::try_from(delay.as_micros()).unwrap_or(i64::MAX);
        let arns: Vec<String> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(delay)
            .fetch_all(self.reader())
            .await?;
        if arns.is_empty() {
            return Ok(());
        }
        let mut writing = self.write().await?;
        for arn in arns {
            self.about_pipeline(&mut writing, &[MARK], &arn).await?;
        }
        self.commit(writing).await
    }

    /// Marks a pipeline whose newest page does not reach what is known of it: all of its pages are to be read.
    pub(in crate::catalog) async fn mark_history_unread(&self, arn: &str) -> Sql<()> {
        let mut writing = self.write().await?;
        let statements = [
            "UPDATE pipelines SET whole_history = 0 WHERE workspace = ? AND arn = ?",
            MARK,
        ];
        self.about_pipeline(&mut writing, &statements, arn).await?;
        self.commit(writing).await
    }

    /// The pipelines whose own executions are to be listed, those that ran last first.
    pub(in crate::catalog) async fn unread_pipelines(&self) -> Sql<Vec<Pipeline>> {
        let sql = "SELECT p.* FROM dropped_pipelines d JOIN pipelines p \
                   ON p.workspace = d.workspace AND p.arn = d.pipeline_arn \
                   WHERE d.workspace = ? AND p.gone IS NULL \
                   ORDER BY p.last_execution DESC, p.arn";
        let rows = sqlx::query(sql)
            .bind(&self.workspace)
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(pipeline).collect()
    }

    /// Whether this pipeline is among them.
    pub(in crate::catalog) async fn is_pipeline_unread(&self, arn: &str) -> Sql<bool> {
        let sql = "SELECT 1 FROM dropped_pipelines d JOIN pipelines p \
                   ON p.workspace = d.workspace AND p.arn = d.pipeline_arn \
                   WHERE d.workspace = ? AND d.pipeline_arn = ? AND p.gone IS NULL";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.is_some())
    }

    /// Whether rows of an earlier version are still being taken over, so that filters do not find all of them.
    pub(in crate::catalog) async fn is_taking_over(&self) -> Sql<bool> {
        let sql = "SELECT 1 FROM executions WHERE workspace = ? AND detailed = 0 LIMIT 1";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.is_some())
    }
}
