//! A file of lines that one process appends to.

use super::{StateError, StateErrorKind};
use serde::Serialize;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A state file, held by this process alone.
#[derive(Debug)]
pub struct Journal {
    /// As it was named, for messages.
    named: PathBuf,
    disk: DiskSync,
    /// How much of it is whole lines.
    length: u64,
    /// Lines that a full disk kept from being written: they are tried again first.
    pending: Vec<u8>,
    /// Files that this one took the place of. They stay locked, so that whoever opened one before it was replaced
    /// still finds it in use.
    former: Vec<Arc<File>>,
}

/// The way from the operating system to the disk.
#[derive(Debug, Clone)]
pub struct DiskSync {
    file: Arc<File>,
    behind: Arc<AtomicBool>,
}

impl DiskSync {
    /// Waits until everything written so far is on the disk; at once where nothing was written since the last time.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sync(&self) -> io::Result<()> {
        match self.behind.swap(false, Ordering::AcqRel) {
            true => self.file.sync_data(),
            false => Ok(()),
        }
    }
}

impl Journal {
    /// Opens a state file, or begins an empty one.
    ///
    /// # Errors
    /// When it cannot be opened for reading and writing, is no file, or another process has it.
    pub fn open(path: &Path) -> Result<Journal, StateError> {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let file = opened.map_err(|error| StateErrorKind::System("opening it", error).of(path))?;
        let told = file.metadata();
        let told = told.map_err(|error| StateErrorKind::System("looking at it", error).of(path))?;
        if !told.is_file() {
            return Err(StateErrorKind::NotAFile.of(path));
        }
        lock(&file).map_err(|kind| kind.of(path))?;
        Ok(Journal {
            named: path.to_owned(),
            disk: DiskSync {
                file: Arc::new(file),
                behind: Arc::default(),
            },
            length: told.len(),
            pending: Vec::new(),
            former: Vec::new(),
        })
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The way to the disk; to be asked for after [`Journal::replace`].
    pub fn disk(&self) -> DiskSync {
        self.disk.clone()
    }

    /// Hands every line over with its number, from 1. A last line that was cut off is removed, and a warning logged.
    ///
    /// # Errors
    /// When the file cannot be read, or `each` does not understand a line.
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
            // The header was written with the file: one that is cut off is no header.
            if !complete && number > 1 {
                tracing::warn!(
                    "{}: line {number} was cut off and is left out: nobody was told of what it said",
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
        self.cut()
    }

    /// Writes a line, and what could not be written before.
    ///
    /// # Errors
    /// When the system refuses it. The line is kept and tried again the next time.
    pub fn append(&mut self, line: &impl Serialize) -> Result<(), StateError> {
        serde_json::to_writer(&mut self.pending, line)
            .map_err(|error| self.failed("writing to it", error.into()))?;
        self.pending.push(b'\n');
        self.flush()
    }

    /// Writes what could not be written before.
    ///
    /// # Errors
    /// When the system still refuses it.
    pub fn flush(&mut self) -> Result<(), StateError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        if let Err(error) = (&*self.disk.file).write_all(&self.pending) {
            // Part of it may be there.
            self.cut()?;
            return Err(self.failed("writing to it", error));
        }
        self.length += self.pending.len() as u64;
        self.pending.clear();
        self.disk.behind.store(true, Ordering::Release);
        Ok(())
    }

    /// Puts a new file in the place of this one, whole or not at all.
    ///
    /// # Errors
    /// When the system refuses it; then this one is as it was.
    pub fn replace(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), StateError> {
        let failed = |error| StateErrorKind::System("writing a new file in its place", error);
        let (file, length) = self
            .written_beside(write)
            .map_err(|error| failed(error).of(&self.named))?;
        self.former.push(self.disk.file.clone());
        self.disk = DiskSync {
            file: Arc::new(file),
            behind: Arc::default(),
        };
        self.length = length;
        Ok(())
    }

    fn written_beside(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<(File, u64)> {
        // What a link leads to is replaced, not the link.
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
        // The new name is on the disk once its folder is. Where a folder cannot be synchronised, the system's own
        // rhythm has to do: after a power cut the old file is there, or the new one.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        let length = file.seek(SeekFrom::End(0))?;
        Ok((file, length))
    }

    /// Removes what is no whole line from the end, and goes on there.
    fn cut(&self) -> Result<(), StateError> {
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
