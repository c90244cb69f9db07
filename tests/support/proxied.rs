//! A console behind a proxy: the test is the proxy, and names people in headers.

use std::path::Path;

use hyper::Method;
use hyper::header::{CONTENT_TYPE, ORIGIN};
use hyper::http::request::Builder;
use tempfile::TempDir;

use super::client::{Answer, Client, Requester};
use super::console::EmulatorProcess;
use super::emulator::Emulator;
use super::page::Page;
use super::process::Process;

/// Where browsers see the console.
pub const PUBLIC: &str = "https://ml.example.com";

/// The settings of a console that trusts this test's headers, without rules.
pub const HEADER_MODE: &str = r#"
[server]
public_origins = ["https://ml.example.com"]

[identity]
mode = "header"
trusted_proxies = ["127.0.0.1"]
user_header = "X-Forwarded-User"
email_header = "X-Forwarded-Email"
groups_header = "X-Forwarded-Groups"
client_ip_header = "X-Forwarded-For"
"#;

/// Rules of a small company: everybody of `staff` sees what is not secret, `ml-ops` runs it, `admins` do all.
pub const RULES: &str = r#"
[[access]]
groups = ["staff", "ml-ops"]
role = "viewer"

[[access]]
groups = ["ml-ops"]
role = "operator"

[[access]]
groups = ["staff", "ml-ops"]
pipelines = ["secret-*"]
deny = true

[[access]]
groups = ["admins"]
role = "admin"
"#;

/// A console behind a proxy, and the SageMaker behind it.
pub struct ProxiedConsole {
    /// What it shows.
    pub emulator: Emulator,
    client: Client,
    /// Its state and settings.
    pub folder: TempDir,
    console: Process,
    _emulator_process: EmulatorProcess,
}

impl ProxiedConsole {
    /// One that trusts the test, with [`RULES`], over an empty SageMaker whose clock is stopped.
    pub async fn empty() -> Self {
        Self::with(&format!("{HEADER_MODE}{RULES}")).await
    }

    /// One with these settings.
    pub async fn with(settings: &str) -> Self {
        Self::over(EmulatorProcess::empty().await, settings)
    }

    /// One with these settings over a seed whose clock is stopped.
    pub async fn seeded(settings: &str, seed: &str) -> Self {
        Self::over(EmulatorProcess::seeded(seed).await, settings)
    }

    fn over(emulator_process: EmulatorProcess, settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("settings.toml"), settings).expect("a settings file");
        let console = start(folder.path(), &emulator_process.emulator.endpoint());
        Self {
            emulator: emulator_process.emulator.clone(),
            client: Client::new(console.authority("Console")),
            folder,
            console,
            _emulator_process: emulator_process,
        }
    }

    /// Ends the console as a power cut would, and starts it again on what it left.
    pub fn restart(&mut self) {
        self.console.kill();
        self.console = start(self.folder.path(), &self.emulator.endpoint());
        self.client = Client::new(self.console.authority("Console"));
    }

    /// Asks the console to end, as a service manager does, and returns whether it ended well.
    pub async fn end(&mut self) -> bool {
        self.console.terminate().await
    }

    /// The audit trail, oldest first.
    pub async fn records(&self) -> Vec<serde_json::Value> {
        let mut lines = Vec::new();
        let (state, since) = (
            self.folder.path().join("state"),
            jiff::Timestamp::UNIX_EPOCH,
        );
        let format = sluicegate::audit::Format::Jsonl;
        sluicegate::audit::export(&state, since, None, format, &mut lines)
            .await
            .expect("an audit trail");
        let lines = String::from_utf8(lines).expect("text");
        let records = lines.lines().map(serde_json::from_str);
        records.collect::<Result<_, _>>().expect("a record a line")
    }

    /// The console without a proxy: no identity headers are sent.
    pub fn bare(&self) -> &Client {
        &self.client
    }

    /// Somebody, as the proxy names them; groups are separated by commas.
    pub fn person(&self, name: &str, groups: &str) -> Visitor {
        let identity_headers = [
            ("X-Forwarded-User", name),
            ("X-Forwarded-Groups", groups),
            ("X-Forwarded-For", "203.0.113.7"),
        ];
        Visitor {
            client: self.client.clone(),
            identity_headers: identity_headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        }
    }

    /// Somebody, as these headers name them.
    pub fn visitor(&self, identity_headers: &[(String, String)]) -> Visitor {
        Visitor {
            client: self.client.clone(),
            identity_headers: identity_headers.to_vec(),
        }
    }

    /// Somebody who runs pipelines.
    pub fn operator(&self) -> Visitor {
        self.person("ada@example.com", "ml-ops")
    }

    /// Somebody who looks at them.
    pub fn viewer(&self) -> Visitor {
        self.person("vic@example.com", "staff")
    }

    /// Somebody who may do everything.
    pub fn admin(&self) -> Visitor {
        self.person("root@example.com", "admins")
    }
}

fn start(folder: &Path, endpoint: &str) -> Process {
    let place = |name: &str| folder.join(name).to_str().expect("a plain path").to_owned();
    Process::start(
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--config",
            &place("settings.toml"),
            "--state-dir",
            &place("state"),
        ],
        &[
            ("AWS_ENDPOINT_URL_SAGEMAKER", endpoint),
            ("AWS_ENDPOINT_URL_STS", endpoint),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ],
        &["Console"],
    )
}

/// Somebody who comes through the proxy.
#[derive(Debug, Clone)]
pub struct Visitor {
    client: Client,
    identity_headers: Vec<(String, String)>,
}

impl Visitor {
    /// A request of theirs, to be completed by the caller.
    pub fn request(&self, requester: Requester, method: Method, path: &str) -> Builder {
        let request = self
            .client
            .request(requester, method, path)
            .header("Host", "ml.example.com");
        let identity_headers = self.identity_headers.iter();
        identity_headers.fold(request, |request, (name, value)| {
            request.header(name, value)
        })
    }

    /// GET as a browser does.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(Requester::Browser, path).await
    }

    /// GET as a browser or as htmx does.
    pub async fn get_as(&self, requester: Requester, path: &str) -> Answer {
        self.client
            .send(self.request(requester, Method::GET, path), Vec::new())
            .await
    }

    /// A page that is there.
    pub async fn page(&self, path: &str) -> Page {
        self.get(path).await.expect(200).page()
    }

    /// POSTs a form as a browser does from a page of the console.
    pub async fn post(
        &self,
        requester: Requester,
        path: &str,
        form: &[(String, String)],
    ) -> Answer {
        let request = self
            .request(requester, Method::POST, path)
            .header(ORIGIN, PUBLIC)
            .header("Sec-Fetch-Site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, form).await
    }

    /// Sends a form in a request of the caller's making.
    pub async fn send(&self, request: Builder, form: &[(String, String)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.client.send(request, body.into_bytes()).await
    }

    /// Opens an action's confirmation, or the create form, and sends it as it is offered.
    pub async fn confirm(&self, form: &str, action: &str) -> Answer {
        let form = self.get(form).await.expect(200).page().form(action);
        self.post(Requester::Browser, action, &form).await
    }
}
