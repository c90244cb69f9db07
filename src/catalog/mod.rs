//! What SageMaker last told us: kept, searched, and refreshed when somebody looks.

mod execution;
mod executions;
mod freshness;
mod history;
mod jobs;
mod kept;
mod models;
mod named;
mod parameters;
mod pictures;
mod pipelines;
mod search;
mod site;
mod store;
mod tags;
mod version;
mod views;
mod visible;

use std::sync::Arc;

use crate::access::{Forbidden, Grant, Role, Scope};
use crate::aws::{Workspace, Workspaces};
use crate::database::Pools;
use crate::domain::{AwsError, Execution, JobDetail, ModelPackageGroup, Pipeline, StepRecord};
pub use parameters::changed;
use pictures::Pictures;
pub use pictures::{DRAWN_STEPS, drawn_edges};
use site::Site;

pub use views::{
    EXECUTIONS_A_PAGE, ExecutionBrief, ExecutionList, ExecutionQuery, ExecutionRow, ExecutionSort,
    ExecutionView, PIPELINES_A_PAGE, PipelineInformation, PipelineList, PipelineQuery, PipelineRow,
    PipelineSort, PipelineView, RECENT, ReadError, Reading, WorkspaceInfo,
};
pub use visible::Visible;

/// The least and the greatest width of a step's box in a picture, in pixels: as wide as its name needs.
pub const NODE_WIDTHS: (f32, f32) = (220.0, 320.0);
/// What a box holds beside its name, and the width of a character of the name in the widest of the
/// fonts in use, in pixels.
pub const NODE_NAME: (f32, f32) = (68.0, 8.4);
/// The height of a step's box in a picture, in pixels.
pub const NODE_HEIGHT: f32 = 52.0;

/// Why a person may not do something with a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Denied {
    /// It is not there, or they may not know that it is, or it cannot be told.
    ReadError(ReadError),
    /// They may see it, and do less with it.
    Forbidden(Forbidden),
}

impl From<ReadError> for Denied {
    fn from(missing: ReadError) -> Self {
        Self::ReadError(missing)
    }
}

impl From<Forbidden> for Denied {
    fn from(missed: Forbidden) -> Self {
        match missed {
            Forbidden::Hidden => Self::ReadError(ReadError::Pipeline),
            missed => Self::Forbidden(missed),
        }
    }
}

/// The reading side of the console. Clones share everything.
#[derive(Clone)]
pub struct Catalog(Arc<[Site]>);

impl Catalog {
    /// A catalog over `db` (its migrations have run). Asks nothing until somebody looks.
    pub fn new(db: Pools, workspaces: &Workspaces) -> Self {
        let pictures = Arc::new(Pictures::default());
        let site =
            |workspace: &Workspace| Site::new(workspace.clone(), db.clone(), pictures.clone());
        Self(workspaces.iter().map(site).collect())
    }

    /// The workspaces that this person sees something in, in the order of the settings.
    pub fn workspaces(&self, scope: &Scope) -> Vec<WorkspaceInfo> {
        let info = |site: &Site| {
            let workspace = &site.workspace;
            WorkspaceInfo {
                name: workspace.name.clone(),
                region: workspace
                    .region
                    .clone()
                    .or_else(|| workspace.client.region()),
                endpoint: workspace.endpoint.clone(),
                colour: workspace.colour.clone(),
            }
        };
        let seen = |site: &&Site| scope.sees_workspace(&site.workspace.name);
        self.0.iter().filter(seen).map(info).collect()
    }

    fn site(&self, workspace: &str) -> Result<&Site, ReadError> {
        let found = self.0.iter().find(|site| site.workspace.name == workspace);
        found.ok_or(ReadError::Workspace)
    }

    /// The workspace of this name, where this person sees something in it.
    fn seen(&self, scope: &Scope, workspace: &str) -> Result<&Site, ReadError> {
        let site = self.site(workspace)?;
        if !scope.sees_workspace(workspace) {
            return Err(ReadError::Workspace);
        }
        Ok(site)
    }

    /// Which pipelines of a workspace this person may see.
    ///
    /// # Errors
    /// That there is no such workspace, as far as they may know, or that it cannot be told.
    pub async fn visible(&self, scope: &Scope, workspace: &str) -> Result<Visible, ReadError> {
        let sight = self.seen(scope, workspace)?.visible(scope).await?;
        Ok(sight.into())
    }

