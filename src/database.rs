//! The two SQLite databases: their pools and their migrations.
//!
//! `ledger.db` holds what must never be lost: every commit reaches the disk before it counts.
//! `catalog.db` is a copy of what SageMaker returned: one that is damaged is set aside under another
//! name, and a new one is filled. A file that a newer version made is refused and left as it is, and
//! one of an older version is migrated. Nothing is ever deleted.

mod error;
mod migrations;
mod set_aside;
#[cfg(test)]
mod tests;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlitePool};

pub use error::{DatabaseError, DatabaseErrorKind};

/// How long a statement waits for a lock before it fails as busy.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// Connections that only read, for each database.
const MAX_READERS: u32 = 4;

/// One database: one writer, many readers. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Pools {
    /// The one connection that writes; begin with `BEGIN IMMEDIATE` (`begin_with`).
    pub writer: SqlitePool,
    /// Connections that only read; they refuse to write.
    pub reader: SqlitePool,
    /// The name under which a damaged file was set aside when this database was opened.
    set_aside: Option<Arc<str>>,
    /// Locked for as long as any clone lives: one process for each database.
    _lock: Arc<File>,
}

impl Pools {
    /// What a failed statement means, with the file it failed on.
    pub fn error(&self, error: sqlx::Error) -> DatabaseError {
        DatabaseError::new(self.writer.connect_options().get_filename(), &error)
    }

    /// The name of the file under which a damaged database was set aside when this one was opened in
    /// its place; `None` where it was sound.
    pub fn set_aside(&self) -> Option<&str> {
        self.set_aside.as_deref()
    }

    /// Ends every connection, once those in use are given back.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Opens `ledger.db` in the state folder, making both where they do not exist.
///
/// # Errors
/// Where it cannot be opened: also one that is damaged, or that a newer version made, which is left
/// as it is.
pub async fn open_ledger(state_dir: &Path) -> Result<Pools, DatabaseError> {
    let file = state_dir.join("ledger.db");
    let lock = claim(state_dir, &file)?;
    refuse_newer(&file, &migrations::LEDGER).await?;
    connect(&file, SqliteSynchronous::Full, &migrations::LEDGER, lock).await
}

/// Opens `ledger.db` in the state folder to read it: while a console writes to it, or a copy of it in
/// a folder that may not be written.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub async fn read_ledger(state_dir: &Path) -> Result<SqlitePool, DatabaseError> {
    let file = state_dir.join("ledger.db");
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT);
    let open = async |options: SqliteConnectOptions| {
        let pool = pool(1).connect_with(options).await?;
        // The file is not looked at before something is read.
        match sqlx::query("SELECT 1 FROM sqlite_master LIMIT 1")
            .execute(&pool)
            .await
        {
            Ok(_) => Ok(pool),
            Err(error) => {
                pool.close().await;
                Err(error)
            }
        }
    };
    let error = match open(options.clone()).await {
        Ok(pool) => return Ok(pool),
        Err(error) => DatabaseError::new(&file, &error),
    };
    // The files that SQLite keeps beside it cannot be made there; then nobody else makes them either.
    let alone = file.exists() && !file.with_extension("db-wal").exists();
    match alone
        && matches!(
            error.kind,
            DatabaseErrorKind::Unusable | DatabaseErrorKind::ReadOnly
        ) {
        true => open(options.immutable(true))
            .await
            .map_err(|error| DatabaseError::new(&file, &error)),
        false => Err(error),
    }
}

/// Opens `catalog.db` in the state folder, making both where they do not exist. A file that is
/// damaged, or whose schema is not the one its version has, is set aside under another name, and a
/// new one takes its place.
///
/// # Errors
/// Where it cannot be opened: also one that a newer version made, which is left as it is.
pub async fn open_catalog(state_dir: &Path) -> Result<Pools, DatabaseError> {
    let file = state_dir.join("catalog.db");
    let lock = claim(state_dir, &file)?;
    refuse_newer(&file, &migrations::CATALOG).await?;
    let error = match connect_catalog(&file, lock.clone()).await {
        Ok(pools) => return Ok(pools),
        Err(error) => error,
    };
    if !matches!(
        error.kind,
        DatabaseErrorKind::Damaged | DatabaseErrorKind::SchemaMismatch
    ) {
        return Err(error);
    }
    let aside = set_aside::set_aside(&file, Timestamp::now())?;
    tracing::error!(
        "{}: {}. It is kept as {aside}; a new file is filled from SageMaker.",
        file.display(),
        error.message
    );
    let pools = connect_catalog(&file, lock).await?;
    Ok(Pools {
        set_aside: Some(aside.into()),
        ..pools
    })
}

