//! What the catalog is asked, and what it answers.

mod execution_lists;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::drawings::{DrawingError, Drawings};
use crate::access::Forbidden;
use crate::domain::search::SearchQuery;
use crate::domain::{
    Action, AwsError, Execution, ExecutionStatus, Failure, Iteration, JobDetail, KnownValues,
    Named, ParameterValue, Pipeline, PipelineDetail, PipelineVersion, Progress, StepEntry,
    StepRecord, Tag,
};
use sluicegate_definition::Definition;

pub(super) use execution_lists::show_in_row;
pub use execution_lists::{
    AllExecutions, ExecutionList, ExecutionRow, KnownFailure, KnownMetric, ListGap,
    ListedExecution, Suggestions, UnreadSteps,
};

/// Pipelines on one page of the list.
pub const PIPELINES_PER_PAGE: u32 = 100;
/// Executions on one page of a list.
pub const EXECUTIONS_PER_PAGE: u32 = 100;
/// The most executions in the strip of a pipeline's row.
pub const RECENT_EXECUTIONS: usize = 10;

/// What was read, how old it is, and what went wrong while refreshing it.
#[derive(Debug, Clone)]
pub struct Reading<T> {
    /// What was read.
    pub value: T,
    /// When SageMaker last returned this; `None` where it has not yet.
    pub as_of: Option<Timestamp>,
    /// Changes whenever the data changes: polling tags are made from it.
    pub version: String,
    /// Calls that failed, and what they took away. Empty when all is well.
    pub read_errors: Vec<AwsError>,
    /// The data is older than it may be: a refresh failed, or takes longer than it should.
    pub stale: bool,
    /// A refresh has not ended yet.
    pub refreshing: bool,
}

/// Why there is nothing to show.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// No workspace of this name is configured.
    #[error("there is no such workspace")]
    Workspace,
    /// The workspace has no pipeline of this name.
    #[error("there is no such pipeline")]
    Pipeline,
    /// The pipeline has no execution of this id.
    #[error("there is no such execution")]
    Execution,
    /// Nothing is known, and SageMaker could not be asked.
    #[error("{0}")]
    Unavailable(AwsError),
    /// The local copy could not be read or written.
    #[error("the local copy failed: {0}")]
    Database(String),
}

impl From<DrawingError> for ReadError {
    fn from(DrawingError(what): DrawingError) -> Self {
        Self::Database(what)
    }
}

/// Why a person may not do something with a pipeline.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AccessError {
    /// It does not exist, or they may not know that it does, or it cannot be found out.
    #[error(transparent)]
    ReadError(#[from] ReadError),
    /// They may see it, and do less with it.
    #[error("the role does not allow this")]
    Forbidden(Forbidden),
}

impl From<Forbidden> for AccessError {
    fn from(forbidden: Forbidden) -> Self {
        match forbidden {
            Forbidden::Hidden => Self::ReadError(ReadError::Pipeline),
            forbidden => Self::Forbidden(forbidden),
        }
    }
}

/// A workspace as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceInfo {
    /// Its name in addresses.
    pub name: String,
    /// The AWS Region, once known.
    pub region: Option<String>,
    /// Where its calls go, where that is not the Region's own endpoint.
    pub endpoint: Option<String>,
    /// The colour it is marked with.
    pub colour: Option<String>,
}

/// What a list of pipelines is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PipelineSort {
    /// The display name, else the name, in any case.
    Name,
    /// When the last execution began.
    #[default]
    LastExecution,
    /// The status of the last execution, those with one that runs first, in the order of [`ExecutionStatus::KNOWN`].
    Status,
    /// When the pipeline was last modified.
    Modified,
}

/// A state that pipelines can be asked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipelineState {
    /// An execution runs now.
    Running,
    /// The last execution failed.
    Failing,
    /// It has no execution.
    NeverRun,
}

/// How many pipelines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PipelineCounts {
    /// All that the reader may see.
    pub all: u64,
    /// Those that match the search.
    pub matching: u64,
    /// Of these, those with an execution that runs now.
    pub running: u64,
    /// Of these, those whose last execution failed.
    pub failing: u64,
    /// Of these, those without an execution.
    pub never_run: u64,
    /// Executions that run now, of those that match.
    pub executing: u64,
}

impl PipelineCounts {
    /// How many match the search and are in this state.
    pub fn in_state(&self, state: Option<PipelineState>) -> u64 {
        match state {
            None => self.matching,
            Some(PipelineState::Running) => self.running,
            Some(PipelineState::Failing) => self.failing,
            Some(PipelineState::NeverRun) => self.never_run,
        }
    }
}

/// Which pipelines are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PipelineQuery {
    /// Looks in name, display name, description, tags and ARN, and in the ids of executions.
    pub search: SearchQuery,
    /// Only those in this state.
    pub state: Option<PipelineState>,
    /// The order.
    pub sort: PipelineSort,
    /// Greatest first.
    pub descending: bool,
    /// The page, from 1; beyond the last one, the last one is given.
    pub page: u32,
}

