//! Stop, resume and retry, from rows and banner, as a browser and as htmx.

use crate::support::{Answer, Requester, Stage, assert_coherent, eventually, pipelines};

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    stage
        .emulator
        .create_pipeline("train", &pipelines::training())
        .await;
    stage
        .emulator
        .create_pipeline("asks", &pipelines::waiting())
        .await;
    stage
}

/// What an accepted action answers: the execution's address, or the live block.
fn accepted(requester: Requester, execution: &str, answer: Answer) {
    match requester {
        Requester::Browser => assert_eq!(answer.expect(303).location(), execution),
        Requester::Htmx => {
            let answer = answer.expect(200);
            let page = answer.page();
            page.one("#live");
            page.one("#banner");
            assert_coherent(&page);
            assert!(!answer.text().contains("<html"));
        }
    }
}

async fn shows(stage: &Stage, execution: &str, status: &str) {
    eventually(&format!("{execution} shows {status}"), async || {
        let page = stage.console.page(execution).await;
        assert_coherent(&page);
        page.find("#banner")
            .is_some_and(|banner| banner.attribute("data-status") == status)
    })
    .await;
}

#[tokio::test]
async fn a_running_execution_is_stopped_and_resumed() {
    for requester in Requester::BOTH {
        let stage = stage().await;
        let id = stage.emulator.start("plain", "runs", &[]).await;
        stage.emulator.advance(1).await;
        let execution = stage.execution("plain", &id);

        let page = stage.console.page(&execution).await;
        let stop = page.link("Stop");
        assert_eq!(stop, format!("{execution}/stop"));
        let list = stage
            .console
            .page("/w/default/pipelines/plain/executions")
            .await;
        let row = list.one(&format!("[data-execution=\"{id}\"]"));
        let offers: Vec<String> = row
            .all("a[href]")
            .iter()
            .map(|a| a.attribute("href"))
            .collect();
        assert!(offers.contains(&stop), "the row offers it too: {offers:?}");
        assert!(
            !page.has_link("Resume") && !page.has_link("Retry"),
            "what does not apply is not shown"
        );

        let confirmation = stage.console.get_as(requester, &stop).await.expect(200);
        assert!(
            confirmation.page().text().contains("Prepare"),
            "what will be stopped: {}",
            confirmation.page().text()
        );
        accepted(
            requester,
            &execution,
            stage.console.confirm(requester, &stop).await,
        );
        assert_eq!(stage.emulator.count("StopPipelineExecution").await, 1);
        stage.emulator.advance(3600).await;
        shows(&stage, &execution, "Stopped").await;

        let page = stage.console.page(&execution).await;
        let resume = page.link("Resume");
        assert_eq!(resume, format!("{execution}/resume"));
        assert!(!page.has_link("Stop…") && !page.has_link("Retry"));
        accepted(
            requester,
            &execution,
            stage.console.confirm(requester, &resume).await,
        );
        assert_eq!(stage.emulator.count("RetryPipelineExecution").await, 1);
        stage.emulator.advance(3600).await;
        shows(&stage, &execution, "Succeeded").await;
    }
}

#[tokio::test]
async fn a_failed_execution_is_retried_from_its_failed_step() {
    for requester in Requester::BOTH {
        let stage = stage().await;
        stage
            .emulator
            .fail_next("train", "Train", "AlgorithmError: spot interruption")
            .await;
        let id = stage
            .emulator
            .start("train", "fails-once", &[("Stage", "test")])
            .await;
        stage.emulator.advance(7200).await;
        let execution = stage.execution("train", &id);
        let page = stage.console.page(&execution).await;
        let retry = page.link("Retry");
        assert_eq!(retry, format!("{execution}/retry"));
        assert!(page.has_link("Run again") && !page.has_link("Resume"));
        let confirmation = stage
            .console
            .get_as(requester, &retry)
            .await
            .expect(200)
            .page();
        assert!(
            confirmation.text().contains("Train"),
            "from the failed step: {}",
            confirmation.text()
        );
        accepted(
            requester,
            &execution,
            stage.console.confirm(requester, &retry).await,
        );
        stage.emulator.advance(7200).await;
        shows(&stage, &execution, "Succeeded").await;
        assert_eq!(stage.emulator.count("RetryPipelineExecution").await, 1);
        assert_eq!(stage.emulator.count("StartPipelineExecution").await, 1);
    }
}

