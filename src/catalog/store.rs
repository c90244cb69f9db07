//! The local copy in SQL. Everything that is read or written carries its workspace's name.

mod columns;
mod executions;
mod lists;
mod merge;
mod pipelines;
mod rows;
mod steps;
mod tags;

use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::database::Pools;

pub(super) use merge::Source;
pub(super) use pipelines::StoredDetail;
pub(super) use rows::{StoredExecution, json};

type Sql<T> = Result<T, sqlx::Error>;

/// The rows of one workspace.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pools: Pools,
    workspace: String,
}

impl Store {
    pub(super) fn new(pools: Pools, workspace: &str) -> Self {
        Self {
            pools,
            workspace: workspace.to_owned(),
        }
    }

    fn reader(&self) -> &SqlitePool {
        &self.pools.reader
    }

    /// Begins to write at once: a transaction that began by reading could not.
    async fn write(&self) -> Sql<Transaction<'static, Sqlite>> {
        self.pools.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// When SageMaker last told a subject.
    pub(super) async fn told(&self, subject: &str) -> Sql<Option<Timestamp>> {
        let sql = "SELECT as_of FROM told WHERE workspace = ? AND subject = ?";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(subject)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.and_then(time))
    }

    /// Writes down that SageMaker told a subject.
    pub(super) async fn tell(&self, subject: &str, as_of: Timestamp) -> Sql<()> {
        let sql = "INSERT INTO told (workspace, subject, as_of) VALUES (?, ?, ?) \
                   ON CONFLICT (workspace, subject) DO UPDATE SET as_of = excluded.as_of";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(subject)
            .bind(micros(as_of))
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// The time up to which every change of an execution was read; `None` before the first fill.
    pub(super) async fn frontier(&self) -> Sql<Option<Timestamp>> {
        let sql = "SELECT frontier FROM searches WHERE workspace = ?";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.and_then(time))
    }

    /// Moves that time.
    pub(super) async fn set_frontier(&self, frontier: Timestamp) -> Sql<()> {
        let sql = "INSERT INTO searches (workspace, frontier) VALUES (?, ?) \
                   ON CONFLICT (workspace) DO UPDATE SET frontier = excluded.frontier";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(micros(frontier))
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// Keeps a definition's text under its hash.
    pub(super) async fn put_definition(&self, hash: &str, text: &str) -> Sql<()> {
        sqlx::query("INSERT INTO definitions (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(hash)
            .bind(text)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// The definition's text of this hash.
    pub(super) async fn definition(&self, hash: &str) -> Sql<String> {
        sqlx::query_scalar("SELECT text FROM definitions WHERE hash = ?")
            .bind(hash)
            .fetch_one(self.reader())
            .await
    }
}

fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

fn time(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

/// Folds a text for searching and sorting in any case.
pub(super) fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests;
