//! The commands beside the pages: what they print and how they end.

use std::path::Path;
use std::process::Output;

use sqlx::{Connection, SqliteConnection};

use crate::support::console::{EmulatorProcess, ServedConsole};
use crate::support::process;
use crate::support::{Stage, pipelines};

fn run(home: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    process::command(home)
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .expect("the program runs")
}

fn output_text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    format!("{out}{err}")
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// What an AWS client needs to call an emulator.
fn pointing_at(endpoint: &str) -> [(&str, &str); 4] {
    [
        ("AWS_ENDPOINT_URL_SAGEMAKER", endpoint),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ]
}

#[tokio::test]
async fn check_ends_with_0_where_everything_works_and_1_where_not() {
    let emulator_process = EmulatorProcess::empty().await;
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let endpoint = emulator_process.emulator.endpoint();
    let home = home();
    let good = run(home.path(), &["check"], &pointing_at(&endpoint));
    assert_eq!(good.status.code(), Some(0), "{}", output_text(&good));
    for call in [
        "ListPipelines",
        "StartPipelineExecution",
        "StopPipelineExecution",
        "RetryPipelineExecution",
    ] {
        assert!(output_text(&good).contains(call), "{}", output_text(&good));
    }
    assert_eq!(
        emulator_process.emulator.count("CreatePipeline").await,
        1,
        "nothing is changed"
    );

    emulator_process
        .emulator
        .fault("Search", "denied", 0, 0)
        .await;
    let narrow = run(home.path(), &["check"], &pointing_at(&endpoint));
    assert_eq!(narrow.status.code(), Some(1), "{}", output_text(&narrow));
    assert!(
        output_text(&narrow).contains("sagemaker:Search"),
        "{}",
        output_text(&narrow)
    );
}

#[tokio::test]
async fn check_tries_the_write_role_and_names_the_permission_that_is_missing() {
    let emulator_process = EmulatorProcess::empty().await;
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let endpoint = emulator_process.emulator.endpoint();
    let role = "arn:aws:iam::111122223333:role/Writer";
    let mut environment = pointing_at(&endpoint).to_vec();
    environment.extend([
        ("AWS_ENDPOINT_URL_STS", endpoint.as_str()),
        ("SLUICEGATE_WORKSPACE__0__WRITE_ROLE_ARN", role),
    ]);
    let home = home();
    let good = run(home.path(), &["check"], &environment);
    assert_eq!(good.status.code(), Some(0), "{}", output_text(&good));
    assert!(
        output_text(&good).contains("AssumeRole"),
        "{}",
        output_text(&good)
    );
    let sessions = emulator_process.emulator.sessions().await;
    assert!(
        sessions
            .iter()
            .all(|session| session["source_identity"] == "sluicegate-check"),
        "{sessions:?}"
    );
    for (permission, action) in [
        ("AssumeRole", "sts:AssumeRole"),
        ("SetSourceIdentity", "sts:SetSourceIdentity"),
    ] {
        emulator_process
            .emulator
            .fault(permission, "denied", 0, 0)
            .await;
        let refused = output_text(&run(home.path(), &["check"], &environment));
        let row = refused.lines().find(|line| line.starts_with("AssumeRole"));
        let row = row.expect("a row of its own");
        assert!(row.contains("refused") && row.contains(action), "{refused}");
        assert!(refused.contains("not tried after AssumeRole"), "{refused}");
        assert!(refused.contains("trust policy"), "{refused}");
        emulator_process.emulator.heal().await;
    }
}

#[test]
fn check_ends_with_1_where_nothing_answers() {
    let home = home();
    let output = run(home.path(), &["check"], &pointing_at("http://127.0.0.1:9"));
    assert_eq!(output.status.code(), Some(1), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("unreachable"),
        "{}",
        output_text(&output)
    );
}

