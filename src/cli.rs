//! What the command line understands.

#[cfg(feature = "emulator")]
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use sluicegate::server::log;
#[cfg(feature = "emulator")]
use sluicegate_emulator::command::{EmulatorArgs, parse_speed};
#[cfg(feature = "emulator")]
use sluicegate_emulator::seed::SeedKind;

use crate::commands::audit::AuditCommand;
use crate::commands::config::ConfigCommand;
use crate::commands::flags::{ENVIRONMENT, Overrides};
use crate::commands::{self, CommandError};

/// Chooses the log's format where no flag does.
const LOG_FORMAT: &str = "SLUICEGATE_LOG_FORMAT";

/// A self-hosted web console for Amazon SageMaker Pipelines.
#[derive(Debug, Parser)]
#[command(version, after_help = ENVIRONMENT)]
pub struct Cli {
    /// The configuration file [variable: SLUICEGATE_CONFIG; default: ./sluicegate.toml if it is there]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// How log lines are written to standard error [variable: SLUICEGATE_LOG_FORMAT; default: text]
    #[arg(long, value_name = "FORMAT", global = true)]
    pub log_format: Option<LogFormat>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console for the pipelines of an AWS account
    ///
    /// The setting identity.mode must say how people are known: by a proxy (header, jwt, alb), or local,
    /// one person on this machine. Credentials, Region and endpoint come from the settings, else from the
    /// ordinary AWS environment. Without working credentials it starts all the same, and its pages say
    /// what is missing.
    #[command(after_help = ENVIRONMENT)]
    Serve {
        /// Settings that flags override.
        #[command(flatten)]
        settings: Overrides,
    },
    /// Serve the console with a local SageMaker behind it: no account, no settings, nothing left behind
    ///
    /// Reads no configuration file, no SLUICEGATE_ variable but SLUICEGATE_LOG_FORMAT, and no AWS
    /// variable or profile. Its state is a temporary folder that is removed at the end.
    #[cfg(feature = "emulator")]
    Demo {
        /// The loopback address to listen on; port 0 picks one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = loopback)]
        listen: SocketAddr,
        /// What the local SageMaker holds at the start: demo, empty or large
        #[arg(long, default_value = "demo")]
        seed: SeedKind,
        /// Divides the length of what begins live
        #[arg(long, value_name = "N", default_value = "60", value_parser = parse_speed)]
        speed: f64,
    },
    /// Run the local SageMaker alone
    ///
    /// Point any AWS client at it with AWS_ENDPOINT_URL_SAGEMAKER, or with AWS_ENDPOINT_URL for its small S3 and
    /// token service too, with any credentials and Region. docs/emulator.md says more.
    #[cfg(feature = "emulator")]
    Emulator(EmulatorArgs),
    /// Try every call the console needs and print what is allowed, refused or unreachable
    ///
    /// Nothing is changed: calls that write are made against a pipeline or execution that cannot exist.
    /// Exit status 0 if all works, 1 if something is refused or unreachable, 2 for bad settings.
    #[command(after_help = ENVIRONMENT)]
    Check,
    /// Ask a running console whether it lives; exit status 0 if it does, else 1
    ///
    /// The address is server.listen of the settings (variable SLUICEGATE_SERVER__LISTEN) unless --url
    /// names another.
    Health {
        /// The address to ask: http://127.0.0.1:8080/healthz
        #[arg(long)]
        url: Option<String>,
    },
    /// Check or write out what people did: the audit trail
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Look at the settings
    Config {
        /// What to do with them.
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
            Command::Emulator(args) => commands::emulator::run(args).await,
            Command::Check => commands::check::run(config).await,
            Command::Health { url } => commands::health::run(config, url).await,
            Command::Audit { command } => commands::audit::run(config, command).await,
            Command::Config { command } => commands::config::run(config, command),
        }
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The log's format by flag, else by variable; the error is the sentence that refuses it.
pub fn log_format(flag: Option<LogFormat>) -> Result<log::Format, String> {
    let format = match (flag, std::env::var(LOG_FORMAT)) {
        (Some(format), _) => format,
        (None, Ok(text)) => LogFormat::from_str(&text, false).map_err(|_| {
            format!("variable {LOG_FORMAT}: {text:?} is no format; write text or json")
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
        Err("other machines could reach it, and the demo cannot tell who asks; write 127.0.0.1 or [::1]".to_owned())
    }
}
