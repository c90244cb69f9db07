//! The audit trail, read back and checked, while a console writes it or from a copy.

mod chain;
mod check;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::checkpoint::CheckpointSigner;
use super::record::Record;
use super::store::{ReadPool, ReadQueryError, Snapshot, undecodable};
use crate::database::{self, DatabaseError, DatabaseErrorKind};

pub use chain::{Chain, ChainError, ChainFault, RowKind, UnrecordedRow, Verified};
use check::Checker;

/// An audit trail, opened to be read.
pub struct Trail {
    pool: ReadPool,
    file: PathBuf,
}

/// One record as it is exported: everything it holds, by name. See `docs/audit.md`.
pub type AuditRecord = Map<String, Value>;

impl Trail {
    /// Opens the audit trail of a state folder, or of a copy of one. Writes nothing and locks nothing.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read, or was made by a version without an audit trail.
    pub async fn open(state_dir: &Path) -> Result<Self, DatabaseError> {
        let trail = Self {
            pool: database::read_ledger(state_dir).await?,
            file: state_dir.join("ledger.db"),
        };
        let has_trail = async { Snapshot::begin(&trail.pool).await?.has_trail().await };
        match has_trail.await {
            Ok(true) => Ok(trail),
            Ok(false) => Err(DatabaseError {
                file: trail.file,
                kind: DatabaseErrorKind::SchemaMismatch,
                message: "it holds no audit trail".into(),
            }),
            Err(error) => Err(trail.error(error)),
        }
    }

    /// Checks every chain as it is at this moment: hashes, gaps and order, the signatures of
    /// checkpoints (with the key the ledger holds, or one of `keys`), and that the rows of every
    /// action agree with its records.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn verify(&self, keys: &[Vec<u8>]) -> Result<Verified, DatabaseError> {
        self.check(keys).await.map_err(|error| self.error(error))
    }

    async fn check(&self, keys: &[Vec<u8>]) -> Result<Verified, ReadQueryError> {
        let mut snapshot = Snapshot::begin(&self.pool).await?;
        let own = snapshot.key().await?;
        let keys = keys.iter().chain(&own);
        let signers: Vec<_> = keys.map(|key| CheckpointSigner::new(key)).collect();
        let mut chains = Vec::new();
        for writer in snapshot.writers().await? {
            let mut checker = Checker::new(writer, &signers);
            while let Some(after) = checker.next_after() {
                match snapshot.page(checker.writer(), after).await {
                    Ok(page) => checker.take(page),
                    Err(error) => match undecodable(&error) {
                        Some(problem) => checker.unreadable(problem),
                        None => return Err(error),
                    },
                }
            }
            chains.push(checker.finish());
        }
        let (intent, outcome) = snapshot.unrecorded().await?;
        let unrecorded = [(RowKind::Intent, intent), (RowKind::Outcome, outcome)];
        let unrecorded = unrecorded.into_iter().filter_map(|(kind, intent_id)| {
            let intent_id = intent_id?;
            Some(UnrecordedRow { kind, intent_id })
        });
        Ok(Verified {
            chains,
            unrecorded: unrecorded.collect(),
        })
    }

    /// Gives every record from `since` on and before `until` to `each`, oldest first, until that
    /// fails; the inner result is that of `each`.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn export<E>(
        &self,
        since: Timestamp,
        until: Option<Timestamp>,
        mut each: impl FnMut(AuditRecord) -> Result<(), E>,
    ) -> Result<Result<(), E>, DatabaseError> {
        let work = async {
            let mut snapshot = Snapshot::begin(&self.pool).await?;
            let until = until.map_or(i64::MAX, Timestamp::as_millisecond);
            let wanted = since.as_millisecond()..until;
            for writer in snapshot.writers().await? {
                let mut after = 0;
                loop {
                    let records = snapshot.records(&writer, after).await?;
                    let Some(last) = records.last() else {
                        break;
                    };
                    after = last.seq;
                    for record in records {
                        if wanted.contains(&record.recorded_at)
                            && let Err(error) = each(exported(record))
                        {
                            return Ok(Err(error));
                        }
                    }
                }
            }
            Ok(Ok(()))
        };
        work.await.map_err(|error| self.error(error))
    }

    fn error(&self, error: ReadQueryError) -> DatabaseError {
        DatabaseError::new(&self.file, &error)
    }
}

fn exported(record: Record) -> AuditRecord {
    let mut all = record.read_body();
    // The bodies of version 1 do not name it.
    all.entry("version").or_insert(json!(1));
    let at = Timestamp::from_millisecond(record.recorded_at);
    let at = at.map_or_else(
        |_| record.recorded_at.to_string(),
        |at| at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
    );
    for (name, value) in [
        ("at", json!(at)),
        ("event", json!(record.event)),
        ("intent", json!(record.intent_id)),
        ("person", json!(record.person)),
        ("action", json!(record.action)),
        ("workspace", json!(record.workspace)),
        ("pipeline", json!(record.pipeline)),
        ("writer", json!(record.writer)),
        ("seq", json!(record.seq)),
        ("prev", json!(record.prev)),
        ("hash", json!(record.hash)),
    ] {
        if !value.is_null() {
            all.insert(name.to_owned(), value);
        }
    }
    all
}
