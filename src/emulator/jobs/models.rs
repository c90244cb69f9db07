//! Model packages and inference components.

use super::lookup::{Job, arn};
use crate::engine::Millis;
use crate::model::{Package, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;

/// A package that a step registered.
pub fn package_job<'w>(world: &'w World, package: &Package) -> Option<Job<'w>> {
    Job::of(world, package.execution, &|answer| {
        answer.name == package.step && arn(answer).is_some()
    })
}

/// `DescribeInferenceComponent`.
pub fn inference_component(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (name, resource) = (
        input.required("InferenceComponentName"),
        "inference-component",
    );
    let component = Job::find(world, resource, name).ok_or_else(|| {
        let arn = world.arn_context.arn_of(resource, name);
        ServiceError::validation(format!("Could not find inference component \"{arn}\"."))
    })?;
    Ok(component.description())
}
