//! The programs that are measured, as processes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::Result;
use crate::http::Connection;

/// The program under test, unless `SLUICEGATE` names another build of it.
const BINARY: &str = env!("CARGO_BIN_EXE_sluicegate");

/// The call budget of the console: the greatest there is, so that filling it shows the console's
/// pace and not the budget's.
pub const CALLS_PER_SECOND: u64 = 100;

/// How long a program may take to print its address.
const STARTUP_TIMEOUT: Duration = Duration::from_secs(30);

/// A running program, ended when dropped.
pub struct Program {
    child: Child,
    /// Where it answers: address and port.
    pub address: String,
    /// Its state, removed with it.
    pub state: Option<TempDir>,
}

/// How long after its start a program had come so far.
pub struct Ready {
    /// It printed its address.
    pub listening: Duration,
    /// It answered a first request.
    pub answered: Duration,
}

fn binary() -> String {
    std::env::var("SLUICEGATE").unwrap_or_else(|_| BINARY.to_owned())
}

/// The local SageMaker: the console's own command or, where the console was built without it, the program
/// `sluicegate-emulator` beside it.
fn emulator_command() -> Command {
    if cfg!(feature = "emulator") {
        let mut command = Command::new(binary());
        command.arg("emulator");
        command
    } else {
        Command::new(Path::new(&binary()).with_file_name("sluicegate-emulator"))
    }
}

impl Program {
    /// The local SageMaker.
    pub async fn emulator(seed: &str) -> Result<(Self, Ready)> {
        let mut command = emulator_command();
        command.args(["--listen", "127.0.0.1:0", "--seed", seed]);
        start(command, "/_emulator/calls").await
    }

    /// The console of that SageMaker.
    pub async fn console(sagemaker: &Program) -> Result<(Self, Ready)> {
        let state = tempfile::tempdir()?;
        let mut command = Command::new(binary());
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--state-dir"])
            .arg(state.path())
            .env(
                "AWS_ENDPOINT_URL_SAGEMAKER",
                format!("http://{}", sagemaker.address),
            )
            .env("AWS_ACCESS_KEY_ID", "AKIDBENCH")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            .env("AWS_REGION", "eu-central-1")
            .env("SLUICEGATE_IDENTITY__MODE", "local")
            .env(
                "SLUICEGATE_WORKSPACE__0__CALLS_PER_SECOND",
                CALLS_PER_SECOND.to_string(),
            )
            .current_dir(state.path());
        let (mut program, ready) = start(command, "/w/default/pipelines").await?;
        program.state = Some(state);
        Ok((program, ready))
    }

    /// Its resident memory in MiB.
    pub fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next());
        let kibibytes: f64 = kibibytes.ok_or("no VmRSS")?.parse()?;
        Ok(kibibytes / 1024.0)
    }

    /// The time its threads have spent on a processor.
    pub fn busy(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end meanwhile.
            let schedstat =
                fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
            let first = schedstat.split_whitespace().next();
            nanoseconds += first.and_then(|first| first.parse().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program and waits until it has printed its address and answered `path`.
pub async fn start(mut command: Command, path: &str) -> Result<(Program, Ready)> {
    let began = Instant::now();
    let mut child = command
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no standard output")?;
    let mut program = Program {
        child,
        address: String::new(),
        state: None,
    };
    let (sender, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout)
            .lines()
            .map_while(std::io::Result::ok)
        {
            let _ = sender.send(line);
        }
    });
    let line = timeout(STARTUP_TIMEOUT, lines.recv()).await?;
    let line = line.ok_or("the program ended before it printed its address")?;
    let address = line.split_once("http://").ok_or("no address")?.1;
    program.address = address.trim_end_matches('/').to_owned();
    let listening = began.elapsed();
    Connection::open(&program.address).await?.page(path).await?;
    let ready = Ready {
        listening,
        answered: began.elapsed(),
    };
    Ok((program, ready))
}
