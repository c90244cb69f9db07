//! Checks one chain, record by record. Pure.

use std::collections::HashMap;

use super::{Chain, ChainError};
use crate::ledger::body::{intent_row, outcome_row};
use crate::ledger::checkpoint::{Checkpoint, Signer};
use crate::ledger::record::{NO_HASH, Record};
use crate::ledger::store::{Page, Recorded};

/// A chain on its way through the check.
pub(super) struct Checker<'a> {
    chain: Chain,
    signers: &'a [Signer],
    /// The first record's number and what it carries on from, where the beginning was removed.
    begins: Option<(i64, String)>,
    /// Whether a checkpoint accounts for what was removed.
    anchored: bool,
    ended: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn new(writer: String, signers: &'a [Signer]) -> Self {
        Self {
            chain: Chain {
                writer,
                records: 0,
                intents: 0,
                denied: 0,
                removed_through: 0,
                head: None,
                fault: None,
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

    /// The number after which records are wanted next; `None` when there are no more, or enough is
    /// known.
    pub(super) fn wants(&self) -> Option<i64> {
        (!self.ended).then(|| self.chain.head.as_ref().map_or(0, |(seq, _)| *seq))
    }

    /// Checks some records more; none is the end.
    pub(super) fn take(&mut self, page: Page) {
        let Page { records, rows } = page;
        self.ended = records.is_empty();
        for record in records {
            if let Err(what) = self.check(&record, &rows) {
                return self.stop(record.seq, what);
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
    pub(super) fn unreadable(&mut self, why: &str) {
        let seq = self.wants().unwrap_or_default() + 1;
        self.stop(
            seq,
            format!("it, or a row it tells of, cannot be read: {why}"),
        );
    }

    pub(super) fn finish(mut self) -> Chain {
        if let (Some((seq, _)), None, false) = (&self.begins, &self.chain.fault, self.anchored) {
            let what = format!(
                "everything before it is missing, and no checkpoint accounts for records 1 to {}",
                seq - 1
            );
            self.chain.fault = Some(ChainError { seq: *seq, what });
        }
        self.chain
    }

    fn stop(&mut self, seq: i64, what: String) {
        self.ended = true;
        self.chain.fault = Some(ChainError { seq, what });
    }

    fn check(&mut self, record: &Record, rows: &HashMap<i64, Recorded>) -> Result<(), String> {
        let (seq, prev) = match &self.chain.head {
            Some((seq, hash)) => (seq + 1, hash.as_str()),
            None if record.seq == 1 => (1, NO_HASH),
            None => {
                self.begins = Some((record.seq, record.prev.clone()));
                (record.seq, record.prev.as_str())
            }
        };
        if record.seq != seq {
            return Err(match record.seq - seq {
                1 => format!("record {seq} before it is missing"),
                _ => format!("records {seq} to {} before it are missing", record.seq - 1),
            });
        }
        if record.computed() != record.hash {
            return Err("its hash does not fit what it says: it was changed".into());
        }
        if record.prev != prev {
            return Err("it does not carry on from the record before it".into());
        }
        match record.event.as_str() {
            "checkpoint" => self.checkpoint(record),
            "intent" | "outcome" => agrees(record, rows),
            _ => Ok(()),
        }
    }

    fn checkpoint(&mut self, record: &Record) -> Result<(), String> {
        let read = Checkpoint::read(&record.writer, record.recorded_at, &record.read_body());
        let Some((checkpoint, signature)) = read else {
            return Err("it is no checkpoint that can be read".into());
        };
        let signed = |signer: &Signer| signer.signed(&checkpoint, &signature);
        if !self.signers.iter().any(signed) {
            return Err("its signature is not by a key of this ledger".into());
        }
        let first = self.begins.as_ref().map_or(1, |(seq, _)| *seq);
        if checkpoint.through >= first {
            return Err("it says that records were removed that are still there".into());
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

/// Whether an action's row says what its record says.
fn agrees(record: &Record, rows: &HashMap<i64, Recorded>) -> Result<(), String> {
    let what = &record.event;
    let row = record.intent_id.and_then(|id| rows.get(&id));
    let Some(row) = row else {
        return Err(format!("the row of its {what} is missing"));
    };
    let digest = match (what.as_str(), &row.outcome, &row.learnt) {
        ("intent", _, _) => intent_row(&row.intent),
        (_, Some(outcome), Some((at, known_by))) => outcome_row(*at, outcome, *known_by),
        _ => return Err("the row of its outcome is missing".into()),
    };
    let intent = &row.intent;
    let same = [
        (&record.person, intent.person.as_str()),
        (&record.action, intent.action.as_str()),
        (&record.workspace, &intent.workspace),
        (&record.pipeline, &intent.pipeline_name),
    ]
    .iter()
    .all(|(told, is)| told.as_deref() == Some(is));
    let body = record.read_body();
    if !same || body.get("row").and_then(|row| row.as_str()) != Some(&digest) {
        return Err(format!("the row of its {what} was changed"));
    }
    Ok(())
}
