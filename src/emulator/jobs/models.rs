//! Models, model packages, endpoints and their configurations.

use super::lookup::{Job, arn};
use crate::engine::Millis;
use crate::model::{Package, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::Value;

/// `DescribeModel`.
pub fn model(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    Ok(made(world, input, "ModelName", "model")?.description_with_role("ExecutionRoleArn"))
}

/// The answer of `DescribeModelPackage` for a package that a step registered.
pub fn package_description(world: &World, package: &Package) -> Option<Value> {
    let job = Job::of(world, package.execution, &|answer| {
        answer.name == package.step && arn(answer).is_some()
    });
    Some(job?.description())
}

/// `DescribeEndpoint`.
pub fn endpoint(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    Ok(made(world, input, "EndpointName", "endpoint")?.description())
}

/// `DescribeEndpointConfig`.
pub fn endpoint_config(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    Ok(made(world, input, "EndpointConfigName", "endpoint-config")?.description())
}

/// `DescribeInferenceComponent`.
pub fn inference_component(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (member, resource) = ("InferenceComponentName", "inference-component");
    Ok(made(world, input, member, resource)?.description())
}

fn made<'w>(
    world: &'w World,
    input: Input,
    member: &str,
    resource: &str,
) -> Result<Job<'w>, ServiceError> {
    let name = input.required(member);
    Job::find(world, resource, name).ok_or_else(|| {
        let arn = world.arn_context.arn(&format!("{resource}/{name}"));
        ServiceError::validation(format!("Could not find {resource} \"{arn}\"."))
    })
}
