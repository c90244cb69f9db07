//! What failed is found by its step and reason, though nobody has opened it.

use crate::support::console::{EmulatorProcess, ServedConsole};
use crate::support::eventually;

const FAILED: &str = "/w/default/executions?filter=step:TrainAbaloneModel";

fn serve(behind: &EmulatorProcess, state: &tempfile::TempDir, backfill: &str) -> ServedConsole {
    let endpoint = behind.emulator.endpoint();
    ServedConsole::with(
        state.path(),
        &[
            ("AWS_ENDPOINT_URL_SAGEMAKER", &endpoint),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("SLUICEGATE_WORKSPACE__0__CALLS_PER_SECOND", "100"),
            ("SLUICEGATE_CATALOG__BACKFILL", backfill),
        ],
    )
}

#[tokio::test]
async fn what_failed_is_found_by_its_step_without_being_opened() {
    let behind = EmulatorProcess::seeded("demo").await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let served = serve(&behind, &state, "3650d");
    let console = &served.console;
    let page = console.page(FAILED).await;
    assert!(
        page.has("[data-unread-steps]"),
        "it says that it is not known yet"
    );
    assert!(page.has("[data-total][data-partial]"), "nor is the number");
    eventually("they are found", async || {
        let page = console.page(FAILED).await;
        !page.has("[data-unread-steps]") && page.has("tr[data-execution]")
    })
    .await;
    let steps = behind.emulator.count("ListPipelineExecutionSteps").await;
    eventually("the jobs are read too", async || {
        let calls = behind.emulator.calls().await;
        calls.contains_key("DescribeProcessingJob") && calls.contains_key("DescribeTransformJob")
    })
    .await;
    let page = console.page("/w/default/executions").await;
    let total: u64 = page
        .one("[data-total]")
        .attribute("data-total")
        .parse()
        .expect("a number");
    assert!(
        steps <= total + 20,
        "{steps} lists of steps for {total} executions"
    );
}

#[tokio::test]
async fn nothing_is_read_ahead_where_that_is_not_wanted() {
    let behind = EmulatorProcess::seeded("demo").await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let served = serve(&behind, &state, "0s");
    let console = &served.console;
    let page = console.page(FAILED).await;
    let note = page.one("[data-unread-steps]").text();
    assert!(note.contains("only where somebody opened them"), "{note}");
    assert_eq!(behind.emulator.count("ListPipelineExecutionSteps").await, 0);
}
