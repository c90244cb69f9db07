//! What a check of an audit trail finds.

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The chains, one for each writer.
    pub chains: Vec<Chain>,
    /// Rows of actions without a record: the first of each kind.
    pub unrecorded: Vec<UnrecordedRow>,
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
    /// How many are of rejected requests.
    pub denied: u64,
    /// The number up to which records were removed by retention; 0 where none was.
    pub removed_through: i64,
    /// The number and hash of the last good record; whoever keeps it elsewhere can show later that
    /// nothing before it was changed or cut off.
    pub head: Option<(i64, String)>,
    /// The first thing that is wrong.
    pub error: Option<ChainError>,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainError {
    /// The record's number.
    pub seq: i64,
    /// What is wrong with it.
    pub fault: ChainFault,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFault {
    /// It, or a row it is about, cannot be read.
    Unreadable {
        /// What the database driver reported.
        message: String,
    },
    /// Everything before it is missing, and no checkpoint accounts for that.
    BeginningMissing,
    /// Records before it are missing.
    RecordsMissing {
        /// The number of the first.
        first: i64,
        /// The number of the last.
        last: i64,
    },
    /// Its hash is not that of its columns.
    HashMismatch,
    /// It does not hold the hash of the record before it.
    Unlinked,
    /// It is not a checkpoint that can be read.
    CheckpointUnreadable,
    /// The checkpoint is not signed with a key of this ledger.
    CheckpointSignature,
    /// The checkpoint reports records as removed that are still there.
    CheckpointTooFar,
    /// The row it is about is missing.
    RowMissing(RowKind),
    /// The row it is about was changed.
    RowChanged(RowKind),
}

/// A row that a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Of an intent.
    Intent,
    /// Of an outcome.
    Outcome,
}

/// A row without a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnrecordedRow {
    /// What it is of.
    pub kind: RowKind,
    /// The number of the action.
    pub intent_id: i64,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.unrecorded.is_empty() && self.chains.iter().all(|chain| chain.error.is_none())
    }
}
