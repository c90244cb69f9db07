//! What several operations have in common: finding what a request names, and members that many answers have.

use crate::engine::Millis;
use crate::model::{ExecutionKey, Pipeline, PipelineKey, User, World};
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::{Value, json};

/// A time on the wire: seconds since the epoch, with milliseconds.
pub(super) fn seconds(time: Millis) -> f64 {
    time as f64 / 1000.0
}

/// `UserContext`.
pub(super) fn user(user: &User) -> Value {
    match user {
        None => json!({}),
        Some(profile) => json!({
            "UserProfileArn": profile.arn,
            "UserProfileName": profile.name,
            "DomainId": profile.domain_id,
        }),
    }
}

/// `ParallelismConfiguration`.
pub(super) fn parallelism(steps: Option<u32>) -> Value {
    steps.map_or(
        Value::Null,
        |steps| json!({"MaxParallelExecutionSteps": steps}),
    )
}

/// The parallelism in a request.
pub(super) fn requested_parallelism(input: Input) -> Option<u32> {
    let steps = input
        .record("ParallelismConfiguration")?
        .whole("MaxParallelExecutionSteps")?;
    Some(u32::try_from(steps).unwrap_or(u32::MAX))
}

/// The times between two that a request names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    after: Option<Millis>,
    before: Option<Millis>,
}

impl Window {
    /// Between CreatedAfter and CreatedBefore.
    pub fn of(input: Input) -> Window {
        Window::between(input, "CreatedAfter", "CreatedBefore")
    }

    /// Between two members of a request.
    pub fn between(input: Input, after: &str, before: &str) -> Window {
        Window {
            after: input.time(after),
            before: input.time(before),
        }
    }

    /// Whether a time lies within.
    pub fn contains(self, created: Millis) -> bool {
        self.after.is_none_or(|after| created > after)
            && self.before.is_none_or(|before| created < before)
    }
}

/// The pipeline with a name or an ARN.
pub fn pipeline_key(world: &World, name_or_arn: &str) -> Result<PipelineKey, ServiceError> {
    let name = match name_or_arn.split_once(":pipeline/") {
        Some((_, name)) if name_or_arn.starts_with("arn:") => name,
        _ => name_or_arn,
    };
    let key = world.pipelines.by_name(name);
    let same =
        |pipeline: &Pipeline| name == name_or_arn || pipeline.arn.eq_ignore_ascii_case(name_or_arn);
    key.filter(|key| world.pipelines.get(*key).is_some_and(same))
        .ok_or_else(|| {
            let arn = match name == name_or_arn {
                true => world.arn_context.arn(&format!("pipeline/{name}")),
                false => name_or_arn.to_owned(),
            };
            ServiceError::not_found(format!("Pipeline '{arn}' does not exist."))
        })
}

/// The pipeline of a request's PipelineName.
pub(super) fn pipeline<'w>(
    world: &'w World,
    input: Input,
) -> Result<(PipelineKey, &'w Pipeline), ServiceError> {
    let key = pipeline_key(world, input.required("PipelineName"))?;
    match world.pipelines.get(key) {
        Some(pipeline) => Ok((key, pipeline)),
        None => Err(ServiceError::not_found("The pipeline does not exist.")),
    }
}

/// The execution of a request's PipelineExecutionArn.
pub(super) fn execution_key(world: &World, input: Input) -> Result<ExecutionKey, ServiceError> {
    let arn = input.required("PipelineExecutionArn");
    world.find_execution(arn).ok_or_else(|| {
        ServiceError::not_found(format!("Pipeline execution '{arn}' does not exist."))
    })
}

/// An execution was deleted since it was found.
pub(super) fn execution_gone() -> ServiceError {
    ServiceError::not_found("The pipeline execution does not exist.")
}
