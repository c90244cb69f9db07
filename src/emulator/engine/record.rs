//! A step as `ListPipelineExecutionSteps` lists it.

use super::Millis;

/// `StepStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepStatus {
    /// The job is being created.
    Starting,
    /// The job runs, or waits for its next attempt.
    Executing,
    /// A stop was requested and is in progress.
    Stopping,
    /// Ended by a stop.
    Stopped,
    /// Ended with a failure.
    Failed,
    /// Ended successfully.
    Succeeded,
}

impl StepStatus {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            StepStatus::Starting => "Starting",
            StepStatus::Executing => "Executing",
            StepStatus::Stopping => "Stopping",
            StepStatus::Stopped => "Stopped",
            StepStatus::Failed => "Failed",
            StepStatus::Succeeded => "Succeeded",
        }
    }

    /// Whether the step has ended.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            StepStatus::Stopped | StepStatus::Failed | StepStatus::Succeeded
        )
    }
}

/// An output parameter of a Callback or Lambda step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// `PipelineExecutionStepMetadata`, of which the service sets at most one member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the members are SageMaker's own, under SageMaker's own names"
)]
pub enum Metadata {
    TrainingJob {
        arn: String,
    },
    ProcessingJob {
        arn: String,
    },
    TransformJob {
        arn: String,
    },
    TuningJob {
        arn: String,
    },
    AutoMLJob {
        arn: String,
    },
    Model {
        arn: String,
    },
    RegisterModel {
        arn: String,
    },
    Condition {
        outcome: bool,
    },
    Callback {
        callback_token: String,
        sqs_queue_url: String,
        output_parameters: Vec<Output>,
    },
    Lambda {
        arn: String,
        output_parameters: Vec<Output>,
    },
    QualityCheck {
        check_type: String,
        check_job_arn: String,
        baseline_statistics: Option<String>,
        baseline_constraints: Option<String>,
        calculated_statistics: String,
        calculated_constraints: String,
        model_package_group_name: Option<String>,
        violation_report: Option<String>,
        skip_check: bool,
        register_new_baseline: bool,
    },
    ClarifyCheck {
        check_type: String,
        check_job_arn: String,
        baseline_constraints: Option<String>,
        calculated_constraints: String,
        model_package_group_name: Option<String>,
        violation_report: Option<String>,
        skip_check: bool,
        register_new_baseline: bool,
    },
    Emr {
        cluster_id: String,
        step_id: String,
        step_name: String,
        log_file_path: Option<String>,
    },
    EmrServerless {
        application_id: String,
        job_run_id: String,
        job_run_name: String,
        log_file_path: Option<String>,
    },
    Fail {
        error_message: String,
    },
    EndpointConfig {
        arn: String,
    },
    Endpoint {
        arn: String,
    },
    InferenceComponent {
        arn: String,
    },
    Lineage {
        action_arns: Vec<(String, String)>,
        artifact_arns: Vec<(String, String)>,
        context_arns: Vec<(String, String)>,
    },
    Job {
        arn: String,
    },
    Cleanup {
        cleaned_steps: Vec<String>,
        skipped_steps: Vec<String>,
    },
    ForEach {
        status: Option<String>,
        input_item_count: u32,
        total_step_count: u32,
        succeeded_step_count: u32,
        failed_step_count: u32,
        stopped_step_count: u32,
        selector: Option<(String, u32)>,
    },
}

/// `IterationContext`: the iteration of a ForEach that a step belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iteration {
    /// The ForEach step.
    pub parent: String,
    /// From 0.
    pub index: u32,
    /// The item: a text as it is, anything else as JSON.
    pub item: String,
}

/// A step that started, as one item of `ListPipelineExecutionSteps`.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// `StepName`; within an iteration `<body step>-<index>`.
    pub name: String,
    /// The step's name in the definition: differs within an iteration only.
    pub definition_step: String,
    /// The definition's `Type`.
    pub step_type: String,
    /// `StepDisplayName`.
    pub display_name: Option<String>,
    /// `StepDescription`.
    pub description: Option<String>,
    /// `StartTime`.
    pub start: Millis,
    /// `EndTime`, once it has ended.
    pub end: Option<Millis>,
    /// `StepStatus`.
    pub status: StepStatus,
    /// Number of attempts before this one: `AttemptCount` minus one.
    pub attempt_count: u32,
    /// `FailureReason`.
    pub failure_reason: Option<String>,
    /// `Metadata`; none is `{}`: the job was not created yet, or could not be.
    pub metadata: Option<Metadata>,
    /// `CacheHitResult.SourcePipelineExecutionArn`.
    pub cache_hit: Option<String>,
    /// `SelectiveExecutionResult.SourcePipelineExecutionArn`.
    pub selective_result: Option<String>,
    /// `IterationContext`.
    pub iteration: Option<Iteration>,
}

impl StepRecord {
    /// Whether its result is its own: not taken over from an earlier step, whose job or resource its metadata then name.
    pub fn has_own_result(&self) -> bool {
        self.cache_hit.is_none() && self.selective_result.is_none()
    }
}

/// The part of a SageMaker ARN behind its type: `train-1` of `arn:…:training-job/train-1`.
pub fn resource_name(arn: &str) -> &str {
    arn.split_once('/').map_or(arn, |(_, name)| name)
}
