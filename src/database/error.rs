//! What can go wrong with a database, and what mends it.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// A database that could not be opened, read or written: which file, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}. {}", file.display(), trouble.advice())]
pub struct DatabaseError {
    /// The file (or folder) it failed on.
    pub file: PathBuf,
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What SQLite or the system said.
    pub message: String,
}

/// A kind of trouble, by what mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Another process uses it, or all connections stayed busy.
    Held,
    /// The file or its folder may not be written.
    ReadOnly,
    /// There is no space left.
    Full,
    /// The file is not a database, or a broken one.
    Damaged,
    /// Its schema is newer than those this version knows.
    NewerVersion,
    /// Its schema is not the one its version has.
    OtherVersion,
    /// The disk failed to read or write, or the file cannot be opened.
    Unusable,
    /// Anything else; the message tells.
    Other,
}

impl Trouble {
    /// Half a sentence for people that tells why nothing can be written, without naming files.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Held => "its ledger is held by another process, or stayed busy for too long",
            Self::ReadOnly => "its ledger may not be written",
            Self::Full => "the disk that holds its ledger is full",
            Self::Damaged => "its ledger is damaged",
            Self::NewerVersion => "its ledger was made by a newer version",
            Self::OtherVersion => "its ledger was made by another version",
            Self::Unusable => "the disk that holds its ledger failed",
            Self::Other => "its ledger took it not",
        }
    }

    /// The sentence that tells what to do.
    fn advice(self) -> &'static str {
        match self {
            Self::Held => {
                "Only one console at a time may use a state folder: stop the other one, or give this one its own state_dir."
            }
            Self::ReadOnly => {
                "Give the user that runs the console the right to write this folder and the files in it, or set another state_dir."
            }
            Self::Full => "Free some space on the disk that holds the state folder.",
            Self::Damaged => "Restore the file from a backup, or move it away to begin a new one.",
            Self::NewerVersion => {
                "It was made by a newer version of the console, and was left as it is: run that version or a newer one, or set another state_dir."
            }
            Self::OtherVersion => {
                "It was made by another version of the console: run that version or a newer one."
            }
            Self::Unusable => "Check that the state folder exists on a disk that works.",
            Self::Other => "Try again; if it stays, see the log.",
        }
    }

    /// SQLite's primary result codes: sqlite.org/rescode.html.
    fn from_code(code: i32) -> Self {
        match code & 0xff {
            5 | 6 => Self::Held,
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
        let trouble = match error {
            sqlx::Error::Database(inner) => inner
                .code()
                .and_then(|code| code.parse().ok())
                .map_or(Trouble::Other, Trouble::from_code),
            sqlx::Error::PoolTimedOut => Trouble::Held,
            sqlx::Error::Io(inner) => return Self::from_io(file, inner),
            sqlx::Error::WorkerCrashed => Trouble::Unusable,
            _ => Trouble::Other,
        };
        Self {
            file: file.to_owned(),
            trouble,
            message: error.to_string(),
        }
    }

    /// What the system refused about a file or folder.
    pub(super) fn from_io(file: &Path, error: &io::Error) -> Self {
        let trouble = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Trouble::ReadOnly
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Trouble::Full,
            _ => Trouble::Unusable,
        };
        Self {
            file: file.to_owned(),
            trouble,
            message: error.to_string(),
        }
    }

    /// A migration that did not run, or a database that has seen others.
    pub(super) fn from_migration(file: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(inner) => Self::new(file, &inner),
            MigrateError::ExecuteMigration(inner, version) => {
                let mut known = Self::new(file, &inner);
                // A step that cannot run on what is there met a schema it does not expect.
                if known.trouble == Trouble::Other {
                    known.trouble = Trouble::OtherVersion;
                }
                known.message = format!("step {version} of its schema: {}", known.message);
                known
            }
            other => Self {
                file: file.to_owned(),
                trouble: Trouble::OtherVersion,
                message: other.to_string(),
            },
        }
    }

    /// A file whose schema is of version `found`, where this version of the console knows those up to
    /// `known`.
    pub(super) fn newer(file: &Path, found: i64, known: i64) -> Self {
        Self {
            file: file.to_owned(),
            trouble: Trouble::NewerVersion,
            message: format!(
                "its schema is version {found}, and this console knows versions up to {known}"
            ),
        }
    }

    /// A file that another process has locked.
    pub(super) fn held(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            trouble: Trouble::Held,
            message: "another process uses it".into(),
        }
    }

    /// A file that SQLite's own check found broken.
    pub(super) fn damaged(file: &Path, message: String) -> Self {
        Self {
            file: file.to_owned(),
            trouble: Trouble::Damaged,
            message,
        }
    }
}
