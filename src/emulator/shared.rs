//! What all connections of an emulator share.

use crate::engine::ArnContext;
use crate::faults::{Calls, Faults};
use crate::model::{Regions, World};
use crate::protocol::errors::ServiceError;
use crate::security::{Caller, Sessions};
use crate::storage::Uploads;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Access to a Region for one call. Changes are saved when it is dropped, at the latest.
pub struct WorldGuard<'h> {
    regions: MutexGuard<'h, Regions>,
    /// As [`Regions::enter`] named it.
    region: Option<String>,
}

impl<'h> WorldGuard<'h> {
    fn enter(mut regions: MutexGuard<'h, Regions>, region: Option<String>) -> WorldGuard<'h> {
        regions.exchange_storage(region.as_ref());
        WorldGuard { regions, region }
    }
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        self.regions.get(self.region.as_ref())
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.regions.get_mut(self.region.as_ref())
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.save() {
            tracing::error!(%error, "the local SageMaker's state is not saved: {error}");
        }
        self.regions.exchange_storage(self.region.as_ref());
    }
}

/// The state that all connections share.
pub struct Shared {
    /// The account and the home Region.
    pub arn_context: ArnContext,
    regions: Mutex<Regions>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
    sessions: Mutex<Sessions>,
    uploads: Mutex<Uploads>,
}

impl Shared {
    /// Shares all Regions.
    pub fn new(regions: Regions) -> Shared {
        Shared {
            arn_context: regions.home().arn_context.clone(),
            regions: Mutex::new(regions),
            faults: Mutex::default(),
            calls: Mutex::default(),
            sessions: Mutex::default(),
            uploads: Mutex::default(),
        }
    }

    /// The home Region, locked with all others.
    pub fn world(&self) -> WorldGuard<'_> {
        WorldGuard::enter(self.regions(), None)
    }

    /// The Region of a request's signature, locked with all others; the home Region where it names none.
    pub fn world_of(&self, region: Option<&str>) -> WorldGuard<'_> {
        let mut regions = self.regions();
        let region = regions.enter(region);
        WorldGuard::enter(regions, region)
    }

    /// The named Region, or else the one that has a pipeline, locked with all others.
    pub fn world_with(&self, pipeline: &str, region: Option<&str>) -> WorldGuard<'_> {
        let mut regions = self.regions();
        let region = match region {
            Some(region) => regions.enter(Some(region)),
            None => regions.with_pipeline(pipeline),
        };
        WorldGuard::enter(regions, region)
    }

    /// All Regions, locked; what changes in them is to be saved.
    pub fn regions(&self) -> MutexGuard<'_, Regions> {
        lock(&self.regions)
    }

    /// The faults, locked.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// The counts of calls, locked.
    pub fn calls(&self) -> MutexGuard<'_, Calls> {
        lock(&self.calls)
    }

    /// The sessions, to be locked after the Regions where both are needed.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.sessions)
    }

    /// The unfinished uploads, to be locked after the Regions where both are needed.
    pub fn uploads(&self) -> MutexGuard<'_, Uploads> {
        lock(&self.uploads)
    }

    /// The ARN of the pipeline with a name in a Region, whether it exists or not.
    pub fn pipeline_arn(&self, name: &str, region: Option<&str>) -> String {
        let world = self.world_of(region);
        world.pipelines.named(name).map_or_else(
            || world.arn_context.arn(&format!("pipeline/{name}")),
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
