//! Answers to Callback steps.

use crate::engine::{Answer as Reply, Millis};
use crate::model::World;
use crate::protocol::dispatch::Answer;
use crate::protocol::errors::Refusal;
use crate::protocol::input::Input;
use serde_json::json;

/// `SendPipelineExecutionStepSuccess`.
pub fn success(world: &mut World, input: Input, now: Millis) -> Answer {
    let outputs = input
        .records("OutputParameters")
        .map(|output| {
            (
                output.needed("Name").to_owned(),
                output.needed("Value").to_owned(),
            )
        })
        .collect();
    reply(world, input, now, Reply::Success(outputs))
}

/// `SendPipelineExecutionStepFailure`.
pub fn failure(world: &mut World, input: Input, now: Millis) -> Answer {
    reply(
        world,
        input,
        now,
        Reply::Failure(input.owned("FailureReason")),
    )
}

fn reply(world: &mut World, input: Input, now: Millis, reply: Reply) -> Answer {
    let token = input.needed("CallbackToken");
    let key = world.waiting(token).ok_or_else(|| {
        Refusal::not_found(format!("No step waits with the callback token '{token}'."))
    })?;
    world
        .change(key, now, |execution| {
            execution
                .run
                .answer(token, reply, now)
                .map(|()| execution.arn())
        })
        .ok_or_else(super::gone)?
        .map(|arn| json!({"PipelineExecutionArn": arn}))
        .map_err(|refusal| Refusal::validation(refusal.0))
}
