//! Actions on an execution: stop, retry, update.

use super::as_read::changeable_execution;
use super::common::{execution_gone, requested_parallelism};
use crate::engine::Millis;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::json;

/// `StopPipelineExecution`.
pub fn stop(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let key = changeable_execution(world, input)?;
    world
        .change(key, now, |execution| {
            execution.run.stop(now).map(|()| execution.arn())
        })
        .ok_or_else(execution_gone)?
        .map(|arn| json!({"PipelineExecutionArn": arn}))
        .map_err(|error| ServiceError::validation(error.0))
}

/// `RetryPipelineExecution`, which also resumes a stopped execution.
pub fn retry(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let key = changeable_execution(world, input)?;
    let (pace, parallelism) = (world.pace, requested_parallelism(input));
    world
        .change(key, now, |execution| {
            execution
                .run
                .retry(now, parallelism, pace)
                .map(|()| execution.arn())
        })
        .ok_or_else(execution_gone)?
        .map(|arn| json!({"PipelineExecutionArn": arn}))
        .map_err(|error| ServiceError::validation(error.0))
}

/// `UpdatePipelineExecution`.
pub fn update(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let key = changeable_execution(world, input)?;
    let arn = world
        .change(key, now, |execution| {
            if let Some(name) = input.owned("PipelineExecutionDisplayName") {
                execution.display_name = name;
            }
            if let Some(description) = input.owned("PipelineExecutionDescription") {
                execution.description = Some(description);
            }
            if let Some(steps) = requested_parallelism(input) {
                execution.run.set_parallelism(now, Some(steps));
            }
            execution.edited = now;
            execution.arn()
        })
        .ok_or_else(execution_gone)?;
    Ok(json!({"PipelineExecutionArn": arn}))
}
