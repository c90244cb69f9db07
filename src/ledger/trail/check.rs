//! Checks one chain, record by record. Pure.

use std::collections::HashMap;

use super::chain::{Chain, ChainError, ChainFault, RowKind};
use crate::ledger::checkpoint::{Checkpoint, CheckpointSigner};
use crate::ledger::record::{NO_PREVIOUS_HASH, Record};
use crate::ledger::store::{RecordPage, Rows};

/// The check of one chain, as far as it has come.
pub(super) struct Checker<'a> {
    chain: Chain,
    signers: &'a [CheckpointSigner],
    /// The first record's number and the hash before it, where the beginning was removed.
    begins: Option<(i64, String)>,
    /// Whether a checkpoint accounts for what was removed.
    anchored: bool,
    ended: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn new(writer: String, signers: &'a [CheckpointSigner]) -> Self {
        Self {
            chain: Chain {
                writer,
                records: 0,
                intents: 0,
                denied: 0,
                removed_through: 0,
                head: None,
                error: None,
            },
            signers,
            begins: None,
            anchored: false,
            ended: false,
        }
    }

    pub(super) fn writer(&self) -> &str {
        &self.chain.writer
    }

    /// The number after which records are needed next; `None` when there are no more, or enough is
    /// known.
    pub(super) fn next_after(&self) -> Option<i64> {
        (!self.ended).then(|| self.chain.head.as_ref().map_or(0, |(seq, _)| *seq))
    }

    /// Checks the records that follow; an empty page is the end.
    pub(super) fn take(&mut self, page: RecordPage) {
        let RecordPage { records, rows } = page;
        self.ended = records.is_empty();
        for record in records {
            if let Err(fault) = self.check(&record, &rows) {
                return self.stop(record.seq, fault);
            }
            self.chain.records += 1;
            match record.event.as_str() {
                "intent" => self.chain.intents += 1,
                "denied" => self.chain.denied += 1,
                _ => {}
            }
            self.chain.head = Some((record.seq, record.hash));
        }
    }

    /// What follows cannot even be read.
    pub(super) fn unreadable(&mut self, message: String) {
        let seq = self.next_after().unwrap_or_default() + 1;
        self.stop(seq, ChainFault::Unreadable { message });
    }

    pub(super) fn finish(mut self) -> Chain {
        if let (Some((seq, _)), None, false) = (&self.begins, &self.chain.error, self.anchored) {
            let (seq, fault) = (*seq, ChainFault::BeginningMissing);
            self.chain.error = Some(ChainError { seq, fault });
        }
        self.chain
    }

    fn stop(&mut self, seq: i64, fault: ChainFault) {
        self.ended = true;
        self.chain.error = Some(ChainError { seq, fault });
    }

    fn check(&mut self, record: &Record, rows: &HashMap<i64, Rows>) -> Result<(), ChainFault> {
        let (seq, prev) = match &self.chain.head {
            Some((seq, hash)) => (seq + 1, hash.as_str()),
            None if record.seq == 1 => (1, NO_PREVIOUS_HASH),
            None => {
                self.begins = Some((record.seq, record.prev.clone()));
                (record.seq, record.prev.as_str())
            }
        };
        if record.seq != seq {
            return Err(ChainFault::RecordsMissing {
                first: seq,
                last: record.seq - 1,
            });
        }
        if record.computed() != record.hash {
            return Err(ChainFault::HashMismatch);
        }
        if record.prev != prev {
            return Err(ChainFault::Unlinked);
        }
        match record.event.as_str() {
            "checkpoint" => self.checkpoint(record),
            "intent" => agrees(record, rows, RowKind::Intent),
            "outcome" => agrees(record, rows, RowKind::Outcome),
            _ => Ok(()),
        }
    }

    fn checkpoint(&mut self, record: &Record) -> Result<(), ChainFault> {
        let read = Checkpoint::read(&record.writer, record.recorded_at, &record.read_body());
        let Some((checkpoint, signature)) = read else {
            return Err(ChainFault::CheckpointUnreadable);
        };
        let signed = |signer: &CheckpointSigner| signer.signed(&checkpoint, &signature);
        if !self.signers.iter().any(signed) {
            return Err(ChainFault::CheckpointSignature);
        }
        let first = self.begins.as_ref().map_or(1, |(seq, _)| *seq);
        if checkpoint.through >= first {
            return Err(ChainFault::CheckpointTooFar);
        }
        if let Some((first, prev)) = &self.begins
            && checkpoint.through == first - 1
            && checkpoint.hash == *prev
        {
            self.anchored = true;
            self.chain.removed_through = checkpoint.through;
        }
        Ok(())
    }
}

/// Whether an action's row agrees with its record.
fn agrees(record: &Record, rows: &HashMap<i64, Rows>, kind: RowKind) -> Result<(), ChainFault> {
    let rows = record.intent_id.and_then(|id| rows.get(&id));
    let rows = rows.ok_or(ChainFault::RowMissing(kind))?;
    let digest = match kind {
        RowKind::Intent => Some(&rows.intent_digest),
        RowKind::Outcome => rows.outcome_digest.as_ref(),
    };
    let digest = digest.ok_or(ChainFault::RowMissing(kind))?;
    let same = [
        (&record.person, rows.person.as_str()),
        (&record.action, rows.action),
        (&record.workspace, &rows.workspace),
        (&record.pipeline, &rows.pipeline),
    ]
    .iter()
    .all(|(recorded, row)| recorded.as_deref() == Some(row));
    let body = record.read_body();
    if !same || body.get("row").and_then(|row| row.as_str()) != Some(digest) {
        return Err(ChainFault::RowChanged(kind));
    }
    Ok(())
}
