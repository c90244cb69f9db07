//! What all connections of an emulator share.

use crate::engine::ArnContext;
use crate::faults::{Calls, Faults};
use crate::model::World;
use crate::protocol::errors::ServiceError;
use crate::security::{Caller, Sessions};
use crate::storage::Uploads;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Access to the world for one call. Changes are saved when it is dropped, at the latest.
pub struct WorldGuard<'h>(MutexGuard<'h, World>);

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
pub struct Shared {
    /// The account and the region.
    pub arn_context: ArnContext,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
    sessions: Mutex<Sessions>,
    uploads: Mutex<Uploads>,
}

impl Shared {
    /// Shares a world.
    pub fn new(world: World) -> Shared {
        Shared {
            arn_context: world.arn_context.clone(),
            world: Mutex::new(world),
            faults: Mutex::default(),
            calls: Mutex::default(),
            sessions: Mutex::default(),
            uploads: Mutex::default(),
        }
    }

    /// The world, locked.
    pub fn world(&self) -> WorldGuard<'_> {
        WorldGuard(lock(&self.world))
    }

    /// The faults, locked.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// The counts of calls, locked.
    pub fn calls(&self) -> MutexGuard<'_, Calls> {
        lock(&self.calls)
    }

    /// The sessions, to be locked after the world where both are needed.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.sessions)
    }

    /// The unfinished uploads, to be locked after the world where both are needed.
    pub fn uploads(&self) -> MutexGuard<'_, Uploads> {
        lock(&self.uploads)
    }

    /// The ARN of the pipeline with a name, whether it exists or not.
    pub fn pipeline_arn(&self, name: &str) -> String {
        let world = self.world();
        let key = world.pipelines.by_name(name);
        let pipeline = key.and_then(|key| world.pipelines.get(key));
        pipeline.map_or_else(
            || self.arn_context.arn(&format!("pipeline/{name}")),
            |pipeline| pipeline.arn.clone(),
        )
    }

    /// The caller's ARN, as messages have it.
    pub fn user_arn(&self, caller: &Caller) -> String {
        let account = &self.arn_context.account;
        let user = self.sessions().user_arn(caller);
        user.unwrap_or_else(|| format!("arn:aws:sts::{account}:assumed-role/Console/session"))
    }

    /// Records a call, and checks it against the policy of the caller's session.
    pub fn authorize(
        &self,
        caller: &Caller,
        action: &str,
        resource: &str,
    ) -> Result<(), ServiceError> {
        if self.sessions().user_arn(caller).is_none() {
            return Ok(());
        }
        let now = self.world().tick();
        self.sessions().authorize(caller, action, resource, now)
    }
}

/// Ignores poisoning: a panic in one request must not block all further requests.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
