//! The command line.

mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser;
use sluicegate::server::log;

use cli::Cli;
use commands::{BAD_SETTINGS, CommandError};

#[tokio::main]
async fn main() -> ExitCode {
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
        cli::log_format(cli.log_format).map_err(|sentence| CommandError(BAD_SETTINGS, sentence))?;
    log::start(format);
    cli.command.run(cli.config).await
}
