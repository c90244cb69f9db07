//! SageMaker's operations, one function each: from a checked request through the model to an answer.

mod actions;
mod aliases;
mod callbacks;
pub(super) mod executions;
mod groups;
mod limits;
mod parameters;
pub(super) mod pipelines;
mod selection;
mod start;
mod steps;
pub(super) mod tags;
mod versions;

use super::engine::Millis;
use super::jobs;
use super::model::{ExecutionKey, Pipeline, PipelineKey, User, World};
use super::protocol::OperationResult;
use super::protocol::errors::ServiceError;
use super::protocol::input::Input;
use super::search;
use super::shapes::{self, OperationShapes};
use serde_json::{Value, json};

/// An operation of the service.
pub struct Operation {
    /// Its name in `X-Amz-Target`, after `SageMaker.`.
    pub name: &'static str,
    /// What it does, with the time of the call.
    pub run: fn(&mut World, Input, Millis) -> OperationResult,
}

impl Operation {
    /// What it takes and answers.
    pub fn shapes(&self) -> OperationShapes {
        match shapes::operation(self.name) {
            Some(shapes) => shapes,
            // A test looks every operation up.
            None => panic!("model.txt lacks {}", self.name),
        }
    }
}

macro_rules! operations {
    ($($name:literal: $run:path),* $(,)?) => {
        /// Every operation that the emulator answers.
        pub static OPERATIONS: &[Operation] = &[
            $(Operation { name: $name, run: $run }),*
        ];
    };
}

operations! {
    "CreatePipeline": limits::create,
    "UpdatePipeline": pipelines::update,
    "DeletePipeline": pipelines::delete,
    "DescribePipeline": pipelines::describe,
    "ListPipelines": pipelines::list,
    "ListPipelineVersions": versions::list,
    "UpdatePipelineVersion": versions::update,
    "ListTags": tags::list,
    "AddTags": tags::add,
    "DeleteTags": tags::delete,
    "StartPipelineExecution": limits::start,
    "StopPipelineExecution": actions::stop,
    "RetryPipelineExecution": limits::retry,
    "UpdatePipelineExecution": actions::update,
    "DescribePipelineExecution": executions::describe,
    "DescribePipelineDefinitionForExecution": executions::definition,
    "ListPipelineExecutions": executions::list,
    "ListPipelineParametersForExecution": executions::parameters,
    "ListPipelineExecutionSteps": steps::list,
    "SendPipelineExecutionStepSuccess": callbacks::success,
    "SendPipelineExecutionStepFailure": callbacks::failure,
    "Search": search::search,
    "ListModelPackageGroups": groups::list,
    "DescribeTrainingJob": jobs::training,
    "DescribeProcessingJob": jobs::processing,
    "DescribeTransformJob": jobs::transform,
    "DescribeHyperParameterTuningJob": jobs::tuning,
    "DescribeAutoMLJobV2": jobs::auto_ml,
    "DescribeModel": jobs::model,
    "DescribeModelPackage": jobs::model_package,
    "DescribeEndpoint": jobs::endpoint,
    "DescribeEndpointConfig": jobs::endpoint_config,
    "DescribeAutoMLJob": jobs::auto_ml_v1,
    "DescribeInferenceComponent": jobs::inference_component,
    "DescribeModelPackageGroup": groups::describe,
    "ListTrainingJobsForHyperParameterTuningJob": jobs::training_jobs,
}

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
fn requested_parallelism(input: Input) -> Option<u32> {
    let steps = input
        .record("ParallelismConfiguration")?
        .whole("MaxParallelExecutionSteps")?;
    Some(u32::try_from(steps).unwrap_or(u32::MAX))
}

/// The times between a request's CreatedAfter and CreatedBefore.
#[derive(Debug, Clone, Copy)]
struct Window {
    after: Option<Millis>,
    before: Option<Millis>,
}

impl Window {
    /// The window of a request.
    fn of(input: Input) -> Window {
        Window {
            after: input.time("CreatedAfter"),
            before: input.time("CreatedBefore"),
        }
    }

    /// Whether a time lies within.
    fn contains(self, created: Millis) -> bool {
        self.after.is_none_or(|after| created > after)
            && self.before.is_none_or(|before| created < before)
    }
}

/// The pipeline with a name or an ARN.
fn pipeline_key(world: &World, name_or_arn: &str) -> Result<PipelineKey, ServiceError> {
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
fn pipeline<'w>(
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
fn execution_key(world: &World, input: Input) -> Result<ExecutionKey, ServiceError> {
    let arn = input.required("PipelineExecutionArn");
    world.find_execution(arn).ok_or_else(|| {
        ServiceError::not_found(format!("Pipeline execution '{arn}' does not exist."))
    })
}

/// An execution was deleted since it was found.
fn execution_gone() -> ServiceError {
    ServiceError::not_found("The pipeline execution does not exist.")
}