#[test]
fn bad_settings_end_with_2_and_name_the_key() {
    let home = home();
    let file = home.path().join("settings.toml");
    let file_name = file.to_str().expect("a plain path");
    for (settings, key) in [
        ("nonsense = 1", "nonsense"),
        ("[server]\nlisten = 8080", "server.listen"),
        ("[server]\nlistne = \"127.0.0.1:0\"", "listne"),
        (
            "identity.mode = \"local\"\nserver.listen = \"0.0.0.0:8080\"",
            "server.listen",
        ),
        ("identity.mode = \"header\"", "identity.trusted_proxies"),
        ("[server]\nbody_limit = \"lots\"", "server.body_limit"),
        ("[[workspace]]\nname = \"A B\"", "name"),
    ] {
        std::fs::write(&file, settings).expect("a settings file");
        for command in ["check", "serve"] {
            let output = run(home.path(), &[command, "--config", file_name], &[]);
            assert_eq!(
                output.status.code(),
                Some(2),
                "{command}, {settings}: {}",
                output_text(&output)
            );
            assert!(
                output_text(&output).contains(key),
                "{settings}: {}",
                output_text(&output)
            );
        }
    }
    let output = run(
        home.path(),
        &["serve"],
        &[("SLUICEGATE_SERVER__LISTNE", "127.0.0.1:0")],
    );
    assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("SLUICEGATE_SERVER__LISTNE"),
        "{}",
        output_text(&output)
    );
    let local = [("SLUICEGATE_IDENTITY__MODE", "local")];
    let output = run(home.path(), &["serve", "--listen", "0.0.0.0:0"], &local);
    assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("loopback"),
        "{}",
        output_text(&output)
    );
}