#[tokio::test]
async fn an_execution_that_ended_in_a_fail_step_is_run_again_not_retried() {
    let stage = stage().await;
    let values = [("Stage", "test"), ("Threshold", "0.99")];
    let id = stage
        .emulator
        .start("train", "not-good-enough", &values)
        .await;
    stage.emulator.advance(7200).await;
    let execution = stage.execution("train", &id);
    let page = stage.console.page(&execution).await;
    assert_eq!(page.one("#banner").attribute("data-status"), "Failed");
    assert!(!page.has_link("Retry"), "{}", page.text());
    assert!(page.has_link("Run again"));
    let list = stage
        .console
        .page("/w/default/pipelines/train/executions")
        .await;
    let row = list.one(&format!("[data-execution=\"{id}\"]"));
    let retry = format!("{execution}/retry");
    assert!(
        row.all("a[href]")
            .iter()
            .all(|a| a.attribute("href") != retry)
    );
    stage.console.get(&retry).await.expect(409);
}

#[tokio::test]
async fn the_confirmation_says_that_a_callback_holds_the_stop() {
    let stage = stage().await;
    let id = stage.emulator.start("asks", "waits", &[]).await;
    stage.emulator.advance(5).await;
    let execution = stage.execution("asks", &id);
    let stop = format!("{execution}/stop");
    for requester in Requester::BOTH {
        let page = stage
            .console
            .get_as(requester, &stop)
            .await
            .expect(200)
            .page();
        let text = page.text();
        assert!(
            text.contains("Ask-A-Person") && text.contains("Callback"),
            "{text}"
        );
    }
    accepted(
        Requester::Browser,
        &execution,
        stage.console.confirm(Requester::Browser, &stop).await,
    );
    shows(&stage, &execution, "Stopping").await;
}

#[tokio::test]
async fn the_newest_running_executions_banner_is_shown_on_its_pipeline() {
    let stage = stage().await;
    stage.emulator.start("plain", "older", &[]).await;
    stage.emulator.advance(1).await;
    let id = stage.emulator.start("plain", "newer", &[]).await;
    let execution = stage.execution("plain", &id);
    for tab in ["executions", "graph"] {
        let page = stage
            .console
            .page(&format!("/w/default/pipelines/plain/{tab}"))
            .await;
        let banner = page.one("#banner");
        assert_eq!(banner.attribute("data-status"), "Executing", "{tab}");
        assert!(banner.text().contains("newer"), "{tab}: {}", banner.text());
        let links: Vec<String> = banner
            .all("a[href]")
            .iter()
            .map(|a| a.attribute("href"))
            .collect();
        assert!(
            links.contains(&execution),
            "View details opens it: {links:?}"
        );
        assert!(links.contains(&format!("{execution}/stop")), "{links:?}");
    }
    stage.emulator.advance(3600).await;
    eventually("no banner once nothing runs", async || {
        !stage
            .console
            .page("/w/default/pipelines/plain/graph")
            .await
            .has("#banner")
    })
    .await;
}

#[tokio::test]
async fn a_stop_that_meets_a_step_change_is_tried_again() {
    let stage = stage().await;
    let id = stage.emulator.start("plain", "runs", &[]).await;
    stage.emulator.advance(1).await;
    let execution = stage.execution("plain", &id);
    let stop = format!("{execution}/stop");
    let form = stage.console.page(&stop).await.form(&stop);
    stage
        .emulator
        .fault("StopPipelineExecution", "conflict", 0, 1)
        .await;
    accepted(
        Requester::Browser,
        &execution,
        stage.console.post(Requester::Browser, &stop, &form).await,
    );
    stage.emulator.advance(3600).await;
    assert_eq!(stage.emulator.status("plain", &id).await, "Stopped");
}
