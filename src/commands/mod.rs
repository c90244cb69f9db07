//! One file per command, and what they share.

pub mod audit;
pub mod check;
pub mod config;
#[cfg(feature = "emulator")]
pub mod demo;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod flags;
pub mod health;
#[cfg(feature = "emulator")]
pub mod import;
pub mod serve;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::{Inputs, Settings, SettingsError, load as load_settings};
use crate::server::Shutdown;
use tokio::net::TcpListener;

use flags::Overrides;

/// The exit status for settings that are refused; clap uses the same for a wrong command line.
pub const BAD_SETTINGS: u8 = 2;

/// The exit status for a state folder that a newer version of the console has written to.
const NEWER_DATABASE: u8 = 2;

/// Why a command fails: its exit status and the sentence for standard error.
pub struct CommandError(pub u8, pub String);

fn load(config: Option<PathBuf>, overrides: Overrides) -> Result<Settings, CommandError> {
    load_settings(&Inputs::of_process(config, overrides.flags())).map_err(bad_settings)
}

fn bad_settings(error: SettingsError) -> CommandError {
    let lines = error.to_string().replace('\n', "\n  ");
    CommandError(
        BAD_SETTINGS,
        format!("these settings are refused:\n  {lines}"),
    )
}

fn on_signals() -> Result<Shutdown, CommandError> {
    Shutdown::on_signals().map_err(start_failed)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).await.map_err(|error| {
        let sentence =
            format!("cannot listen on {address}: {error}; choose another address with --listen");
        CommandError(1, sentence)
    })
}

fn start_failed(error: impl std::fmt::Display) -> CommandError {
    CommandError(1, error.to_string())
}

/// Writes to standard output and flushes it, so that a program waiting for a line gets it at once.
fn print(text: &str) -> Result<u8, CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map(|()| 0)
        .map_err(start_failed)
}
