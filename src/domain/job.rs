//! Jobs and resources of steps, as their Describe operations report them.

use jiff::Timestamp;

use super::StepResource;

/// What a step's job or resource reports of itself. What its kind does not report is `None` or empty.
#[derive(Debug, Clone, PartialEq)]
pub struct JobDetail {
    /// Its kind.
    pub resource: StepResource,
    /// Its name.
    pub name: Option<String>,
    /// Its status, as the service spells it: `InProgress`, `Completed`. `None` for a resource without
    /// one (a model, an endpoint configuration).
    pub status: Option<String>,
    /// The finer status of some jobs: `Downloading`, `Training`.
    pub secondary_status: Option<String>,
    /// The secondary statuses it has gone through, oldest first.
    pub transitions: Vec<StatusTransition>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// What a processing container wrote on exit.
    pub exit_message: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it began to run.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The instances it runs on.
    pub instances: Option<Instances>,
    /// Its container image.
    pub image: Option<String>,
    /// The data it reads.
    pub inputs: Vec<DataLocation>,
    /// The data it writes.
    pub outputs: Vec<DataLocation>,
    /// Its final metrics.
    pub metrics: Vec<Metric>,
    /// How long it trained, in seconds.
    pub training_seconds: Option<i32>,
    /// For how many seconds it is billed.
    pub billable_seconds: Option<i32>,
    /// Whether it runs on spot instances that SageMaker manages.
    pub managed_spot: Option<bool>,
    /// What only its kind reports.
    pub specific: JobSpecific,
}

impl JobDetail {
    /// A resource of which nothing is known yet.
    pub fn new(resource: StepResource) -> Self {
        Self {
            resource,
            name: None,
            status: None,
            secondary_status: None,
            transitions: Vec::new(),
            failure_reason: None,
            exit_message: None,
            created: None,
            started: None,
            ended: None,
            instances: None,
            image: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
            metrics: Vec::new(),
            training_seconds: None,
            billable_seconds: None,
            managed_spot: None,
            specific: JobSpecific::Nothing,
        }
    }
}

/// A secondary status that a job has gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusTransition {
    /// The status: `Downloading`.
    pub status: String,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended; `None` for the present one.
    pub ended: Option<Timestamp>,
    /// The service's message.
    pub message: Option<String>,
}

/// The instances of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instances {
    /// Their type: `ml.m5.xlarge`.
    pub instance_type: String,
    /// How many there are.
    pub count: i32,
    /// The storage volume of each, in GB (the API's `VolumeSizeInGB`), where the job has one.
    pub volume_gb: Option<i32>,
}

/// Where data of a job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataLocation {
    /// The name of the input or output: a channel's (`train`), or the API's (`S3ModelArtifacts`).
    pub name: String,
    /// Its URI, mostly in S3.
    pub uri: String,
}

/// A metric of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f32,
    /// When it was measured.
    pub at: Option<Timestamp>,
}

/// What only one kind of job or resource reports.
#[derive(Debug, Clone, PartialEq)]
pub enum JobSpecific {
    /// Nothing.
    Nothing,
    /// A transform job.
    Transform {
        /// The model it uses.
        model: Option<String>,
    },
    /// A tuning job.
    Tuning {
        /// How many of its training jobs are in each status.
        training_jobs: TrainingJobCounts,
        /// Its best training job.
        best: Option<BestTrainingJob>,
    },
    /// An AutoML job.
    AutoMl {
        /// The name of its best candidate.
        best_candidate: Option<String>,
    },
    /// A registered model.
    ModelPackage {
        /// Its group.
        group: Option<String>,
        /// Its version in the group.
        version: Option<i32>,
        /// `Approved`, `Rejected`, `PendingManualApproval`.
        approval: Option<String>,
        /// Why, in the words of whoever decided.
        approval_description: Option<String>,
    },
    /// An endpoint.
    Endpoint {
        /// The name of its configuration.
        config: Option<String>,
    },
    /// An endpoint configuration.
    EndpointConfig {
        /// The model of its first variant.
        model: Option<String>,
    },
}

/// How many training jobs of a tuning job are in each status, where it is reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrainingJobCounts {
    /// Completed.
    pub completed: Option<i32>,
    /// In progress.
    pub in_progress: Option<i32>,
    /// Failed, and can be tried again.
    pub retryable_error: Option<i32>,
    /// Failed, and cannot be tried again.
    pub non_retryable_error: Option<i32>,
    /// Stopped.
    pub stopped: Option<i32>,
}

/// The best training job of a tuning job.
#[derive(Debug, Clone, PartialEq)]
pub struct BestTrainingJob {
    /// Its name.
    pub name: Option<String>,
    /// The objective metric and its value.
    pub objective: Option<Metric>,
}
