//! From an operation's name to its result: body, constraints, client token, operation.

use crate::engine::Millis;
use crate::model::{Unindexed, World};
use crate::operations::{OPERATIONS, Operation, pipeline_key};
use crate::protocol::OperationResult;
use crate::protocol::constraints;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use crate::shared::Shared;
use serde_json::{Map, Value};
use tokio::runtime::{Handle, RuntimeFlavor};

/// Executions that are looked at before an operation is called again, at first: about what a page of jobs takes.
const FIRST_LOOK_EXECUTIONS: usize = 128;
/// The most at a time. Each time there are twice as many.
const MAX_LOOK_EXECUTIONS: usize = 8_192;

/// The operation that an `X-Amz-Target` header names.
pub fn find(target: &str) -> Option<&'static Operation> {
    let name = target.strip_prefix("SageMaker.")?;
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Runs an operation in a Region. One that needs what steps created longer ago is called again when that is indexed.
pub fn run(
    operation: &Operation,
    shared: &Shared,
    region: Option<&str>,
    body: &[u8],
) -> OperationResult {
    let body = parse(body)?;
    constraints::check(operation.shapes().input, &body)?;
    let input = Input::new(&body);
    let mut count = FIRST_LOOK_EXECUTIONS;
    loop {
        match run_once(operation, shared, region, input) {
            Err(error) if error.code == ErrorCode::Unindexed => look_back(shared, region, count),
            result => return result,
        }
        count = MAX_LOOK_EXECUTIONS.min(2 * count);
    }
}

/// Indexes what steps of so many more executions created. The state is not locked while they are replayed.
fn look_back(shared: &Shared, region: Option<&str>, count: usize) {
    let unindexed = shared.world_of(region).unindexed(count);
    let indexed = off_the_runtime(|| Unindexed::look(unindexed));
    shared.world_of(region).index(indexed);
}

/// Indexes what steps created longer ago until that is enough, or all.
pub(super) fn look_back_until(
    shared: &Shared,
    region: Option<&str>,
    is_enough: impl Fn(&World) -> bool,
) {
    let mut count = FIRST_LOOK_EXECUTIONS;
    loop {
        let mut world = shared.world_of(region);
        world.refresh_index();
        if world.indexed_since() == Millis::MIN || is_enough(&world) {
            return;
        }
        drop(world);
        look_back(shared, region, count);
        count = MAX_LOOK_EXECUTIONS.min(2 * count);
    }
}

/// Does what takes long, while other tasks go on where the runtime has several threads.
fn off_the_runtime<T>(work: impl FnOnce() -> T) -> T {
    let runtime = Handle::try_current();
    match runtime.map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn run_once(
    operation: &Operation,
    shared: &Shared,
    region: Option<&str>,
    input: Input,
) -> OperationResult {
    let mut world = shared.world_of(region);
    let now = world.tick();
    let result = run_or_repeat(operation, &mut world, input, now);
    // What could be lost with the process must not be reported.
    match world.save() {
        Ok(()) => result,
        Err(error) => {
            tracing::error!(%error, "{}: the state could not be saved: {error}", operation.name);
            Err(ServiceError::internal())
        }
    }
}

/// Runs an operation, or repeats its result where the request's client token was used before and what the result
/// names is still there.
fn run_or_repeat(
    operation: &Operation,
    world: &mut World,
    input: Input,
    now: Millis,
) -> OperationResult {
    let earlier = world.tokens.previous(operation.name, input)?;
    if let Some(earlier) = earlier.and_then(|earlier| repeated(operation, world, earlier)) {
        return Ok(earlier);
    }
    let answer = without_nulls((operation.run)(world, input, now)?);
    world.tokens.store(operation.name, input, &answer);
    Ok(answer)
}

/// An earlier result with the ARNs of today; none where what it names was deleted since, by another request.
fn repeated(operation: &Operation, world: &World, mut result: Value) -> Option<Value> {
    if operation.name.starts_with("Delete") {
        return Some(result);
    }
    if let Some(arn) = result.get_mut("PipelineArn") {
        let key = pipeline_key(world, arn.as_str()?).ok()?;
        *arn = Value::from(world.pipelines.get(key)?.arn.as_str());
    }
    if let Some(arn) = result.get_mut("PipelineExecutionArn") {
        let key = world.find_execution(arn.as_str()?)?;
        *arn = Value::from(world.summary(key)?.arn());
    }
    Some(result)
}

fn parse(body: &[u8]) -> Result<Map<String, Value>, ServiceError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(ServiceError::new(
            ErrorCode::Serialization,
            "Start of structure or map found where not expected.",
        )),
        Err(_) => Err(ServiceError::new(
            ErrorCode::Serialization,
            "The request body is not valid JSON.",
        )),
    }
}

/// The service leaves out members without a value.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations_are_found_by_their_full_target_only() {
        assert!(find("SageMaker.ListPipelines").is_some());
        for wrong in [
            "ListPipelines",
            "SageMaker.listPipelines",
            "SageMaker.",
            "Sagemaker.ListPipelines",
        ] {
            assert!(find(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn members_without_a_value_are_left_out() {
        let answer = without_nulls(json!({"A": null, "B": [{"C": null, "D": 0}], "E": {}}));
        assert_eq!(answer, json!({"B": [{"D": 0}], "E": {}}));
    }

    #[test]
    fn bodies_that_are_not_json_objects_are_refused() {
        for body in [&b""[..], b"[]", b"null", b"{", b"\xff"] {
            assert_eq!(
                parse(body).expect_err("refused").code,
                ErrorCode::Serialization
            );
        }
    }
}
