//! Selective execution: some steps only, with the results of an earlier execution.

use crate::engine::{CacheEntry, Program, RunStatus, Selective};
use crate::model::{ExecutionKey, PipelineKey, World};
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;

/// The selection of a request, if it has one.
///
/// # Errors
/// Where the service refuses it.
pub fn requested(
    world: &World,
    pipeline: PipelineKey,
    program: &Program,
    input: Input,
) -> Result<Option<Selective>, ServiceError> {
    let Some(config) = input.record("SelectiveExecutionConfig") else {
        return Ok(None);
    };
    let mut selective = Selective {
        source: config.owned("SourcePipelineExecutionArn"),
        selected: config
            .records("SelectedSteps")
            .map(|step| step.required("StepName").to_owned())
            .collect(),
        reused_results: Vec::new(),
    };
    let source = match &selective.source {
        Some(source) => Some(check_source(world, pipeline, source)?),
        None => None,
    };
    program
        .check_selection(&selective)
        .map_err(|error| ServiceError::validation(error.0))?;
    if let Some(source) = source {
        let arn = world.summary(source).map(|summary| summary.arn());
        let arn = arn.ok_or_else(super::common::execution_gone)?;
        selective.reused_results =
            reused_results(world, source, &arn, &program.reused_steps(&selective))?;
        selective.source = Some(arn);
    }
    Ok(Some(selective))
}

/// What the source holds of the steps that the selected ones depend on; refused where one of them did not succeed.
fn reused_results(
    world: &World,
    source: ExecutionKey,
    arn: &str,
    steps: &[&str],
) -> Result<Vec<CacheEntry>, ServiceError> {
    let source = world
        .execution(source)
        .ok_or_else(super::common::execution_gone)?;
    let held = steps.iter().map(|step| (*step, source.run.result_of(step)));
    let (there, missing): (Vec<_>, Vec<_>) = held.partition(|(_, result)| result.is_some());
    if missing.is_empty() {
        return Ok(there.into_iter().filter_map(|(_, result)| result).collect());
    }
    let missing: Vec<&str> = missing.into_iter().map(|(step, _)| step).collect();
    Err(ServiceError::validation(format!(
        "Invalid SourcePipelineExecutionArn: {arn}. The selected steps have dependencies on [{}], which did not \
         succeed in the source execution.",
        missing.join(", ")
    )))
}

fn check_source(
    world: &World,
    pipeline: PipelineKey,
    source: &str,
) -> Result<ExecutionKey, ServiceError> {
    let (key, facts) = world
        .find_execution(source)
        .and_then(|key| Some((key, world.executions.facts(key)?)))
        .filter(|(_, facts)| facts.pipeline == pipeline)
        .ok_or_else(|| {
            ServiceError::not_found(format!("Pipeline execution '{source}' does not exist."))
        })?;
    if world.recording(key).is_some() {
        return Err(ServiceError::validation(format!(
            "Invalid SourcePipelineExecutionArn: {source}. The source execution was imported, and the local SageMaker \
             does not have what its steps produced."
        )));
    }
    match facts.status {
        RunStatus::Succeeded | RunStatus::Failed => Ok(key),
        RunStatus::Stopped
        | RunStatus::CompletedWithFailures
        | RunStatus::Executing
        | RunStatus::Stopping => Err(ServiceError::validation(format!(
            "Invalid SourcePipelineExecutionArn: {source}. The status of the source execution must be Succeeded or \
             Failed, but it is {}.",
            facts.status.as_str()
        ))),
    }
}
