//! What an execution is replayed from.

use super::Origin;
use super::execution::{Execution, Summary, SummaryArn};
use super::pipeline::{User, shared};
use crate::engine::{Millis, Program, Run, RunInput, RunStatus, StartSpec};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// What an execution was started with, and its inputs. Replayed from these it is the same to the millisecond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplaySpec {
    /// What it was started with.
    pub spec: StartSpec,
    /// The inputs of its run, in order of time.
    #[serde(rename = "deeds", default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(Millis, RunInput)>,
    /// `PipelineExecutionDisplayName`.
    pub display_name: String,
    /// `PipelineExecutionDescription`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `CreatedBy`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    pub created_by: User,
    /// Number of its pipeline version.
    pub version: i64,
    /// When its name or description was last changed, if ever.
    #[serde(default, skip_serializing_if = "is_never")]
    pub edited: Millis,
    /// `MlflowExperimentName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mlflow_experiment: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_never(at: &Millis) -> bool {
    *at == 0
}

impl ReplaySpec {
    /// The replay spec of an execution.
    pub fn of(execution: &Execution) -> ReplaySpec {
        let Execution {
            display_name,
            description,
            created_by,
            version,
            edited,
            mlflow_experiment,
            run,
            wake: _,
            tokens: _,
            saved: _,
        } = execution;
        let mut replay_spec = ReplaySpec {
            spec: run.initial_spec(),
            inputs: run.inputs().to_vec(),
            display_name: display_name.clone(),
            description: description.clone(),
            created_by: created_by.clone(),
            version: *version,
            edited: *edited,
            mlflow_experiment: mlflow_experiment.clone(),
        };
        replay_spec.shrink();
        replay_spec
    }

    /// Frees reserved memory: there may be a hundred thousand replay specs.
    pub fn shrink(&mut self) {
        self.spec.execution_id.shrink_to_fit();
        self.spec.parameters.shrink_to_fit();
        self.inputs.shrink_to_fit();
        self.display_name.shrink_to_fit();
    }

    /// The execution as it was after its last input.
    pub fn replay(&self, program: Arc<Program>) -> Execution {
        let run = Run::replay(program, self.spec.clone(), &self.inputs);
        let mut execution = Execution::new(
            run,
            self.version,
            self.display_name.clone(),
            self.description.clone(),
            self.mlflow_experiment.clone(),
        );
        execution.created_by = self.created_by.clone();
        execution.edited = self.edited;
        execution.mark_saved();
        execution
    }

    /// `PipelineExecutionArn`.
    pub fn arn(&self) -> String {
        self.spec.arn_context.execution_arn(&self.spec.execution_id)
    }

    /// What lists show of the execution, which has this status.
    pub fn summary(&self, status: RunStatus) -> Summary<'_> {
        Summary {
            arn: SummaryArn::Parts(
                self.spec.arn_context.clone(),
                Cow::Borrowed(&self.spec.execution_id),
            ),
            created: self.spec.at,
            status,
            display_name: Cow::Borrowed(&self.display_name),
            description: self.description.as_deref().map(Cow::Borrowed),
            version: self.version,
        }
    }
}

/// What an execution that ended is replayed from, without the world.
pub(super) enum EndedExecution {
    /// It is at hand.
    Run(Box<Run>),
    /// From what it was started with, up to its last change.
    Replayable(Box<ReplaySpec>, Arc<Program>, Millis),
    /// From its place in the seed, up to its last change.
    Seeded(Arc<Origin>, (u32, u32), Millis),
}

impl EndedExecution {
    /// Its run.
    pub fn run(&self) -> Option<Cow<'_, Run>> {
        match self {
            EndedExecution::Run(run) => Some(Cow::Borrowed(run)),
            EndedExecution::Replayable(replay_spec, program, modified) => {
                let execution = replayed(replay_spec, program.clone(), *modified);
                Some(Cow::Owned(execution.run))
            }
            EndedExecution::Seeded(origin, place, modified) => {
                Some(Cow::Owned(seeded(origin, *place, *modified)?.run))
            }
        }
    }
}

/// An execution up to its last change.
pub(super) fn replayed(
    replay_spec: &ReplaySpec,
    program: Arc<Program>,
    modified: Millis,
) -> Execution {
    let mut execution = replay_spec.replay(program);
    execution.run.advance(modified);
    execution.mark_saved();
    execution
}

/// An execution of the seed up to its last change; none where the seed has none at this place.
pub(super) fn seeded(origin: &Origin, place: (u32, u32), modified: Millis) -> Option<Execution> {
    let (pipeline, index) = (place.0 as usize, place.1 as usize);
    let start = origin.seed.past(pipeline, index)?;
    let versions = &origin.seed.pipelines.get(pipeline)?.versions;
    let program = versions.get(start.version)?.program.clone();
    let run = start.replay(program, modified, origin.live);
    let mut execution = Execution::seeded(&start, run);
    execution.mark_saved();
    Some(execution)
}
