//! A local SageMaker that speaks its wire protocol.
//!
//! Eight rooms: [`protocol`] knows the wire and no pipeline; [`model`] holds what there is; [`validation`] says which
//! definitions the service takes; [`engine`] lets executions unfold; [`seed`] says what there is at the start;
//! [`security`] gives out sessions and holds calls to their policies; [`storage`] keeps objects; [`faults`] spoils
//! answers on demand. [`operations`] is thin: one function per operation, from a checked request through the model to
//! an answer.

pub mod clock;
mod control;
pub mod engine;
pub mod faults;
mod jobs;
mod model;
mod operations;
mod protocol;
mod search;
mod security;
pub mod seed;
pub mod storage;
#[cfg(test)]
mod tests;
mod validation;

use clock::Clock;
use engine::Place;
use faults::{Calls, Faults};
use model::World;
use protocol::errors::Refusal;
use protocol::s3::Uploads;
use security::{Caller, Sessions};
use seed::{Seed, SeedKind};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

/// How an emulator is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// What it holds at the start.
    pub seed: SeedKind,
    /// What begins live takes its nominal length divided by this.
    pub speed: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: SeedKind::Demo,
            speed: 60.0,
        }
    }
}

/// A local SageMaker.
pub struct Emulator(Arc<House>);

impl Emulator {
    /// Sets it up, its whole history included: up to a few seconds of work, on all processors, for the large seed.
    pub fn new(options: Options) -> Emulator {
        let Options { seed, speed } = options;
        let mut clock = Clock::default();
        let seed = Seed::new(seed, clock.now());
        let speed = if speed.is_finite() && speed > 0.0 {
            speed
        } else {
            1.0
        };
        let world = World::planted(seed, speed, clock);
        Emulator(Arc::new(House {
            place: world.place.clone(),
            world: Mutex::new(world),
            faults: Mutex::default(),
            calls: Mutex::default(),
            sessions: Mutex::default(),
            uploads: Mutex::default(),
        }))
    }

    /// Answers on `listener` until `shutdown` resolves.
    ///
    /// # Errors
    /// When the listener cannot be used at all.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        protocol::http::serve(self.0, listener, shutdown).await
    }
}

/// What all connections share.
struct House {
    place: Place,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
    sessions: Mutex<Sessions>,
    uploads: Mutex<Uploads>,
}

impl House {
    fn world(&self) -> MutexGuard<'_, World> {
        open(&self.world)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        open(&self.faults)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        open(&self.calls)
    }

    /// Taken after the world where both are needed.
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        open(&self.sessions)
    }

    /// Taken after the world where both are needed.
    fn uploads(&self) -> MutexGuard<'_, Uploads> {
        open(&self.uploads)
    }

    /// The caller as messages name it.
    fn user(&self, caller: &Caller) -> String {
        let account = &self.place.account;
        let user = self.sessions().user(caller);
        user.unwrap_or_else(|| format!("arn:aws:sts::{account}:assumed-role/Console/session"))
    }

    /// Writes a call down, and refuses it where its session's policy does not allow it.
    fn admit(&self, caller: &Caller, action: &str, resource: &str) -> Result<(), Refusal> {
        if self.sessions().user(caller).is_none() {
            return Ok(());
        }
        let now = self.world().tick();
        self.sessions().admit(caller, action, resource, now)
    }
}

/// A panic in one request must not silence the emulator for all that follow.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
