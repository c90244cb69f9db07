//! `demo`.

use std::net::SocketAddr;

use crate::demo::Demo;
use sluicegate_emulator::Options;

use super::{CommandError, listen, on_signals, print, start_failed};

/// Runs `demo`.
pub async fn run(address: SocketAddr, options: Options) -> Result<u8, CommandError> {
    let shutdown = on_signals()?;
    let listener = listen(address).await?;
    let demo = Demo::open(listener, options, shutdown)
        .await
        .map_err(start_failed)?;
    let (console, sagemaker) = (demo.address(), demo.sagemaker());
    print(&format!(
        "Console: http://{console}/\nSageMaker (local): http://{sagemaker}/\n"
    ))?;
    demo.serve().await;
    Ok(0)
}