/// One page of the pipelines of a workspace.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct PipelineList {
    /// The rows of this page.
    pub rows: Vec<PipelineRow>,
    /// How many match the search and are in the state that is asked for.
    pub total: u64,
    /// How many there are, whatever state is asked for.
    pub counts: PipelineCounts,
    /// The page given, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// `false` where executions cannot be searched: only pipelines looked at have any.
    pub histories_known: bool,
    /// The execution whose ARN or id is searched for.
    pub execution: Option<SoughtExecution>,
}

/// An execution that was searched for by its ARN or its id.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct SoughtExecution {
    /// Its pipeline.
    pub pipeline: Named,
    /// The execution.
    pub execution: ExecutionBrief,
}

/// A pipeline in the list.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct PipelineRow {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// Its newest execution.
    pub last: Option<ExecutionBrief>,
    /// How many of its executions run now.
    pub running: u32,
    /// Its newest executions, oldest first, at most [`RECENT_EXECUTIONS`].
    pub recent: Vec<ExecutionBrief>,
    /// The tags that are searched for, as `key=value`.
    pub matching_tags: Vec<String>,
}

/// The little that strips and rows show of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExecutionBrief {
    /// Its ID and its display name.
    pub named: Named,
    /// Its status.
    pub status: ExecutionStatus,
    /// When it began.
    pub created: Option<Timestamp>,
    /// When it last changed; once it ended, when it ended.
    pub modified: Option<Timestamp>,
    /// Why it failed, where it did and that is known.
    pub failure: Option<Failure>,
}

impl ExecutionBrief {
    /// The ID in addresses.
    pub fn id(&self) -> &str {
        self.named.exact()
    }
}

/// A pipeline with its current definition.
#[derive(Debug, Clone)]
pub struct PipelineView {
    /// Everything SageMaker returns of it.
    pub detail: PipelineDetail,
    /// Its current definition.
    pub definition: Arc<Definition>,
    /// The graph of that definition.
    pub drawings: Arc<Drawings>,
}

/// What is read only where it is shown. Each part can fail by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PipelineInformation {
    /// The versions, newest first.
    pub versions: Result<Vec<PipelineVersion>, AwsError>,
    /// The tags.
    pub tags: Result<Vec<Tag>, AwsError>,
}

/// One execution with its steps.
#[derive(Debug, Clone)]
pub struct ExecutionView {
    /// Its pipeline.
    pub pipeline: Pipeline,
    /// The execution.
    pub execution: Execution,
    /// When SageMaker was found not to know it any more; all of this is what it last returned.
    pub gone: Option<Timestamp>,
    /// The action that was accepted here, and whose effect SageMaker has not reported yet. `execution` has the status
    /// that it leads to.
    pub pending: Option<Action>,
    /// The steps that started, in start order.
    pub steps: Vec<StepRecord>,
    /// The definition it runs by, its own.
    pub definition: Option<Arc<Definition>>,
    /// The graph of that definition.
    pub drawings: Option<Arc<Drawings>>,
    /// The definition joined with the steps that started; `None` where either is not known.
    pub progress: Option<Progress>,
    /// The rows of the list of steps.
    pub entries: Vec<StepEntry>,
    /// The definition's defaults, overlaid by the values SageMaker returned; in the definition's order.
    pub parameters: Vec<ParameterValue>,
    /// Those of `parameters` that differ from the defaults of its own definition.
    pub changed: Vec<ParameterValue>,
    /// Whether a Fail step ended it: SageMaker does not retry those. `None` while that is not known.
    pub ended_in_fail_step: Option<bool>,
}

impl ExecutionView {
    /// What is known of the values that its definition refers to, with what `jobs` report and read in an iteration.
    pub fn known_values<'a>(
        &'a self,
        jobs: &'a HashMap<String, JobDetail>,
        iteration: Option<&'a Iteration>,
    ) -> KnownValues<'a> {
        KnownValues {
            pipeline: &self.pipeline,
            execution: &self.execution,
            parameters: &self.parameters,
            records: &self.steps,
            jobs,
            iteration,
        }
    }

    /// The row of the step of this name, the newest where it was recorded more than once.
    pub fn entry(&self, name: &str) -> Option<StepEntry> {
        let is_record = |entry: &&StepEntry| {
            entry
                .record
                .is_some_and(|index| self.steps[index].name == name)
        };
        let started = self.entries.iter().rev().find(is_record);
        let node = self.definition.as_deref().and_then(|own| own.step(name));
        let is_unstarted = |entry: &&StepEntry| entry.record.is_none() && entry.node == node;
        let unstarted = || self.entries.iter().find(is_unstarted);
        started.or_else(unstarted).copied()
    }
}
