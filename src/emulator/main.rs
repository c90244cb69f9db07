//! The local SageMaker as a program of its own.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use sluicegate_emulator::command::{self, EmulatorArgs};
use tracing_subscriber::EnvFilter;

/// A local SageMaker for developing and testing pipelines
///
/// Point any AWS client at it with AWS_ENDPOINT_URL_SAGEMAKER, or with AWS_ENDPOINT_URL for its small S3 and
/// token service too, with any credentials. Each Region has pipelines of its own. RUST_LOG says what is logged to
/// standard error.
#[derive(Debug, Parser)]
#[command(name = "sluicegate-emulator", version)]
struct Cli {
    /// How log lines are written to standard error
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    #[command(flatten)]
    args: EmulatorArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { log_format, args } = Cli::parse();
    start_log(log_format);
    match command::run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sluicegate-emulator: {error}");
            ExitCode::from(error.exit_status())
        }
    }
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,sluicegate_emulator=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
