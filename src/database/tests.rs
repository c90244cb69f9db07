use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

async fn pragma(pool: &SqlitePool, sql: &'static str) -> String {
    let value: (String,) = sqlx::query_as(sql).fetch_one(pool).await.unwrap();
    value.0
}

#[tokio::test]
async fn the_ledger_is_durable_and_private() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let pools = open_ledger(&state).await.unwrap();
    let mode = "SELECT journal_mode FROM pragma_journal_mode";
    assert_eq!(pragma(&pools.writer, mode).await, "wal");
    let synchronous = "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous";
    assert_eq!(pragma(&pools.writer, synchronous).await, "2");
    let keys = "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys";
    assert_eq!(pragma(&pools.writer, keys).await, "1");
    for path in [state.clone(), state.join("ledger.db")] {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is open to others", path.display());
    }
}

#[tokio::test]
async fn readers_refuse_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let pools = open_ledger(folder.path()).await.unwrap();
    let error = sqlx::query("INSERT INTO ticket_keys VALUES (1, 'x', 1)")
        .execute(&pools.reader)
        .await
        .unwrap_err();
    let error = pools.error(error);
    assert_eq!(error.kind, DatabaseErrorKind::ReadOnly);
    assert!(error.to_string().contains("ledger.db"), "{error}");
}

#[tokio::test]
async fn a_second_console_cannot_open_the_same_database() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_ledger(folder.path()).await.unwrap();
    let refused = open_ledger(folder.path()).await.unwrap_err();
    assert_eq!(refused.kind, DatabaseErrorKind::Locked);
    drop(first);
    open_ledger(folder.path()).await.unwrap();
}

/// The names of the files in a folder whose name begins like this.
fn files(folder: &Path, prefix: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(prefix)).collect()
}

#[tokio::test]
async fn a_damaged_catalog_is_set_aside_and_a_damaged_ledger_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["catalog.db", "ledger.db"] {
        fs::write(
            folder.path().join(name),
            "no database at all, but long enough",
        )
        .unwrap();
    }
    let catalog = open_catalog(folder.path()).await.unwrap();
    let aside = catalog.set_aside().expect("a name");
    assert!(aside.starts_with("catalog.db.damaged-"), "{aside}");
    let kept = fs::read_to_string(folder.path().join(aside)).unwrap();
    assert_eq!(kept, "no database at all, but long enough");
    let error = open_ledger(folder.path()).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Damaged);
    assert!(
        fs::read(folder.path().join("ledger.db"))
            .unwrap()
            .starts_with(b"no database")
    );
}

async fn open(name: &str, folder: &Path) -> Result<Pools, DatabaseError> {
    match name {
        "catalog.db" => open_catalog(folder).await,
        _ => open_ledger(folder).await,
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', TRUE, x'00', 0)";
    for (name, known) in [("catalog.db", 8), ("ledger.db", 3)] {
        let folder = tempfile::tempdir().unwrap();
        let pools = open(name, folder.path()).await.unwrap();
        sqlx::query(newer).execute(&pools.writer).await.unwrap();
        pools.close().await;
        drop(pools);
        let file = folder.path().join(name);
        let before = fs::read(&file).unwrap();
        let error = open(name, folder.path()).await.unwrap_err();
        assert_eq!(error.kind, DatabaseErrorKind::NewerVersion);
        let message = error.to_string();
        for part in [
            file.to_str().unwrap(),
            "version 99",
            &format!("up to {known}"),
        ] {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(fs::read(&file).unwrap(), before);
        assert_eq!(files(folder.path(), name), [name]);
    }
}

#[tokio::test]
async fn a_file_of_an_older_version_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let pools = open_catalog(folder.path()).await.unwrap();
    for sql in [
        "DROP TABLE dropped_pipelines",
        "DELETE FROM _sqlx_migrations WHERE version = 3",
        "INSERT INTO searches VALUES ('main', 7)",
    ] {
        sqlx::query(sql).execute(&pools.writer).await.unwrap();
    }
    pools.close().await;
    drop(pools);
    let pools = open_catalog(folder.path()).await.unwrap();
    assert_eq!(pools.set_aside(), None);
    let kept = "SELECT CAST(frontier AS TEXT) FROM searches";
    assert_eq!(pragma(&pools.reader, kept).await, "7");
    let made = "SELECT CAST(COUNT(*) AS TEXT) FROM dropped_pipelines";
    assert_eq!(pragma(&pools.reader, made).await, "0");
}

#[tokio::test]
async fn a_catalog_with_a_schema_that_is_not_its_versions_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let pools = open_catalog(folder.path()).await.unwrap();
    let edited = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1";
    sqlx::query(edited).execute(&pools.writer).await.unwrap();
    pools.close().await;
    drop(pools);
    let pools = open_catalog(folder.path()).await.unwrap();
    let aside = pools.set_aside().expect("a name");
    assert!(folder.path().join(aside).exists());
}

#[tokio::test]
async fn a_state_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("file");
    fs::write(&state, "").unwrap();
    let error = open_ledger(&state).await.unwrap_err();
    assert_eq!(error.file, state);
}

#[tokio::test]
async fn a_full_disk_is_named_and_does_not_outlast_itself() {
    let folder = tempfile::tempdir().unwrap();
    let pools = open_ledger(folder.path()).await.unwrap();
    let insert = "INSERT INTO ticket_keys VALUES (1, zeroblob(?), 1)";
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&pools.writer)
        .await
        .unwrap();
    let mut work = pools.writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let full = sqlx::query(insert).bind(100_000).execute(&mut *work).await;
    let error = pools.error(full.unwrap_err());
    assert_eq!(error.kind, DatabaseErrorKind::Full);
    drop(work);
    let mut work = pools.writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(insert)
        .bind(100_000)
        .execute(&mut *work)
        .await
        .unwrap();
    work.commit().await.unwrap();
}
