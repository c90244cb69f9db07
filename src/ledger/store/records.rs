//! The chain of records: begun once, then only appended to.

use jiff::Timestamp;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::rows::{Row, select};
use crate::database::Pools;
use crate::ledger::body::{Attribution, intent_draft, outcome_draft};
use crate::ledger::record::{Draft, NO_PREVIOUS_HASH, Record};

/// Appends one record to a writer's chain, in the caller's transaction.
pub(super) async fn append(
    work: &mut SqliteConnection,
    writer: &str,
    draft: Draft,
) -> Result<Record, sqlx::Error> {
    let head: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM records WHERE writer = ? ORDER BY seq DESC LIMIT 1")
            .bind(writer)
            .fetch_optional(&mut *work)
            .await?;
    let (seq, prev) = head.unwrap_or_else(|| (0, NO_PREVIOUS_HASH.to_owned()));
    let record = Record::follow(writer, seq + 1, prev, draft);
    sqlx::query(
        "INSERT INTO records (writer, seq, recorded_at, event, intent_id, person, action, workspace,
             pipeline, body, prev, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&record.writer)
    .bind(record.seq)
    .bind(record.recorded_at)
    .bind(&record.event)
    .bind(record.intent_id)
    .bind(&record.person)
    .bind(&record.action)
    .bind(&record.workspace)
    .bind(&record.pipeline)
    .bind(&record.body)
    .bind(&record.prev)
    .bind(&record.hash)
    .execute(work)
    .await?;
    Ok(record)
}

/// The name of this database's chain. The first time, one begins, with a record of every row that is
/// there already.
pub(super) async fn writer(pools: &Pools, now: Timestamp) -> Result<String, sqlx::Error> {
    if let Some(writer) = known_writer(&mut *pools.reader.acquire().await?).await? {
        return Ok(writer);
    }
    let mut work = pools.writer.begin_with("BEGIN IMMEDIATE").await?;
    if let Some(writer) = known_writer(&mut work).await? {
        return Ok(writer);
    }
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(|error| sqlx::Error::Io(error.into()))?;
    let name = hex::encode(name);
    sqlx::query("INSERT INTO writers (id, writer, made_at) VALUES (1, ?, ?)")
        .bind(&name)
        .bind(now.as_millisecond())
        .execute(&mut *work)
        .await?;
    adopt(&mut work, &name).await?;
    work.commit().await?;
    Ok(name)
}

async fn known_writer(work: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    let found: Option<(String,)> = sqlx::query_as("SELECT writer FROM writers WHERE id = 1")
        .fetch_optional(work)
        .await?;
    Ok(found.map(|(writer,)| writer))
}

/// Takes the rows of a version that kept no records into the chain.
async fn adopt(work: &mut Transaction<'_, Sqlite>, writer: &str) -> Result<(), sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(select!("ORDER BY i.id"))
        .fetch_all(&mut **work)
        .await?;
    for row in rows {
        let draft = intent_draft(row.id, &row.intent, &Attribution::adopted());
        append(work, writer, draft).await?;
        if let Some(outcome) = &row.outcome {
            append(
                work,
                writer,
                outcome_draft(row.id, &row.intent, outcome, None),
            )
            .await?;
        }
    }
    Ok(())
}
