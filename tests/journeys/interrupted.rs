//! The console is killed while it reads an account for the first time.

use crate::support::console::{EmulatorProcess, ServedConsole};
use crate::support::{eventually, pipelines, wait_for};

const LIST: &str = "/w/default/executions";
/// Executions that SageMaker returns on one page of a search.
const PAGE: u64 = 100;
const PAGES: u64 = 20;

/// An account with so many pages of executions, which did not change in the same moment.
async fn account() -> EmulatorProcess {
    let process = EmulatorProcess::empty().await;
    let emulator = &process.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    for _ in 0..PAGES {
        for number in 0..PAGE {
            let name = format!("run-{number}");
            emulator.start("plain", &name, &[]).await;
        }
        emulator.advance(3_600).await;
    }
    process
}

#[tokio::test]
async fn a_first_fill_goes_on_where_it_was_killed() {
    let process = account().await;
    let emulator = &process.emulator;
    let state = tempfile::tempdir().expect("a temporary folder");
    let mut first = ServedConsole::start(&emulator.endpoint(), state.path());
    let page = first.console.page(LIST).await;
    assert!(page.has("[data-total][data-partial]"), "it says so");
    eventually("half of it is read", async || {
        emulator.count("Search").await >= PAGES / 2
    })
    .await;
    let partial = wait_for("it says how far it is", async || {
        let page = first.console.page(LIST).await;
        let note = page.find("p[role=\"note\"]")?.text();
        note.contains("Read so far").then_some(page)
    })
    .await;
    let known: u64 = partial
        .one("[data-total]")
        .attribute("data-total")
        .parse()
        .unwrap();
    first.kill();
    let before = emulator.count("Search").await;

    // Nobody has to look.
    let second = ServedConsole::start(&emulator.endpoint(), state.path());
    let left = PAGES - known / PAGE;
    eventually("it goes on by itself", async || {
        emulator.count("Search").await > before + left / 2
    })
    .await;
    eventually("all of it is read", async || {
        let page = second.console.page(LIST).await;
        let total = page.one("[data-total]");
        total.attribute("data-total") == (PAGES * PAGE).to_string()
            && !page.has("[data-total][data-partial]")
    })
    .await;
    // One page is read twice, and looks read the newest again.
    let after = emulator.count("Search").await - before;
    assert!(after < PAGES, "{after} searches for {left} pages");
}
