//! The operations, one thin function each, grouped by what they are about.

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
use super::protocol::dispatch::Operation;
use super::protocol::errors::Refusal;
use super::protocol::input::Input;
use super::protocol::requests as takes;
use super::search;
use serde_json::{Value, json};

macro_rules! operations {
    ($($name:literal takes $members:ident: $run:path),* $(,)?) => {
        /// Everything the emulator answers.
        pub static OPERATIONS: &[Operation] = &[
            $(Operation { name: $name, members: &takes::$members, run: $run }),*
        ];
    };
}

operations! {
    "CreatePipeline" takes CREATE_PIPELINE: limits::create,
    "UpdatePipeline" takes UPDATE_PIPELINE: pipelines::update,
    "DeletePipeline" takes DELETE_PIPELINE: pipelines::delete,
    "DescribePipeline" takes DESCRIBE_PIPELINE: pipelines::describe,
    "ListPipelines" takes LIST_PIPELINES: pipelines::list,
    "ListPipelineVersions" takes LIST_PIPELINE_VERSIONS: versions::list,
    "UpdatePipelineVersion" takes UPDATE_PIPELINE_VERSION: versions::update,
    "ListTags" takes LIST_TAGS: tags::list,
    "AddTags" takes ADD_TAGS: tags::add,
    "DeleteTags" takes DELETE_TAGS: tags::delete,
    "StartPipelineExecution" takes START_PIPELINE_EXECUTION: limits::start,
    "StopPipelineExecution" takes STOP_PIPELINE_EXECUTION: actions::stop,
    "RetryPipelineExecution" takes RETRY_PIPELINE_EXECUTION: limits::retry,
    "UpdatePipelineExecution" takes UPDATE_PIPELINE_EXECUTION: actions::update,
    "DescribePipelineExecution" takes ONE_EXECUTION: executions::describe,
    "DescribePipelineDefinitionForExecution" takes ONE_EXECUTION: executions::definition,
    "ListPipelineExecutions" takes LIST_PIPELINE_EXECUTIONS: executions::list,
    "ListPipelineParametersForExecution" takes LIST_PIPELINE_PARAMETERS: executions::parameters,
    "ListPipelineExecutionSteps" takes LIST_PIPELINE_EXECUTION_STEPS: steps::list,
    "SendPipelineExecutionStepSuccess" takes SEND_STEP_SUCCESS: callbacks::success,
    "SendPipelineExecutionStepFailure" takes SEND_STEP_FAILURE: callbacks::failure,
    "Search" takes SEARCH: search::search,
    "ListModelPackageGroups" takes LIST_MODEL_PACKAGE_GROUPS: groups::list,
    "DescribeTrainingJob" takes DESCRIBE_TRAINING_JOB: jobs::training,
    "DescribeProcessingJob" takes DESCRIBE_PROCESSING_JOB: jobs::processing,
    "DescribeTransformJob" takes DESCRIBE_TRANSFORM_JOB: jobs::transform,
    "DescribeHyperParameterTuningJob" takes DESCRIBE_TUNING_JOB: jobs::tuning,
    "DescribeAutoMLJobV2" takes DESCRIBE_AUTO_ML_JOB: jobs::auto_ml,
    "DescribeModel" takes DESCRIBE_MODEL: jobs::model,
    "DescribeModelPackage" takes DESCRIBE_MODEL_PACKAGE: jobs::model_package,
    "DescribeEndpoint" takes DESCRIBE_ENDPOINT: jobs::endpoint,
    "DescribeEndpointConfig" takes DESCRIBE_ENDPOINT_CONFIG: jobs::endpoint_config,
    "DescribeAutoMLJob" takes DESCRIBE_AUTO_ML_JOB: jobs::auto_ml_v1,
    "DescribeInferenceComponent" takes DESCRIBE_INFERENCE_COMPONENT: jobs::inference_component,
    "DescribeModelPackageGroup" takes DESCRIBE_MODEL_PACKAGE_GROUP: groups::describe,
    "ListTrainingJobsForHyperParameterTuningJob" takes LIST_TRAINING_JOBS_FOR_TUNING: jobs::training_jobs,
}

/// A time as the wire has it: seconds since the epoch, with milliseconds.
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

/// The parallelism a request asks for.
fn asked_parallelism(input: Input) -> Option<u32> {
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
    /// The one a request asks for.
    fn of(input: Input) -> Window {
        Window {
            after: input.time("CreatedAfter"),
            before: input.time("CreatedBefore"),
        }
    }

    /// Whether a time lies in it.
    fn holds(self, created: Millis) -> bool {
        self.after.is_none_or(|after| created > after)
            && self.before.is_none_or(|before| created < before)
    }
}

/// The pipeline that a name or an ARN names.
fn pipeline_key(world: &World, name_or_arn: &str) -> Result<PipelineKey, Refusal> {
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
                true => world.place.arn(&format!("pipeline/{name}")),
                false => name_or_arn.to_owned(),
            };
            Refusal::not_found(format!("Pipeline '{arn}' does not exist."))
        })
}

/// The pipeline that a request's PipelineName names.
fn pipeline<'w>(world: &'w World, input: Input) -> Result<(PipelineKey, &'w Pipeline), Refusal> {
    let key = pipeline_key(world, input.needed("PipelineName"))?;
    match world.pipelines.get(key) {
        Some(pipeline) => Ok((key, pipeline)),
        None => Err(Refusal::not_found("The pipeline does not exist.")),
    }
}

/// The execution that a request's PipelineExecutionArn names.
fn execution_key(world: &World, input: Input) -> Result<ExecutionKey, Refusal> {
    let arn = input.needed("PipelineExecutionArn");
    world
        .find_execution(arn)
        .ok_or_else(|| Refusal::not_found(format!("Pipeline execution '{arn}' does not exist.")))
}

/// An execution that was found a moment ago, and is gone: only a deletion in between could do that.
fn gone() -> Refusal {
    Refusal::not_found("The pipeline execution does not exist.")
}
