//! Endpoint configurations.

use super::list::{self, Lists};
use super::{resource, variants};
use crate::engine::Millis;
use crate::model::{ResourceKind, World};
use crate::protocol::OperationResult;
use crate::protocol::input::Input;
use crate::protocol::repeated::repeated;

const KIND: ResourceKind = ResourceKind::EndpointConfig;

/// `CreateEndpointConfig`: its models must exist.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    resource::check_free(world, KIND, input.required("EndpointConfigName"), now)?;
    let members = repeated(input, "DescribeEndpointConfig");
    variants::check_models(world, &members, now)?;
    resource::create(world, (KIND, input), members, None, now)
}

/// `DescribeEndpointConfig`.
pub fn describe(world: &mut World, input: Input, now: Millis) -> OperationResult {
    resource::describe(world, KIND, input, now)
}

/// `DeleteEndpointConfig`: also one that an endpoint has, as clean-ups do.
pub fn delete(world: &mut World, input: Input, now: Millis) -> OperationResult {
    resource::delete_at_once(world, KIND, input, now)
}

/// `ListEndpointConfigs`, newest first by default.
pub fn list(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let lists = Lists {
        operation: "ListEndpointConfigs",
        kind: KIND,
        member: "EndpointConfigs",
    };
    list::list(world, &lists, input, now)
}
