//! Results that callers send for Callback steps.

use crate::engine::{CallbackAnswer, Millis};
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::json;

/// `SendPipelineExecutionStepSuccess`.
pub fn success(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let outputs = input
        .records("OutputParameters")
        .map(|output| {
            (
                output.required("Name").to_owned(),
                output.required("Value").to_owned(),
            )
        })
        .collect();
    answer_callback(world, input, now, CallbackAnswer::Success(outputs))
}

/// `SendPipelineExecutionStepFailure`.
pub fn failure(world: &mut World, input: Input, now: Millis) -> OperationResult {
    answer_callback(
        world,
        input,
        now,
        CallbackAnswer::Failure(input.owned("FailureReason")),
    )
}

fn answer_callback(
    world: &mut World,
    input: Input,
    now: Millis,
    answer_callback: CallbackAnswer,
) -> OperationResult {
    let token = input.required("CallbackToken");
    let key = world.waiting(token).ok_or_else(|| {
        ServiceError::not_found(format!(
            "No step is waiting for the callback token '{token}'."
        ))
    })?;
    world
        .change(key, now, |execution| {
            execution
                .run
                .answer(token, answer_callback, now)
                .map(|()| execution.arn())
        })
        .ok_or_else(super::common::execution_gone)?
        .map(|arn| json!({"PipelineExecutionArn": arn}))
        .map_err(|error| ServiceError::validation(error.0))
}
