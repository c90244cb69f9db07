//! What SageMaker last returned: stored, searched, and refreshed when somebody looks.

mod all_executions;
mod as_one;
mod asked_pipeline;
mod backfill;
mod backfill_state;
mod cache_key;
mod change_search;
mod clock;
mod cursor;
mod diagrams;
mod drawings;
mod execution;
mod execution_query;
mod execution_refresh;
mod execution_rows;
mod executions;
mod failures;
mod fill;
mod freshness;
mod history;
mod jobs;
mod memory_cache;
mod models;
mod named;
mod names;
mod parameters;
mod pending;
mod permissions;
mod pipelines;
mod reading;
mod search;
mod store;
mod tags;
mod turns;
mod unsearched;
mod version;
mod views;
mod visible;
mod workspace;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::access::{Grant, Role, Scope};
use crate::aws::{Workspace, Workspaces};
use crate::database::Pools;
use crate::domain::{
    Action, AwsError, Execution, JobDetail, ModelPackageGroup, Pipeline, StepRecord,
};
pub use clock::Clock;
use diagrams::Diagrams;
pub use drawings::{
    Drawing, DrawingError, Drawings, MAX_DRAWN_STEPS, NODE_CHARACTER_WIDTH_PX, NODE_EXTRA_WIDTH_PX,
};
pub use execution_query::{ExecutionQuery, ExecutionSort, PageKey, Starter};
pub use freshness::Timing;
pub use names::Names;
pub use parameters::changed_parameters;
use workspace::WorkspaceCatalog;

pub use views::{
    AccessError, AllExecutions, EXECUTIONS_PER_PAGE, ExecutionBrief, ExecutionList, ExecutionRow,
    ExecutionView, KnownFailure, KnownMetric, ListGap, ListedExecution, PIPELINES_PER_PAGE,
    PipelineCounts, PipelineInformation, PipelineList, PipelineQuery, PipelineRow, PipelineSort,
    PipelineState, PipelineView, RECENT_EXECUTIONS, ReadError, Reading, SoughtExecution,
    UnreadSteps, WorkspaceInfo,
};

/// The reading side of the console. Clones share everything.
#[derive(Clone)]
pub struct Catalog(Arc<[WorkspaceCatalog]>);

impl Catalog {
    /// A catalog over `db` (its migrations have run). Asks nothing until somebody looks.
    pub fn new(db: Pools, workspaces: &Workspaces) -> Self {
        Self::with_timing(db, workspaces, Timing::default(), Clock::default())
    }

    /// The same with other waits than usual, and another clock.
    pub fn with_timing(db: Pools, workspaces: &Workspaces, timing: Timing, clock: Clock) -> Self {
        let diagrams = Arc::new(Diagrams::default());
        let copy = |workspace: &Workspace| {
            let (db, diagrams) = (db.clone(), diagrams.clone());
            WorkspaceCatalog::new(workspace.clone(), db, diagrams, timing, clock.clone())
        };
        Self(workspaces.iter().map(copy).collect())
    }

    /// Takes over, in the background, what an earlier version of the console stored, and goes on with what an earlier
    /// process had begun to read. From then on, the steps and jobs of executions that nobody opened are read too, of
    /// those that began within `backfill`; of none where that is zero.
    pub fn resume(&self, backfill: Duration) {
        for workspace in self.0.iter() {
            workspace.fill_gaps(None);
            workspace.begin_backfill(backfill);
            tokio::spawn(workspace.clone().take_over());
        }
    }

    /// The workspaces that this person sees something in, in the order of the settings.
    pub fn workspaces(&self, scope: &Scope) -> Vec<WorkspaceInfo> {
        let info = |copy: &WorkspaceCatalog| {
            let workspace = &copy.workspace;
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
        let is_visible = |copy: &&WorkspaceCatalog| scope.sees_workspace(&copy.workspace.name);
        self.0.iter().filter(is_visible).map(info).collect()
    }

    /// A number that is another one once anything has changed that lists of this workspace show: rows, and actions
    /// that are pending. `None` where there is no such workspace.
    pub fn changes(&self, workspace: &str) -> Option<u64> {
        let workspace = self.workspace(workspace).ok()?;
        Some(workspace.store.changes() + workspace.pending.changes())
    }

    /// The same of what the pages of the execution of this ID show.
    pub fn changes_of_execution(&self, workspace: &str, id: &str) -> Option<u64> {
        let workspace = self.workspace(workspace).ok()?;
        Some(workspace.store.changes_of_execution(id) + workspace.pending.changes())
    }

    fn workspace(&self, name: &str) -> Result<&WorkspaceCatalog, ReadError> {
        let found = self.0.iter().find(|copy| copy.workspace.name == name);
        found.ok_or(ReadError::Workspace)
    }

    /// The workspace of this name, where this person sees something in it.
    fn visible_workspace(&self, scope: &Scope, name: &str) -> Result<&WorkspaceCatalog, ReadError> {
        let workspace = self.workspace(name)?;
        if !scope.sees_workspace(name) {
            return Err(ReadError::Workspace);
        }
        Ok(workspace)
    }

    /// What this person may do with a pipeline, where that is at least what takes the role
    /// `needed`. For more than to see it, its tags are read at this moment where they decide.
    ///
    /// # Errors
    /// That there is no such pipeline, or none they may know of; why they may not; or that it cannot
    /// be found out: then they may not.
    pub async fn authorize(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        needed: Role,
    ) -> Result<Grant, AccessError> {
        self.visible_workspace(scope, workspace)?
            .authorize(scope, name, needed)
            .await
    }

    /// The same by what is known without asking again: for what a page offers. What is done is
    /// decided by [`Self::authorize`].
    ///
    /// # Errors
    /// As of [`Self::authorize`].
    pub async fn known_grant(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        needed: Role,
    ) -> Result<Grant, AccessError> {
        self.visible_workspace(scope, workspace)?
            .known_grant(scope, name, needed)
            .await
    }

    /// Why this person may not do what takes the role `needed` with each of these pipelines, which they see: as of
    /// [`Self::known_grant`], by one look at all of them. Those with which they may are left out.
    ///
    /// # Errors
    /// That it cannot be found out: then they may not.
    pub async fn known_refusals(
        &self,
        scope: &Scope,
        workspace: &str,
        names: &[&str],
        needed: Role,
    ) -> Result<HashMap<String, AccessError>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .known_refusals(scope, names, needed)
            .await
    }

