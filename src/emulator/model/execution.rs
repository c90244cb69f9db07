//! One execution: what was asked for, and the run that follows from it.

use super::pipeline::User;
use crate::engine::{ArnContext, Millis, Run, RunStatus};
use std::borrow::Cow;
use std::sync::Arc;

/// An execution in full.
#[derive(Debug, Clone)]
pub struct Execution {
    /// `PipelineExecutionDisplayName`.
    pub display_name: String,
    /// `PipelineExecutionDescription`.
    pub description: Option<String>,
    /// `CreatedBy`.
    pub created_by: User,
    /// Number of the pipeline's version it is bound to.
    pub version: i64,
    /// When its name or description was last changed, if ever.
    pub edited: Millis,
    /// `MlflowExperimentName`.
    pub mlflow_experiment: Option<String>,
    /// What happens.
    pub run: Run,
    /// When something happens next, as the agenda has it.
    pub(super) wake: Option<Millis>,
    /// The callback tokens under which it can be found.
    pub(super) tokens: Vec<String>,
    /// How much of it is written down; none of it at first.
    pub(super) saved: Option<SavedUpTo>,
}

/// How much of an execution is written down in the state file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SavedUpTo {
    /// How many of the things done to it.
    pub inputs: usize,
    /// Of which time its name and description are.
    pub edited: Millis,
    /// Whether the end it has now.
    pub ended: bool,
}

impl Execution {
    /// An execution that somebody starts now.
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

    /// All of it is written down as it is.
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

/// What lists tell of an execution without running it again.
#[derive(Debug, Clone)]
pub struct Summary<'w> {
    /// The fixed parts of its ARN.
    pub(super) arn_context: Arc<ArnContext>,
    /// Its identifier.
    pub(super) id: Cow<'w, str>,
    /// `StartTime`.
    pub created: Millis,
    /// `PipelineExecutionStatus`.
    pub status: RunStatus,
    /// `PipelineExecutionDisplayName`.
    pub display_name: Cow<'w, str>,
    /// `PipelineExecutionDescription`.
    pub description: Option<Cow<'w, str>>,
    /// Number of its version.
    pub version: i64,
}

impl Summary<'_> {
    /// `PipelineExecutionArn`.
    pub fn arn(&self) -> String {
        self.arn_context.execution_arn(&self.id)
    }
}

/// The execution-level reason, which tells nothing of the step.
pub const FAILED: &str = "Step failure: One or multiple steps failed";
