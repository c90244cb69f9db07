//! `config show`.

use std::path::PathBuf;

use clap::Subcommand;

use super::flags::{ENVIRONMENT_HELP, Overrides};
use super::{CommandError, load, print};

/// The commands for the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the effective settings and where each comes from, without secrets
    #[command(after_help = ENVIRONMENT_HELP)]
    Show {
        /// Settings that flags override.
        #[command(flatten)]
        settings: Overrides,
    },
}

/// Runs `config`.
pub fn run(config: Option<PathBuf>, command: ConfigCommand) -> Result<u8, CommandError> {
    let ConfigCommand::Show { settings } = command;
    print(&load(config, settings)?.show())
}
