//! The command `audit`: checks the audit trail, and writes it out for other tools.

mod csv;
mod moment;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::database::DatabaseError;
use crate::ledger::{AuditRecord, Chain, Trail, Verified};

pub use moment::Moment;

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
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Checks the audit trail of a state folder and writes a line for each chain; whether all is sound.
/// `keys` may have signed checkpoints beside the key that the ledger keeps itself.
///
/// # Errors
/// Where the ledger cannot be read or `out` not be written.
pub async fn verify(
    state_dir: &Path,
    keys: &[Vec<u8>],
    out: &mut impl Write,
) -> Result<bool, AuditError> {
    let verified = Trail::open(state_dir).await?.verify(keys).await?;
    let Verified { chains, strays } = &verified;
    for chain in chains {
        writeln!(out, "{}", sentence(chain))?;
    }
    for stray in strays {
        writeln!(out, "BROKEN: {stray}")?;
    }
    out.flush()?;
    Ok(verified.is_sound())
}

fn sentence(chain: &Chain) -> String {
    let Chain {
        writer,
        records,
        intents,
        denied,
        removed_through,
        head,
        fault,
    } = chain;
    let Some((last, hash)) = head else {
        return match fault {
            Some(fault) => format!(
                "chain {writer}: BROKEN at record {}: {}",
                fault.seq, fault.what
            ),
            None => format!("chain {writer}: no records yet"),
        };
    };
    let first = last - i64::try_from(*records).unwrap_or(i64::MAX) + 1;
    if let Some(fault) = fault {
        return format!(
            "chain {writer}: BROKEN at record {}: {} (records {first} to {last} before it fit together)",
            fault.seq, fault.what
        );
    }
    let removed = match removed_through {
        0 => String::new(),
        through => format!(", those up to {through} were removed in their time"),
    };
    format!(
        "chain {writer}: sound, {records} records ({first} to {last}{removed}), {intents} actions, {denied} refused requests, head {last}:{hash}"
    )
}

/// Writes out the records from `since` on and before `until`, oldest first.
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
        .export(since, until, |happening: AuditRecord| match format {
            Format::Jsonl => writeln!(out, "{}", serde_json::Value::Object(happening)),
            Format::Csv => csv::line(&happening, out),
        })
        .await??;
    out.flush()?;
    Ok(())
}
