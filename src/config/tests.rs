use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

mod access;
mod example;
mod identity;
mod properties;
mod refusals;
mod server;
mod tokens;

/// Loads settings from a file's text, variables and flags.
struct Case {
    folder: TempDir,
    inputs: Inputs,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let inputs = Inputs {
            directory: folder.path().to_owned(),
            ..Inputs::default()
        };
        Self { folder, inputs }
    }

    fn file(self, text: &str) -> Self {
        fs::write(self.folder.path().join("sluicegate.toml"), text).expect("written");
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.inputs.environment.push((name.into(), value.into()));
        self
    }

    fn flag(mut self, path: &'static str, flag: &'static str, value: &str) -> Self {
        self.inputs.flags.push((path, flag, value.to_owned()));
        self
    }

    fn load(&self) -> Settings {
        load(&self.inputs).unwrap_or_else(|error| panic!("refused:\n{error}"))
    }

    /// The refusal, with the folder's own path taken out.
    fn refusal(&self) -> String {
        let error = load(&self.inputs).expect_err("must be refused");
        let folder = format!("{}/", self.folder.path().display());
        error.to_string().replace(&folder, "")
    }
}

#[test]
fn nothing_set_is_one_ordinary_console_on_loopback() {
    let settings = Case::new().load();
    assert_eq!(settings.state_dir, PathBuf::from("."));
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert!(settings.server.public_origins.is_empty());
    assert_eq!(settings.server.body_limit, 65_536);
    assert_eq!(settings.server.export_limit, 100_000);
    assert!(settings.ledger.key.is_none());
    assert_eq!(settings.ledger.ticket_lifetime, Duration::from_secs(43_200));
    assert_eq!(
        settings.workspaces,
        [Workspace {
            name: "default".to_owned(),
            region: None,
            role_arn: None,
            write_role_arn: None,
            endpoint_url: None,
            colour: None,
            calls_per_second: 8.0,
            endpoints: Default::default(),
            budgets: WorkspaceBudgets { logs: 3.0 },
        }]
    );
}

#[test]
fn flags_override_variables_override_the_file() {
    let case = Case::new()
        .file(
            "state_dir = \"/file\"\n\n[server]\nlisten = \"127.0.0.1:1\"\nbody_limit = \"1MiB\"\n",
        )
        .variable("SLUICEGATE_SERVER__LISTEN", "127.0.0.1:2")
        .variable("SLUICEGATE_STATE_DIR", "/variable")
        .flag("server.listen", "--listen", "[::1]:3");
    let settings = case.load();
    assert_eq!(settings.server.listen.to_string(), "[::1]:3");
    assert_eq!(settings.state_dir, PathBuf::from("/variable"));
    assert_eq!(settings.server.body_limit, 1 << 20);
    let source = |key: &str| {
        let entry = settings.entries.iter().find(|entry| entry.key == key);
        entry.map(|entry| entry.source.clone()).expect(key)
    };
    assert_eq!(source("server.listen"), Source::Flag("--listen"));
    assert_eq!(
        source("state_dir"),
        Source::Variable("SLUICEGATE_STATE_DIR".to_owned())
    );
    assert_eq!(source("ledger.key_file"), Source::Default);
    let path = case.folder.path().join("sluicegate.toml");
    assert_eq!(source("server.body_limit"), Source::File { path, line: 5 });
}

#[test]
fn the_file_is_the_flags_else_the_variables() {
    let case = Case::new().file("state_dir = \"/ambient\"");
    let named = case.folder.path().join("named.toml");
    let flagged = case.folder.path().join("flagged.toml");
    fs::write(&named, "state_dir = \"/named\"").expect("written");
    fs::write(&flagged, "state_dir = \"/flagged\"").expect("written");
    assert_eq!(case.load().state_dir, PathBuf::from("/ambient"));
    let mut case = case.variable("SLUICEGATE_CONFIG", &named.to_string_lossy());
    assert_eq!(case.load().state_dir, PathBuf::from("/named"));
    case.inputs.file = Some(flagged);
    assert_eq!(case.load().state_dir, PathBuf::from("/flagged"));
}

