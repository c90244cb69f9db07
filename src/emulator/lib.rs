//! A local SageMaker that speaks its wire protocol.
//!
//! A request comes in at the [`server`], is checked against its [shapes](sluicegate_shapes) by the [`protocol`], and becomes one of the
//! [`operations`], which reads or changes the [`model`]; the [`journal`] keeps the model in a file. [`validation`]
//! decides which definitions are accepted, the [`engine`] runs executions, [`products`] computes what steps produce,
//! and [`jobs`] finds it for the Describe operations. [`seed`] has the initial state, [`security`] the sessions and
//! their policies, [`storage`] the objects of S3, [`faults`] the errors that are wanted. [`control`] is the emulator's
//! own interface. [`import`] puts what another SageMaker holds into a state file.

pub mod clock;
pub mod command;
mod control;
pub mod engine;
pub mod faults;
pub mod import;
mod jobs;
mod journal;
pub mod limits;
mod logs;
mod model;
mod operations;
mod products;
mod protocol;
mod security;
pub mod seed;
mod server;
mod shared;
pub mod storage;
#[cfg(test)]
mod tests;
mod validation;

use journal::DiskSync;
use limits::Limits;
use model::{Regions, Start};
use seed::SeedKind;
use shared::Shared;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

pub use journal::{StateError, StateErrorKind};

/// How often the state file is synchronized with the disk.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// The options of an emulator.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The initial contents; by default the demo, or the seed that the file began with.
    pub seed: Option<SeedKind>,
    /// The home Region, which has the seed; by default eu-central-1, or the one that the file began with.
    pub region: Option<String>,
    /// The account, twelve digits; by default 111122223333, or the one that the file began with.
    pub account: Option<String>,
    /// Divides the nominal durations of what begins live; by default 60, or the speed that the file began with.
    pub speed: Option<f64>,
    /// The state file; without one everything is in memory.
    pub state: Option<PathBuf>,
    /// Which limits apply besides those of the service model.
    pub limits: Limits,
}

/// A local SageMaker.
pub struct Emulator(Arc<Shared>);

impl Emulator {
    /// Creates an emulator with its complete history: up to a few seconds on all processors for the large seed.
    ///
    /// # Errors
    /// When the state file cannot be used.
    pub fn new(options: Options) -> Result<Emulator, StateError> {
        let start = Start {
            seed: options.seed,
            speed: options
                .speed
                .filter(|speed| speed.is_finite() && *speed > 0.0),
            region: options.region,
            account: options.account,
        };
        let mut regions = match options.state {
            None => Regions::seeded(&start),
            Some(path) => Regions::open(&path, &start)?,
        };
        regions.set_limits(options.limits);
        Ok(Emulator(Arc::new(Shared::new(regions))))
    }

    /// Serves on `listener` until `shutdown` resolves.
    ///
    /// # Errors
    /// When the listener cannot be used at all.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let Some(disk) = self.0.regions().disk() else {
            return server::serve(self.0, listener, shutdown).await;
        };
        let background = disk.clone();
        let syncing = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SYNC_INTERVAL).await;
                sync(&background).await;
            }
        });
        let served = server::serve(self.0, listener, shutdown).await;
        syncing.abort();
        sync(&disk).await;
        served
    }
}

/// Synchronizes the state file with the disk, on a blocking thread.
async fn sync(disk: &DiskSync) {
    let disk = disk.clone();
    let synced = tokio::task::spawn_blocking(move || disk.sync()).await;
    if let Ok(Err(error)) = synced {
        tracing::error!(%error, "the local SageMaker's state may not be on the disk yet: {error}");
    }
}
