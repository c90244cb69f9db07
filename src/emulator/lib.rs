//! A local SageMaker that speaks its wire protocol.
//!
//! Modules: `server` and [`protocol`] know the wire and no pipeline; [`model`] holds the state; [`journal`] stores it
//! in a file; [`validation`] checks definitions as the service does; [`engine`] runs executions; [`products`] works
//! out what their steps produce, and [`jobs`] finds it for the Describe operations; [`seed`] defines the initial contents;
//! [`security`] holds sessions and checks calls against their policies; [`storage`] holds objects; [`faults`] injects
//! faults. [`operations`] is thin: one function per operation, from a valid request through the model to a response.

pub mod clock;
pub mod command;
mod control;
pub mod engine;
pub mod faults;
mod jobs;
mod journal;
pub mod limits;
mod model;
mod operations;
mod products;
mod protocol;
mod search;
mod security;
pub mod seed;
mod server;
mod shapes;
pub mod storage;
#[cfg(test)]
mod tests;
mod validation;

use clock::Clock;
use engine::{ArnContext, Pace};
use faults::{Calls, Faults};
use journal::DiskSync;
use limits::Limits;
use model::World;
use protocol::errors::ServiceError;
use security::{Caller, Sessions};
use seed::SeedKind;
use server::s3::Uploads;
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;

pub use journal::{StateError, StateErrorKind};

/// How often the state file is synchronized with the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// The options of an emulator.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The initial contents; by default the demo, or the seed that the file began with.
    pub seed: Option<SeedKind>,
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
        let Options {
            seed,
            speed,
            state,
            limits,
        } = options;
        let speed = speed.filter(|speed| speed.is_finite() && *speed > 0.0);
        let mut world = match state {
            None => {
                let speed = speed.unwrap_or(Pace::LIVE.speed);
                World::seeded(seed.unwrap_or_default(), speed, Clock::default())
            }
            Some(path) => World::open(&path, seed, speed)?,
        };
        world.limits = limits;
        Ok(Emulator(Arc::new(Shared {
            arn_context: world.arn_context.clone(),
            world: Mutex::new(world),
            faults: Mutex::default(),
            calls: Mutex::default(),
            sessions: Mutex::default(),
            uploads: Mutex::default(),
        })))
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
        let Some(disk) = self.0.world().disk() else {
            return server::serve(self.0, listener, shutdown).await;
        };
        let again = disk.clone();
        let syncing = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SYNC_EVERY).await;
                sync(&again).await;
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

/// Access to the world for one call. Changes are saved when it is dropped, at the latest.
struct WorldGuard<'h>(MutexGuard<'h, World>);

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.0
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.save() {
            tracing::error!(%error, "the local SageMaker's state is not saved: {error}");
        }
    }
}

/// The state that all connections share.
struct Shared {
    arn_context: ArnContext,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
    sessions: Mutex<Sessions>,
    uploads: Mutex<Uploads>,
}

impl Shared {
    fn world(&self) -> WorldGuard<'_> {
        WorldGuard(open(&self.world))
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        open(&self.faults)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        open(&self.calls)
    }

    /// To be locked after the world where both are needed.
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        open(&self.sessions)
    }

    /// To be locked after the world where both are needed.
    fn uploads(&self) -> MutexGuard<'_, Uploads> {
        open(&self.uploads)
    }

    /// The caller as messages name it.
    fn user(&self, caller: &Caller) -> String {
        let account = &self.arn_context.account;
        let user = self.sessions().user(caller);
        user.unwrap_or_else(|| format!("arn:aws:sts::{account}:assumed-role/Console/session"))
    }

    /// Records a call, and checks it against the policy of the caller's session.
    fn admit(&self, caller: &Caller, action: &str, resource: &str) -> Result<(), ServiceError> {
        if self.sessions().user(caller).is_none() {
            return Ok(());
        }
        let now = self.world().tick();
        self.sessions().admit(caller, action, resource, now)
    }
}

/// Ignores poisoning: a panic in one request must not block all further requests.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
