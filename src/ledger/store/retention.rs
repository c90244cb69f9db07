//! Removes the beginning of the chain, and leaves a signed record of it.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{Store, records};
use crate::database::DatabaseError;
use crate::ledger::checkpoint::{Checkpoint, CheckpointSigner};
use crate::ledger::record::{Draft, Event};

/// Records removed in one transaction at most, so that no action waits for long.
const MAX_REMOVED_RECORDS: i64 = 5_000;

impl Store {
    /// Removes records from before this time, with the rows they are about; how many, zero when there
    /// are none. An intent is removed with its outcome only.
    pub(in crate::ledger) async fn remove_before(
        &self,
        before: Timestamp,
        now: Timestamp,
        signer: &CheckpointSigner,
    ) -> Result<u64, DatabaseError> {
        let committed = async {
            let mut work = self.begin().await?;
            let Some((first, through)) =
                removable(&mut work, &self.writer, before.as_millisecond()).await?
            else {
                return Ok(0);
            };
            let removed = through - first + 1;
            let (hash,): (String,) =
                sqlx::query_as("SELECT hash FROM records WHERE writer = ? AND seq = ?")
                    .bind(&*self.writer)
                    .bind(through)
                    .fetch_one(&mut *work)
                    .await?;
            let checkpoint = Checkpoint {
                writer: self.writer.to_string(),
                through,
                hash,
                removed,
                at: now.as_millisecond(),
            };
            let draft = draft(&checkpoint, signer);
            records::append(&mut work, &self.writer, draft).await?;
            remove(&mut work, &self.writer, through).await?;
            work.commit().await?;
            Ok(removed.unsigned_abs())
        };
        committed.await.map_err(|error| self.pools.error(error))
    }
}

fn draft(checkpoint: &Checkpoint, signer: &CheckpointSigner) -> Draft {
    Draft {
        body: signer.sign(checkpoint),
        ..Draft::new(Event::Checkpoint, checkpoint.at)
    }
}

/// The first record, and the last one that may be removed: old, and with no intent up to it whose
/// outcome stays.
async fn removable(
    work: &mut SqliteConnection,
    writer: &str,
    before: i64,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let ends: (Option<i64>, Option<i64>) =
        sqlx::query_as("SELECT min(seq), max(seq) FROM records WHERE writer = ?")
            .bind(writer)
            .fetch_one(&mut *work)
            .await?;
    let (Some(first), Some(last)) = ends else {
        return Ok(None);
    };
    let young: Option<(i64,)> = sqlx::query_as(
        "SELECT seq FROM records WHERE writer = ? AND recorded_at >= ? ORDER BY seq LIMIT 1",
    )
    .bind(writer)
    .bind(before)
    .fetch_optional(&mut *work)
    .await?;
    let mut through = young
        .map_or(last, |(young,)| young - 1)
        .min(first + MAX_REMOVED_RECORDS - 1);
    while through >= first {
        let open: (Option<i64>,) = sqlx::query_as(
            "SELECT min(r.seq) FROM records r WHERE r.writer = ?1 AND r.seq <= ?2 AND r.event = 'intent'
             AND NOT EXISTS (SELECT 1 FROM records o WHERE o.intent_id = r.intent_id
                 AND o.event = 'outcome' AND o.seq <= ?2)",
        )
        .bind(writer)
        .bind(through)
        .fetch_one(&mut *work)
        .await?;
        match open {
            (Some(open),) => through = open - 1,
            (None,) => return Ok(Some((first, through))),
        }
    }
    Ok(None)
}

async fn remove(
    work: &mut SqliteConnection,
    writer: &str,
    through: i64,
) -> Result<(), sqlx::Error> {
    let (intents,): (Option<i64>,) =
        sqlx::query_as("SELECT max(intent_id) FROM records WHERE writer = ? AND seq <= ?")
            .bind(writer)
            .bind(through)
            .fetch_one(&mut *work)
            .await?;
    sqlx::query(
        "INSERT INTO retention (writer, through) VALUES (?, ?)
         ON CONFLICT (writer) DO UPDATE SET through = excluded.through",
    )
    .bind(writer)
    .bind(through)
    .execute(&mut *work)
    .await?;
    sqlx::query("DELETE FROM records WHERE writer = ? AND seq <= ?")
        .bind(writer)
        .bind(through)
        .execute(&mut *work)
        .await?;
    for sql in [
        "DELETE FROM outcomes WHERE intent_id <= ?
         AND NOT EXISTS (SELECT 1 FROM records r WHERE r.intent_id = outcomes.intent_id)",
        "DELETE FROM intents WHERE id <= ?
         AND NOT EXISTS (SELECT 1 FROM records r WHERE r.intent_id = intents.id)",
    ] {
        sqlx::query(sql)
            .bind(intents.unwrap_or(0))
            .execute(&mut *work)
            .await?;
    }
    Ok(())
}