/// Refuses a file whose schema is newer than those of `migrator`. It is only read, so that the newer
/// version finds it as it was.
async fn refuse_newer(file: &Path, migrator: &Migrator) -> Result<(), DatabaseError> {
    let known = migrations::newest(migrator);
    match schema_version(file).await {
        Some(found) if found > known => Err(DatabaseError::newer(file, found, known)),
        _ => Ok(()),
    }
}

/// The version of a file's schema; `None` where there is none, or it cannot be read: then opening the
/// file to write says why.
async fn schema_version(file: &Path) -> Option<i64> {
    if !file.metadata().is_ok_and(|file| file.len() > 0) {
        return None;
    }
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        // Without a log beside it, the file itself holds everything, and no other file is made.
        .immutable(!file.with_extension("db-wal").exists())
        .busy_timeout(BUSY_TIMEOUT)
        .connect()
        .await
        .ok()?;
    let version = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await;
    let _ = connection.close().await;
    version.ok().flatten()
}

async fn connect_catalog(file: &Path, lock: Arc<File>) -> Result<Pools, DatabaseError> {
    let pools = connect(file, SqliteSynchronous::Normal, &migrations::CATALOG, lock).await?;
    let check: Result<(String,), _> = sqlx::query_as("PRAGMA quick_check(1)")
        .fetch_one(&pools.reader)
        .await;
    let error = match check {
        Ok((answer,)) if answer == "ok" => return Ok(pools),
        Ok((answer,)) => DatabaseError::damaged(file, answer),
        Err(error) => pools.error(error),
    };
    pools.close().await;
    Err(error)
}

/// Makes the state folder, readable by its owner alone (the ledger holds the key of the tickets),
/// and takes the lock beside the file.
fn claim(state_dir: &Path, file: &Path) -> Result<Arc<File>, DatabaseError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(state_dir)
        .map_err(|error| DatabaseError::from_io(state_dir, &error))?;
    let lock_file = file.with_extension("lock");
    let lock = private_file(&lock_file)?;
    match lock.try_lock() {
        Ok(()) => Ok(Arc::new(lock)),
        Err(TryLockError::WouldBlock) => Err(DatabaseError::locked(file)),
        Err(TryLockError::Error(error)) => Err(DatabaseError::from_io(&lock_file, &error)),
    }
}

/// Opens a file for its owner alone, making it where it does not exist. SQLite takes an empty one
/// for a new database, and gives the files it keeps beside it the same permissions.
fn private_file(path: &Path) -> Result<File, DatabaseError> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| DatabaseError::from_io(path, &error))
}

async fn connect(
    file: &Path,
    synchronous: SqliteSynchronous,
    migrator: &Migrator,
    lock: Arc<File>,
) -> Result<Pools, DatabaseError> {
    private_file(file)?;
    let fail = |error: sqlx::Error| DatabaseError::new(file, &error);
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .synchronous(synchronous);
    let writer = pool(1)
        .connect_with(options.clone().journal_mode(SqliteJournalMode::Wal))
        .await
        .map_err(fail)?;
    if let Err(error) = migrator.run(&writer).await {
        writer.close().await;
        return Err(DatabaseError::from_migration(file, error));
    }
    let reader = pool(MAX_READERS)
        .connect_with(options.pragma("query_only", "ON"))
        .await;
    match reader {
        Ok(reader) => Ok(Pools {
            writer,
            reader,
            set_aside: None,
            _lock: lock,
        }),
        Err(error) => {
            writer.close().await;
            Err(fail(error))
        }
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        // A full disk makes SQLite end a transaction by itself. The driver goes on counting it,
        // and would never begin another one: such a connection is opened anew.
        .before_acquire(|connection, _| {
            let clean = !connection.is_in_transaction();
            Box::pin(async move { Ok(clean) })
        })
}
