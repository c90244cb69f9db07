//! What SageMaker no longer knows: it stays, marked with the time at which that was found out.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::base::{Sql, Store, Writing, micros};
use super::changes::Changed;
use crate::domain::Pipeline;

impl Store {
    /// Marks an execution that SageMaker was asked about, and does not know any more.
    pub(in crate::catalog) async fn mark_execution(&self, arn: &str, now: Timestamp) -> Sql<()> {
        let known = self.execution(arn).await?;
        if known.is_none_or(|known| known.gone.is_some()) {
            return Ok(());
        }
        let mut writing = self.write_about(Changed::executions([arn])).await?;
        let sql = "UPDATE executions SET gone = ?, running = 0, changed = ? \
                   WHERE workspace = ? AND arn = ?";
        sqlx::query(sql)
            .bind(micros(now))
            .bind(writing.change)
            .bind(&self.workspace)
            .bind(arn)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }

    /// Marks a pipeline that SageMaker no longer knows, with its executions.
    pub(in crate::catalog) async fn mark_pipeline_gone(
        &self,
        arn: &str,
        now: Timestamp,
    ) -> Sql<()> {
        let mut writing = self.write().await?;
        self.mark_pipeline(&mut writing, arn, now).await?;
        self.commit(writing).await
    }

    /// The same within a transaction. If it comes back, its history is read once more.
    pub(super) async fn mark_pipeline(
        &self,
        writing: &mut Writing,
        arn: &str,
        now: Timestamp,
    ) -> Sql<()> {
        self.mark_executions(writing, arn, None, now).await?;
        let statements = [
            "UPDATE pipelines SET gone = ?3, whole_history = 0 \
             WHERE workspace = ?1 AND arn = ?2 AND gone IS NULL",
            "INSERT INTO dropped_pipelines (workspace, pipeline_arn) VALUES (?1, ?2) \
             ON CONFLICT DO NOTHING",
        ];
        for sql in statements {
            let statement = sqlx::query(sql).bind(&self.workspace).bind(arn);
            statement.bind(micros(now)).execute(&mut **writing).await?;
        }
        self.drop_tags(writing, arn).await
    }

    /// Marks the executions of a pipeline, or only those that began before a time.
    pub(super) async fn mark_executions(
        &self,
        writing: &mut Writing,
        pipeline_arn: &str,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Sql<()> {
        let sql = "UPDATE executions SET gone = ?1, running = 0, changed = ?2 WHERE workspace = ?3 \
                   AND pipeline_arn = ?4 AND gone IS NULL AND (?5 IS NULL OR created < ?5)";
        sqlx::query(sql)
            .bind(micros(now))
            .bind(writing.change)
            .bind(&self.workspace)
            .bind(pipeline_arn)
            .bind(before.map(micros))
            .execute(&mut **writing)
            .await?;
        Ok(())
    }

    /// Takes the mark from the executions that were marked with their pipeline, which is there again; of one that was
    /// made anew meanwhile, only from its own.
    pub(super) async fn bring_back(&self, writing: &mut Writing, back: &Pipeline) -> Sql<()> {
        let sql = "SELECT gone FROM pipelines WHERE workspace = ? AND arn = ?";
        let gone: Option<Option<i64>> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(&back.arn)
            .fetch_optional(&mut **writing)
            .await?;
        // Hundreds may be written at a time, nearly none of which was gone: their executions are not looked at.
        let Some(gone) = gone.flatten() else {
            return Ok(());
        };
        let sql = "UPDATE executions SET gone = NULL, changed = ?1, \
                   running = status IN ('Executing', 'Stopping') \
                   WHERE workspace = ?2 AND pipeline_arn = ?3 \
                   AND (created IS NULL OR ?4 IS NULL OR created >= ?4) AND gone = ?5";
        sqlx::query(sql)
            .bind(writing.change)
            .bind(&self.workspace)
            .bind(&back.arn)
            .bind(back.created.map(micros))
            .bind(gone)
            .execute(&mut **writing)
            .await?;
        Ok(())
    }

    /// Deletes what was stored under this ARN by mistake: it is another pipeline's.
    pub(in crate::catalog) async fn drop_execution(&self, arn: &str) -> Sql<()> {
        let mut writing = self.write_about(Changed::executions([arn])).await?;
        let sql = "DELETE FROM executions WHERE workspace = ? AND arn = ? RETURNING number";
        let number: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(&mut *writing)
            .await?;
        if let Some(number) = number {
            drop_details(&mut writing, number).await?;
        }
        sqlx::query("DELETE FROM steps WHERE workspace = ? AND execution_arn = ?")
            .bind(&self.workspace)
            .bind(arn)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }
}

async fn drop_details(writing: &mut SqliteConnection, execution: i64) -> Sql<()> {
    for sql in [
        "DELETE FROM execution_texts WHERE execution = ?",
        "DELETE FROM execution_trigrams WHERE rowid = ?",
        "DELETE FROM execution_parameters WHERE execution = ?",
        "DELETE FROM execution_steps WHERE execution = ?",
        "DELETE FROM execution_jobs WHERE execution = ?",
        "DELETE FROM execution_metrics WHERE execution = ?",
    ] {
        sqlx::query(sql)
            .bind(execution)
            .execute(&mut *writing)
            .await?;
    }
    Ok(())
}
