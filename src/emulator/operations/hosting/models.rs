//! Models.

use super::list::{self, Lists};
use super::resource;
use crate::engine::Millis;
use crate::model::{ResourceKind, World};
use crate::operations::packages;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::repeated::repeated;
use serde_json::json;

const KIND: ResourceKind = ResourceKind::Model;

/// `CreateModel`: its model packages must exist.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    if input.has("PrimaryContainer") == input.has("Containers") {
        return Err(ServiceError::validation(
            "Exactly one of PrimaryContainer and Containers must be provided.",
        ));
    }
    check_packages(world, input)?;
    let mut members = repeated(input, "DescribeModel");
    members
        .entry("EnableNetworkIsolation")
        .or_insert(json!(false));
    resource::create(world, (KIND, input), members, None, now)
}

/// Checks that the model packages that a request names exist, but for those of other accounts and Regions.
fn check_packages(world: &World, input: Input) -> Result<(), ServiceError> {
    let containers = input.records("Containers");
    let mut containers = containers.chain(input.record("PrimaryContainer"));
    let own = world.arn_context.arn("model-package/");
    containers.try_for_each(|container| match container.text("ModelPackageName") {
        Some(name) if !name.starts_with("arn:") || name.starts_with(&own) => {
            packages::containers(world, name).map(|_| ())
        }
        _ => Ok(()),
    })
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
