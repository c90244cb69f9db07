//! The shared domain: pipelines, executions, steps and jobs as SageMaker reports them, what can be
//! done with an execution, and how a call to AWS fails. Every other room uses these types.
//!
//! Pure: no I/O, no clock, and no sentences. What a person shall read is a code with its data here,
//! and becomes words where it is shown.

mod arn;
mod day;
mod error;
mod failure;
pub mod filter;
mod job;
mod known_values;
mod log;
mod named;
mod progress;
mod records;
pub mod search;
mod service;
mod status;
mod step_resource;

pub use arn::{Arn, execution_id, same_arn};
pub use day::day_beginning;
pub use error::{ASSUME_ROLE, AwsError, AwsErrorKind};
pub use failure::{Check, FailedStep, FailedStepKind, Failure, KnownCause, shows_failure};
pub use job::{
    BestTrainingJob, DataLocation, Instances, JobDetail, JobSpecific, Metric, StatusTransition,
    TrainingJobCounts,
};
pub use known_values::{KnownValues, referenced_step};
pub use log::{LogEvent, LogStream};
pub use named::Named;
pub use progress::{
    NodeState, NodeStatus, NotRunReason, Progress, StepCounts, StepEntry, Waits,
    ended_in_fail_step, failed_step, holding_stop, mark_reruns, may_end_in_fail_step, step_entries,
};
pub use records::{
    CacheHit, Creator, Execution, Iteration, ModelPackageGroup, ParameterValue, Pipeline,
    PipelineDetail, PipelineVersion, StepMetadata, StepRecord, Tag,
};
pub use service::Service;
pub use status::{Action, ExecutionStatus, NotApplicable, StepStatus, offered};
pub use step_resource::{LogLocation, StepMember, StepResource};
