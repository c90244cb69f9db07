//! While SageMaker does not answer, every page keeps what the catalog knows, says once how old it is, and recovers by
//! itself.

use crate::support::{Page, Stage, eventually, pipelines};

const LIST: &str = "/w/default/pipelines";
const PIPELINE: &str = "/w/default/pipelines/plain";

/// Every page that is read from SageMaker, below a pipeline and below its execution `{id}`.
const PAGES: [&str; 13] = [
    "/w/default/pipelines",
    "/w/default/models",
    "/w/default/pipelines/plain/executions",
    "/w/default/pipelines/plain/graph",
    "/w/default/pipelines/plain/parameters",
    "/w/default/pipelines/plain/definition",
    "/w/default/pipelines/plain/information",
    "/w/default/pipelines/plain/executions/{id}",
    "/w/default/pipelines/plain/executions/{id}/steps",
    "/w/default/pipelines/plain/executions/{id}/parameters",
    "/w/default/pipelines/plain/executions/{id}/information",
    "/w/default/pipelines/plain/executions/{id}/steps/Prepare",
    "/w/default/pipelines/plain/executions/zzzzzzzzzzzz",
];

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

#[tokio::test]
async fn every_page_of_what_the_catalog_knows_keeps_its_head_and_recovers() {
    let (stage, id) = stage_with_execution().await;
    stage.emulator.fault("*", "reset", 0, 0).await;
    for pattern in PAGES {
        let address = pattern.replace("{id}", &id);
        eventually(&format!("{address} reports the outage once"), async || {
            let page = stage.console.get(&address).await.page();
            assert!(
                page.has("nav[aria-label=\"Breadcrumbs\"]") || !address.starts_with(PIPELINE),
                "{address}"
            );
            assert!(page.text().len() > 60, "{address}: {}", page.text());
            assert!(reports(&page) <= 1, "{address}: {}", page.text());
            if address.starts_with(PIPELINE) {
                assert!(
                    page.one("body").attribute("data-title").contains("plain"),
                    "{address}"
                );
                let unknown = address.ends_with("zzzz") || address.contains("/steps/");
                assert!(
                    unknown || page.has("main a[aria-current=\"page\"]"),
                    "{address}"
                );
            }
            reports(&page) == 1
        })
        .await;
    }
    stage.emulator.heal().await;
    for pattern in &PAGES[..PAGES.len() - 1] {
        let address = pattern.replace("{id}", &id);
        eventually(&format!("{address} is current again"), async || {
            let answer = stage.console.get(&address).await;
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
