//! The limits of an account, where they are to hold.

use super::{actions, execution_key, pipeline, pipelines, start};
use crate::engine::Millis;
use crate::limits::Limits;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;

/// Executions that may execute or stop at a time.
const EXECUTIONS: usize = 20;
/// Pipelines of an account.
const PIPELINES: usize = 500;
/// Characters of a pipeline's name that the service was seen to take, whatever its model says.
const NAME: usize = 82;

/// `CreatePipeline`, within the account's limits.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    if world.limits == Limits::Aws {
        let name = input.required("PipelineName");
        let length = name.chars().count();
        if length > NAME {
            return Err(ServiceError::validation(format!(
                "[string \"{name}\" is too long (length: {length}, maximum allowed: {NAME})]"
            )));
        }
        let held = world.pipelines.iter().count();
        if held >= PIPELINES && world.pipelines.by_name(name).is_none() {
            let what = "Maximum number of pipelines allowed per account";
            return Err(exceeded(what, "Pipelines", PIPELINES, held));
        }
    }
    pipelines::create(world, input, now)
}

/// `StartPipelineExecution`, within the account's limits.
pub fn start(world: &mut World, input: Input, now: Millis) -> OperationResult {
    pipeline(world, input)?;
    room(world)?;
    start::start(world, input, now)
}

/// `RetryPipelineExecution`, within the account's limits.
pub fn retry(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let key = execution_key(world, input)?;
    if !world.executions.running().any(|running| running == key) {
        room(world)?;
    }
    actions::retry(world, input, now)
}

/// Refuses one more execution where the account has as many as it may have.
fn room(world: &World) -> Result<(), ServiceError> {
    let running = match world.limits {
        Limits::Model => return Ok(()),
        Limits::Aws => world.executions.running().count(),
    };
    match running < EXECUTIONS {
        true => Ok(()),
        false => Err(exceeded(
            "Maximum number of concurrent pipeline executions allowed per account",
            "Executions",
            EXECUTIONS,
            running,
        )),
    }
}

fn exceeded(what: &str, unit: &str, limit: usize, held: usize) -> ServiceError {
    let message = format!(
        "The account-level service limit '{what}' is {limit} {unit}, with current utilization of {held} {unit} and a \
         request delta of 1 {unit}. Please use AWS Service Quotas to request an increase for this quota. If AWS \
         Service Quotas is not available, contact AWS support to request an increase for this quota."
    );
    ServiceError::new(ErrorCode::LimitExceeded, message)
}
