//! The command line of the local SageMaker, for its own program and for `sluicegate emulator`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::limits::Limits;
use crate::model::is_region;
use crate::seed::SeedKind;
use crate::{Emulator, Options, StateError};

/// The options of the command.
#[derive(Debug, Args)]
pub struct EmulatorArgs {
    /// The address to listen on; port 0 picks one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// Initial contents: demo, empty or large [default: demo, or the seed of the state file]
    #[arg(long)]
    pub seed: Option<SeedKind>,
    /// The Region of the seed, and of requests that name none; others begin empty [default: eu-central-1, or that of
    /// the state file]
    #[arg(long, value_name = "REGION", value_parser = parse_region)]
    pub region: Option<String>,
    /// The account, twelve digits [default: 111122223333, or that of the state file]
    #[arg(long, value_name = "ID", value_parser = parse_account)]
    pub account: Option<String>,
    /// How many times faster jobs run than on AWS [default: 60, or the speed of the state file]
    #[arg(long, value_name = "N", value_parser = parse_speed)]
    pub speed: Option<f64>,
    /// Keep the state in this file across restarts [default: in memory only]
    ///
    /// The file is created if it does not exist. Every change is written before it is acknowledged; only
    /// a power failure may lose the last second. Executions continue in the meantime, as on the service.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Limits to apply: model (those of the service model) or aws (also the quotas of a new account: 20 concurrent
    /// executions, 500 pipelines, 82 characters in a pipeline's name)
    #[arg(long, default_value = "model")]
    pub limits: Limits,
}

/// Why the command ended early.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen {
        /// The requested address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// The state file cannot be used.
    #[error("--state {0}")]
    State(#[from] StateError),
    /// The system failed while serving.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CommandError {
    /// The exit status: 2 for invalid options, else 1.
    pub fn exit_status(&self) -> u8 {
        match self {
            CommandError::State(_) => 2,
            CommandError::Listen { .. } | CommandError::Io(_) => 1,
        }
    }
}

/// Serves a local SageMaker until SIGTERM or SIGINT; prints its address on a line of its own first.
///
/// # Errors
/// When the address or the state file cannot be used.
pub async fn run(args: EmulatorArgs) -> Result<(), CommandError> {
    let EmulatorArgs {
        listen: address,
        seed,
        region,
        account,
        speed,
        state,
        limits,
    } = args;
    let shutdown = on_signals()?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| CommandError::Listen { address, source })?;
    let address = listener.local_addr()?;
    let emulator = Emulator::new(Options {
        seed,
        region,
        account,
        speed,
        state,
        limits,
    })?;
    let mut out = io::stdout().lock();
    out.write_all(format!("SageMaker (local): http://{address}/\n").as_bytes())?;
    out.flush()?;
    drop(out);
    Ok(emulator.serve(listener, shutdown).await?)
}

/// Resolves on SIGTERM or SIGINT.
fn on_signals() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "Ending on {name}");
    })
}

/// Parses a speed: the factor by which nominal durations are divided.
///
/// # Errors
/// When the text is not a number from 0.01 to 100000; the error is a message.
pub fn parse_speed(text: &str) -> Result<f64, String> {
    let bounds = 0.01..=100_000.0;
    text.parse()
        .ok()
        .filter(|speed| bounds.contains(speed))
        .ok_or_else(|| "write a number from 0.01 to 100000".to_owned())
}

fn parse_region(text: &str) -> Result<String, &'static str> {
    match is_region(text) {
        true => Ok(text.to_owned()),
        false => Err("write the code of a Region, such as us-west-2"),
    }
}

fn parse_account(text: &str) -> Result<String, &'static str> {
    match text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("write twelve digits"),
    }
}
