//! Jobs outside of a pipeline: created and stopped by requests.

use super::lookup::Job;
use crate::engine::Millis;
use crate::model::{JobKind, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use serde_json::json;

/// `CreateTrainingJob`.
pub fn create_training(world: &mut World, input: Input, now: Millis) -> OperationResult {
    create(world, input, now, JobKind::Training)
}

/// `CreateProcessingJob`.
pub fn create_processing(world: &mut World, input: Input, now: Millis) -> OperationResult {
    create(world, input, now, JobKind::Processing)
}

/// `CreateTransformJob`.
pub fn create_transform(world: &mut World, input: Input, now: Millis) -> OperationResult {
    create(world, input, now, JobKind::Transform)
}

/// `StopTrainingJob`.
pub fn stop_training(world: &mut World, input: Input, now: Millis) -> OperationResult {
    stop(world, input, now, JobKind::Training)
}

/// `StopProcessingJob`.
pub fn stop_processing(world: &mut World, input: Input, now: Millis) -> OperationResult {
    stop(world, input, now, JobKind::Processing)
}

/// `StopTransformJob`.
pub fn stop_transform(world: &mut World, input: Input, now: Millis) -> OperationResult {
    stop(world, input, now, JobKind::Transform)
}

fn create(world: &mut World, input: Input, now: Millis, kind: JobKind) -> OperationResult {
    let stem = kind.stem();
    let name = input.required(&format!("{stem}Name"));
    if let Some(job) = Job::of_kind(world, kind, name) {
        let message = match kind {
            // As reported in github aws/amazon-sagemaker-examples#3108.
            JobKind::Training => format!(
                "Training job names must be unique within an AWS account and region, and a training job with this name \
                 already exists ({})",
                job.arn
            ),
            _ => format!(
                "Job name must be unique within an AWS account and region, and a job with this name already exists ({})",
                job.arn
            ),
        };
        return Err(ServiceError::new(ErrorCode::InUse, message));
    }
    world.create_job(kind, name, input.body(), now);
    let arn = world
        .arn_context
        .arn(&format!("{}/{name}", kind.arn_type()));
    Ok(json!({format!("{stem}Arn"): arn}))
}

fn stop(world: &mut World, input: Input, now: Millis, kind: JobKind) -> OperationResult {
    let stem = kind.stem();
    let name = input.required(&format!("{stem}Name"));
    let job = Job::of_kind(world, kind, name).ok_or_else(|| missing(kind, name))?;
    let status = job.description()[format!("{stem}Status")].take();
    if status != "InProgress" {
        return Err(not_in_progress(kind, status.as_str().unwrap_or_default()));
    }
    let (execution, step) = (job.execution.clone(), job.step_name().to_owned());
    let stopped = match execution.and_then(|arn| world.find_execution(&arn)) {
        Some(key) => world.change(key, now, |execution| execution.run.stop_step(&step, now)),
        None => world.stop_direct_job(kind, name, now),
    };
    match stopped {
        Some(Ok(())) => Ok(json!({})),
        Some(Err(refusal)) => Err(ServiceError::validation(refusal.to_string())),
        None => Err(missing(kind, name)),
    }
}

/// In the words that clients look for, so as to ignore it; as reported in github awslabs/benchmark-ai#928.
fn not_in_progress(kind: JobKind, status: &str) -> ServiceError {
    let job = kind.arn_type().replace('-', " ");
    ServiceError::validation(format!(
        "The request was rejected because the {job} is in status {status}."
    ))
}

/// There is no such job to stop.
fn missing(kind: JobKind, name: &str) -> ServiceError {
    ServiceError::validation(match kind {
        JobKind::Training => "Requested resource not found.".to_owned(),
        _ => format!("Could not find job to update with name: {name}"),
    })
}
