//! Executions whose steps, or the jobs of whose steps, were not read since they ended, and how far that reading has come.

use jiff::Timestamp;

use super::base::{Sql, Store, micros, time};
use super::rows::StoredExecution;

/// What is read of executions that nobody opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::catalog) enum Unread {
    /// Their steps.
    Steps,
    /// The jobs of their steps, once these were read.
    Jobs,
}

/// Since when the steps of every execution, and the jobs of these, were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::catalog) struct ReadSince {
    pub(in crate::catalog) steps: Option<Timestamp>,
    pub(in crate::catalog) jobs: Option<Timestamp>,
}

impl Store {
    /// Some executions that have ended and lack this, the newest first: those that began at `from` or later, and before
    /// `before`.
    pub(in crate::catalog) async fn unread(
        &self,
        unread: Unread,
        from: Timestamp,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Sql<Vec<StoredExecution>> {
        // Each condition is that of an index.
        let sql = match unread {
            Unread::Steps => {
                "SELECT * FROM executions WHERE workspace = ? AND steps_read = 0 AND running = 0 \
                 AND gone IS NULL AND created >= ? AND created < ? \
                 ORDER BY created DESC, arn LIMIT ?"
            }
            Unread::Jobs => {
                "SELECT * FROM executions WHERE workspace = ? AND steps_read = 1 AND jobs_read = 0 \
                 AND gone IS NULL AND created >= ? AND created < ? \
                 ORDER BY created DESC, arn LIMIT ?"
            }
        };
        sqlx::query_as(sql)
            .bind(&self.workspace)
            .bind(micros(from))
            .bind(before.map_or(i64::MAX, micros))
            .bind(limit)
            .fetch_all(self.reader())
            .await
    }

    /// Whether there are executions that have ended and lack their steps, and that began by `since`, or ever.
    pub(in crate::catalog) async fn lacks_steps(&self, since: Option<Timestamp>) -> Sql<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM executions WHERE workspace = ? AND steps_read = 0 \
                   AND running = 0 AND gone IS NULL AND created <= ?)";
        sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(since.map_or(i64::MAX, micros))
            .fetch_one(self.reader())
            .await
    }

    /// How far the reading of these has come.
    pub(in crate::catalog) async fn read_since(&self) -> Sql<ReadSince> {
        let sql = "SELECT steps_since, jobs_since FROM backfills WHERE workspace = ?";
        let found: Option<(Option<i64>, Option<i64>)> = sqlx::query_as(sql)
            .bind(&self.workspace)
            .fetch_optional(self.reader())
            .await?;
        let (steps, jobs) = found.unwrap_or_default();
        Ok(ReadSince {
            steps: steps.and_then(time),
            jobs: jobs.and_then(time),
        })
    }

    /// Notes how far it has come.
    pub(in crate::catalog) async fn set_read_since(&self, since: ReadSince) -> Sql<()> {
        let sql = "INSERT INTO backfills (workspace, steps_since, jobs_since) VALUES (?, ?, ?) \
                   ON CONFLICT (workspace) DO UPDATE SET steps_since = excluded.steps_since, \
                   jobs_since = excluded.jobs_since";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(since.steps.map(micros))
            .bind(since.jobs.map(micros))
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
