//! A file of lines that a single process appends to.

use super::{StateError, StateErrorKind};
use serde::Serialize;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A state file, locked by this process.
#[derive(Debug)]
pub struct Journal {
    /// The path as it was given, for messages.
    named: PathBuf,
    disk: DiskSync,
    /// Number of bytes of complete lines.
    length: u64,
    /// Lines that could not be written, such as on a full disk: they are retried first.
    pending: Vec<u8>,
    /// Files that were replaced. They stay locked, so that a process which opened one before still finds it in use.
    replaced: Vec<Arc<File>>,
}

/// Flushes a file from the operating system to the disk.
#[derive(Debug, Clone)]
pub struct DiskSync {
    file: Arc<File>,
    is_behind: Arc<AtomicBool>,
}

impl DiskSync {
    /// Waits until everything is on the disk; returns at once where nothing was written since the last call.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sync(&self) -> io::Result<()> {
        match self.is_behind.swap(false, Ordering::AcqRel) {
            true => self.file.sync_data(),
            false => Ok(()),
        }
    }
}

impl Journal {
    /// Opens a state file, or creates an empty one.
    ///
    /// # Errors
    /// When it cannot be opened for reading and writing, is not a regular file, or is in use by another process.
    pub fn open(path: &Path) -> Result<Journal, StateError> {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let file = opened.map_err(|error| StateErrorKind::System("opening it", error).of(path))?;
        let metadata = file.metadata();
        let metadata =
            metadata.map_err(|error| StateErrorKind::System("looking at it", error).of(path))?;
        if !metadata.is_file() {
            return Err(StateErrorKind::NotAFile.of(path));
        }
        lock(&file).map_err(|kind| kind.of(path))?;
        Ok(Journal {
            named: path.to_owned(),
            disk: DiskSync {
                file: Arc::new(file),
                is_behind: Arc::default(),
            },
            length: metadata.len(),
            pending: Vec::new(),
            replaced: Vec::new(),
        })
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.named
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// For synchronizing with the disk; invalid after [`Journal::replace`].
    pub fn disk(&self) -> DiskSync {
        self.disk.clone()
    }

    /// Calls back with every line and its number, from 1. Removes an incomplete last line and logs a warning.
    ///
    /// # Errors
    /// When the file cannot be read, or `each` rejects a line.
    pub fn read(
        &mut self,
        mut each: impl FnMut(usize, &[u8]) -> Result<(), StateErrorKind>,
    ) -> Result<(), StateError> {
        let file = self.disk.file.clone();
        let mut reader = BufReader::with_capacity(1 << 18, &*file);
        let (mut whole, mut number) = (0, 0);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            let length = read.map_err(|error| self.failed("reading it", error))?;
            if length == 0 {
                break;
            }
            number += 1;
            let complete = line.last() == Some(&b'\n');
            // The header was written with the file: if it is incomplete, this is not a state file.
            if !complete && number > 1 {
                tracing::warn!(
                    "{}: line {number} is incomplete and is ignored: no response depended on it",
                    self.named.display()
                );
                break;
            }
            each(number, line.trim_ascii_end()).map_err(|kind| kind.of(&self.named))?;
            if !complete {
                let cut_off = "its first line was cut off".to_owned();
                return Err(StateErrorKind::NotAStateFile(cut_off).of(&self.named));
            }
            whole += length as u64;
        }
        self.length = whole;
        self.truncate()
    }

    /// Appends a line, after those that could not be written before.
    ///
    /// # Errors
    /// When the system refuses it. The line is kept and tried again the next time.
    pub fn append(&mut self, line: &impl Serialize) -> Result<(), StateError> {
        serde_json::to_writer(&mut self.pending, line)
            .map_err(|error| self.failed("writing to it", error.into()))?;
        self.pending.push(b'\n');
        self.flush()
    }

    /// Writes lines that could not be written before.
    ///
    /// # Errors
    /// When the system still refuses it.
    pub fn flush(&mut self) -> Result<(), StateError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        if let Err(error) = (&*self.disk.file).write_all(&self.pending) {
            // A part may have been written.
            self.truncate()?;
            return Err(self.failed("writing to it", error));
        }
        self.length += self.pending.len() as u64;
        self.pending.clear();
        self.disk.is_behind.store(true, Ordering::Release);
        Ok(())
    }

    /// Replaces the file with a new one, atomically.
    ///
    /// # Errors
    /// When the system refuses it; the old file is unchanged.
    pub fn replace(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), StateError> {
        let failed = |error| StateErrorKind::System("writing a new file in its place", error);
        let (file, length) = self
            .write_beside(write)
            .map_err(|error| failed(error).of(&self.named))?;
        self.replaced.push(self.disk.file.clone());
        self.disk = DiskSync {
            file: Arc::new(file),
            is_behind: Arc::default(),
        };
        self.length = length;
        Ok(())
    }

    fn write_beside(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<(File, u64)> {
        // Replaces the target of a symbolic link, not the link.
        let path = fs::canonicalize(&self.named)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut beside = tempfile::Builder::new()
            .prefix(".sluicegate-state-")
            .tempfile_in(folder)?;
        let mut writer = BufWriter::with_capacity(1 << 18, beside.as_file_mut());
        write(&mut writer)?;
        writer.flush()?;
        drop(writer);
        beside
            .as_file()
            .set_permissions(fs::metadata(&path)?.permissions())?;
        beside.as_file().sync_all()?;
        beside.as_file().try_lock()?;
        let mut file = beside.persist(&path)?;
        // The rename is durable once the folder is synchronized. Where that is not possible, either the old or the
        // new file exists after a power failure.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        let length = file.seek(SeekFrom::End(0))?;
        Ok((file, length))
    }

    /// Truncates an incomplete line at the end, and continues there.
    fn truncate(&self) -> Result<(), StateError> {
        let mut file = &*self.disk.file;
        file.set_len(self.length)
            .and_then(|()| file.seek(SeekFrom::Start(self.length)))
            .map(|_| ())
            .map_err(|error| self.failed("writing to it", error))
    }

    fn failed(&self, what: &'static str, error: io::Error) -> StateError {
        StateErrorKind::System(what, error).of(&self.named)
    }
}

fn lock(file: &File) -> Result<(), StateErrorKind> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StateErrorKind::InUse,
        TryLockError::Error(error) => StateErrorKind::System("locking it", error),
    })
}
