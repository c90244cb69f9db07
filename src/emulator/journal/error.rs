//! Why a state file cannot be used.

use super::FORMAT_VERSION;
use std::io;
use std::path::{Path, PathBuf};

/// A state file that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct StateError {
    /// The path as it was given.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub kind: StateErrorKind,
}

/// What is wrong with a state file.
#[derive(Debug, thiserror::Error)]
pub enum StateErrorKind {
    /// The system does not let it be opened, read, written or replaced.
    #[error("{0} failed: {1}")]
    System(&'static str, #[source] io::Error),
    /// Another process has it.
    #[error("another process is using it; end that one, or name another file")]
    InUse,
    /// A folder, a device, a pipe.
    #[error("it is not a regular file")]
    NotAFile,
    /// The first line is not a header.
    #[error("it is not a state file of the local SageMaker: {0}; name another file")]
    NotAStateFile(String),
    /// A newer program wrote it.
    #[error(
        "a newer program wrote it, in format {0}; this one reads formats up to {FORMAT_VERSION}"
    )]
    NewerFormat(u32),
    /// It began with another seed, Region or account than the requested one.
    #[error(
        "it began with the {option} {original}, not {requested}; leave --{option} out, or name another file"
    )]
    OtherOption {
        /// `seed`, `region` or `account`.
        option: &'static str,
        /// The file's.
        original: String,
        /// The requested one.
        requested: String,
    },
    /// A line other than an incomplete last one is invalid.
    #[error(
        "line {line} is invalid: {why}; restore the file from a copy, or remove that line and everything after it"
    )]
    InvalidLine {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl StateErrorKind {
    /// The error for a file.
    pub fn of(self, path: &Path) -> StateError {
        StateError {
            path: path.to_owned(),
            kind: self,
        }
    }
}
