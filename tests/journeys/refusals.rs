//! What a reader gets when SageMaker refuses, fails, is slow, or is not there.

use crate::support::console::{EmulatorProcess, ServedConsole};
use crate::support::{Page, Stage, eventually, pipelines};

const LIST: &str = "/w/default/pipelines";
const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

fn has_way_back(page: &Page, address: &str) -> bool {
    page.all("main a[href]")
        .iter()
        .any(|a| a.attribute("href") == address)
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_with_a_way_back() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    for tab in [
        "/executions",
        "/graph",
        "/parameters",
        "/definition",
        "/information",
        "/executions/new",
    ] {
        let page = stage
            .console
            .get(&format!("{LIST}/nobody{tab}"))
            .await
            .expect(404)
            .page();
        assert!(page.text().contains("nobody"), "{tab}: {}", page.text());
        assert!(has_way_back(&page, LIST), "{tab}");
    }
    for tab in [
        "",
        "/steps",
        "/parameters",
        "/information",
        "/steps/Prepare",
        "/stop",
        "/retry",
    ] {
        let page = stage
            .console
            .get(&format!("{EXECUTIONS}/zzzzzzzzzzzz{tab}"))
            .await
            .expect(404)
            .page();
        assert!(
            page.text().contains("zzzzzzzzzzzz"),
            "{tab}: {}",
            page.text()
        );
        assert!(has_way_back(&page, EXECUTIONS), "{tab}");
    }
    let id = stage.emulator.start("plain", "is-there", &[]).await;
    stage
        .emulator
        .create_pipeline("other", &pipelines::plain())
        .await;
    stage
        .console
        .get(&format!("{EXECUTIONS}/{id}/steps/No-Such-Step"))
        .await
        .expect(404);
    stage
        .console
        .get(&stage.execution("other", &id))
        .await
        .expect(404);
    for address in ["/w/nowhere", "/w/nowhere/pipelines"] {
        stage.console.get(address).await.expect(404);
    }
    stage.console.get("/no/such/page").await.expect(404);
}

#[tokio::test]
async fn a_refusal_with_nothing_known_shows_code_request_id_and_remedy() {
    let stage = Stage::empty().await;
    stage.emulator.fault("*", "denied", 0, 0).await;
    let page = stage.console.get(LIST).await.expect(502).page();
    let refusal = page
        .find("[data-aws-error=\"AccessDeniedException\"]")
        .expect("the refusal");
    let id = refusal.attribute("data-aws-request-id");
    assert!(!id.is_empty());
    let text = page.text();
    assert!(
        text.contains(&id) && text.contains("AccessDeniedException"),
        "{text}"
    );
    assert!(
        text.contains("sagemaker:ListPipelines"),
        "the action to allow: {text}"
    );
}

#[tokio::test]
async fn faults_of_the_service_are_shown_in_a_sentence() {
    for (kind, status) in [("throttle", 503), ("500", 502), ("reset", 503)] {
        let stage = Stage::empty().await;
        stage.emulator.fault("*", kind, 0, 0).await;
        let answer = stage.console.get(LIST).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{kind}: {}",
            answer.page().text()
        );
        assert!(
            answer.page().text().len() > 60,
            "{kind}: {}",
            answer.page().text()
        );
        stage.emulator.heal().await;
        eventually("it mends by itself", async || {
            stage.console.get(LIST).await.status == 200
        })
        .await;
    }
}

#[tokio::test]
async fn a_read_that_is_refused_takes_away_only_what_it_fed() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let id = stage.emulator.start("plain", "narrow", &[]).await;
    stage.emulator.advance(1).await;
    for operation in [
        "Search",
        "ListPipelineParametersForExecution",
        "ListTags",
        "ListPipelineVersions",
    ] {
        stage.emulator.fault(operation, "denied", 0, 0).await;
    }
    let execution = stage.execution("plain", &id);
    for path in [
        LIST.to_owned(),
        EXECUTIONS.to_owned(),
        format!("{LIST}/plain/graph"),
        format!("{LIST}/plain/information"),
        execution.clone(),
        format!("{execution}/parameters"),
        format!("{execution}/information"),
    ] {
        stage.console.get(&path).await.expect(200);
    }
    let page = stage.console.page(EXECUTIONS).await;
    assert_eq!(
        page.all("[data-execution]").len(),
        1,
        "listed without Search: {}",
        page.text()
    );
    let page = stage
        .console
        .page(&format!("{LIST}/plain/information"))
        .await;
    assert!(page.text().contains("arn:aws:sagemaker"), "{}", page.text());
    assert!(
        page.has("[data-aws-error=\"AccessDeniedException\"]"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn the_last_known_state_stays_when_sagemaker_goes_away() {
    let mut emulator_process = EmulatorProcess::empty().await;
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let id = emulator_process
        .emulator
        .start("plain", "seen-once", &[])
        .await;
    emulator_process.emulator.advance(1).await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let serving = ServedConsole::start(&emulator_process.emulator.endpoint(), state.path());
    let console = &serving.console;
    let execution = format!("{EXECUTIONS}/{id}");
    for path in [LIST, EXECUTIONS, &execution] {
        console.page(path).await;
    }
    emulator_process.kill();
    eventually("the page shows its age and the reason", async || {
        let page = console.page(&execution).await;
        assert!(page.has("#banner"), "the state stays: {}", page.text());
        let text = page.text();
        text.contains("as of") && text.contains("Cannot reach SageMaker")
    })
    .await;
    let page = console.page(EXECUTIONS).await;
    assert_eq!(page.all("[data-execution]").len(), 1);
    assert!(console.page(LIST).await.has("[data-pipeline=\"plain\"]"));
}

#[tokio::test]
async fn where_nothing_is_known_the_page_says_what_was_tried() {
    let state = tempfile::tempdir().expect("a temporary folder");
    // The discard port: nothing listens there.
    let serving = ServedConsole::start("http://127.0.0.1:9", state.path());
    let answer = serving.console.get(LIST).await.expect(503);
    let text = answer.page().text();
    assert!(text.contains("ListPipelines"), "{text}");
}

#[tokio::test]
async fn a_slow_sagemaker_does_not_make_known_pages_slow() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let id = stage.emulator.start("plain", "slow", &[]).await;
    stage.emulator.advance(1).await;
    let execution = stage.execution("plain", &id);
    stage.console.page(&execution).await;
    stage.emulator.fault("*", "latency", 60_000, 0).await;
    eventually(
        "the page answers before SageMaker and shows its age",
        async || {
            let began = std::time::Instant::now();
            let page = stage.console.page(&execution).await;
            assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
            page.has("#as-of") && page.has("#banner")
        },
    )
    .await;
}
