//! `serve`.

use std::path::PathBuf;

use sluicegate::server::{Console, Parts};

use super::flags::Overrides;
use super::{CommandError, bad_settings, listen, load, on_signals, print, start_failed};

/// Runs `serve`.
pub async fn run(config: Option<PathBuf>, flags: Overrides) -> Result<u8, CommandError> {
    let settings = load(config, flags)?;
    let identity = settings.for_serve().map_err(bad_settings)?.clone();
    let shutdown = on_signals()?;
    let listener = listen(settings.server.listen).await?;
    let parts = Parts::of(settings, identity, listener).await;
    let console = Console::open(parts, shutdown).await.map_err(start_failed)?;
    let (address, path) = (console.address(), console.path());
    print(&format!("Console: http://{address}{path}/\n"))?;
    console.serve().await;
    Ok(0)
}
