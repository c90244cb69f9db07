//! `emulator`.

use std::path::PathBuf;

use clap::Subcommand;
use sluicegate_emulator::command::{self, EmulatorArgs};

use super::CommandError;
use super::import::{self, IMPORT_HELP, ImportArgs};

/// What else can be done with a local SageMaker.
#[derive(Debug, Subcommand)]
pub enum EmulatorCommand {
    /// Read pipelines and executions of an AWS account into a state file
    ///
    /// The local SageMaker then serves them from that file, with their ARNs, account and Region, and starts new executions
    /// of the pipelines; no job ever runs. The account is only read, within the call budget of the settings
    /// (calls_per_second). Credentials, Region and endpoint come from the settings, else from the ordinary AWS
    /// environment. An import that was interrupted goes on when the command is run again; what is in the file already
    /// stays as it is.
    #[command(after_help = IMPORT_HELP)]
    Import(ImportArgs),
}

/// Runs `emulator`, or the command below it.
pub async fn run(
    config: Option<PathBuf>,
    args: EmulatorArgs,
    command: Option<EmulatorCommand>,
) -> Result<u8, CommandError> {
    if let Some(EmulatorCommand::Import(args)) = command {
        return import::run(config, args).await;
    }
    command::run(args)
        .await
        .map(|()| 0)
        .map_err(|error| CommandError(error.exit_status(), error.to_string()))
}
