//! The programs as child processes: started, listened to, ended.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::wait::wait_for;

/// How long a program may take to print where it listens.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How many of the last lines of a log are shown beside a failed test.
const SHOWN_LOG_LINES: usize = 30;

/// The console under test.
const CONSOLE: &str = env!("CARGO_BIN_EXE_sluicegate");

/// The name with which the program of [`emulator_command`] begins its error messages.
pub const EMULATOR_NAME: &str = if cfg!(feature = "emulator") {
    "sluicegate"
} else {
    "sluicegate-emulator"
};

/// The console.
pub fn command(home: &Path) -> Command {
    isolated(Path::new(CONSOLE), home)
}

/// The local SageMaker: the console's own command or, where the console was built without it, the program
/// `sluicegate-emulator` beside it.
pub fn emulator_command(home: &Path) -> Command {
    if cfg!(feature = "emulator") {
        let mut command = command(home);
        command.arg("emulator");
        return command;
    }
    let program = emulator_beside_console();
    assert!(
        program.exists(),
        "{} is not built; run `cargo build -p sluicegate-emulator` first",
        program.display()
    );
    isolated(&program, home)
}

fn emulator_beside_console() -> PathBuf {
    Path::new(CONSOLE).with_file_name(format!(
        "sluicegate-emulator{}",
        std::env::consts::EXE_SUFFIX
    ))
}

/// A program with an environment of its own: without the machine's AWS settings.
fn isolated(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(home)
        .stdin(Stdio::null());
    if let Some(profile) = std::env::var_os("LLVM_PROFILE_FILE") {
        command.env("LLVM_PROFILE_FILE", profile);
    }
    command
}

/// A running child; it ends with the test.
pub struct Process {
    child: Child,
    addresses: BTreeMap<String, String>,
    folder: TempDir,
}

impl Process {
    /// Starts the console with these arguments and waits until it has printed the addresses of `names`.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)], names: &[&str]) -> Self {
        Self::spawn(command, arguments, environment, names)
    }

    /// Starts the local SageMaker with these arguments and waits until it has printed the address of `name`.
    pub fn start_emulator(arguments: &[&str], name: &str) -> Self {
        Self::spawn(emulator_command, arguments, &[], &[name])
    }

    fn spawn(
        command: fn(&Path) -> Command,
        arguments: &[&str],
        environment: &[(&str, &str)],
        names: &[&str],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = File::create(folder.path().join("log")).expect("a log file");
        let mut child = command(folder.path())
            .args(arguments)
            // A program that is killed leaves its state behind; here it is removed with the folder.
            .env("TMPDIR", folder.path())
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let output = read_lines(child.stdout.take().expect("its output is a pipe"));
        let mut process = Self {
            child,
            addresses: BTreeMap::new(),
            folder,
        };
        process.wait_for(names, &output);
        process
    }

    fn wait_for(&mut self, names: &[&str], output: &Receiver<String>) {
        let deadline = Instant::now() + START_TIMEOUT;
        while !names.iter().all(|name| self.addresses.contains_key(*name)) {
            match output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some((name, address)) = line.split_once(": http") {
                        self.addresses
                            .insert(name.to_owned(), format!("http{address}"));
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("not listening in time:\n{}", self.log()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended early:\n{}", self.log()),
            }
        }
    }

    /// `host:port` of the address it printed after `name`.
    pub fn authority(&self, name: &str) -> String {
        let address = &self.addresses[name];
        let rest = address.strip_prefix("http://").unwrap_or(address);
        rest.split('/').next().unwrap_or_default().to_owned()
    }

    /// What it has written to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends SIGTERM and waits for the end; whether the exit status is 0.
    pub async fn terminate(&mut self) -> bool {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -TERM {id}");
        wait_for("the program ends", async || {
            self.child.try_wait().expect("a child's status")
        })
        .await
        .success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let log = self.log();
        if std::thread::panicking() {
            let lines: Vec<&str> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(SHOWN_LOG_LINES)..].join("\n");
            eprintln!("--- end of the program's log ---\n{last}\n--- that was its log ---");
        } else {
            assert!(!log.contains("panicked"), "the program panicked:\n{log}");
        }
    }
}

/// Reads the output line by line until it ends, so that the child never blocks on a full pipe.
fn read_lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}
