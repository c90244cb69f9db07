//! Selective execution: only some steps, on top of an earlier execution.

use crate::emulator::engine::{Program, RunStatus, Selective};
use crate::emulator::model::{PipelineKey, World};
use crate::emulator::protocol::errors::Refusal;
use crate::emulator::protocol::input::Input;

/// What a request selects, if it does; refused where the service would.
pub fn checked(
    world: &World,
    pipeline: PipelineKey,
    program: &Program,
    input: Input,
) -> Result<Option<Selective>, Refusal> {
    let Some(config) = input.record("SelectiveExecutionConfig") else {
        return Ok(None);
    };
    let selective = Selective {
        source: config.owned("SourcePipelineExecutionArn"),
        selected: config
            .records("SelectedSteps")
            .map(|step| step.needed("StepName").to_owned())
            .collect(),
    };
    if let Some(source) = &selective.source {
        check_source(world, pipeline, source)?;
    }
    program
        .check_selection(&selective)
        .map_err(|refusal| Refusal::validation(refusal.0))?;
    Ok(Some(selective))
}

fn check_source(world: &World, pipeline: PipelineKey, source: &str) -> Result<(), Refusal> {
    let facts = world
        .find_execution(source)
        .and_then(|key| world.executions.facts(key))
        .filter(|facts| facts.pipeline == pipeline)
        .ok_or_else(|| {
            Refusal::not_found(format!("Pipeline execution '{source}' does not exist."))
        })?;
    match facts.status {
        RunStatus::Succeeded
        | RunStatus::Failed
        | RunStatus::Stopped
        | RunStatus::CompletedWithFailures => Ok(()),
        RunStatus::Executing | RunStatus::Stopping => Err(Refusal::validation(format!(
            "Invalid SourcePipelineExecutionArn: {source}. The status of the source execution must be Succeeded or \
             Failed, but it is {}.",
            facts.status.as_str()
        ))),
    }
}
