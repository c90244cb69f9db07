//! Actions in a person's name: the role that writes, as the token service sees it; and workspaces side by side.

use std::path::Path;

use hyper::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::console::{EmulatorProcess, ServedConsole};
use crate::support::page::set;
use crate::support::{Page, Requester, eventually, pipelines};

const WRITER: &str = "arn:aws:iam::111122223333:role/Writer";
const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/plain";
const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

/// A console whose actions go through a role, and the emulator that gives it out.
struct Setup {
    serving: ServedConsole,
    emulator_process: EmulatorProcess,
    _state: TempDir,
}

impl Setup {
    async fn new() -> Self {
        let emulator_process = EmulatorProcess::empty().await;
        let emulator = &emulator_process.emulator;
        emulator.create_pipeline("plain", &pipelines::plain()).await;
        let state = tempfile::tempdir().expect("a temporary folder");
        let workspace = workspace("default", &emulator.endpoint(), WRITER);
        let serving = serve(state.path(), &workspace, &emulator.endpoint());
        Self {
            serving,
            emulator_process,
            _state: state,
        }
    }
}

fn workspace(name: &str, endpoint: &str, role: &str) -> String {
    format!(
        "[[workspace]]\nname = \"{name}\"\nregion = \"eu-central-1\"\nendpoint_url = \"{endpoint}\"\n\
         write_role_arn = \"{role}\"\n"
    )
}

/// Serves these settings, with the token service at `sts`.
fn serve(state: &Path, settings: &str, sts: &str) -> ServedConsole {
    let file = state.join("settings.toml");
    std::fs::write(&file, settings).expect("a settings file");
    ServedConsole::with(
        state,
        &[
            ("SLUICEGATE_CONFIG", file.to_str().expect("a plain path")),
            ("AWS_ENDPOINT_URL_STS", sts),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ],
    )
}

/// A session that was given out for one call, and made no other.
#[track_caller]
fn is_for(session: &Value, role: &str, operation: &str, resource: &str) {
    let person = session["source_identity"].as_str().expect("a person");
    assert!((2..=64).contains(&person.len()), "{person}");
    let expected = json!({
        "role_arn": role,
        "session_name": person,
        "source_identity": person,
        "policy": {
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Action": [format!("sagemaker:{operation}")],
                "Resource": [resource],
            }],
        },
        "calls": [{"operation": operation, "resource": resource}],
    });
    assert_eq!(*session, expected);
}

#[track_caller]
fn shows_code(page: &Page, code: &str) {
    let refusal = page
        .find(&format!("[data-aws-error=\"{code}\"]"))
        .expect("the refusal");
    assert!(!refusal.attribute("data-aws-request-id").is_empty());
}

#[tokio::test]
async fn every_action_is_made_in_the_persons_name_and_may_do_nothing_else() {
    let setup = Setup::new().await;
    let (console, emulator) = (&setup.serving.console, &setup.emulator_process.emulator);
    let execution = console.create("plain", &[]).await;
    let id = execution.rsplit('/').next().expect("an id");
    let arn = format!("{PIPELINE}/execution/{id}");
    let stopped = console
        .confirm(Requester::Browser, &format!("{execution}/stop"))
        .await;
    stopped.expect(303);
    emulator.advance(3600).await;
    eventually("it is stopped", async || {
        let banner = console.page(&execution).await.find("#banner");
        banner.is_some_and(|banner| banner.attribute("data-status") == "Stopped")
    })
    .await;
    let resumed = console
        .confirm(Requester::Browser, &format!("{execution}/resume"))
        .await;
    resumed.expect(303);
    let sessions = emulator.sessions().await;
    assert_eq!(sessions.len(), 3, "{sessions:?}");
    is_for(&sessions[0], WRITER, "StartPipelineExecution", PIPELINE);
    is_for(&sessions[1], WRITER, "StopPipelineExecution", &arn);
    is_for(&sessions[2], WRITER, "RetryPipelineExecution", &arn);
}

#[tokio::test]
async fn looking_never_takes_the_write_role() {
    let setup = Setup::new().await;
    let (console, emulator) = (&setup.serving.console, &setup.emulator_process.emulator);
    let id = emulator.start("plain", "outside", &[]).await;
    for path in [
        "/w/default/pipelines",
        EXECUTIONS,
        &format!("{EXECUTIONS}/{id}"),
        &format!("{EXECUTIONS}/{id}/stop"),
        &format!("{EXECUTIONS}/new"),
    ] {
        console.get(path).await.expect(200);
    }
    assert_eq!(emulator.count("AssumeRole").await, 0);
}

