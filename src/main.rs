//! The command line.

mod cli;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use sluicegate::audit::{self, AuditError};
use sluicegate::check;
use sluicegate::config::{self, Inputs, Refused, Settings};
use sluicegate::demo::Demo;
use sluicegate::emulator::{Emulator, Options};
use sluicegate::sagemaker::Credentials;
use sluicegate::server::{self, Console, Parts, Shutdown, log};
use tokio::net::TcpListener;

use cli::{AuditCommand, Cli, Command, ConfigCommand};

/// The exit status of settings that are refused; a wrong command line ends with the same.
const BAD_SETTINGS: u8 = 2;

/// Why a command ends early: its exit status and the sentence for standard error.
struct Failure(u8, String);

#[tokio::main]
async fn main() -> ExitCode {
    let Cli {
        config,
        log_format,
        command,
    } = Cli::parse();
    match run(config, log_format, command).await {
        Ok(status) => ExitCode::from(status),
        Err(Failure(status, sentence)) => {
            eprintln!("sluicegate: {sentence}");
            ExitCode::from(status)
        }
    }
}

async fn run(
    config: Option<PathBuf>,
    log_format: Option<cli::LogFormat>,
    command: Command,
) -> Result<u8, Failure> {
    log::start(cli::log_format(log_format).map_err(|sentence| Failure(BAD_SETTINGS, sentence))?);
    match command {
        Command::Serve { settings } => serve(load(config, settings)?).await,
        Command::Demo {
            listen,
            seed,
            speed,
        } => {
            let options = Options {
                seed: Some(seed),
                speed: Some(speed),
                ..Options::default()
            };
            demo(listen, options).await
        }
        Command::Emulator {
            listen,
            seed,
            speed,
            state,
            limits,
        } => {
            let options = Options {
                seed,
                speed,
                state,
                limits,
            };
            emulator(listen, options).await
        }
        Command::Check => check(load(config, cli::Overrides::default())?).await,
        Command::Health { url } => health(config, url).await,
        Command::Audit { command } => audit(config, command).await,
        Command::Config {
            command: ConfigCommand::Show { settings },
        } => print(&load(config, settings)?.show()),
    }
}

fn load(config: Option<PathBuf>, overrides: cli::Overrides) -> Result<Settings, Failure> {
    config::load(&Inputs::of_process(config, overrides.flags())).map_err(bad_settings)
}

fn bad_settings(refused: Refused) -> Failure {
    let lines = refused.to_string().replace('\n', "\n  ");
    Failure(
        BAD_SETTINGS,
        format!("these settings are refused:\n  {lines}"),
    )
}

async fn serve(settings: Settings) -> Result<u8, Failure> {
    let identity = settings.for_serve().map_err(bad_settings)?.clone();
    let shutdown = on_signals()?;
    let listener = listen(settings.server.listen).await?;
    let parts = Parts::of(settings, identity, listener).await;
    let console = Console::open(parts, shutdown).await.map_err(start_failed)?;
    let (address, path) = (console.address(), console.path());
    print(&format!("Console: http://{address}{path}/\n"))?;
    console.serve().await;
    Ok(0)
}

async fn demo(address: SocketAddr, options: Options) -> Result<u8, Failure> {
    let shutdown = on_signals()?;
    let listener = listen(address).await?;
    let demo = Demo::open(listener, options, shutdown)
        .await
        .map_err(start_failed)?;
    let (console, sagemaker) = (demo.address(), demo.sagemaker());
    print(&format!(
        "Console: http://{console}/\nSageMaker (local): http://{sagemaker}/\n"
    ))?;
    demo.serve().await;
    Ok(0)
}

async fn emulator(address: SocketAddr, options: Options) -> Result<u8, Failure> {
    let shutdown = on_signals()?;
    let listener = listen(address).await?;
    let address = listener.local_addr().map_err(start_failed)?;
    let emulator = Emulator::new(options)
        .map_err(|error| Failure(BAD_SETTINGS, format!("--state {error}")))?;
    print(&format!("SageMaker (local): http://{address}/\n"))?;
    let served = emulator.serve(listener, shutdown.requested()).await;
    served.map(|()| 0).map_err(start_failed)
}

async fn check(settings: Settings) -> Result<u8, Failure> {
    let workspaces = server::connect(&settings.workspaces, &Credentials::Ambient).await;
    let mut status = 0;
    for workspace in &workspaces {
        if workspaces.len() > 1 {
            print(&format!("Workspace {}\n", workspace.name))?;
        }
        let outcome = check::run(&workspace.client, &mut io::stdout()).await;
        status = status.max(outcome.exit_status());
    }
    Ok(status)
}

async fn health(config: Option<PathBuf>, url: Option<String>) -> Result<u8, Failure> {
    let url = match url {
        Some(url) => url,
        None => {
            let address = load(config, cli::Overrides::default())?.server.listen;
            if address.port() == 0 {
                let sentence = "server.listen has port 0, so the real port is not known here; name it with --url";
                return Err(Failure(BAD_SETTINGS, sentence.to_owned()));
            }
            format!("http://{address}/healthz")
        }
    };
    server::probe(&url).await.map(|()| 0).map_err(start_failed)
}

async fn audit(config: Option<PathBuf>, command: AuditCommand) -> Result<u8, Failure> {
    let out = &mut io::BufWriter::new(io::stdout().lock());
    match command {
        AuditCommand::Verify {
            place,
            former_key_file,
        } => {
            let settings = load(config, place.into())?;
            let mut keys: Vec<Vec<u8>> = Vec::new();
            keys.extend(settings.ledger.key.map(|key| key.expose().to_vec()));
            for file in former_key_file {
                let key = std::fs::read(&file).map_err(|error| {
                    let sentence = format!("--former-key-file {}: {error}", file.display());
                    Failure(BAD_SETTINGS, sentence)
                })?;
                keys.push(key.trim_ascii().to_vec());
            }
            let sound = audit::verify(&settings.state_dir, &keys, out).await;
            Ok(u8::from(!sound.map_err(unreadable)?))
        }
        AuditCommand::Export {
            place,
            since,
            until,
            format,
        } => {
            let settings = load(config, place.into())?;
            let now = Timestamp::now();
            let until = until.map(|until| until.from(now));
            let since = since.from(now);
            audit::export(&settings.state_dir, since, until, format.into(), out)
                .await
                .map(|()| 0)
                .map_err(unreadable)
        }
    }
}

/// A ledger that is not where the settings say is the settings' fault.
fn unreadable(error: AuditError) -> Failure {
    match &error {
        AuditError::Database(inner) if !inner.file.exists() => Failure(
            BAD_SETTINGS,
            format!("{}: there is no such file", inner.file.display()),
        ),
        _ => start_failed(error),
    }
}

fn on_signals() -> Result<Shutdown, Failure> {
    Shutdown::on_signals().map_err(start_failed)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let sentence =
            format!("cannot listen on {address}: {error}; choose another address with --listen");
        Failure(1, sentence)
    })
}

fn start_failed(error: impl std::fmt::Display) -> Failure {
    Failure(1, error.to_string())
}

/// Writes to standard output and flushes it, so that whoever waits for a line gets it at once.
fn print(text: &str) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map(|()| 0)
        .map_err(start_failed)
}
