//! An execution: what was requested, and the run that follows from it.

use super::pipeline::User;
use crate::engine::{ArnContext, Millis, Run, RunStatus};
use crate::seed::SeedStart;
use std::borrow::Cow;
use std::sync::Arc;

/// A complete execution.
#[derive(Debug, Clone)]
pub struct Execution {
    /// `PipelineExecutionDisplayName`.
    pub display_name: String,
    /// `PipelineExecutionDescription`.
    pub description: Option<String>,
    /// `CreatedBy`.
    pub created_by: User,
    /// Number of its pipeline version.
    pub version: i64,
    /// When its name or description was last changed, if ever.
    pub edited: Millis,
    /// `MlflowExperimentName`.
    pub mlflow_experiment: Option<String>,
    /// Its run.
    pub run: Run,
    /// Time of its next event in the agenda.
    pub(super) wake: Option<Millis>,
    /// The callback tokens that it can be found by.
    pub(super) tokens: Vec<String>,
    /// How much of it is in the state file; none at first.
    pub(super) saved: Option<SavedUpTo>,
}

/// How much of an execution is in the state file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SavedUpTo {
    /// Number of inputs.
    pub inputs: usize,
    /// Time of its name and description.
    pub edited: Millis,
    /// Whether its end.
    pub ended: bool,
}

impl Execution {
    /// An execution that starts now.
    pub fn new(
        run: Run,
        version: i64,
        display_name: String,
        description: Option<String>,
        mlflow_experiment: Option<String>,
    ) -> Execution {
        Execution {
            display_name,
            description,
            created_by: None,
            version,
            edited: 0,
            mlflow_experiment,
            run,
            wake: None,
            tokens: Vec::new(),
            saved: None,
        }
    }

    /// The execution of a seeded run.
    pub(super) fn seeded(start: &SeedStart, run: Run) -> Self {
        let version = start.version as i64 + 1;
        let name = start.display_name.clone();
        let mut execution = Self::new(run, version, name, start.description.clone(), None);
        execution.created_by = start.created_by.clone().map(Arc::new);
        execution
    }

    /// Marks all of it as saved.
    pub(super) fn mark_saved(&mut self) {
        self.saved = Some(SavedUpTo {
            inputs: self.run.inputs().len(),
            edited: self.edited,
            ended: self.run.status().is_terminal(),
        });
    }

    /// `LastModifiedTime`.
    pub fn modified(&self) -> Millis {
        self.run.last_modified().max(self.edited)
    }

    /// `PipelineExecutionArn`.
    pub fn arn(&self) -> String {
        let spec = self.run.spec();
        spec.arn_context.execution_arn(&spec.execution_id)
    }
}

/// What lists show of an execution, without replaying it.
#[derive(Debug, Clone)]
pub struct Summary<'w> {
    /// What its ARN is made of.
    pub(super) arn: SummaryArn<'w>,
    /// `StartTime`.
    pub created: Millis,
    /// `PipelineExecutionStatus`.
    pub status: RunStatus,
    /// `PipelineExecutionDisplayName`; empty where an execution that was read from another SageMaker has none.
    pub display_name: Cow<'w, str>,
    /// `PipelineExecutionDescription`.
    pub description: Option<Cow<'w, str>>,
    /// Number of its pipeline version.
    pub version: i64,
}

/// What the ARN of an execution is made of, when somebody looks.
#[derive(Debug, Clone)]
pub(super) enum SummaryArn<'w> {
    /// The fixed parts, and the execution's identifier.
    Parts(Arc<ArnContext>, Cow<'w, str>),
    /// As it was read from another SageMaker.
    AsRead(&'w str),
}

impl Summary<'_> {
    /// `PipelineExecutionArn`.
    pub fn arn(&self) -> String {
        match &self.arn {
            SummaryArn::Parts(context, id) => context.execution_arn(id),
            SummaryArn::AsRead(arn) => (*arn).to_owned(),
        }
    }
}

/// The failure reason of an execution, which does not name the failed step.
pub const FAILED: &str = "Step failure: One or multiple steps failed";
