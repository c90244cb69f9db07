//! `config show`.

use std::path::PathBuf;

use clap::Subcommand;

use super::flags::{ENVIRONMENT, Overrides};
use super::{CommandError, load, print};

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

/// Runs `config`.
pub fn run(config: Option<PathBuf>, command: ConfigCommand) -> Result<u8, CommandError> {
    let ConfigCommand::Show { settings } = command;
    print(&load(config, settings)?.show())
}
