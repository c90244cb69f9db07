//! The command `audit`: checks the audit trail, and exports it for other tools.

mod csv;
mod texts;
mod time_bound;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::database::DatabaseError;
use crate::ledger::{AuditRecord, Trail};

pub use time_bound::TimeBound;

/// How records are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values (RFC 4180) under a header.
    Csv,
}

/// Why the command ends early.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The ledger cannot be read.
    #[error("{0}")]
    Database(#[from] DatabaseError),
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

/// Checks the audit trail of a state folder and writes a line for each chain; whether all is sound.
/// Besides the key that the ledger itself holds, checkpoints may be signed with one of `keys`.
///
/// # Errors
/// Where the ledger cannot be read or `out` not be written.
pub async fn verify(
    state_dir: &Path,
    keys: &[Vec<u8>],
    out: &mut impl Write,
) -> Result<bool, AuditError> {
    let verified = Trail::open(state_dir).await?.verify(keys).await?;
    for chain in &verified.chains {
        writeln!(out, "{}", texts::chain(chain))?;
    }
    for row in &verified.unrecorded {
        writeln!(out, "BROKEN: {}", texts::unrecorded(row))?;
    }
    out.flush()?;
    Ok(verified.is_sound())
}

/// Exports the records from `since` on and before `until`, oldest first.
///
/// # Errors
/// Where the ledger cannot be read or `out` not be written.
pub async fn export(
    state_dir: &Path,
    since: Timestamp,
    until: Option<Timestamp>,
    format: Format,
    out: &mut impl Write,
) -> Result<(), AuditError> {
    let trail = Trail::open(state_dir).await?;
    if format == Format::Csv {
        csv::header(out)?;
    }
    trail
        .export(since, until, |record: AuditRecord| match format {
            Format::Jsonl => writeln!(out, "{}", serde_json::Value::Object(record)),
            Format::Csv => csv::line(&record, out),
        })
        .await??;
    out.flush()?;
    Ok(())
}
