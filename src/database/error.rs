//! What can go wrong with a database, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// A database that could not be opened, read or written: which file, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}. {}", file.display(), kind.advice())]
pub struct DatabaseError {
    /// The file (or folder) it failed on.
    pub file: PathBuf,
    /// What kind of error it is.
    pub kind: DatabaseErrorKind,
    /// The message of SQLite or of the system.
    pub message: String,
}

/// A kind of error, by what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseErrorKind {
    /// Another process uses it, or all connections stayed busy.
    Locked,
    /// The file or its folder may not be written.
    ReadOnly,
    /// There is no space left.
    Full,
    /// The file is not a database, or a broken one.
    Damaged,
    /// Its schema is newer than those this version knows.
    NewerVersion,
    /// Its schema is not the one its version has.
    SchemaMismatch,
    /// The disk failed to read or write, or the file cannot be opened.
    Unusable,
    /// Anything else; the message has it.
    Other,
}

impl DatabaseErrorKind {
    /// Why nothing can be written, as half a sentence for people, without file names.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Locked => "its ledger is busy or in use by another process",
            Self::ReadOnly => "its ledger is read-only",
            Self::Full => "the disk that holds its ledger is full",
            Self::Damaged => "its ledger is damaged",
            Self::NewerVersion => "its ledger was written by a newer version",
            Self::SchemaMismatch => "its ledger has an unknown schema",
            Self::Unusable => "the disk that holds its ledger failed",
            Self::Other => "its ledger could not be written",
        }
    }

    /// What to do, as a sentence.
    fn advice(self) -> &'static str {
        match self {
            Self::Locked => {
                "Only one console at a time may use a state folder: stop the other one, or set another state_dir for this one."
            }
            Self::ReadOnly => {
                "Give the user that the console runs as write access to this folder and its files, or set another state_dir."
            }
            Self::Full => "Free some space on the disk that holds the state folder.",
            Self::Damaged => {
                "Restore the file from a backup, or move it away to start with a new one."
            }
            Self::NewerVersion => {
                "A newer version of the console wrote it, so it was left unchanged: run that version or a newer one, or set another state_dir."
            }
            Self::SchemaMismatch => {
                "Another version of the console wrote it: run that version or a newer one."
            }
            Self::Unusable => "Check the disk that holds the state folder.",
            Self::Other => "Try again; if it happens again, see the log.",
        }
    }

    /// SQLite's primary result codes: sqlite.org/rescode.html.
    fn from_code(code: i32) -> Self {
        match code & 0xff {
            5 | 6 => Self::Locked,
            8 | 3 => Self::ReadOnly,
            10 | 14 => Self::Unusable,
            11 | 26 => Self::Damaged,
            13 => Self::Full,
            _ => Self::Other,
        }
    }
}

impl DatabaseError {
    /// A failed statement on this file.
    pub fn new(file: &Path, error: &sqlx::Error) -> Self {
        let kind = match error {
            sqlx::Error::Database(inner) => inner
                .code()
                .and_then(|code| code.parse().ok())
                .map_or(DatabaseErrorKind::Other, DatabaseErrorKind::from_code),
            sqlx::Error::PoolTimedOut => DatabaseErrorKind::Locked,
            sqlx::Error::Io(inner) => return Self::from_io(file, inner),
            sqlx::Error::WorkerCrashed => DatabaseErrorKind::Unusable,
            _ => DatabaseErrorKind::Other,
        };
        Self {
            file: file.to_owned(),
            kind,
            message: error.to_string(),
        }
    }

    /// An error of the system on a file or folder.
    pub(super) fn from_io(file: &Path, error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                DatabaseErrorKind::ReadOnly
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DatabaseErrorKind::Full,
            _ => DatabaseErrorKind::Unusable,
        };
        Self {
            file: file.to_owned(),
            kind,
            message: error.to_string(),
        }
    }

    /// A migration that did not run, or a database to which other migrations were applied.
    pub(super) fn from_migration(file: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(inner) => Self::new(file, &inner),
            MigrateError::ExecuteMigration(inner, version) => {
                let mut known = Self::new(file, &inner);
                // A migration that fails for no other reason met a schema it does not expect.
                if known.kind == DatabaseErrorKind::Other {
                    known.kind = DatabaseErrorKind::SchemaMismatch;
                }
                known.message = format!("migration {version} of its schema: {}", known.message);
                known
            }
            other => Self {
                file: file.to_owned(),
                kind: DatabaseErrorKind::SchemaMismatch,
                message: other.to_string(),
            },
        }
    }

    /// A file whose schema is of version `found`, where this version of the console knows those up to
    /// `known`.
    pub(super) fn newer(file: &Path, found: i64, known: i64) -> Self {
        Self {
            file: file.to_owned(),
            kind: DatabaseErrorKind::NewerVersion,
            message: format!(
                "its schema is version {found}, and this console knows versions up to {known}"
            ),
        }
    }

    /// A file that another process has locked.
    pub(super) fn locked(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            kind: DatabaseErrorKind::Locked,
            message: "another process is using it".into(),
        }
    }

    /// A file that SQLite's own check found damaged.
    pub(super) fn damaged(file: &Path, message: String) -> Self {
        Self {
            file: file.to_owned(),
            kind: DatabaseErrorKind::Damaged,
            message,
        }
    }
}
