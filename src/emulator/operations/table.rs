//! Which function answers which operation.

use super::{
    actions, callbacks, executions, experiments, groups, hosting, limits, packages, pipelines,
    search, steps, tags, versions,
};
use crate::engine::Millis;
use crate::jobs;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::input::Input;
use sluicegate_shapes::{self as shapes, OperationShapes};

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
    "ListTrainingJobs": jobs::list_training,
    "ListProcessingJobs": jobs::list_processing,
    "ListTransformJobs": jobs::list_transform,
    "ListHyperParameterTuningJobs": jobs::list_tuning,
    "ListAutoMLJobs": jobs::list_auto_ml,
    "CreateTrainingJob": jobs::create_training,
    "StopTrainingJob": jobs::stop_training,
    "CreateProcessingJob": jobs::create_processing,
    "StopProcessingJob": jobs::stop_processing,
    "CreateTransformJob": jobs::create_transform,
    "StopTransformJob": jobs::stop_transform,
    "DescribeTrainingJob": jobs::training,
    "DescribeProcessingJob": jobs::processing,
    "DescribeTransformJob": jobs::transform,
    "DescribeHyperParameterTuningJob": jobs::tuning,
    "DescribeAutoMLJobV2": jobs::auto_ml,
    "CreateModel": hosting::create_model,
    "DescribeModel": hosting::describe_model,
    "DeleteModel": hosting::delete_model,
    "ListModels": hosting::list_models,
    "CreateEndpointConfig": hosting::create_config,
    "DescribeEndpointConfig": hosting::describe_config,
    "DeleteEndpointConfig": hosting::delete_config,
    "ListEndpointConfigs": hosting::list_configs,
    "CreateEndpoint": hosting::create_endpoint,
    "DescribeEndpoint": hosting::describe_endpoint,
    "UpdateEndpoint": hosting::update_endpoint,
    "DeleteEndpoint": hosting::delete_endpoint,
    "ListEndpoints": hosting::list_endpoints,
    "CreateModelPackage": packages::create,
    "UpdateModelPackage": packages::update,
    "DeleteModelPackage": packages::delete,
    "ListModelPackages": packages::list,
    "DescribeModelPackage": packages::describe,
    "DescribeAutoMLJob": jobs::auto_ml_v1,
    "DescribeInferenceComponent": jobs::inference_component,
    "CreateModelPackageGroup": groups::create,
    "DeleteModelPackageGroup": groups::delete,
    "DescribeModelPackageGroup": groups::describe,
    "ListTrainingJobsForHyperParameterTuningJob": jobs::training_jobs,
    "DescribeExperiment": experiments::describe_experiment,
    "ListExperiments": experiments::list_experiments,
    "DescribeTrial": experiments::describe_trial,
    "ListTrials": experiments::list_trials,
    "DescribeTrialComponent": experiments::describe_component,
    "ListTrialComponents": experiments::list_components,
}
