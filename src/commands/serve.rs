//! `serve`.

use std::path::PathBuf;

use crate::server::{Console, Parts, StartError};

use super::flags::Overrides;
use super::{CommandError, NEWER_DATABASE, bad_settings, listen, load, on_signals, print};

/// Runs `serve`.
pub async fn run(config: Option<PathBuf>, flags: Overrides) -> Result<u8, CommandError> {
    let settings = load(config, flags)?;
    let identity = settings.for_serve().map_err(bad_settings)?.clone();
    let shutdown = on_signals()?;
    let listener = listen(settings.server.listen).await?;
    let parts = Parts::of(settings, identity, listener).await;
    let console = Console::open(parts, shutdown).await.map_err(refused)?;
    let (address, path) = (console.address(), console.path());
    print(&format!("Console: http://{address}{path}/\n"))?;
    console.serve().await;
    Ok(0)
}

fn refused(error: StartError) -> CommandError {
    let status = if error.is_newer_database() {
        NEWER_DATABASE
    } else {
        1
    };
    CommandError(status, error.to_string())
}
