//! The connections and values that every statement uses.

use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::catalog::views::ReadError;
use crate::database::Pools;

/// What a statement gives.
pub(super) type Sql<T> = Result<T, sqlx::Error>;

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
}

impl Store {
    pub(in crate::catalog) fn new(pools: Pools, workspace: &str) -> Self {
        Self {
            pools,
            workspace: workspace.to_owned(),
        }
    }

    pub(super) fn reader(&self) -> &SqlitePool {
        &self.pools.reader
    }

    pub(super) fn writer(&self) -> &SqlitePool {
        &self.pools.writer
    }

    /// Begins a transaction that writes from its first statement on: one that began by reading could
    /// fail to write.
    pub(super) async fn write(&self) -> Sql<Transaction<'static, Sqlite>> {
        self.pools.writer.begin_with("BEGIN IMMEDIATE").await
    }
}

/// A time as it is stored: microseconds since 1970.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A time of a row; `None` where it is out of range.
pub(super) fn time(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}
