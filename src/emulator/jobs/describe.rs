//! Jobs that run: training, processing, transform, tuning, AutoML.

use super::lookup::Job;
use super::tuning::TrainedJob;
use crate::engine::Millis;
use crate::model::{JobKind, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::Value;
use sluicegate_shapes as shapes;

/// `DescribeTrainingJob`: of a step, or of a training job of a tuning job.
pub fn training(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let name = input.required("TrainingJobName");
    let own = Job::of_kind(world, JobKind::Training, name);
    own.map(|job| job.description_with_role("RoleArn"))
        .or_else(|| TrainedJob::find(world, name)?.description())
        .ok_or_else(|| ServiceError::validation("Requested resource not found."))
}

/// `DescribeProcessingJob`.
pub fn processing(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let job = find_job(world, input, JobKind::Processing)?;
    Ok(job.description_with_role("RoleArn"))
}

/// `DescribeTransformJob`.
pub fn transform(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let job = find_job(world, input, JobKind::Transform)?;
    Ok(job.description())
}

/// `DescribeHyperParameterTuningJob`.
pub fn tuning(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    Ok(super::tuning::find_job(world, input)?.description())
}

/// `DescribeAutoMLJobV2`.
pub fn auto_ml(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    any_auto_ml(world, input, "DescribeAutoMLJobV2")
}

/// `DescribeAutoMLJob`.
pub fn auto_ml_v1(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    any_auto_ml(world, input, "DescribeAutoMLJob")
}

/// What one of the two operations returns of an AutoML job.
fn any_auto_ml(world: &World, input: Input, operation: &str) -> OperationResult {
    let name = input.required("AutoMLJobName");
    let job = Job::find(world, "automl-job", name).ok_or_else(|| {
        ServiceError::not_found(format!("Could not find requested job with name: {name}"))
    })?;
    let mut answer = job.description_with_role("RoleArn");
    let output = shapes::operation(operation).and_then(|shapes| shapes.output);
    if let (Value::Object(members), Some(output)) = (&mut answer, output) {
        members.retain(|name, _| output.member(name).is_some());
    }
    Ok(answer)
}

fn find_job<'w>(world: &'w World, input: Input, kind: JobKind) -> Result<Job<'w>, ServiceError> {
    let name = input.required(&format!("{}Name", kind.stem()));
    Job::of_kind(world, kind, name).ok_or_else(|| {
        ServiceError::validation(format!("Could not find requested job with name: {name}"))
    })
}
