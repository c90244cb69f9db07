//! What a check of the audit trail found, in words.

use crate::ledger::{Chain, ChainFault, RowKind, UnrecordedRow};

/// The line of one chain.
pub(super) fn chain(chain: &Chain) -> String {
    let Chain {
        writer,
        records,
        intents,
        denied,
        removed_through,
        head,
        error,
    } = chain;
    let broken = error.as_ref().map(|error| {
        format!(
            "BROKEN at record {}: {}",
            error.seq,
            fault(error.seq, &error.fault)
        )
    });
    let Some((last, hash)) = head else {
        let state = broken.unwrap_or_else(|| "no records yet".to_owned());
        return format!("chain {writer}: {state}");
    };
    let first = last - i64::try_from(*records).unwrap_or(i64::MAX) + 1;
    if let Some(broken) = broken {
        return format!("chain {writer}: {broken} (records {first} to {last} before it are sound)");
    }
    let removed = match removed_through {
        0 => String::new(),
        through => format!(", those up to {through} removed by retention"),
    };
    format!(
        "chain {writer}: sound, {records} records ({first} to {last}{removed}), {intents} actions, {denied} rejected requests, head {last}:{hash}"
    )
}

/// A row without a record.
pub(super) fn unrecorded(row: &UnrecordedRow) -> String {
    format!(
        "the {} of action {} has no record",
        row_kind(row.kind),
        row.intent_id
    )
}

fn fault(seq: i64, fault: &ChainFault) -> String {
    match fault {
        ChainFault::Unreadable { message } => {
            format!("it, or a row it refers to, cannot be read: {message}")
        }
        ChainFault::BeginningMissing => format!(
            "everything before it is missing, and no checkpoint accounts for records 1 to {}",
            seq - 1
        ),
        ChainFault::RecordsMissing { first, last } if first == last => {
            format!("record {first} before it is missing")
        }
        ChainFault::RecordsMissing { first, last } => {
            format!("records {first} to {last} before it are missing")
        }
        ChainFault::HashMismatch => {
            "its hash does not match its content: it was changed".to_owned()
        }
        ChainFault::Unlinked => "it does not hold the hash of the record before it".to_owned(),
        ChainFault::CheckpointUnreadable => "it is not a checkpoint that can be read".to_owned(),
        ChainFault::CheckpointSignature => {
            "its signature was not made with a key of this ledger".to_owned()
        }
        ChainFault::CheckpointTooFar => {
            "it reports records as removed that are still there".to_owned()
        }
        ChainFault::RowMissing(kind) => format!("the row of its {} is missing", row_kind(*kind)),
        ChainFault::RowChanged(kind) => format!("the row of its {} was changed", row_kind(*kind)),
    }
}

fn row_kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Intent => "intent",
        RowKind::Outcome => "outcome",
    }
}