    /// What this person may do with a pipeline, where that is at least what takes the role
    /// `needed`. For more than to see it, its tags are read at this moment where they decide.
    ///
    /// # Errors
    /// That there is no such thing, as far as they may know, or why they may not, or that it
    /// cannot be told: then they may not.
    pub async fn may(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        needed: Role,
    ) -> Result<Grant, Denied> {
        let site = self.seen(scope, workspace)?;
        site.may(scope, name, needed).await
    }

    /// The same as far as is known without asking again: for what a page offers. What is done is
    /// decided by [`Self::may`].
    ///
    /// # Errors
    /// As of [`Self::may`].
    pub async fn standing(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        needed: Role,
    ) -> Result<Grant, Denied> {
        let site = self.seen(scope, workspace)?;
        site.standing(scope, name, needed).await
    }

    /// The pipelines of a workspace.
    pub async fn pipelines(
        &self,
        scope: &Scope,
        workspace: &str,
        query: &PipelineQuery,
    ) -> Result<Reading<PipelineList>, ReadError> {
        self.seen(scope, workspace)?.pipelines(scope, query).await
    }

    /// A pipeline by its exact name.
    pub async fn pipeline(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Reading<Pipeline>, ReadError> {
        self.seen(scope, workspace)?.pipeline(scope, name).await
    }

    /// A pipeline with its current definition and the picture of it.
    pub async fn detail(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Reading<PipelineView>, ReadError> {
        self.seen(scope, workspace)?.detail(scope, name).await
    }

    /// The versions and tags of a pipeline.
    pub async fn information(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Reading<PipelineInformation>, ReadError> {
        self.seen(scope, workspace)?.information(scope, name).await
    }

    /// The executions of a pipeline.
    pub async fn executions(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        query: &ExecutionQuery,
    ) -> Result<Reading<ExecutionList>, ReadError> {
        self.seen(scope, workspace)?
            .executions(scope, name, query)
            .await
    }

    /// One execution with its steps.
    pub async fn execution(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        id: &str,
    ) -> Result<Reading<ExecutionView>, ReadError> {
        self.seen(scope, workspace)?
            .execution(scope, name, id)
            .await
    }

    /// The pipeline's newest execution that still runs, with steps, for its banner.
    pub async fn newest_running(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Option<Reading<ExecutionView>>, ReadError> {
        self.seen(scope, workspace)?
            .newest_running(scope, name)
            .await
    }

    /// An execution, described at this moment: for the check of an action against its status.
    pub async fn execution_now(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        id: &str,
    ) -> Result<Execution, ReadError> {
        self.seen(scope, workspace)?
            .execution_now(scope, name, id)
            .await
    }

    /// What the job of a step of this execution tells of itself, remembered briefly; `None` where
    /// the step made none. A workspace that does not exist has none either.
    pub async fn step_job(
        &self,
        scope: &Scope,
        workspace: &str,
        view: &ExecutionView,
        record: &StepRecord,
    ) -> Result<Option<JobDetail>, AwsError> {
        match self.seen(scope, workspace) {
            Ok(site) => site.step_job(scope, view, record).await,
            Err(_) => Ok(None),
        }
    }

    /// The groups of registered models, newest first; none for who does not see every pipeline:
    /// SageMaker does not tell which pipeline registers in which.
    pub async fn model_package_groups(
        &self,
        scope: &Scope,
        workspace: &str,
    ) -> Result<Reading<Vec<ModelPackageGroup>>, ReadError> {
        let site = self.seen(scope, workspace)?;
        site.model_package_groups(scope).await
    }

    /// Whether an execution of any pipeline that this person may see has this display name, as far
    /// as is known.
    pub async fn display_name_taken(&self, scope: &Scope, workspace: &str, name: &str) -> bool {
        match self.seen(scope, workspace) {
            Ok(site) => site.display_name_taken(scope, name).await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// Describes an execution now, after an action of our own, so that the next page shows it.
    pub async fn touched(&self, workspace: &str, execution_arn: &str) {
        if let Ok(site) = self.site(workspace) {
            site.touched(execution_arn).await;
        }
    }
}

#[cfg(test)]
mod tests;
