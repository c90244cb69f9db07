//! The console is killed between writing an action down and learning how it went.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hyper::Method;
use hyper::http::request::Builder;
use serde_json::json;

use crate::support::console::{Console, EmulatorProcess, ServedConsole};
use crate::support::page::{set, value};
use crate::support::{Requester, eventually, pipelines, process, wait_for};

const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

/// A form's request, built here because it may never be answered.
fn posting(console: &Console) -> Builder {
    console
        .request(Requester::Browser, Method::POST, EXECUTIONS)
        .header("Origin", format!("http://{}", console.authority()))
        .header("Sec-Fetch-Site", "same-origin")
        .header("Content-Type", "application/x-www-form-urlencoded")
}

async fn executions(emulator_process: &EmulatorProcess) -> usize {
    let input = json!({"PipelineName": "plain"});
    let listed = emulator_process
        .emulator
        .call("ListPipelineExecutions", input)
        .await;
    listed["PipelineExecutionSummaries"]
        .as_array()
        .map_or(0, Vec::len)
}

/// A form whose call had left the console when the console was killed, and what it was sent for.
async fn cut_off(emulator_process: &EmulatorProcess, state: &Path) -> Vec<(String, String)> {
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let mut first = ServedConsole::start(&emulator_process.emulator.endpoint(), state);
    let mut form = first.console.create_form(Requester::Browser, "plain").await;
    set(&mut form, "name", "cut-off");
    emulator_process
        .emulator
        .fault("StartPipelineExecution", "latency", 60_000, 1)
        .await;
    let console = first.console.clone();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form)
        .finish();
    let waiting = tokio::spawn(async move {
        let request = posting(&console);
        console.try_send(request, body.into_bytes()).await.is_ok()
    });
    eventually("the call has left the console", async || {
        emulator_process
            .emulator
            .count("StartPipelineExecution")
            .await
            == 1
    })
    .await;
    first.kill();
    let answered = waiting.await.expect("the request ended");
    assert!(!answered, "the console died before it could answer");
    form
}

#[tokio::test]
async fn a_start_that_arrived_though_its_answer_was_lost_is_found_by_looking() {
    let emulator_process = EmulatorProcess::empty().await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let form = cut_off(&emulator_process, state.path()).await;
    // The call was under way: it arrives after all. The emulator's clock stood still meanwhile.
    emulator_process.emulator.advance(60).await;
    let id = emulator_process
        .emulator
        .start("plain", "cut-off", &[])
        .await;

    let second = ServedConsole::start(&emulator_process.emulator.endpoint(), state.path());
    // The same form, sent again by a person who saw no answer, is the same action.
    let place = wait_for("the execution is found", async || {
        let answer = second
            .console
            .post(Requester::Browser, EXECUTIONS, &form)
            .await;
        (answer.status == 303).then(|| answer.location().to_owned())
    })
    .await;
    assert_eq!(place, format!("{EXECUTIONS}/{id}"));
    second.console.page(&place).await;
    assert_eq!(executions(&emulator_process).await, 1, "never sent again");
    assert_eq!(
        emulator_process
            .emulator
            .count("StartPipelineExecution")
            .await,
        2
    );
}

#[tokio::test]
async fn a_start_that_never_arrived_is_not_sent_by_a_restart() {
    let emulator_process = EmulatorProcess::empty().await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let form = cut_off(&emulator_process, state.path()).await;
    let second = ServedConsole::start(&emulator_process.emulator.endpoint(), state.path());
    let looked = emulator_process
        .emulator
        .count("ListPipelineExecutions")
        .await;
    eventually("it is looked for more than once", async || {
        emulator_process
            .emulator
            .count("ListPipelineExecutions")
            .await
            > looked + 1
    })
    .await;
    let answer = second
        .console
        .post(Requester::Browser, EXECUTIONS, &form)
        .await
        .expect(503);
    let text = answer.page().text();
    assert!(text.contains("not yet known"), "{text}");
    assert_eq!(executions(&emulator_process).await, 0);
    assert_eq!(
        emulator_process
            .emulator
            .count("StartPipelineExecution")
            .await,
        1
    );
}

