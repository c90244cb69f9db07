//! Registered models.

use std::time::Duration;

use super::freshness::Freshness;
use super::kept::Answer;
use super::pipelines::reading;
use super::site::{Site, Subject};
use super::version::version_of;
use super::views::{ReadError, Reading};
use crate::access::Scope;
use crate::domain::{ModelPackageGroup, Service};

/// How old the groups may be.
const AGE: Duration = Duration::from_secs(30);

impl Site {
    pub(super) async fn model_package_groups(
        &self,
        scope: &Scope,
    ) -> Result<Reading<Vec<ModelPackageGroup>>, ReadError> {
        if !self.shows_all(scope) {
            return Ok(reading(Freshness::default(), String::new(), Vec::new()));
        }
        let operation = "ListModelPackageGroups";
        let fetch = |site: Site| async move {
            let call = site.client().list_model_package_groups();
            let groups = site.ask("ListModelPackageGroups", "", call).await?;
            let troubles = groups.incomplete(Service::SageMaker, "ListModelPackageGroups");
            Ok((Answer::Groups(groups.items), troubles.into_iter().collect()))
        };
        let (answer, told) = self.kept(Subject::Groups, operation, AGE, fetch).await?;
        let value = match answer.as_ref() {
            Answer::Groups(groups) => groups.clone(),
            _ => Vec::new(),
        };
        Ok(reading(told, version_of(&value), value))
    }
}
