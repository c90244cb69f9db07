//! The parts of one page never contradict each other, from the first answer after an action on.

use crate::support::{Requester, Stage, assert_coherent, eventually, pipelines};

/// Reads every page about an execution, and checks each.
async fn look(stage: &Stage, pipeline: &str, id: &str, step: &str) {
    let execution = stage.execution(pipeline, id);
    let pages = [
        execution.clone(),
        format!("{execution}?step={step}"),
        format!("{execution}/steps"),
        format!("{execution}/steps/{step}"),
        format!("{execution}/parameters"),
        format!("/w/default/pipelines/{pipeline}/executions"),
        format!("/w/default/pipelines/{pipeline}/graph"),
    ];
    for address in pages {
        assert_coherent(&stage.console.page(&address).await);
    }
}

/// Looks until the execution shows this status.
async fn follow(stage: &Stage, pipeline: &str, id: &str, step: &str, status: &str) {
    let execution = stage.execution(pipeline, id);
    eventually(&format!("{execution} shows {status}"), async || {
        look(stage, pipeline, id, step).await;
        let page = stage.console.page(&execution).await;
        page.one("#banner").attribute("data-status") == status
    })
    .await;
}

/// Confirms an action while SageMaker's descriptions are slow: until one comes, pages show the action as pending.
async fn act(stage: &Stage, requester: Requester, execution: &str, action: &str, word: &str) {
    let form = format!("{execution}/{action}");
    let fields = stage.console.page(&form).await.form(&form);
    let emulator = &stage.emulator;
    emulator
        .fault("DescribePipelineExecution", "latency", 3000, 0)
        .await;
    let answer = stage.console.post(requester, &form, &fields).await;
    let page = match requester {
        Requester::Browser => stage.console.page(answer.expect(303).location()).await,
        Requester::Htmx => answer.expect(200).page(),
    };
    assert_coherent(&page);
    let banner = page.one("#banner");
    assert_eq!(banner.attribute("data-pending"), action);
    assert!(banner.text().contains(word), "{}", banner.text());
    emulator.heal().await;
}

#[tokio::test]
async fn every_answer_agrees_with_itself_from_stop_to_the_end() {
    for requester in Requester::BOTH {
        let stage = Stage::empty().await;
        let emulator = &stage.emulator;
        emulator
            .create_pipeline("train", &pipelines::training())
            .await;
        let id = emulator
            .start("train", "followed", &[("Stage", "test")])
            .await;
        let execution = stage.execution("train", &id);
        look(&stage, "train", &id, "Train").await;
        emulator.advance(1).await;
        follow(&stage, "train", &id, "Prepare", "Executing").await;

        act(&stage, requester, &execution, "stop", "Stopping…").await;
        for step in ["Prepare", "Register"] {
            look(&stage, "train", &id, step).await;
        }
        emulator.advance(600).await;
        follow(&stage, "train", &id, "Prepare", "Stopped").await;
        let page = stage.console.page(&format!("{execution}?step=Train")).await;
        assert!(page.text().contains("0 of 5 steps done"), "{}", page.text());
        assert!(page.text().contains("Not reached: Prepare was stopped."));

        act(&stage, requester, &execution, "resume", "Resuming…").await;
        let page = stage.console.page(&format!("{execution}?step=Train")).await;
        assert!(!page.text().contains("Not reached"), "{}", page.text());
        follow(&stage, "train", &id, "Train", "Executing").await;
        for _ in 0..12 {
            emulator.advance(4).await;
            look(&stage, "train", &id, "Register").await;
        }
        emulator.advance(7200).await;
        follow(&stage, "train", &id, "Register", "Succeeded").await;
        let page = stage
            .console
            .page(&format!("{execution}?step=Give-Up"))
            .await;
        assert!(
            page.text().contains("4 of 5 steps done, 1 skipped"),
            "{}",
            page.text()
        );
        assert!(page.text().contains("Skipped: Check was True."));
    }
}

#[tokio::test]
async fn every_answer_agrees_with_itself_from_a_failure_through_the_retry() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator
        .create_pipeline("train", &pipelines::training())
        .await;
    emulator
        .fail_next("train", "Train", "AlgorithmError: no")
        .await;
    let id = emulator
        .start("train", "retried", &[("Stage", "test")])
        .await;
    emulator.advance(7200).await;
    follow(&stage, "train", &id, "Check", "Failed").await;
    let execution = stage.execution("train", &id);
    let page = stage.console.page(&format!("{execution}?step=Check")).await;
    assert!(
        page.text().contains("Not reached: Train failed."),
        "{}",
        page.text()
    );
    act(&stage, Requester::Htmx, &execution, "retry", "Retrying…").await;
    look(&stage, "train", &id, "Train").await;
    emulator.advance(7200).await;
    follow(&stage, "train", &id, "Check", "Succeeded").await;
}

#[tokio::test]
async fn an_action_that_is_refused_does_not_stay_pending() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    let id = emulator.start("plain", "goes-on", &[]).await;
    emulator.advance(1).await;
    let execution = stage.execution("plain", &id);
    let form = format!("{execution}/stop");
    let fields = stage.console.page(&form).await.form(&form);
    emulator
        .fault("StopPipelineExecution", "denied", 0, 0)
        .await;
    let answer = stage.console.post(Requester::Htmx, &form, &fields).await;
    assert!(answer.status.is_client_error() || answer.status.is_server_error());
    let page = stage.console.page(&execution).await;
    assert_eq!(page.one("#banner").attribute("data-status"), "Executing");
    assert!(!page.one("#banner").has("data-pending"));
    look(&stage, "plain", &id, "Prepare").await;
}

#[tokio::test]
async fn an_execution_that_is_resumed_elsewhere_has_steps_to_run() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    let id = emulator.start("plain", "resumed", &[]).await;
    emulator.advance(1).await;
    let arn = format!("arn:aws:sagemaker:eu-central-1:111122223333:pipeline/plain/execution/{id}");
    let call = |token: String| serde_json::json!({"PipelineExecutionArn": arn, "ClientRequestToken": token});
    emulator
        .call(
            "StopPipelineExecution",
            call(crate::support::emulator::token()),
        )
        .await;
    emulator.advance(600).await;
    follow(&stage, "plain", &id, "Clean", "Stopped").await;
    emulator
        .call(
            "RetryPipelineExecution",
            call(crate::support::emulator::token()),
        )
        .await;
    follow(&stage, "plain", &id, "Clean", "Executing").await;
    emulator.advance(3600).await;
    follow(&stage, "plain", &id, "Clean", "Succeeded").await;
}
