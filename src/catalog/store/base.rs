//! The connections and values that every statement uses.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::Notify;

use super::changes::{ChangeCounts, Changed};
use super::kept_counts::KeptCounts;
use super::previous_failures::PreviousFailures;
use crate::catalog::views::ReadError;
use crate::database::Pools;

pub(super) use super::values::{Sql, micros, time};

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}

/// The rows of one workspace.
#[derive(Debug, Clone)]
pub(in crate::catalog) struct Store {
    pools: Pools,
    pub(super) workspace: String,
    changes: Arc<ChangeCounts>,
    changed: Arc<Notify>,
    pub(super) previous_failures: Arc<PreviousFailures>,
    pub(super) kept_counts: Arc<KeptCounts>,
}

impl Store {
    pub(in crate::catalog) fn new(pools: Pools, workspace: &str) -> Self {
        Self {
            pools,
            workspace: workspace.to_owned(),
            changes: Arc::default(),
            changed: Arc::default(),
            previous_failures: Arc::default(),
            kept_counts: Arc::default(),
        }
    }

    pub(super) fn reader(&self) -> &SqlitePool {
        &self.pools.reader
    }

    pub(super) fn writer(&self) -> &SqlitePool {
        &self.pools.writer
    }

    /// Begins a transaction that writes from its first statement on: one that began by reading could
    /// fail to write. What it changes may be shown by the page of any execution.
    pub(super) async fn write(&self) -> Sql<Writing> {
        self.write_about(Changed::Anything).await
    }

    /// The same where only this changes.
    pub(super) async fn write_about(&self, changed: Changed) -> Sql<Writing> {
        let mut transaction = self.pools.writer.begin_with("BEGIN IMMEDIATE").await?;
        let sql = "INSERT INTO changes (workspace, counter) VALUES (?, 1) \
                   ON CONFLICT (workspace) DO UPDATE SET counter = changes.counter + 1 \
                   RETURNING counter";
        let change = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .fetch_one(&mut *transaction)
            .await?;
        Ok(Writing {
            transaction,
            change,
            changed,
        })
    }

    /// Ends such a transaction. Everything that changes what pages show ends here.
    pub(super) async fn commit(&self, writing: Writing) -> Sql<()> {
        writing.transaction.commit().await?;
        let count = u64::try_from(writing.change).unwrap_or_default();
        self.changes.note(count, &writing.changed);
        self.changed.notify_one();
        Ok(())
    }

    /// What whoever waits for changes is notified by; a change that nobody waited for is not missed.
    pub(in crate::catalog) fn change_notice(&self) -> Arc<Notify> {
        self.changed.clone()
    }

    /// A number that is another one once anything has changed that lists show. Of the steps and jobs of executions, which
    /// are read in the background all the time, that is why they failed alone.
    pub(in crate::catalog) fn changes(&self) -> u64 {
        self.changes.of_lists()
    }

    /// A number that is another one once anything has changed that the pages of the execution of this ID show.
    pub(in crate::catalog) fn changes_of_execution(&self, id: &str) -> u64 {
        self.changes.of_execution(id)
    }
}

/// A transaction that writes.
pub(super) struct Writing {
    transaction: Transaction<'static, Sqlite>,
    /// The workspace's counter of changes, this one included.
    pub(super) change: i64,
    changed: Changed,
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}
