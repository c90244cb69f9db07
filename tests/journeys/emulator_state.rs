//! The local SageMaker's state file: what was answered is there again, however the program ended.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::console::EmulatorProcess;
use crate::support::emulator::{Emulator, token};
use crate::support::{eventually, pipelines, process};

/// How many callers start executions at the same time.
const CALLERS: usize = 4;

/// An execution that was started: the token of the request, and the answer.
type Started = (String, Value);

fn start_input(token: &str) -> Value {
    json!({"PipelineName": "plain", "ClientRequestToken": token})
}

/// Starts executions, one after the other, until nothing answers; counts the answers.
async fn start_until_killed(emulator: Emulator, answers: Arc<AtomicUsize>) -> Vec<Started> {
    let mut answered = Vec::new();
    loop {
        let token = token();
        let answer = emulator
            .try_call("StartPipelineExecution", start_input(&token))
            .await;
        let Some(answer) = answer else {
            return answered;
        };
        answered.push((token, answer));
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

async fn executions(emulator: &Emulator) -> Vec<Value> {
    let mut input = json!({"PipelineName": "plain", "MaxResults": 100});
    let mut all = Vec::new();
    loop {
        let page = emulator.call("ListPipelineExecutions", input.clone()).await;
        all.extend(
            page["PipelineExecutionSummaries"]
                .as_array()
                .cloned()
                .unwrap_or_default(),
        );
        match page.get("NextToken") {
            Some(next) => input["NextToken"] = next.clone(),
            None => return all,
        }
    }
}

async fn steps(emulator: &Emulator, execution: &Value) -> Value {
    let input = json!({"PipelineExecutionArn": execution["PipelineExecutionArn"]});
    emulator.call("ListPipelineExecutionSteps", input).await
}

#[tokio::test]
async fn killed_between_any_two_answers_it_loses_none_and_doubles_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("state");
    let emulator_process = EmulatorProcess::with_state(&file, "empty");
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    drop(emulator_process);
    let mut answered: Vec<Started> = Vec::new();
    for enough in [1, 3, 10, 40] {
        let mut emulator_process = EmulatorProcess::with_state(&file, "empty");
        let answers = Arc::new(AtomicUsize::new(0));
        let caller = || {
            tokio::spawn(start_until_killed(
                emulator_process.emulator.clone(),
                answers.clone(),
            ))
        };
        let callers: Vec<_> = (0..CALLERS).map(|_| caller()).collect();
        eventually("enough was answered", async || {
            answers.load(Ordering::Relaxed) >= enough
        })
        .await;
        emulator_process.kill();
        for caller in callers {
            answered.extend(caller.await.expect("a caller ends"));
        }
    }
    let emulator_process = EmulatorProcess::with_state(&file, "empty");
    let listed = executions(&emulator_process.emulator).await;
    for (token, answer) in &answered {
        let known = listed
            .iter()
            .any(|one| one["PipelineExecutionArn"] == answer["PipelineExecutionArn"]);
        assert!(known, "{answer} was answered and is gone");
        let again = emulator_process
            .emulator
            .call("StartPipelineExecution", start_input(token))
            .await;
        assert_eq!(&again, answer, "the same token gets the same answer");
    }
    assert_eq!(
        executions(&emulator_process.emulator).await.len(),
        listed.len()
    );
    // Those that were started and not answered, at most one for each caller and kill.
    assert!(listed.len() <= answered.len() + 4 * CALLERS);
}

#[tokio::test]
async fn terminated_it_comes_back_with_every_step_as_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("state");
    let mut emulator_process = EmulatorProcess::with_state(&file, "demo");
    emulator_process.emulator.freeze().await;
    let names = async |emulator: &Emulator| {
        let listed = emulator.call("ListPipelines", json!({})).await;
        listed["PipelineSummaries"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let everything_listed = async |emulator: &Emulator| {
        let mut listed = names(emulator).await;
        for pipeline in listed.clone() {
            let of = json!({"PipelineName": pipeline["PipelineName"], "MaxResults": 10});
            let page = emulator.call("ListPipelineExecutions", of).await;
            for execution in page["PipelineExecutionSummaries"]
                .as_array()
                .into_iter()
                .flatten()
            {
                listed.extend([execution.clone(), steps(emulator, execution).await]);
            }
        }
        listed
    };
    let before = everything_listed(&emulator_process.emulator).await;
    assert!(before.len() > 100);
    assert!(emulator_process.terminate().await, "it ends well");
    let again = EmulatorProcess::with_state(&file, "demo");
    assert_eq!(everything_listed(&again.emulator).await, before);
}

fn refused(home: &Path, file: &Path, seed: &str) -> String {
    let file = file.to_str().expect("a plain path");
    let output: Output = process::emulator_command(home)
        .args(["--listen", "127.0.0.1:0", "--seed", seed, "--state", file])
        .output()
        .expect("the program runs");
    let sentence = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{sentence}");
    assert!(
        sentence.starts_with(&format!("{}: --state {file}: ", process::EMULATOR_NAME)),
        "{sentence}"
    );
    sentence
}

#[tokio::test]
async fn a_file_that_cannot_be_used_ends_the_start_with_the_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = folder.path();
    let file = home.join("state");
    let emulator_process = EmulatorProcess::with_state(&file, "empty");
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    assert!(refused(home, &file, "empty").contains("another process is using it"));
    drop(emulator_process);
    assert!(refused(home, &file, "demo").contains("it began with the seed empty, not demo"));
    assert!(refused(home, home, "empty").contains("directory"));
    let foreign = home.join("notes.txt");
    std::fs::write(&foreign, "milk, bread\n").expect("a file");
    assert!(refused(home, &foreign, "empty").contains("it is not a state file"));
    let whole = std::fs::read_to_string(&file).expect("a state file");
    std::fs::write(&file, format!("{whole}{{\"at\":\n")).expect("a file");
    let number = whole.lines().count() + 1;
    assert!(refused(home, &file, "empty").contains(&format!("line {number} is invalid")));
    // Cut off in the middle of its last line, it is as it was before that.
    std::fs::write(&file, format!("{whole}{{\"at\":")).expect("a file");
    let again = EmulatorProcess::with_state(&file, "empty");
    let listed = again.emulator.call("ListPipelines", json!({})).await;
    assert_eq!(listed["PipelineSummaries"][0]["PipelineName"], "plain");
    assert!(again.log().contains("is incomplete"), "{}", again.log());
}
