//! Files from when ARNs had names in lower case, with a SageMaker that keeps their case.
//!
//! The state of the local SageMaker, `catalog-lower-case-arns.sql` and `ledger-lower-case-arns.sql` are of the last version
//! that answered with such ARNs: a pipeline `Mixed-Case`, three executions of a client, and one of a person.

use std::fs;
use std::path::Path;

use sqlx::{Connection, SqliteConnection};

use crate::support::console::{EmulatorProcess, ServedConsole};
use crate::support::eventually;

/// The executions, newest first.
const EXECUTIONS: [&str; 4] = [
    "nyqk3oubkah6",
    "8pzcj9j38f5v",
    "d9ixoayw7r7o",
    "25d4of2twjxa",
];

async fn database(file: &Path, statements: &'static str) {
    let address = format!("sqlite://{}?mode=rwc", file.display());
    let mut database = SqliteConnection::connect(&address).await.expect("a file");
    let done = sqlx::raw_sql(statements).execute(&mut database).await;
    done.expect("the statements run");
    database.close().await.expect("it is closed");
}

#[tokio::test]
async fn nothing_is_gone_or_there_twice_since_arns_keep_their_case() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sagemaker = folder.path().join("sagemaker");
    let state = include_str!("../../src/emulator/tests/data/lower-case-arns.jsonl");
    fs::write(&sagemaker, state).expect("a file");
    for (name, statements) in [
        (
            "catalog.db",
            include_str!("../data/catalog-lower-case-arns.sql"),
        ),
        (
            "ledger.db",
            include_str!("../data/ledger-lower-case-arns.sql"),
        ),
    ] {
        database(&folder.path().join(name), statements).await;
    }
    let behind = EmulatorProcess::with_state(&sagemaker, "empty");
    let serving = ServedConsole::start(&behind.emulator.endpoint(), folder.path());
    let console = &serving.console;

    let marked = async |path: &str, mark: &str| -> Vec<String> {
        let page = console.page(path).await;
        let rows = page.all(&format!("[{mark}]"));
        rows.iter().map(|row| row.attribute(mark)).collect()
    };
    let list = "/w/default/pipelines/Mixed-Case/executions";
    // What the catalog kept, and again when it was read anew.
    for _ in 0..2 {
        assert_eq!(
            marked("/w/default/pipelines", "data-pipeline").await,
            ["Mixed-Case"]
        );
        assert_eq!(marked(list, "data-execution").await, EXECUTIONS);
        let described = behind.emulator.count("ListPipelineExecutions").await;
        eventually("the executions are read again", async || {
            let _ = console.get(list).await;
            behind.emulator.count("ListPipelineExecutions").await > described
        })
        .await;
    }
    for id in EXECUTIONS {
        let page = console.page(&format!("{list}/{id}")).await;
        assert!(page.has("[data-step]"), "{id} has steps");
    }
    let activity = console.page("/activity").await;
    assert!(
        activity.has_link("Mixed-Case-2026-11-28"),
        "{}",
        activity.text()
    );

    let created = console.create("Mixed-Case", &[]).await;
    let id = created.rsplit('/').next().expect("an id").to_owned();
    eventually("the new execution is listed", async || {
        marked(list, "data-execution").await.contains(&id)
    })
    .await;
    let listed = marked(list, "data-execution").await;
    assert_eq!(listed[1..], EXECUTIONS);
}
