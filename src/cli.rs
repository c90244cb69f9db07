//! The command line's options.

#[cfg(feature = "emulator")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::server::log;
use clap::{Parser, Subcommand, ValueEnum};
#[cfg(feature = "emulator")]
use sluicegate_emulator::command::{EmulatorArgs, parse_speed};
#[cfg(feature = "emulator")]
use sluicegate_emulator::seed::SeedKind;

use crate::commands::audit::AuditCommand;
use crate::commands::config::ConfigCommand;
#[cfg(feature = "emulator")]
use crate::commands::emulator::EmulatorCommand;
use crate::commands::flags::{ENVIRONMENT_HELP, Overrides};
use crate::commands::{self, BAD_SETTINGS, CommandError};

/// The variable with the log's format, unless a flag sets it.
const LOG_FORMAT_VARIABLE: &str = "SLUICEGATE_LOG_FORMAT";

/// Runs the command that the process was started with, and returns its exit status.
#[tokio::main]
pub async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(status) => ExitCode::from(status),
        Err(CommandError(status, sentence)) => {
            eprintln!("sluicegate: {sentence}");
            ExitCode::from(status)
        }
    }
}

async fn run(cli: Cli) -> Result<u8, CommandError> {
    let format =
        log_format(cli.log_format).map_err(|sentence| CommandError(BAD_SETTINGS, sentence))?;
    log::start(format);
    cli.command.run(cli.config).await
}

/// A self-hosted web console for Amazon SageMaker Pipelines.
#[derive(Debug, Parser)]
#[command(version, after_help = ENVIRONMENT_HELP)]
pub struct Cli {
    /// The configuration file [variable: SLUICEGATE_CONFIG; default: ./sluicegate.toml if it exists]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// The format of the log on standard error [variable: SLUICEGATE_LOG_FORMAT; default: text]
    #[arg(long, value_name = "FORMAT", global = true)]
    pub log_format: Option<LogFormat>,

    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console for the pipelines of an AWS account
    ///
    /// The setting identity.mode names how people are authenticated: by a proxy (header, jwt, alb), or
    /// local, for one person on this machine. Credentials, Region and endpoint come from the settings, else
    /// from the ordinary AWS environment. Without working credentials the console starts all the same, and
    /// its pages say what is missing.
    #[command(after_help = ENVIRONMENT_HELP)]
    Serve {
        /// Settings that flags override.
        #[command(flatten)]
        settings: Overrides,
    },
    /// Serve the console with a local SageMaker: no account, no settings, nothing left behind
    ///
    /// Reads no configuration file, no SLUICEGATE_ variable except SLUICEGATE_LOG_FORMAT, and no AWS
    /// variable or profile. Its state is in a temporary folder that is removed on exit.
    #[cfg(feature = "emulator")]
    Demo {
        /// The loopback address to listen on; port 0 picks one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = loopback)]
        listen: SocketAddr,
        /// The initial content of the local SageMaker: demo, empty or large
        #[arg(long, default_value = "demo")]
        seed: SeedKind,
        /// How many times faster jobs run than on AWS
        #[arg(long, value_name = "N", default_value = "60", value_parser = parse_speed)]
        speed: f64,
    },
    /// Run the local SageMaker alone
    ///
    /// Point any AWS client at it with AWS_ENDPOINT_URL_SAGEMAKER, or with AWS_ENDPOINT_URL to use its small S3
    /// and token service too, with any credentials and Region. See docs/emulator.md.
    #[cfg(feature = "emulator")]
    #[command(args_conflicts_with_subcommands = true)]
    Emulator {
        /// How it is run.
        #[command(flatten)]
        args: EmulatorArgs,
        /// What to do instead of running it.
        #[command(subcommand)]
        command: Option<EmulatorCommand>,
    },
    /// Try every call the console needs and print what is allowed, refused or unreachable
    ///
    /// Nothing is changed: calls that write are made against a pipeline or execution that cannot exist.
    /// Exit status 0 if everything works, 1 if something is refused or unreachable, 2 for invalid settings.
    #[command(after_help = ENVIRONMENT_HELP)]
    Check,
    /// Probe a running console; exit status 0 if it is alive, else 1
    ///
    /// The address is the setting server.listen (variable SLUICEGATE_SERVER__LISTEN), unless --url is given.
    Health {
        /// The URL to probe: http://127.0.0.1:8080/healthz
        #[arg(long)]
        url: Option<String>,
    },
    /// Verify or export the audit trail, the record of what people did
    Audit {
        /// The command.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Inspect the settings
    Config {
        /// The command.
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

impl Command {
    /// Runs a command.
    ///
    /// # Errors
    /// When it cannot begin or go on; what a command finds out is its exit status.
    pub async fn run(self, config: Option<PathBuf>) -> Result<u8, CommandError> {
        match self {
            Command::Serve { settings } => commands::serve::run(config, settings).await,
            #[cfg(feature = "emulator")]
            Command::Demo {
                listen,
                seed,
                speed,
            } => {
                let options = sluicegate_emulator::Options {
                    seed: Some(seed),
                    speed: Some(speed),
                    ..Default::default()
                };
                commands::demo::run(listen, options).await
            }
            #[cfg(feature = "emulator")]
            Command::Emulator { args, command } => {
                commands::emulator::run(config, args, command).await
            }
            Command::Check => commands::check::run(config).await,
            Command::Health { url } => commands::health::run(config, url).await,
            Command::Audit { command } => commands::audit::run(config, command).await,
            Command::Config { command } => commands::config::run(config, command),
        }
    }
}

/// The format of the log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The log's format: of the flag, else of the variable; the error is a sentence for people.
pub fn log_format(flag: Option<LogFormat>) -> Result<log::Format, String> {
    let format = match (flag, std::env::var(LOG_FORMAT_VARIABLE)) {
        (Some(format), _) => format,
        (None, Ok(text)) => LogFormat::from_str(&text, false).map_err(|_| {
            format!("variable {LOG_FORMAT_VARIABLE}: {text:?} is not a format; write text or json")
        })?,
        (None, Err(_)) => LogFormat::Text,
    };
    Ok(match format {
        LogFormat::Text => log::Format::Text,
        LogFormat::Json => log::Format::Json,
    })
}

#[cfg(feature = "emulator")]
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .parse()
        .map_err(|_| "write an address and a port: 127.0.0.1:8080".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(
            "other machines could reach it, and the demo has no sign-in; write 127.0.0.1 or [::1]"
                .to_owned(),
        )
    }
}
