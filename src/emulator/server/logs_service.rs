//! CloudWatch Logs: from a request to an operation.

use super::dispatch::look_back_until;
use crate::logs::{LogsOperation, OPERATIONS, has_enough_jobs, run};
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::shared::Shared;
use serde_json::{Map, Value};

/// What its targets begin with.
const TARGET_PREFIX: &str = "Logs_20140328.";

/// The operation that a target names; `None` where it is another service's.
pub(super) fn find(target: &str) -> Option<&'static LogsOperation> {
    let name = target.strip_prefix(TARGET_PREFIX)?;
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// The resource that a policy is asked about: the group.
pub(super) fn resource(shared: &Shared, region: Option<&str>, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let group = body["logGroupName"].as_str().unwrap_or("*");
    let context = shared.world_of(region).arn_context.clone();
    format!(
        "arn:aws:logs:{}:{}:log-group:{group}",
        context.region, context.account
    )
}

/// Runs an operation in a Region: the answer, or the status and the body of an error.
pub(super) fn answer(
    operation: &LogsOperation,
    shared: &Shared,
    region: Option<&str>,
    body: &[u8],
) -> Result<Value, (u16, Value)> {
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(body) else {
        let message = "The request body is not valid JSON.";
        return Err(ServiceError::new(ErrorCode::Serialization, message).to_wire());
    };
    look_back_until(shared, region, |world| has_enough_jobs(world, &body));
    let mut world = shared.world_of(region);
    let now = world.tick();
    run(operation, &mut world, &body, now).map_err(|error| (400, error.body()))
}
