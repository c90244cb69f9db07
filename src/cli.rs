//! What the command line understands.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sluicegate::audit::{Format, Moment};
use sluicegate::emulator::limits::Limits;
use sluicegate::emulator::seed::SeedKind;
use sluicegate::server::log;

/// Chooses the log's format where no flag does.
const LOG_FORMAT: &str = "SLUICEGATE_LOG_FORMAT";

const ENVIRONMENT: &str = "\
Environment:
  SLUICEGATE_CONFIG         The configuration file, where --config does not name it
                            (else ./sluicegate.toml, if it is there)
  SLUICEGATE_SECTION__KEY   Overrides a setting: SLUICEGATE_IDENTITY__MODE=local
  SLUICEGATE_LOG_FORMAT     text or json, where --log-format does not say
  RUST_LOG                  What is logged to standard error; default: warn,sluicegate=info
  AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_SAGEMAKER and the rest of the ordinary AWS
  environment               Who calls SageMaker, and where (serve and check)";

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
    Demo {
        /// The loopback address to listen on; port 0 picks one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = loopback)]
        listen: SocketAddr,
        /// What the local SageMaker holds at the start: demo, empty or large
        #[arg(long, default_value = "demo")]
        seed: SeedKind,
        /// Divides the length of what begins live
        #[arg(long, value_name = "N", default_value = "60", value_parser = speed)]
        speed: f64,
    },
    /// Run the local SageMaker alone
    ///
    /// Point any AWS client at it with AWS_ENDPOINT_URL_SAGEMAKER, or with AWS_ENDPOINT_URL for its small S3 and
    /// token service too, with any credentials and Region. docs/emulator.md says more.
    Emulator {
        /// The address to listen on; port 0 picks one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
        /// What it holds at the start: demo, empty or large [default: demo, or what the state file began with]
        #[arg(long)]
        seed: Option<SeedKind>,
        /// Divides the length of what begins live [default: 60, or what the state file began with]
        #[arg(long, value_name = "N", value_parser = speed)]
        speed: Option<f64>,
        /// Keep everything in this file, so that it is there again after a restart; in memory where left out
        ///
        /// Made where it does not exist. What was answered survives the program however it ends; a power
        /// cut may cost the last second. What executes goes on meanwhile, as on the service.
        #[arg(long, value_name = "FILE")]
        state: Option<PathBuf>,
        /// Which limits hold: model, those of the service's model; aws, those of a new account as well (20 executions
        /// at a time, 500 pipelines, 82 characters of a pipeline's name)
        #[arg(long, default_value = "model")]
        limits: Limits,
    },
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

/// What can be done with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that nothing was changed, left out or put in between
    ///
    /// Reads ledger.db in the state folder, or in a copy of it, while a console runs or not. Prints a
    /// line for each chain of records, with the hash of its last one; keep that elsewhere to tell later
    /// that nothing was cut off. Exit status 0 if all is sound, 1 if something is broken, 2 for bad
    /// settings.
    Verify {
        /// Where it lies.
        #[command(flatten)]
        place: StateDir,
        /// A file with a key that signed checkpoints before ledger.key_file was changed; may be repeated
        #[arg(long, value_name = "FILE")]
        former_key_file: Vec<PathBuf>,
    },
    /// Write the records out, oldest first, to standard output
    Export {
        /// Where it lies.
        #[command(flatten)]
        place: StateDir,
        /// From when on, in UTC: a day (2026-11-01), a time (2026-11-01T08:00:00Z), or days ago (7d)
        #[arg(long, value_name = "WHEN")]
        since: Moment,
        /// Until when, that moment not included; now, where it is left out
        #[arg(long, value_name = "WHEN")]
        until: Option<Moment>,
        /// One JSON object a line, or comma-separated values
        #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
        format: ExportFormat,
    },
}

/// How records are written out.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values under a header.
    Csv,
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Jsonl => Self::Jsonl,
            ExportFormat::Csv => Self::Csv,
        }
    }
}

/// The flag that names the state folder.
#[derive(Debug, Default, Args)]
pub struct StateDir {
    /// Where the databases live [setting: state_dir; variable: SLUICEGATE_STATE_DIR; default: .]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<String>,
}

impl From<StateDir> for Overrides {
    fn from(place: StateDir) -> Self {
        Self {
            state_dir: place.state_dir,
            ..Self::default()
        }
    }
}

/// What can be done with the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the effective settings, each with where it came from; no secret is printed
    #[command(after_help = ENVIRONMENT)]
    Show {
        /// Settings that flags override.
        #[command(flatten)]
        settings: Overrides,
    },
}

/// Flags that override settings.
#[derive(Debug, Default, Args)]
pub struct Overrides {
    /// The address to listen on; port 0 picks one [setting: server.listen; variable:
    /// SLUICEGATE_SERVER__LISTEN; default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Where the databases live [setting: state_dir; variable: SLUICEGATE_STATE_DIR; default: .]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<String>,
    /// Let nobody create, stop, resume or retry anything [setting: server.read_only; variable:
    /// SLUICEGATE_SERVER__READ_ONLY; default: false]
    #[arg(long)]
    read_only: bool,
}

impl Overrides {
    /// Setting, flag and text of those given.
    pub fn flags(self) -> Vec<(&'static str, &'static str, String)> {
        let Self {
            listen,
            state_dir,
            read_only,
        } = self;
        [
            ("server.listen", "--listen", listen),
            ("state_dir", "--state-dir", state_dir),
            (
                "server.read_only",
                "--read-only",
                read_only.then(|| true.to_string()),
            ),
        ]
        .into_iter()
        .filter_map(|(path, flag, text)| Some((path, flag, text?)))
        .collect()
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

fn speed(text: &str) -> Result<f64, String> {
    let bounds = 0.01..=100_000.0;
    text.parse()
        .ok()
        .filter(|speed| bounds.contains(speed))
        .ok_or_else(|| "write a number from 0.01 to 100000".to_owned())
}