#[tokio::test]
async fn open_forms_outlive_a_restart() {
    let emulator_process = EmulatorProcess::empty().await;
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let endpoint = emulator_process.emulator.endpoint();
    let mut first = ServedConsole::start(&endpoint, state.path());
    let form = first.console.create_form(Requester::Browser, "plain").await;
    let used = first.console.create_form(Requester::Browser, "plain").await;
    let place = first
        .console
        .post(Requester::Browser, EXECUTIONS, &used)
        .await
        .expect(303)
        .location()
        .to_owned();
    first.kill();

    let second = ServedConsole::start(&endpoint, state.path());
    second
        .console
        .post(Requester::Browser, EXECUTIONS, &form)
        .await
        .expect(303);
    let again = second
        .console
        .post(Requester::Browser, EXECUTIONS, &used)
        .await
        .expect(303);
    assert_eq!(
        again.location(),
        place,
        "a form used before the restart keeps its answer"
    );
    assert_eq!(
        emulator_process
            .emulator
            .count("StartPipelineExecution")
            .await,
        2
    );
}

/// What `sluicegate audit` prints of a state folder, which must be sound.
fn audit(state: &Path, arguments: &[&str]) -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = process::command(home.path())
        .args(["audit"])
        .args(arguments)
        .args(["--state-dir", state.to_str().expect("a plain path")])
        .env("SLUICEGATE_IDENTITY__MODE", "local")
        .output()
        .expect("the program runs");
    let output_text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{output_text}{errors}");
    output_text
}

/// Sends some forms at once and kills the console so many milliseconds later; the forms, each with
/// the address it was answered with.
async fn killed_after(
    emulator_process: &EmulatorProcess,
    state: &Path,
    milliseconds: u64,
) -> Vec<(Vec<(String, String)>, Option<String>)> {
    let mut serving = ServedConsole::start(&emulator_process.emulator.endpoint(), state);
    let mut sent = Vec::new();
    for number in 0..3 {
        let mut form = serving
            .console
            .create_form(Requester::Browser, "plain")
            .await;
        set(&mut form, "name", &format!("run-{milliseconds}-{number}"));
        let console = serving.console.clone();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form)
            .finish();
        let waiting = tokio::spawn(async move {
            let answer = console
                .try_send(posting(&console), body.into_bytes())
                .await
                .ok()?;
            (answer.status == 303).then(|| answer.location().to_owned())
        });
        sent.push((form, waiting));
    }
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    serving.kill();
    let mut answered = Vec::new();
    for (form, waiting) in sent {
        answered.push((form, waiting.await.expect("the request ended")));
    }
    answered
}

/// A console that takes every form of this test again within a minute, which is more than one person may send.
fn restarted(emulator_process: &EmulatorProcess, state: &Path) -> ServedConsole {
    let endpoint = emulator_process.emulator.endpoint();
    ServedConsole::with(
        state,
        &[
            ("AWS_ENDPOINT_URL_SAGEMAKER", &endpoint),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("SLUICEGATE_SERVER__WRITES_PER_MINUTE", "600"),
        ],
    )
}

#[tokio::test]
async fn killed_at_any_moment_it_loses_no_record_and_doubles_no_action() {
    let emulator_process = EmulatorProcess::empty().await;
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let state = tempfile::tempdir().expect("a temporary folder");
    let mut sent = Vec::new();
    for milliseconds in [0, 1, 2, 4, 6, 8, 11, 14, 18, 23, 30, 40, 60] {
        sent.extend(killed_after(&emulator_process, state.path(), milliseconds).await);
        audit(state.path(), &["verify"]);
    }
    let acknowledged = sent
        .iter()
        .filter(|(_, location)| location.is_some())
        .count();
    let last = restarted(&emulator_process, state.path());
    for (form, location) in &sent {
        let answer = last
            .console
            .post(Requester::Browser, EXECUTIONS, form)
            .await;
        if let Some(place) = location {
            assert_eq!(answer.expect(303).location(), place);
        }
    }
    let written = audit(state.path(), &["export", "--since", "1d"]);
    for (form, _) in sent.iter().filter(|(_, location)| location.is_some()) {
        let name = value(form, "name").expect("a name");
        let intent = |line: &str| line.contains("\"intent\"") && line.contains(name);
        assert!(written.lines().any(intent), "{name} is not written down");
    }
    audit(state.path(), &["verify"]);
    let input = json!({"PipelineName": "plain", "MaxResults": 100});
    let listed = emulator_process
        .emulator
        .call("ListPipelineExecutions", input)
        .await;
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for execution in listed["PipelineExecutionSummaries"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let name = execution["PipelineExecutionDisplayName"].to_string();
        *names.entry(name).or_default() += 1;
    }
    assert!(names.values().all(|count| *count == 1), "{names:?}");
    assert!(names.len() >= acknowledged, "{acknowledged} of {names:?}");
}
