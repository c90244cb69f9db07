//! Consoles for journeys: one process with its own SageMaker, or two processes that can be killed one by one.

use std::path::Path;

use super::client::{Answer, Client, Requester};
use super::emulator::Emulator;
use super::page::{Page, set};
use super::process::Process;

/// What a console prints before its address.
const CONSOLE: &str = "Console";
/// What a local SageMaker prints before its address.
const SAGEMAKER: &str = "SageMaker (local)";

/// A console and the SageMaker behind it.
pub struct Stage {
    /// The console.
    pub console: Console,
    /// What it shows.
    pub emulator: Emulator,
    _processes: Vec<Process>,
}

impl Stage {
    /// A console over nothing, with the emulator's clock stopped.
    pub async fn empty() -> Self {
        let stage = Self::seeded("empty");
        stage.emulator.freeze().await;
        stage
    }

    /// A console over a seed, with its clock running.
    #[cfg(feature = "emulator")]
    pub fn seeded(seed: &str) -> Self {
        let process = Process::start(
            &["demo", "--listen", "127.0.0.1:0", "--seed", seed],
            &[],
            &[CONSOLE, SAGEMAKER],
        );
        Self {
            console: Console::new(process.authority(CONSOLE)),
            emulator: Emulator::new(process.authority(SAGEMAKER)),
            _processes: vec![process],
        }
    }

    /// A console over a seed, with its clock running: served as `demo` would serve it.
    #[cfg(not(feature = "emulator"))]
    pub fn seeded(seed: &str) -> Self {
        let behind =
            Process::start_emulator(&["--listen", "127.0.0.1:0", "--seed", seed], SAGEMAKER);
        let emulator = Emulator::new(behind.authority(SAGEMAKER));
        let console = Process::start(
            &["serve", "--listen", "127.0.0.1:0"],
            &[
                ("SLUICEGATE_IDENTITY__MODE", "local"),
                ("SLUICEGATE_WORKSPACE__0__REGION", "eu-central-1"),
                (
                    "SLUICEGATE_WORKSPACE__0__ENDPOINT_URL",
                    &emulator.endpoint(),
                ),
                ("SLUICEGATE_WORKSPACE__0__CALLS_PER_SECOND", "100"),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
            ],
            &[CONSOLE],
        );
        Self {
            console: Console::new(console.authority(CONSOLE)),
            emulator,
            _processes: vec![console, behind],
        }
    }

    /// The address of an execution.
    pub fn execution(&self, pipeline: &str, id: &str) -> String {
        format!("/w/default/pipelines/{pipeline}/executions/{id}")
    }
}

/// The local SageMaker in a process of its own.
pub struct EmulatorProcess {
    /// The emulator.
    pub emulator: Emulator,
    process: Process,
}

impl EmulatorProcess {
    /// An empty one, with its clock stopped.
    pub async fn empty() -> Self {
        Self::seeded("empty").await
    }

    /// One with a seed, with its clock stopped.
    pub async fn seeded(seed: &str) -> Self {
        Self::started(&["--seed", seed]).await
    }

    /// One with these arguments, with its clock stopped.
    pub async fn started(arguments: &[&str]) -> Self {
        let process = Process::start_emulator(
            &[&["--listen", "127.0.0.1:0"], arguments].concat(),
            SAGEMAKER,
        );
        let emulator = Emulator::new(process.authority(SAGEMAKER));
        emulator.freeze().await;
        Self { emulator, process }
    }

    /// One with a state file, with its clock as in the file.
    pub fn with_state(state: &Path, seed: &str) -> Self {
        let state = state.to_str().expect("a plain path");
        let arguments = ["--listen", "127.0.0.1:0", "--seed", seed, "--state", state];
        let process = Process::start_emulator(&arguments, SAGEMAKER);
        let emulator = Emulator::new(process.authority(SAGEMAKER));
        Self { emulator, process }
    }

    /// Sends SIGTERM and waits for the end; whether the exit status is 0.
    pub async fn terminate(&mut self) -> bool {
        self.process.terminate().await
    }

    /// What it has written to standard error so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.process.kill();
    }
}

/// A console started with `serve`.
pub struct ServedConsole {
    /// The console.
    pub console: Console,
    process: Process,
}

impl ServedConsole {
    /// Serves what is at `endpoint`, keeping its state in `state`.
    pub fn start(endpoint: &str, state: &Path) -> Self {
        Self::with(
            state,
            &[
                ("AWS_ENDPOINT_URL_SAGEMAKER", endpoint),
                ("AWS_REGION", "eu-central-1"),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
            ],
        )
    }

    /// Serves with this environment, to one local person.
    pub fn with(state: &Path, environment: &[(&str, &str)]) -> Self {
        let state = state.to_str().expect("a plain path");
        let local = [("SLUICEGATE_IDENTITY__MODE", "local")];
        let process = Process::start(
            &["serve", "--listen", "127.0.0.1:0", "--state-dir", state],
            &[&local, environment].concat(),
            &[CONSOLE],
        );
        Self {
            console: Console::new(process.authority(CONSOLE)),
            process,
        }
    }

    /// Kills it, without a chance to clean up.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end, waits until it has, and returns whether it ended well.
    pub async fn terminate(&mut self) -> bool {
        self.process.terminate().await
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// A console, as a client sees it.
#[derive(Debug, Clone)]
pub struct Console {
    client: Client,
}

impl std::ops::Deref for Console {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Console {
    /// The one at `host:port`.
    pub fn new(authority: String) -> Self {
        Self {
            client: Client::new(authority),
        }
    }

    /// A page that exists.
    pub async fn page(&self, path: &str) -> Page {
        self.get(path).await.expect(200).page()
    }

    /// The create form of a pipeline, as it is prefilled.
    pub async fn create_form(&self, requester: Requester, pipeline: &str) -> Vec<(String, String)> {
        let action = format!("/w/default/pipelines/{pipeline}/executions");
        let form = self
            .get_as(requester, &format!("{action}/new"))
            .await
            .expect(200);
        form.page().form(&action)
    }

    /// Creates an execution as a person would, with these fields changed, and gives its address.
    pub async fn create(&self, pipeline: &str, fields: &[(&str, &str)]) -> String {
        let mut form = self.create_form(Requester::Browser, pipeline).await;
        for (name, value) in fields {
            set(&mut form, name, value);
        }
        let action = format!("/w/default/pipelines/{pipeline}/executions");
        let answer = self
            .post(Requester::Browser, &action, &form)
            .await
            .expect(303);
        answer.location().to_owned()
    }

    /// Opens an action's confirmation and sends it.
    pub async fn confirm(&self, requester: Requester, action: &str) -> Answer {
        let form = self
            .get_as(requester, action)
            .await
            .expect(200)
            .page()
            .form(action);
        self.post(requester, action, &form).await
    }
}
