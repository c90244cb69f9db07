//! What the console makes of the databases it finds in its state folder.

use std::fs;
use std::path::Path;

use sqlx::{Connection, SqliteConnection};

use crate::support::console::ServedConsole;
use crate::support::process;

const ENVIRONMENT: [(&str, &str); 1] = [("AWS_REGION", "eu-central-1")];

/// Names of the files in a folder that begin like this, in their order.
fn files(folder: &Path, prefix: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.into_string().expect("a plain name"))
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort();
    names
}

/// The version of the newest migration of this schema: they are numbered without gaps.
fn newest(schema: &str) -> usize {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let migrations = fs::read_dir(migrations.join(schema)).expect("the migrations");
    migrations.count()
}

#[tokio::test]
async fn a_database_of_a_newer_version_ends_with_2_and_is_left_as_it_is() {
    for (name, schema) in [("catalog.db", "catalog"), ("ledger.db", "ledger")] {
        let known = format!("up to {}", newest(schema));
        let state = tempfile::tempdir().expect("a temporary folder");
        let mut serving = ServedConsole::with(state.path(), &ENVIRONMENT);
        assert!(serving.terminate().await);
        let file = state.path().join(name);
        let mut database = SqliteConnection::connect(file.to_str().expect("a plain path"))
            .await
            .expect("a database");
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, \
                     execution_time) VALUES (99, 'later', TRUE, x'00', 0)";
        let done = sqlx::query(newer).execute(&mut database).await;
        done.expect("the statement runs");
        database.close().await.expect("it is closed");
        let before = fs::read(&file).expect("the file");

        let state_dir = state.path().to_str().expect("a plain path");
        let output = process::command(state.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--state-dir", state_dir])
            .env("SLUICEGATE_IDENTITY__MODE", "local")
            .envs(ENVIRONMENT)
            .output()
            .expect("the program runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        for part in [file.to_str().expect("a plain path"), "version 99", &known] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(fs::read(&file).expect("the file"), before);
        let damaged = format!("{name}.");
        assert_eq!(files(state.path(), &damaged), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_damaged_catalog_is_set_aside_and_readiness_names_it() {
    let state = tempfile::tempdir().expect("a temporary folder");
    let damaged = "this is not a database, but long enough to be taken for one";
    fs::write(state.path().join("catalog.db"), damaged).expect("a file");
    let serving = ServedConsole::with(state.path(), &ENVIRONMENT);
    let aside = files(state.path(), "catalog.db.damaged-");
    assert_eq!(aside.len(), 1, "{aside:?}");
    let kept = fs::read_to_string(state.path().join(&aside[0])).expect("the file");
    assert_eq!(kept, damaged);
    let ready = serving.console.get("/readyz").await.expect(200).text();
    assert!(ready.starts_with("ready\n"), "{ready}");
    assert!(ready.contains(&aside[0]), "{ready}");
    assert!(serving.log().contains(&aside[0]), "{}", serving.log());
}
