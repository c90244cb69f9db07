//! The quotas of an account, where the emulator is set to apply them.

use super::common::{execution_key, pipeline};
use super::{actions, pipelines, start};
use crate::engine::Millis;
use crate::limits::Limits;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;

/// Executions that may be executing or stopping at a time.
const MAX_EXECUTIONS: usize = 20;
/// Pipelines of an account.
const MAX_PIPELINES: usize = 500;
/// Characters of a pipeline's name that the service accepts in practice; its model allows 256.
const MAX_NAME_CHARACTERS: usize = 82;

/// `CreatePipeline`, within the account's limits.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    if world.limits == Limits::Aws {
        let name = input.required("PipelineName");
        let length = name.chars().count();
        if length > MAX_NAME_CHARACTERS {
            return Err(ServiceError::validation(format!(
                "[string \"{name}\" is too long (length: {length}, maximum allowed: {MAX_NAME_CHARACTERS})]"
            )));
        }
        let count = world.pipelines.iter().count();
        if count >= MAX_PIPELINES && world.pipelines.by_name(name).is_none() {
            let what = "Maximum number of pipelines allowed per account";
            return Err(exceeded(what, "Pipelines", MAX_PIPELINES, count));
        }
    }
    pipelines::create(world, input, now)
}

/// `StartPipelineExecution`, within the account's limits.
pub fn start(world: &mut World, input: Input, now: Millis) -> OperationResult {
    pipeline(world, input)?;
    require_capacity(world)?;
    start::start(world, input, now)
}

/// `RetryPipelineExecution`, within the account's limits.
pub fn retry(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let key = execution_key(world, input)?;
    if !world.executions.running().any(|running| running == key) {
        require_capacity(world)?;
    }
    actions::retry(world, input, now)
}

/// Checks that the account may have one more running execution.
fn require_capacity(world: &World) -> Result<(), ServiceError> {
    let running = match world.limits {
        Limits::Model => return Ok(()),
        Limits::Aws => world.executions.running().count(),
    };
    match running < MAX_EXECUTIONS {
        true => Ok(()),
        false => Err(exceeded(
            "Maximum number of concurrent pipeline executions allowed per account",
            "Executions",
            MAX_EXECUTIONS,
            running,
        )),
    }
}

fn exceeded(what: &str, unit: &str, limit: usize, utilization: usize) -> ServiceError {
    let message = format!(
        "The account-level service limit '{what}' is {limit} {unit}, with current utilization of {utilization} {unit} and a \
         request delta of 1 {unit}. Please use AWS Service Quotas to request an increase for this quota. If AWS \
         Service Quotas is not available, contact AWS support to request an increase for this quota."
    );
    ServiceError::new(ErrorCode::LimitExceeded, message)
}