#[test]
fn only_serve_asks_how_people_are_known() {
    let home = home();
    let output = run(home.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("identity.mode"),
        "{}",
        output_text(&output)
    );
    let output = run(home.path(), &["config", "show"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
}

#[tokio::test]
async fn settings_come_from_file_then_environment_then_flags() {
    let home = home();
    let file = home.path().join("sluicegate.toml");
    std::fs::write(
        &file,
        "[server]\nlisten = \"127.0.0.1:1111\"\nbody_limit = \"128KiB\"",
    )
    .expect("a settings file");
    let show = |arguments: &[&str], environment: &[(&str, &str)]| {
        let output = run(home.path(), arguments, environment);
        assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
        output_text(&output)
    };
    let variable = [("SLUICEGATE_SERVER__LISTEN", "127.0.0.1:2222")];
    assert!(show(&["config", "show"], &[]).contains("127.0.0.1:1111"));
    let shown = show(&["config", "show"], &variable);
    assert!(
        shown.contains("127.0.0.1:2222") && shown.contains("SLUICEGATE_SERVER__LISTEN"),
        "{shown}"
    );
    let shown = show(&["config", "show", "--listen", "127.0.0.1:3333"], &variable);
    assert!(
        shown.contains("127.0.0.1:3333") && shown.contains("128"),
        "{shown}"
    );
}

#[tokio::test]
async fn serve_starts_without_credentials_and_says_what_to_do() {
    let state = home();
    let serving = ServedConsole::with(state.path(), &[("AWS_REGION", "eu-central-1")]);
    let answer = serving
        .console
        .get("/w/default/pipelines")
        .await
        .expect(503);
    let text = answer.page().text();
    assert!(text.to_lowercase().contains("credentials"), "{text}");
    assert!(
        text.contains("AWS_PROFILE")
            || text.contains("aws sso login")
            || text.contains("AWS_ACCESS_KEY_ID"),
        "{text}"
    );
    serving.console.get("/healthz").await.expect(200);
    serving.console.get("/readyz").await.expect(200);
}

#[tokio::test]
async fn serve_starts_without_a_region_and_says_so() {
    let state = home();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    let serving = ServedConsole::with(state.path(), &keys);
    let answer = serving
        .console
        .get("/w/default/pipelines")
        .await
        .expect(503);
    assert!(
        answer.page().text().contains("AWS_REGION"),
        "{}",
        answer.page().text()
    );
}

#[cfg(feature = "emulator")]
#[tokio::test]
async fn the_demo_ignores_aws_settings() {
    let process = process::Process::start(
        &["demo", "--listen", "127.0.0.1:0", "--seed", "empty"],
        &[
            ("AWS_ENDPOINT_URL_SAGEMAKER", "http://127.0.0.1:9"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
            ("AWS_PROFILE", "no-such-profile"),
            ("AWS_REGION", "nowhere-1"),
            ("AWS_CONFIG_FILE", "/no/such/file"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/x"),
            ("SLUICEGATE_CONFIG", "/no/such/file"),
        ],
        &["Console", "SageMaker (local)"],
    );
    let console = crate::support::console::Console::new(process.authority("Console"));
    console.page("/w/default/pipelines").await;
}

#[tokio::test]
async fn health_asks_a_running_console() {
    let stage = Stage::empty().await;
    let home = home();
    let url = format!("http://{}/healthz", stage.console.authority());
    let output = run(home.path(), &["health", "--url", &url], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
    let output = run(
        home.path(),
        &["health", "--url", "http://127.0.0.1:9/healthz"],
        &[],
    );
    assert_eq!(output.status.code(), Some(1), "{}", output_text(&output));
}

#[test]
fn a_port_in_use_is_reported_in_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let home = home();
    let output = run(
        home.path(),
        &["serve", "--listen", &address],
        &[("SLUICEGATE_IDENTITY__MODE", "local")],
    );
    assert_eq!(output.status.code(), Some(1), "{}", output_text(&output));
    assert!(
        output_text(&output).contains(&address),
        "{}",
        output_text(&output)
    );
}

/// A state folder in which a console started one execution, after it has ended.
async fn acted() -> tempfile::TempDir {
    let emulator_process = EmulatorProcess::empty().await;
    emulator_process
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let state = home();
    let mut serving = ServedConsole::start(&emulator_process.emulator.endpoint(), state.path());
    let fields = [("name", "first"), ("description", "=HYPERLINK(\"x\")")];
    serving.console.create("plain", &fields).await;
    let running = audit(state.path(), &["verify"]);
    assert_eq!(running.status.code(), Some(0), "{}", output_text(&running));
    serving.kill();
    state
}

fn audit(state: &Path, arguments: &[&str]) -> Output {
    let state = state.to_str().expect("a plain path");
    let arguments: Vec<&str> = std::iter::once("audit")
        .chain(arguments.iter().copied())
        .chain(["--state-dir", state])
        .collect();
    run(home().path(), &arguments, &[])
}

#[tokio::test]
async fn audit_verify_ends_with_0_where_all_is_sound_1_where_not_and_2_for_bad_settings() {
    let state = acted().await;
    let sound = audit(state.path(), &["verify"]);
    assert_eq!(sound.status.code(), Some(0), "{}", output_text(&sound));
    assert!(
        output_text(&sound).contains("2 records"),
        "{}",
        output_text(&sound)
    );
    let file = state.path().join("ledger.db");
    let mut database = SqliteConnection::connect(file.to_str().expect("a plain path"))
        .await
        .expect("a database");
    for sql in [
        "DROP TRIGGER records_stand",
        "UPDATE records SET person = 'nobody' WHERE seq = 2",
    ] {
        let done = sqlx::query(sql).execute(&mut database).await;
        done.expect("the statement runs");
    }
    let broken = audit(state.path(), &["verify"]);
    assert_eq!(broken.status.code(), Some(1), "{}", output_text(&broken));
    assert!(
        output_text(&broken).contains("BROKEN at record 2: its hash"),
        "{}",
        output_text(&broken)
    );
    let nowhere = audit(&state.path().join("nowhere"), &["verify"]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", output_text(&nowhere));
}

#[tokio::test]
async fn audit_export_gives_lines_of_json_or_cells_that_are_no_formulas() {
    let state = acted().await;
    let lines = audit(state.path(), &["export", "--since", "1d"]);
    assert_eq!(lines.status.code(), Some(0), "{}", output_text(&lines));
    let records: Vec<serde_json::Value> = String::from_utf8_lossy(&lines.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["event"], "intent");
    assert_eq!(records[0]["person"], "local");
    assert_eq!(records[0]["name"], "first");
    assert_eq!(records[1]["outcome"], "done");
    assert_eq!(records[1]["prev"], records[0]["hash"]);
    let none = audit(state.path(), &["export", "--since", "3d", "--until", "2d"]);
    assert!(none.status.success() && none.stdout.is_empty());
    for range in [
        ["--since", "2d", "--until", "3d"],
        ["--since", "9999-01-01", "--until", "9998-01-01"],
    ] {
        let refused = audit(state.path(), &[&["export"][..], &range].concat());
        assert_eq!(refused.status.code(), Some(2), "{}", output_text(&refused));
        assert!(output_text(&refused).contains("--until"));
    }
    let cells = audit(
        state.path(),
        &["export", "--since", "1d", "--format", "csv"],
    );
    let cells = String::from_utf8_lossy(&cells.stdout).into_owned();
    assert_eq!(cells.matches("\r\n").count(), 3, "{cells}");
    assert!(!cells.contains(",=") && !cells.contains("\"="), "{cells}");
    let refused = audit(state.path(), &["export", "--since", "yesterday"]);
    assert_eq!(refused.status.code(), Some(2), "{}", output_text(&refused));
}
