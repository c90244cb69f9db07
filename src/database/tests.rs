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
    for (name, known) in [("catalog.db", 11), ("ledger.db", 3)] {
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

/// A catalog as an earlier version of the console left it.
async fn catalog_of_version(folder: &Path, version: i64) -> SqlitePool {
    let all = migrations::CATALOG.iter();
    let earlier = all.filter(|migration| migration.version <= version);
    let migrator = Migrator::with_migrations(earlier.cloned().collect());
    let options = SqliteConnectOptions::new()
        .filename(folder.join("catalog.db"))
        .create_if_missing(true);
    let pool = pool(1).connect_with(options).await.unwrap();
    migrator.run(&pool).await.unwrap();
    pool
}

#[tokio::test]
async fn a_catalog_of_every_earlier_version_is_migrated() {
    for version in 1..migrations::newest(&migrations::CATALOG) {
        let folder = tempfile::tempdir().unwrap();
        let earlier = catalog_of_version(folder.path(), version).await;
        sqlx::query("INSERT INTO definitions VALUES ('hash', 'text')")
            .execute(&earlier)
            .await
            .unwrap();
        earlier.close().await;
        let pools = open_catalog(folder.path()).await.unwrap();
        assert_eq!(pools.set_aside(), None, "version {version}");
        let kept = "SELECT text FROM definitions";
        assert_eq!(pragma(&pools.reader, kept).await, "text");
    }
}

#[tokio::test]
async fn executions_of_an_earlier_version_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let earlier = catalog_of_version(folder.path(), 8).await;
    let insert = "INSERT INTO executions (workspace, arn, id, pipeline_arn, label_key, status, \
                  status_rank, running, created, selected_steps, search_text, search_words) \
                  VALUES ('main', ?1, ?1, 'p', '', 'Failed', 1, 0, ?2, '[]', ?1, '')";
    for (arn, created) in [("later", 2), ("sooner", 1)] {
        let insert = sqlx::query(insert).bind(arn).bind(created);
        insert.execute(&earlier).await.unwrap();
    }
    earlier.close().await;
    let pools = open_catalog(folder.path()).await.unwrap();
    let kept = "SELECT GROUP_CONCAT(arn || number || search_text || detailed) FROM executions \
                JOIN execution_texts ON execution = number";
    assert_eq!(
        pragma(&pools.reader, kept).await,
        "sooner1sooner0,later2later0"
    );
    let counts = "SELECT pipeline_arn || status || executions FROM execution_counts";
    assert_eq!(pragma(&pools.reader, counts).await, "pFailed2");
    let summary = "SELECT last_created || recent FROM pipeline_summaries";
    assert_eq!(
        pragma(&pools.reader, summary).await,
        r#"2[["sooner",null,"Failed",1,null,null],["later",null,"Failed",2,null,null]]"#
    );
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
