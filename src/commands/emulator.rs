//! `emulator`.

use sluicegate_emulator::command::{self, EmulatorArgs};

use super::CommandError;

/// Runs `emulator`.
pub async fn run(args: EmulatorArgs) -> Result<u8, CommandError> {
    command::run(args)
        .await
        .map(|()| 0)
        .map_err(|error| CommandError(error.exit_status(), error.to_string()))
}
