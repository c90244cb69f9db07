//! Models, model packages, endpoints and their configurations.

use super::lookup::{Job, arn};
use crate::engine::Millis;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;

/// `DescribeModel`.
pub fn model(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    Ok(made(world, input, "ModelName", "model")?.description_with_role("ExecutionRoleArn"))
}

/// `DescribeModelPackage`, by ARN; packages that were registered before the seed's history are not known.
pub fn model_package(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let name = input.required("ModelPackageName");
    let wanted = match name.starts_with("arn:") {
        true => name.to_owned(),
        false => world.arn_context.arn(&format!("model-package/{name}")),
    };
    let package = world.packages.find(&wanted);
    let job = package.and_then(|package| {
        let step = &package.step;
        Job::of(world, package.execution, &|answer| {
            answer.name == *step && arn(answer).is_some()
        })
    });
    let job = job.ok_or_else(|| {
        ServiceError::validation(format!("ModelPackage {wanted} does not exist."))
    })?;
    Ok(job.description())
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
