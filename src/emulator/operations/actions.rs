//! What is done to an execution: stop, retry, update.

use super::{asked_parallelism, execution_key, gone};
use crate::engine::Millis;
use crate::model::World;
use crate::protocol::dispatch::Answer;
use crate::protocol::errors::Refusal;
use crate::protocol::input::Input;
use serde_json::json;

/// `StopPipelineExecution`.
pub fn stop(world: &mut World, input: Input, now: Millis) -> Answer {
    let key = execution_key(world, input)?;
    world
        .change(key, now, |execution| {
            execution.run.stop(now).map(|()| execution.arn())
        })
        .ok_or_else(gone)?
        .map(|arn| json!({"PipelineExecutionArn": arn}))
        .map_err(|refusal| Refusal::validation(refusal.0))
}

/// `RetryPipelineExecution`, which also resumes a stopped one.
pub fn retry(world: &mut World, input: Input, now: Millis) -> Answer {
    let key = execution_key(world, input)?;
    let (pace, parallelism) = (world.pace, asked_parallelism(input));
    world
        .change(key, now, |execution| {
            execution
                .run
                .retry(now, parallelism, pace)
                .map(|()| execution.arn())
        })
        .ok_or_else(gone)?
        .map(|arn| json!({"PipelineExecutionArn": arn}))
        .map_err(|refusal| Refusal::validation(refusal.0))
}

/// `UpdatePipelineExecution`.
pub fn update(world: &mut World, input: Input, now: Millis) -> Answer {
    let key = execution_key(world, input)?;
    let arn = world
        .change(key, now, |execution| {
            if let Some(name) = input.owned("PipelineExecutionDisplayName") {
                execution.display_name = name;
            }
            if let Some(description) = input.owned("PipelineExecutionDescription") {
                execution.description = Some(description);
            }
            if let Some(steps) = asked_parallelism(input) {
                execution.run.set_parallelism(now, Some(steps));
            }
            execution.edited = now;
            execution.arn()
        })
        .ok_or_else(gone)?;
    Ok(json!({"PipelineExecutionArn": arn}))
}