#[tokio::test]
async fn without_the_role_nothing_is_sent_and_the_refusal_is_shown() {
    let setup = Setup::new().await;
    let (console, emulator) = (&setup.serving.console, &setup.emulator_process.emulator);
    for permission in ["AssumeRole", "SetSourceIdentity"] {
        emulator.fault(permission, "denied", 0, 0).await;
        let form = console.create_form(Requester::Browser, "plain").await;
        let answer = console.post(Requester::Browser, EXECUTIONS, &form).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
        let page = answer.page();
        shows_code(&page, "AccessDenied");
        let text = page.text();
        assert!(text.contains("nothing was sent to SageMaker"), "{text}");
        assert!(text.contains(&format!("sts:{permission}")), "{text}");
        emulator.heal().await;
    }
    assert_eq!(emulator.count("StartPipelineExecution").await, 0);
    assert!(emulator.sessions().await.is_empty());
    console.create("plain", &[]).await;
    assert_eq!(emulator.count("StartPipelineExecution").await, 1);
}

#[tokio::test]
async fn a_token_service_that_fails_leaves_no_doubt_about_the_action() {
    let setup = Setup::new().await;
    let (console, emulator) = (&setup.serving.console, &setup.emulator_process.emulator);
    let execution = console.create("plain", &[]).await;
    emulator.fault("AssumeRole", "500", 0, 0).await;
    let answer = console
        .confirm(Requester::Browser, &format!("{execution}/stop"))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    let page = answer.page();
    shows_code(&page, "InternalFailure");
    let text = page.text();
    assert!(text.contains("nothing was sent to SageMaker"), "{text}");
    emulator.heal().await;
    assert_eq!(emulator.count("StopPipelineExecution").await, 0);
}

#[tokio::test]
async fn two_workspaces_stand_side_by_side() {
    let (one, two) = (
        EmulatorProcess::empty().await,
        EmulatorProcess::empty().await,
    );
    for (emulator_process, name) in [(&one, "of-one"), (&two, "of-two")] {
        let emulator = &emulator_process.emulator;
        emulator.create_pipeline(name, &pipelines::plain()).await;
        emulator
            .create_pipeline("shared", &pipelines::plain())
            .await;
    }
    let other_role = WRITER.replace("Writer", "Other");
    let settings = workspace("one", &one.emulator.endpoint(), WRITER)
        + &workspace("two", &two.emulator.endpoint(), &other_role);
    let state = tempfile::tempdir().expect("a temporary folder");
    let serving = serve(state.path(), &settings, &one.emulator.endpoint());
    let console = &serving.console;
    for (name, own, other) in [("one", "of-one", "of-two"), ("two", "of-two", "of-one")] {
        let text = console.page(&format!("/w/{name}/pipelines")).await.text();
        assert!(
            text.contains(own) && !text.contains(other),
            "{name}: {text}"
        );
        let foreign = format!("/w/{name}/pipelines/{other}/executions");
        console.get(&foreign).await.expect(404);
    }

    let action = "/w/two/pipelines/shared/executions";
    let form = console.page(&format!("{action}/new")).await.form(action);
    console
        .post(Requester::Browser, action, &form)
        .await
        .expect(303);
    assert_eq!(one.emulator.count("StartPipelineExecution").await, 0);
    assert_eq!(two.emulator.count("StartPipelineExecution").await, 1);
    let sessions = one.emulator.sessions().await;
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    assert_eq!(sessions[0]["role_arn"], other_role.as_str());

    // A ticket of one workspace is none of the other.
    let mut form = console.page(&format!("{action}/new")).await.form(action);
    set(&mut form, "name", "elsewhere");
    let elsewhere = action.replace("/two/", "/one/");
    console
        .post(Requester::Browser, &elsewhere, &form)
        .await
        .expect(403);
    assert_eq!(one.emulator.count("StartPipelineExecution").await, 0);

    // Where one is broken, the other is not.
    two.emulator.fault("*", "500", 0, 0).await;
    console.page("/w/one/pipelines/of-one/executions").await;
    let action = "/w/one/pipelines/of-one/executions";
    let form = console.page(&format!("{action}/new")).await.form(action);
    console
        .post(Requester::Browser, action, &form)
        .await
        .expect(303);
}