#[test]
fn every_setting_is_read() {
    let case = Case::new();
    let key = case.folder.path().join("key");
    fs::write(&key, "0123456789abcdef0123456789abcdef\n").expect("written");
    let settings = case
        .file(&format!(
            r#"
            state_dir = "/var/lib/sluicegate"
            [server]
            listen = "[::1]:0"
            public_origins = ["https://ml.example.com", "http://localhost:9000"]
            body_limit = "128 KiB"
            [ledger]
            key_file = "{}"
            ticket_lifetime = "90m"
            [[workspace]]
            name = "production"
            region = "us-gov-west-1"
            role_arn = "arn:aws-us-gov:iam::111122223333:role/read/sluicegate"
            endpoint_url = "https://vpce-1.example:8443/"
            colour = "red"
            calls_per_second = 2.5
            [workspace.endpoints]
            logs = "https://vpce-2.example"
            [workspace.budgets]
            logs = 1.5
            [[workspace]]
            name = "staging"
            role_arn = ""
            "#,
            key.display()
        ))
        .load();
    assert_eq!(settings.server.public_origins.len(), 2);
    assert_eq!(settings.server.body_limit, 131_072);
    let key = settings.ledger.key.expect("a key");
    assert_eq!(key.expose(), b"0123456789abcdef0123456789abcdef");
    assert_eq!(format!("{key:?}"), "(secret)");
    assert_eq!(settings.ledger.ticket_lifetime, Duration::from_secs(5400));
    let [production, staging] = &settings.workspaces[..] else {
        panic!("two workspaces");
    };
    assert_eq!(production.calls_per_second, 2.5);
    assert_eq!(
        production.endpoints.logs.as_deref(),
        Some("https://vpce-2.example")
    );
    assert_eq!(production.budgets.logs, 1.5);
    assert_eq!(production.colour.as_deref(), Some("red"));
    assert_eq!(
        (staging.name.as_str(), &staging.role_arn),
        ("staging", &None)
    );
}

#[test]
fn variables_can_describe_workspaces_and_lists() {
    let settings = Case::new()
        .file("[[workspace]]\nname = \"one\"\n")
        .variable("SLUICEGATE_WORKSPACE__0__REGION", "eu-central-1")
        .variable("SLUICEGATE_WORKSPACE__1__NAME", "two")
        .variable("SLUICEGATE_WORKSPACE__1__CALLS_PER_SECOND", "4")
        .variable(
            "SLUICEGATE_SERVER__PUBLIC_ORIGINS",
            "https://a.example, https://b.example",
        )
        .load();
    assert_eq!(
        settings.workspaces[0].region.as_deref(),
        Some("eu-central-1")
    );
    assert_eq!(settings.workspaces[1].calls_per_second, 4.0);
    assert_eq!(settings.server.public_origins.len(), 2);
}

#[test]
fn variables_of_other_purpose_are_left_alone() {
    Case::new()
        .variable("SLUICEGATE_CORPUS", "/corpus")
        .variable("SLUICEGATE_LOG_FORMAT", "json")
        .variable("SLUICEGATE_SERVICE_HOST", "10.0.0.1")
        .variable("SLUICEGATE_PORT_8080_TCP_ADDR", "10.0.0.1")
        .variable("SLUICEGATES_SERVER__LISTEN", "nonsense")
        .variable("AWS_PROFILE", "production")
        .load();
}

#[test]
fn what_is_shown_reads_back_as_the_same() {
    let case = Case::new()
        .file("state_dir = 'C:\\a \"b\"'\n[server]\npublic_origins = [\"https://a.example\"]\n[[workspace]]\nname = \"one\"\n[[workspace]]\nname = \"two\"\ncalls_per_second = 2.5")
        .variable("SLUICEGATE_LEDGER__TICKET_LIFETIME", "90s")
        .flag("server.listen", "--listen", "127.0.0.1:0");
    let settings = case.load();
    let shown = settings.show();
    assert!(shown.contains("listen = \"127.0.0.1:0\""), "{shown}");
    assert!(shown.contains("# flag --listen"), "{shown}");
    assert!(
        shown.contains("# variable SLUICEGATE_LEDGER__TICKET_LIFETIME"),
        "{shown}"
    );
    assert!(shown.contains("sluicegate.toml:1\n"), "{shown}");
    let again = Case::new().file(&shown).load();
    assert_eq!(again.workspaces, settings.workspaces);
    assert_eq!(again.state_dir, settings.state_dir);
    assert_eq!(again.server.listen, settings.server.listen);
    assert_eq!(again.server.public_origins, settings.server.public_origins);
    assert_eq!(
        again.ledger.ticket_lifetime,
        settings.ledger.ticket_lifetime
    );
}
