//! `emulator import`: what one SageMaker holds is served from a state file by another.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::console::EmulatorProcess;
use crate::support::emulator::Emulator;
use crate::support::{eventually, pipelines, process, wait_for};

/// What people read about the command.
const DOCUMENTATION: &str = include_str!("../../docs/emulator.md");

/// A folder to import into, and the account to import from.
struct Import {
    home: TempDir,
    endpoint: String,
}

impl Import {
    fn from(source: &EmulatorProcess) -> Self {
        Self {
            home: tempfile::tempdir().expect("a temporary folder"),
            endpoint: source.emulator.endpoint(),
        }
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("copy.state")
    }

    /// The command with these further arguments.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(self.home.path());
        command
            .args(["emulator", "import", "--state", "copy.state"])
            .args(arguments)
            .envs([
                ("AWS_ENDPOINT_URL_SAGEMAKER", self.endpoint.as_str()),
                ("AWS_REGION", "eu-central-1"),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
                ("SLUICEGATE_WORKSPACE__0__CALLS_PER_SECOND", "100"),
            ]);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output();
        output.expect("the program runs")
    }

    /// Runs it to a good end; what it printed.
    #[track_caller]
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let report = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{report}{}", error(&output));
        report
    }

    /// Runs it to a bad end; the sentence.
    #[track_caller]
    fn fail(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        let error = error(&output);
        assert_eq!(output.status.code(), Some(status), "{error}");
        error
    }

    /// Starts it in the background.
    fn spawn(&self) -> Child {
        let mut command = self.command(&[]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// How many lines the file has.
    fn lines(&self) -> usize {
        let text = std::fs::read_to_string(self.file()).unwrap_or_default();
        text.lines().count()
    }
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every page of a list.
async fn all(emulator: &Emulator, operation: &str, list: &str, mut input: Value) -> Vec<Value> {
    let mut items = Vec::new();
    loop {
        let page = emulator.call(operation, input.clone()).await;
        items.extend(page[list].as_array().cloned().unwrap_or_default());
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return items,
        }
    }
}

async fn listed(emulator: &Emulator) -> Vec<Value> {
    all(emulator, "ListPipelines", "PipelineSummaries", json!({})).await
}

/// Everything that is answered about the pipelines and their executions.
async fn answers(emulator: &Emulator) -> Vec<Value> {
    answers_about(listed(emulator).await, emulator).await
}

/// Everything that is answered about these pipelines and their executions.
async fn answers_about(pipelines: Vec<Value>, emulator: &Emulator) -> Vec<Value> {
    let mut answers = pipelines.clone();
    for pipeline in pipelines {
        let named = json!({"PipelineName": pipeline["PipelineName"]});
        let tagged = json!({"ResourceArn": pipeline["PipelineArn"]});
        answers.push(emulator.call("DescribePipeline", named.clone()).await);
        let versions = ("ListPipelineVersions", "PipelineVersionSummaries");
        answers.extend(all(emulator, versions.0, versions.1, named.clone()).await);
        answers.extend(all(emulator, "ListTags", "Tags", tagged).await);
        let executions = ("ListPipelineExecutions", "PipelineExecutionSummaries");
        for execution in all(emulator, executions.0, executions.1, named).await {
            let of = json!({"PipelineExecutionArn": execution["PipelineExecutionArn"]});
            for operation in [
                "DescribePipelineExecution",
                "DescribePipelineDefinitionForExecution",
                "ListPipelineParametersForExecution",
                "ListPipelineExecutionSteps",
            ] {
                answers.push(emulator.call(operation, of.clone()).await);
            }
            answers.push(execution);
        }
    }
    answers
}

/// Serves an imported file.
fn serve(file: &Path) -> EmulatorProcess {
    EmulatorProcess::with_state(file, "empty")
}

/// Executions of the pipeline `plain`, a second apart.
async fn start(emulator: &Emulator, executions: usize) {
    for number in 0..executions {
        emulator.start("plain", &format!("run-{number}"), &[]).await;
        emulator.advance(1).await;
    }
}

#[tokio::test]
async fn a_copy_answers_like_its_source_and_runs_its_pipelines() {
    let source = EmulatorProcess::seeded("demo").await;
    let import = Import::from(&source);
    let patterns = [
        "*Pipeline",
        "basket-*",
        "llm-*",
        "returns-*",
        "pricing-?elease",
    ];
    let chosen: Vec<&str> = patterns
        .iter()
        .flat_map(|one| ["--pipelines", one])
        .collect();
    let report = import.succeed(&chosen);
    let calls = source.emulator.calls().await;
    let help = process::command(import.home.path())
        .args(["emulator", "import", "--help"])
        .output()
        .expect("the program runs");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for operation in calls.keys() {
        let is_named =
            help.contains(operation) && DOCUMENTATION.contains(&format!("sagemaker:{operation}`"));
        assert!(is_named, "{operation} is called and not named");
    }
    let copy = serve(&import.file());
    let copied = listed(&copy.emulator).await;
    assert_eq!(copied.len(), 6);
    let mut originals = listed(&source.emulator).await;
    originals.retain(|original| copied.contains(original));
    assert_eq!(copied, originals);
    let expected = answers_about(originals, &source.emulator).await;
    let running = expected.iter().filter(|answer| {
        let status = answer["PipelineExecutionStatus"].as_str();
        answer.get("CreationTime").is_some() && matches!(status, Some("Executing" | "Stopping"))
    });
    let running = format!("{} imported executions had not ended", running.count());
    assert!(report.contains(&running), "{running}: {report}");
    let served = answers(&copy.emulator).await;
    for (served, expected) in served.iter().zip(&expected) {
        assert_eq!(served, expected);
    }
    assert_eq!(served.len(), expected.len());
    copy.emulator.freeze().await;
    let name = "basket-affinity-prototype";
    let id = copy.emulator.start(name, "rehearsal", &[]).await;
    copy.emulator.advance(7 * 86_400).await;
    assert_eq!(copy.emulator.status(name, &id).await, "Succeeded");
}

#[tokio::test]
async fn killed_or_interrupted_it_goes_on_where_it_ended() {
    let source = EmulatorProcess::empty().await;
    let emulator = &source.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    start(emulator, 30).await;
    emulator.advance(86_400).await;
    let import = Import::from(&source);
    // So slow that neither of the first two is done when it is ended.
    emulator
        .fault("DescribePipelineExecution", "latency", 100, 0)
        .await;
    let mut killed = import.spawn();
    eventually("some executions are imported", async || import.lines() > 5).await;
    killed.kill().expect("it is killed");
    killed.wait().expect("it ends");
    let before = std::fs::read_to_string(import.file()).expect("a state file");
    let mut interrupted = import.spawn();
    eventually("more are imported", async || {
        import.lines() > before.lines().count() + 3
    })
    .await;
    let id = interrupted.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let status = wait_for("it ends", async || {
        interrupted.try_wait().expect("a status")
    })
    .await;
    let output = interrupted.wait_with_output().expect("its output");
    assert_eq!(status.code(), Some(1), "{}", error(&output));
    assert!(
        error(&output).contains("run the same command again"),
        "{}",
        error(&output)
    );
    assert!(import.lines() < 30);
    emulator.heal().await;
    let report = import.succeed(&[]);
    assert!(report.contains("Imported 0 pipelines and"), "{report}");
    let whole = std::fs::read_to_string(import.file()).expect("a state file");
    assert!(
        whole.starts_with(&before),
        "nothing that was there has changed"
    );
    assert_eq!(
        answers(&serve(&import.file()).emulator).await,
        answers(emulator).await
    );
    assert!(
        import
            .succeed(&[])
            .contains("Imported 0 pipelines and 0 executions")
    );
    assert_eq!(
        std::fs::read_to_string(import.file()).expect("a state file"),
        whole
    );
}

#[tokio::test]
async fn pipelines_and_executions_can_be_chosen() {
    let source = EmulatorProcess::empty().await;
    let emulator = &source.emulator;
    for name in ["churn-train", "churn-score", "plain"] {
        emulator.create_pipeline(name, &pipelines::plain()).await;
        emulator.advance(1).await;
    }
    start(emulator, 2).await;
    let import = Import::from(&source);
    let nothing = import.fail(&["--pipelines", "chrun-*"], 2);
    assert!(
        nothing.contains("--pipelines chrun-*: none of the 3 pipelines"),
        "{nothing}"
    );
    assert!(!import.file().exists());
    import.succeed(&["--pipelines", "churn-*"]);
    // The emulator's clock is that of the machine here.
    import.succeed(&["--pipelines", "pl?in", "--since", "2200-01-01"]);
    let copy = serve(&import.file());
    let in_use = import.fail(&[], 2);
    assert!(in_use.contains("another process is using it"), "{in_use}");
    let listed = all(
        &copy.emulator,
        "ListPipelines",
        "PipelineSummaries",
        json!({}),
    )
    .await;
    assert_eq!(listed.len(), 3);
    assert_eq!(
        answers(&copy.emulator).await.len(),
        answers(emulator).await.len() - 2 * 5
    );
    drop(copy);
    import.succeed(&["--since", "1d"]);
    assert_eq!(
        answers(&serve(&import.file()).emulator).await,
        answers(emulator).await
    );
}

#[tokio::test]
async fn a_definition_that_cannot_run_here_is_shown_and_named() {
    let source = EmulatorProcess::empty().await;
    let emulator = &source.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    emulator
        .redefine("plain", r#"{"Version": "2031-01-01", "Steps": []}"#)
        .await;
    let import = Import::from(&source);
    let report = import.succeed(&[]);
    assert!(report.contains("cannot start them:\n  plain: "), "{report}");
    let copy = serve(&import.file());
    assert_eq!(answers(&copy.emulator).await, answers(emulator).await);
    let start = json!({"PipelineName": "plain", "ClientRequestToken": "0".repeat(32)});
    let refused = copy.emulator.attempt("StartPipelineExecution", start).await;
    let refused = refused.expect_err("it cannot run").to_string();
    assert!(
        refused.contains("was imported") && refused.contains("2031-01-01"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_with_what_to_do() {
    let source = EmulatorProcess::empty().await;
    let emulator = &source.emulator;
    let import = Import::from(&source);
    let nothing = import.fail(&[], 2);
    assert!(
        nothing.contains("there are no pipelines in eu-central-1"),
        "{nothing}"
    );
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    start(emulator, 1).await;
    for operation in ["ListPipelines", "ListTags", "ListPipelineExecutionSteps"] {
        emulator.fault(operation, "denied", 0, 0).await;
        let denied = import.fail(&[], 1);
        assert!(
            denied.contains(&format!("Allow sagemaker:{operation}")),
            "{denied}"
        );
        emulator.heal().await;
    }
    // Throttled calls are made again.
    emulator
        .fault("DescribePipelineExecution", "throttle", 0, 4)
        .await;
    let throttled = import.run(&[]);
    assert!(throttled.status.success(), "{}", error(&throttled));
    assert!(
        error(&throttled).contains("trying again in 1 s"),
        "{}",
        error(&throttled)
    );

    let other = EmulatorProcess::started(&["--seed", "empty", "--account", "999988887777"]).await;
    other
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let elsewhere = Import {
        home: import.home,
        endpoint: other.emulator.endpoint(),
    };
    let account = elsewhere.fail(&[], 2);
    assert!(account.contains("holds account 111122223333"), "{account}");
    let file = elsewhere.file();
    let text = std::fs::read_to_string(&file).expect("a state file");
    let newer = text.replacen(r#""sluicegate_state":2"#, r#""sluicegate_state":9"#, 1);
    std::fs::write(&file, newer).expect("a file");
    let newer = elsewhere.fail(&[], 2);
    assert!(
        newer.contains("a newer program wrote it, in format 9"),
        "{newer}"
    );
}

#[test]
fn bad_credentials_and_settings_are_named() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let run = |environment: &[(&str, &str)]| {
        let output = process::command(home.path())
            .args(["emulator", "import", "--state", "copy.state"])
            .envs(environment.iter().copied())
            .output()
            .expect("the program runs");
        (output.status.code(), error(&output))
    };
    let region = ("AWS_REGION", "eu-central-1");
    let (status, profile) = run(&[region, ("AWS_PROFILE", "nobody")]);
    assert_eq!(status, Some(1), "{profile}");
    assert!(profile.contains("nobody"), "{profile}");
    let (status, none) = run(&[region]);
    assert_eq!(status, Some(1), "{none}");
    assert!(none.contains("No AWS credentials were found"), "{none}");
    let (status, several) = run(&[
        region,
        ("SLUICEGATE_WORKSPACE__0__NAME", "one"),
        ("SLUICEGATE_WORKSPACE__1__NAME", "two"),
    ]);
    assert_eq!(status, Some(2), "{several}");
    assert!(
        several.contains("one, two") && several.contains("--workspace"),
        "{several}"
    );
    assert!(!home.path().join("copy.state").exists());
}
