//! The program as a child: started, listened to, ended.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::patience::some_time;

/// How long the program may take to say where it listens.
const STARTING: Duration = Duration::from_secs(60);

/// How many of the last lines of a log are shown beside a failed test.
const LOG_SHOWN: usize = 30;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_sluicegate");

/// The program with an environment of its own: nothing of the machine's AWS settings reaches it.
pub fn command(home: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
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
    /// Starts `sluicegate` with these arguments and waits until it printed the lines named.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)], lines: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = File::create(folder.path().join("log")).expect("a log file");
        let mut child = command(folder.path())
            .args(arguments)
            // A program that is killed leaves its state behind; here it goes with the folder.
            .env("TMPDIR", folder.path())
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let told = listen(child.stdout.take().expect("its output is a pipe"));
        let mut process = Self {
            child,
            addresses: BTreeMap::new(),
            folder,
        };
        process.wait_for(lines, &told);
        process
    }

    fn wait_for(&mut self, lines: &[&str], told: &Receiver<String>) {
        let deadline = Instant::now() + STARTING;
        while !lines.iter().all(|line| self.addresses.contains_key(*line)) {
            match told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some((what, address)) = line.split_once(": http") {
                        self.addresses
                            .insert(what.to_owned(), format!("http{address}"));
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("not listening in time:\n{}", self.log()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended early:\n{}", self.log()),
            }
        }
    }

    /// `host:port` of what it said it serves.
    pub fn authority(&self, what: &str) -> String {
        let address = &self.addresses[what];
        let rest = address.strip_prefix("http://").unwrap_or(address);
        rest.split('/').next().unwrap_or_default().to_owned()
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end with SIGTERM, waits until it has, and tells whether it ended well.
    pub async fn terminate(&mut self) -> bool {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -TERM {id}");
        some_time("the program ends", async || {
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
            let last = lines[lines.len().saturating_sub(LOG_SHOWN)..].join("\n");
            eprintln!("--- end of the program's log ---\n{last}\n--- that was its log ---");
        } else {
            assert!(!log.contains("panicked"), "the program panicked:\n{log}");
        }
    }
}

/// Reads its output line by line for as long as it lives, so that it never blocks on a full pipe.
fn listen(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}
