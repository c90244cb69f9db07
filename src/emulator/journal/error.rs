//! Why a state file cannot be used.

use super::FORMAT_VERSION;
use crate::seed::SeedKind;
use std::io;
use std::path::{Path, PathBuf};

/// A state file that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct StateError {
    /// The file as it was named.
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
    #[error("it is no regular file")]
    NotAFile,
    /// The first line is no header.
    #[error("it is no state file of the local SageMaker: {0}; name another file")]
    NotAStateFile(String),
    /// A later program wrote it.
    #[error(
        "a newer program wrote it, in format {0}; this one reads formats up to {FORMAT_VERSION}"
    )]
    NewerFormat(u32),
    /// It began with another seed than the one asked for.
    #[error(
        "it began with the seed {original}, not {asked}; leave --seed out, or name another file"
    )]
    OtherSeed {
        /// The file's.
        original: SeedKind,
        /// The one asked for.
        asked: SeedKind,
    },
    /// A line other than a torn last one cannot be understood.
    #[error(
        "line {line} cannot be understood: {why}; put a copy of the file in its place, or remove that line and all \
         after it"
    )]
    InvalidLine {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl StateErrorKind {
    /// The fault of a file.
    pub fn of(self, path: &Path) -> StateError {
        StateError {
            path: path.to_owned(),
            kind: self,
        }
    }
}
