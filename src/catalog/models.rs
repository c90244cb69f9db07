//! Registered models.

use std::time::Duration;

use super::cache_key::CacheKey;
use super::freshness::{Freshness, RefreshPolicy};
use super::memory_cache::Cached;
use super::reading::{reading, versioned};
use super::views::{ReadError, Reading};
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::{ModelPackageGroup, Service};

/// How old the groups may be.
const MODEL_PACKAGE_GROUPS_MAX_AGE: Duration = Duration::from_secs(30);

impl WorkspaceCatalog {
    pub(super) async fn model_package_groups(
        &self,
        scope: &Scope,
    ) -> Result<Reading<Vec<ModelPackageGroup>>, ReadError> {
        if !self.sees_all(scope) {
            return Ok(reading(Freshness::default(), String::new(), Vec::new()));
        }
        let fetch = |workspace: WorkspaceCatalog| async move {
            let call = workspace.client().list_model_package_groups();
            let groups = workspace.ask("ListModelPackageGroups", "", call).await?;
            let incomplete = groups.incomplete(Service::SageMaker, "ListModelPackageGroups");
            let groups = Cached::ModelPackageGroups(groups.items);
            Ok((groups, incomplete.into_iter().collect()))
        };
        let (answer, freshness) = self
            .cached(
                CacheKey::ModelPackageGroups,
                RefreshPolicy::patient("ListModelPackageGroups", MODEL_PACKAGE_GROUPS_MAX_AGE),
                fetch,
            )
            .await?;
        let value = match answer.as_ref() {
            Cached::ModelPackageGroups(groups) => groups.clone(),
            _ => Vec::new(),
        };
        Ok(versioned(freshness, value))
    }
}
