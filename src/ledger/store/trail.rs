//! Reads the audit trail from a database that another process may be writing.

use std::collections::HashMap;

use sqlx::{Sqlite, SqlitePool, Transaction};

use super::rows::{Row, select};
use crate::ledger::record::Record;

/// Records read in one statement.
const RECORDS_PER_PAGE: i64 = 500;

/// What the database is read through; the trail itself speaks no SQL.
pub(in crate::ledger) type ReadPool = SqlitePool;

/// Why the database could not be read.
pub(in crate::ledger) type ReadQueryError = sqlx::Error;

/// What is wrong with a value that cannot be decoded; `None` for any other failure.
pub(in crate::ledger) fn undecodable(failure: &ReadQueryError) -> Option<String> {
    match failure {
        sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source) => {
            Some(source.to_string())
        }
        _ => None,
    }
}

/// Some records in their order, and the rows they are about, by the intent's id.
pub(in crate::ledger) struct RecordPage {
    pub records: Vec<Record>,
    pub rows: HashMap<i64, Rows>,
}

/// The rows of an action, as their records should describe them.
pub(in crate::ledger) struct Rows {
    pub person: String,
    pub action: &'static str,
    pub workspace: String,
    pub pipeline: String,
    /// The digest of the intent's row.
    pub intent_digest: String,
    /// The digest of the outcome's row, where there is one.
    pub outcome_digest: Option<String>,
}

/// The database as it is at one moment.
pub(in crate::ledger) struct Snapshot(Transaction<'static, Sqlite>);

impl Snapshot {
    pub(in crate::ledger) async fn begin(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
        Ok(Self(pool.begin().await?))
    }

    /// Whether it holds an audit trail at all.
    pub(in crate::ledger) async fn has_trail(&mut self) -> Result<bool, sqlx::Error> {
        let found: Option<(i64,)> =
            sqlx::query_as("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'records'")
                .fetch_optional(&mut *self.0)
                .await?;
        Ok(found.is_some())
    }

    /// The key that the database itself holds, where it does.
    pub(in crate::ledger) async fn key(&mut self) -> Result<Option<Vec<u8>>, sqlx::Error> {
        let found: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT secret FROM ticket_keys WHERE id = 1")
                .fetch_optional(&mut *self.0)
                .await?;
        Ok(found.map(|(key,)| key))
    }

    /// Every chain there is.
    pub(in crate::ledger) async fn writers(&mut self) -> Result<Vec<String>, sqlx::Error> {
        let found: Vec<(String,)> = sqlx::query_as(
            "SELECT writer FROM writers UNION SELECT writer FROM records ORDER BY 1",
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(found.into_iter().map(|(writer,)| writer).collect())
    }

    /// Records of a chain after this one, in order.
    pub(in crate::ledger) async fn records(
        &mut self,
        writer: &str,
        after: i64,
    ) -> Result<Vec<Record>, sqlx::Error> {
        sqlx::query_as("SELECT * FROM records WHERE writer = ? AND seq > ? ORDER BY seq LIMIT ?")
            .bind(writer)
            .bind(after)
            .bind(RECORDS_PER_PAGE)
            .fetch_all(&mut *self.0)
            .await
    }

    /// The same with the rows they are about.
    pub(in crate::ledger) async fn page(
        &mut self,
        writer: &str,
        after: i64,
    ) -> Result<RecordPage, sqlx::Error> {
        let records = self.records(writer, after).await?;
        let last = records.last().map_or(after, |record| record.seq);
        let rows: Vec<Row> = sqlx::query_as(select!(
            "WHERE i.id IN
                 (SELECT intent_id FROM records WHERE writer = ? AND seq > ? AND seq <= ?)"
        ))
        .bind(writer)
        .bind(after)
        .bind(last)
        .fetch_all(&mut *self.0)
        .await?;
        let rows = rows.into_iter().map(|row| (row.id, row.into())).collect();
        Ok(RecordPage { records, rows })
    }

    /// The first intent without a record, and the first outcome without one.
    pub(in crate::ledger) async fn unrecorded(
        &mut self,
    ) -> Result<(Option<i64>, Option<i64>), sqlx::Error> {
        sqlx::query_as(
            "SELECT
                 (SELECT min(id) FROM intents i WHERE NOT EXISTS
                     (SELECT 1 FROM records r WHERE r.intent_id = i.id AND r.event = 'intent')),
                 (SELECT min(intent_id) FROM outcomes o WHERE NOT EXISTS
                     (SELECT 1 FROM records r
                      WHERE r.intent_id = o.intent_id AND r.event = 'outcome'))",
        )
        .fetch_one(&mut *self.0)
        .await
    }
}

impl From<Row> for Rows {
    fn from(row: Row) -> Self {
        Self {
            intent_digest: row.intent.digest(),
            outcome_digest: row.outcome.map(|outcome| outcome.digest()),
            person: row.intent.person,
            action: row.intent.action.as_str(),
            workspace: row.intent.workspace,
            pipeline: row.intent.pipeline_name,
        }
    }
}
