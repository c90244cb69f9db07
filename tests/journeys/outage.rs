//! While SageMaker does not answer, every page keeps what the catalog knows, says once how old it is, and recovers by
//! itself.

use crate::support::crawl::KINDS;
use crate::support::{Page, Stage, eventually, pipelines};

const LIST: &str = "/w/default/pipelines";
const PIPELINE: &str = "/w/default/pipelines/plain";

/// Whether a kind of address is read from something else than SageMaker, is a file, or is the form of an action.
fn is_elsewhere(kind: &str) -> bool {
    let (_, last) = kind.rsplit_once('/').unwrap_or_default();
    !kind.starts_with("/w/")
        || last.contains('.')
        || ["activity", "new", "stop", "resume", "retry"].contains(&last)
}

/// Every page that is read from SageMaker, of the pipeline `plain` and its execution `id`.
fn pages(id: &str) -> Vec<String> {
    let kinds = KINDS.into_iter().filter(|kind| !is_elsewhere(kind));
    let names = ["default", "plain", id, "Prepare"];
    let named = kinds.map(|kind| {
        let fill = |path: String, name: &&str| path.replacen('*', name, 1);
        names.iter().fold(kind.to_owned(), fill)
    });
    named.collect()
}

async fn stage_with_execution() -> (Stage, String) {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    let id = emulator.start("plain", "seen-once", &[]).await;
    emulator.advance(1).await;
    eventually("the catalog knows the execution", async || {
        let list = stage.console.page(LIST).await;
        list.text().contains("Executing")
    })
    .await;
    (stage, id)
}

/// How often a page reports the outage: in its notice, or in the place of its content.
fn reports(page: &Page) -> usize {
    page.all("[class=\"outage\"] details").len() + page.all("#live[data-unavailable]").len()
}

/// The seconds between two polls of a page.
fn poll_seconds(page: &Page) -> u32 {
    let trigger = page.one("#live").attribute("hx-trigger");
    let seconds = trigger
        .strip_prefix("every ")
        .and_then(|rest| rest.strip_suffix('s'));
    seconds
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or_else(|| panic!("hx-trigger={trigger:?}"))
}

/// What holds of a page during the outage, whether it reports it yet or not.
fn keeps_its_head(page: &Page, address: &str, is_known: bool) {
    assert!(page.text().len() > 60, "{address}: {}", page.text());
    assert!(reports(page) <= 1, "{address}: {}", page.text());
    if !address.starts_with(PIPELINE) {
        return;
    }
    assert!(page.has("nav[aria-label=\"Breadcrumbs\"]"), "{address}");
    let title = page.one("body").attribute("data-title");
    assert!(title.contains("plain"), "{address}");
    let is_step = address.contains("/steps/");
    assert!(
        !is_known || is_step || page.has("main a[aria-current=\"page\"]"),
        "{address}"
    );
}

#[tokio::test]
async fn every_page_of_what_the_catalog_knows_keeps_its_head_and_recovers() {
    let (stage, id) = stage_with_execution().await;
    let known = pages(&id);
    assert!(known.len() >= 12, "{known:?}");
    stage.emulator.fault("*", "reset", 0, 0).await;
    let unknown = format!("{PIPELINE}/executions/zzzzzzzzzzzz");
    for address in known.iter().chain([&unknown]) {
        eventually(&format!("{address} reports the outage once"), async || {
            let page = stage.console.get(address).await.page();
            keeps_its_head(&page, address, *address != unknown);
            let is_reported = reports(&page) == 1;
            if is_reported {
                assert!(poll_seconds(&page) <= 5, "{address} hardly polls");
            }
            is_reported
        })
        .await;
    }
    stage.emulator.heal().await;
    for address in &known {
        eventually(&format!("{address} is current again"), async || {
            let answer = stage.console.get(address).await;
            answer.status == 200 && reports(&answer.page()) == 0
        })
        .await;
    }
}

#[tokio::test]
async fn what_ran_stands_still_when_it_cannot_be_followed() {
    let (stage, id) = stage_with_execution().await;
    let address = stage.execution("plain", &id);
    stage.console.page(&address).await;
    stage.emulator.fault("*", "reset", 0, 0).await;
    eventually("the title has no running mark", async || {
        let page = stage.console.page(&address).await;
        page.one("body").attribute("data-title").starts_with("? ") && page.all("#as-of").len() == 1
    })
    .await;
}
