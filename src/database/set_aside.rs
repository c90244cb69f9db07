//! Setting a damaged database aside.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::error::DatabaseError;

/// The endings of the files that SQLite keeps beside a database, and of the database itself: last, so
/// that none of them is ever found beside a new one.
const FILE_SUFFIXES: [&str; 4] = ["-wal", "-shm", "-journal", ""];

/// Renames a database with the files that SQLite keeps beside it; returns its new name. Nobody may
/// have it open.
pub(super) fn set_aside(file: &Path, now: Timestamp) -> Result<String, DatabaseError> {
    let target = unused_name(file, now);
    for suffix in FILE_SUFFIXES {
        let from = with_suffix(file, suffix);
        match fs::rename(&from, with_suffix(&target, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(DatabaseError::from_io(&from, &error));
            }
            _ => {}
        }
    }
    let name = target.file_name().unwrap_or_default();
    Ok(name.to_string_lossy().into_owned())
}

/// `catalog.db.damaged-20261128T091500Z`, or with a number where that exists.
fn unused_name(file: &Path, now: Timestamp) -> PathBuf {
    let name = format!(".damaged-{}", now.strftime("%Y%m%dT%H%M%SZ"));
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    let unused = names.find_map(|name| {
        let path = with_suffix(file, &name);
        let taken = FILE_SUFFIXES.map(|suffix| with_suffix(&path, suffix).exists());
        (!taken.contains(&true)).then_some(path)
    });
    unused.unwrap_or_else(|| with_suffix(file, &name))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_set_aside_before_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("catalog.db");
        let now = Timestamp::UNIX_EPOCH;
        let mut names = Vec::new();
        for content in ["first", "second", "third"] {
            fs::write(&file, content).unwrap();
            fs::write(with_suffix(&file, "-wal"), content).unwrap();
            let name = set_aside(&file, now).unwrap();
            let aside = folder.path().join(&name);
            assert_eq!(fs::read_to_string(&aside).unwrap(), content);
            let log = with_suffix(&aside, "-wal");
            assert_eq!(fs::read_to_string(log).unwrap(), content);
            assert!(!file.exists());
            names.push(name);
        }
        assert_eq!(
            names,
            [
                "catalog.db.damaged-19700101T000000Z",
                "catalog.db.damaged-19700101T000000Z-2",
                "catalog.db.damaged-19700101T000000Z-3",
            ]
        );
    }
}
