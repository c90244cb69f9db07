//! Models.

use super::list::{self, Lists};
use super::resource;
use crate::engine::Millis;
use crate::model::{ResourceKind, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::repeated::repeated;
use serde_json::json;

const KIND: ResourceKind = ResourceKind::Model;

/// `CreateModel`.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    if input.has("PrimaryContainer") == input.has("Containers") {
        return Err(ServiceError::validation(
            "Exactly one of PrimaryContainer and Containers must be provided.",
        ));
    }
    let mut members = repeated(input, "DescribeModel");
    members
        .entry("EnableNetworkIsolation")
        .or_insert(json!(false));
    resource::create(world, (KIND, input), members, None, now)
}

/// `DescribeModel`.
pub fn describe(world: &mut World, input: Input, now: Millis) -> OperationResult {
    resource::describe(world, KIND, input, now)
}

/// `DeleteModel`: also one that a configuration names.
pub fn delete(world: &mut World, input: Input, now: Millis) -> OperationResult {
    resource::delete_at_once(world, KIND, input, now)
}

/// `ListModels`, newest first by default.
pub fn list(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let lists = Lists {
        operation: "ListModels",
        kind: KIND,
        member: "Models",
    };
    list::list(world, &lists, input, now)
}
