//! The audit trail, read back and checked, while a console writes it or from a copy.

mod check;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::SqlitePool;

use super::checkpoint::Signer;
use super::record::Record;
use super::store::Moment;
use crate::database::{self, DatabaseError, Trouble};

use check::Checker;

/// An audit trail, opened to be read.
pub struct Trail {
    pool: SqlitePool,
    file: PathBuf,
}

/// What a check of an audit trail found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The chains, one for each writer.
    pub chains: Vec<Chain>,
    /// Rows of actions that no record tells of, a sentence each.
    pub strays: Vec<String>,
}

/// One writer's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The writer's name.
    pub writer: String,
    /// How many records were read, up to the first bad one.
    pub records: u64,
    /// How many of them are of intents.
    pub intents: u64,
    /// How many are of refused requests.
    pub denied: u64,
    /// The number up to which records were removed by retention; 0 where none was.
    pub removed_through: i64,
    /// The number and hash of the last good record; who keeps it elsewhere can tell later that
    /// nothing before it was changed or cut off.
    pub head: Option<(i64, String)>,
    /// The first thing that is wrong.
    pub fault: Option<ChainError>,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainError {
    /// The record's number.
    pub seq: i64,
    /// What is wrong with it.
    pub what: String,
}

/// One record as it is exported: everything it holds, by name. See `docs/audit.md`.
pub type AuditRecord = Map<String, Value>;

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.strays.is_empty() && self.chains.iter().all(|chain| chain.fault.is_none())
    }
}

impl Trail {
    /// Opens the audit trail of a state folder, or of a copy of one. Writes nothing and locks nothing.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read, or a version without an audit trail made it.
    pub async fn open(state_dir: &Path) -> Result<Self, DatabaseError> {
        let trail = Self {
            pool: database::read_ledger(state_dir).await?,
            file: state_dir.join("ledger.db"),
        };
        let has_trail = async { Moment::of(&trail.pool).await?.has_trail().await };
        match has_trail.await {
            Ok(true) => Ok(trail),
            Ok(false) => Err(DatabaseError {
                file: trail.file,
                trouble: Trouble::OtherVersion,
                message: "it holds no audit trail".into(),
            }),
            Err(error) => Err(trail.error(error)),
        }
    }

    /// Checks every chain as it is at this moment: hashes, gaps and order, the signatures of
    /// checkpoints (by the key the ledger keeps, or one of `keys`), and that every action's rows
    /// say what its records say.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn verify(&self, keys: &[Vec<u8>]) -> Result<Verified, DatabaseError> {
        self.check(keys).await.map_err(|error| self.error(error))
    }

    async fn check(&self, keys: &[Vec<u8>]) -> Result<Verified, sqlx::Error> {
        let mut moment = Moment::of(&self.pool).await?;
        let own = moment.key().await?;
        let signers: Vec<Signer> = keys.iter().chain(&own).map(|key| Signer::of(key)).collect();
        let mut chains = Vec::new();
        for writer in moment.writers().await? {
            let mut checker = Checker::new(writer, &signers);
            while let Some(after) = checker.wants() {
                match moment.page(checker.writer(), after).await {
                    Ok(page) => checker.take(page),
                    Err(sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source)) => {
                        checker.unreadable(&source.to_string());
                    }
                    Err(error) => return Err(error),
                }
            }
            chains.push(checker.finish());
        }
        let strays = moment.strays().await?;
        let strays = strays.into_iter().filter_map(|(what, id)| {
            let id = id?;
            Some(format!("the {what} of action {id} has no record"))
        });
        Ok(Verified {
            chains,
            strays: strays.collect(),
        })
    }

    /// Gives every record from `since` on and before `until` to `each`, oldest first, until that
    /// fails; the inner result is its own.
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
            let mut moment = Moment::of(&self.pool).await?;
            let until = until.map_or(i64::MAX, Timestamp::as_millisecond);
            let wanted = since.as_millisecond()..until;
            for writer in moment.writers().await? {
                let mut after = 0;
                loop {
                    let records = moment.records(&writer, after).await?;
                    let Some(last) = records.last() else {
                        break;
                    };
                    after = last.seq;
                    for record in records {
                        if wanted.contains(&record.recorded_at)
                            && let Err(error) = each(happening(record))
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

    fn error(&self, error: sqlx::Error) -> DatabaseError {
        DatabaseError::new(&self.file, &error)
    }
}

fn happening(record: Record) -> AuditRecord {
    let mut all = record.read_body();
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
