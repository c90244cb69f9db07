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
    assert_eq!(error.trouble, Trouble::ReadOnly);
    assert!(error.to_string().contains("ledger.db"), "{error}");
}

#[tokio::test]
async fn a_second_console_is_told_who_is_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_ledger(folder.path()).await.unwrap();
    let refused = open_ledger(folder.path()).await.unwrap_err();
    assert_eq!(refused.trouble, Trouble::Held);
    drop(first);
    open_ledger(folder.path()).await.unwrap();
}

#[tokio::test]
async fn a_damaged_catalog_is_made_again_and_a_damaged_ledger_is_not() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["catalog.db", "ledger.db"] {
        fs::write(
            folder.path().join(name),
            "no database at all, but long enough",
        )
        .unwrap();
    }
    open_catalog(folder.path()).await.unwrap();
    let error = open_ledger(folder.path()).await.unwrap_err();
    assert_eq!(error.trouble, Trouble::Damaged);
    assert!(
        fs::read(folder.path().join("ledger.db"))
            .unwrap()
            .starts_with(b"no database")
    );
}

#[tokio::test]
async fn a_catalog_of_a_newer_version_is_made_again_and_a_ledger_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', TRUE, x'00', 0)";
    for open in 0..2 {
        let pools = match open {
            0 => open_catalog(folder.path()).await.unwrap(),
            _ => open_ledger(folder.path()).await.unwrap(),
        };
        sqlx::query(newer).execute(&pools.writer).await.unwrap();
        pools.close().await;
    }
    let catalog = open_catalog(folder.path()).await.unwrap();
    let steps = "SELECT CAST(max(version) AS TEXT) FROM _sqlx_migrations";
    assert_ne!(pragma(&catalog.reader, steps).await, "99");
    let error = open_ledger(folder.path()).await.unwrap_err();
    assert_eq!(error.trouble, Trouble::OtherVersion);
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
    assert_eq!(error.trouble, Trouble::Full);
    drop(work);
    let mut work = pools.writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(insert)
        .bind(100_000)
        .execute(&mut *work)
        .await
        .unwrap();
    work.commit().await.unwrap();
}