    /// The pipelines of a workspace.
    pub async fn pipelines(
        &self,
        scope: &Scope,
        workspace: &str,
        query: &PipelineQuery,
    ) -> Result<Reading<PipelineList>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .pipelines(scope, query)
            .await
    }

    /// A pipeline by its exact name.
    pub async fn pipeline(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Reading<Pipeline>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .pipeline(scope, name)
            .await
    }

    /// A pipeline with its current definition, laid out.
    pub async fn detail(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Reading<PipelineView>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .detail(scope, name)
            .await
    }

    /// The versions and tags of a pipeline.
    pub async fn information(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
    ) -> Result<Reading<PipelineInformation>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .information(scope, name)
            .await
    }

    /// The executions of a pipeline.
    pub async fn executions(
        &self,
        scope: &Scope,
        workspace: &str,
        name: &str,
        query: &ExecutionQuery,
    ) -> Result<Reading<ExecutionList>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .executions(scope, name, query)
            .await
    }

    /// The executions of all pipelines that this person may see.
    pub async fn all_executions(
        &self,
        scope: &Scope,
        workspace: &str,
        query: &ExecutionQuery,
    ) -> Result<Reading<AllExecutions>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .all_executions(scope, query)
            .await
    }

    /// Some of these, the first ones in their order, as far as they are known without asking SageMaker: those after
    /// the page key of the query.
    pub async fn some_executions(
        &self,
        scope: &Scope,
        workspace: &str,
        query: &ExecutionQuery,
    ) -> Result<Vec<ListedExecution>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .some_executions(scope, query)
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
        self.visible_workspace(scope, workspace)?
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
        self.visible_workspace(scope, workspace)?
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
        self.visible_workspace(scope, workspace)?
            .execution_now(scope, name, id)
            .await
    }

    /// The job that a step of this execution made, cached briefly; `None` where it made none. A
    /// workspace that does not exist has none either.
    pub async fn step_job(
        &self,
        scope: &Scope,
        workspace: &str,
        view: &ExecutionView,
        record: &StepRecord,
    ) -> Result<Option<JobDetail>, AwsError> {
        match self.visible_workspace(scope, workspace) {
            Ok(workspace) => workspace.step_job(scope, view, record).await,
            Err(_) => Ok(None),
        }
    }

    /// What an execution that succeeded made, for its banner: the models that it registered, and its last job with
    /// metrics. Read rarely, and left out where it is not known within a short while.
    pub async fn products(
        &self,
        scope: &Scope,
        workspace: &str,
        view: &ExecutionView,
    ) -> Vec<JobDetail> {
        match self.visible_workspace(scope, workspace) {
            Ok(workspace) => workspace.products(scope, view).await,
            Err(_) => Vec::new(),
        }
    }

    /// The groups of registered models, newest first; none for a person who does not see every
    /// pipeline: SageMaker does not return which pipeline registers in which.
    pub async fn model_package_groups(
        &self,
        scope: &Scope,
        workspace: &str,
    ) -> Result<Reading<Vec<ModelPackageGroup>>, ReadError> {
        self.visible_workspace(scope, workspace)?
            .model_package_groups(scope)
            .await
    }

    /// Those of these display names that a known execution has, of any pipeline that this person may see.
    pub async fn display_names_taken(
        &self,
        scope: &Scope,
        workspace: &str,
        names: &[String],
    ) -> HashSet<String> {
        let Ok(workspace) = self.visible_workspace(scope, workspace) else {
            return HashSet::new();
        };
        let taken = workspace.display_names_taken(scope, names).await;
        taken.unwrap_or_default()
    }

    /// What these pipelines, by name, and executions, by ID, are called: of those that this person may see,
    /// as far as it is known without asking SageMaker.
    pub async fn names(
        &self,
        scope: &Scope,
        workspace: &str,
        pipelines: &[String],
        executions: &[String],
    ) -> Names {
        let Ok(workspace) = self.visible_workspace(scope, workspace) else {
            return Names::default();
        };
        let names = workspace.names(scope, pipelines, executions).await;
        names.unwrap_or_default()
    }

    /// Notes an action of our own on an execution, accepted at this moment: until SageMaker reports its effect, pages
    /// show it as pending.
    pub async fn expect_effect(&self, workspace: &str, execution_arn: &str, action: Action) {
        if let Ok(workspace) = self.workspace(workspace) {
            workspace.expect_effect(execution_arn, action).await;
        }
    }

    /// Notes that the last action on an execution has no effect: it was refused.
    pub fn expect_no_effect(&self, workspace: &str, execution_arn: &str) {
        if let Ok(workspace) = self.workspace(workspace) {
            workspace.pending.remove(execution_arn);
        }
    }

    /// Describes an execution now, after an action of our own, so that the next page shows it.
    pub async fn refresh_execution(&self, workspace: &str, execution_arn: &str) {
        if let Ok(workspace) = self.workspace(workspace) {
            workspace.refresh_execution(execution_arn).await;
        }
    }
}

#[cfg(test)]
mod tests;
