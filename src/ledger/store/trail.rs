//! Reads the audit trail from a database that another process may be writing.

use std::collections::HashMap;

use sqlx::{Sqlite, SqlitePool, Transaction};

use super::Recorded;
use super::rows::{Row, select};
use crate::ledger::record::Record;

/// Records read in one statement.
const AT_ONCE: i64 = 500;

/// Some records in their order, and the rows they tell of, by the intent's id.
pub(in crate::ledger) struct Page {
    pub records: Vec<Record>,
    pub rows: HashMap<i64, Recorded>,
}

/// One moment of the database.
pub(in crate::ledger) struct Moment(Transaction<'static, Sqlite>);

impl Moment {
    pub(in crate::ledger) async fn of(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
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

    /// The key that it keeps itself, if it does.
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
            .bind(AT_ONCE)
            .fetch_all(&mut *self.0)
            .await
    }

    /// The same with the rows they tell of.
    pub(in crate::ledger) async fn page(
        &mut self,
        writer: &str,
        after: i64,
    ) -> Result<Page, sqlx::Error> {
        let records = self.records(writer, after).await?;
        let last = records.last().map_or(after, |record| record.seq);
        let rows: Vec<Row> = sqlx::query_as(select!(
            "WHERE i.id IN (SELECT intent_id FROM records WHERE writer = ? AND seq > ? AND seq <= ?)"
        ))
        .bind(writer)
        .bind(after)
        .bind(last)
        .fetch_all(&mut *self.0)
        .await?;
        let rows = rows.into_iter().map(|Row(row)| (row.id, row)).collect();
        Ok(Page { records, rows })
    }

    /// The first intent, and the first outcome, that no record tells of.
    pub(in crate::ledger) async fn strays(
        &mut self,
    ) -> Result<[(&'static str, Option<i64>); 2], sqlx::Error> {
        let mut found = [("intent", None), ("outcome", None)];
        for ((_, stray), sql) in found.iter_mut().zip([
            "SELECT min(id) FROM intents i WHERE NOT EXISTS
             (SELECT 1 FROM records r WHERE r.intent_id = i.id AND r.event = 'intent')",
            "SELECT min(intent_id) FROM outcomes o WHERE NOT EXISTS
             (SELECT 1 FROM records r WHERE r.intent_id = o.intent_id AND r.event = 'outcome')",
        ]) {
            (*stray,) = sqlx::query_as(sql).fetch_one(&mut *self.0).await?;
        }
        Ok(found)
    }
}
