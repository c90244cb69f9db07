//! Pipelines, executions and steps as SageMaker reports them, in our own types.

use jiff::Timestamp;

use super::{ExecutionStatus, StepMember, StepResource, StepStatus, execution_id};

/// A pipeline as lists report it (API: `PipelineSummary`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pipeline {
    /// The ARN as SageMaker gave it; its pipeline part may be lower-cased.
    pub arn: String,
    /// Its name, 1 to 256 characters.
    pub name: String,
    /// A name for people, if one was given.
    pub display_name: Option<String>,
    /// Up to 3,072 characters.
    pub description: Option<String>,
    /// The role its jobs run under.
    pub role_arn: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its definition or settings last changed.
    pub modified: Option<Timestamp>,
    /// When its last execution began.
    pub last_execution: Option<Timestamp>,
    /// When SageMaker was found not to know it any more.
    pub gone: Option<Timestamp>,
}

/// Everything that `DescribePipeline` reports of one pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PipelineDetail {
    /// What lists report of it.
    pub pipeline: Pipeline,
    /// The definition's text, up to 1,048,576 characters; not necessarily valid JSON.
    pub definition: String,
    /// `Active` or `Deleting`.
    pub status: String,
    /// Who created it.
    pub created_by: Creator,
    /// Who changed it last.
    pub modified_by: Creator,
    /// How many steps of one execution run at once, if limited.
    pub max_parallel_steps: Option<i32>,
    /// The newest version's name for people.
    pub version_display_name: Option<String>,
}

/// One version of a pipeline (API: `PipelineVersionSummary`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PipelineVersion {
    /// Counts up from 1 with each update of the definition.
    pub id: i64,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its name for people.
    pub display_name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The ARN of its last execution.
    pub last_execution_arn: Option<String>,
}

/// A tag of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Who created or changed something, if SageMaker knows (API: `UserContext`): set only for people who
/// work from a Studio profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Creator {
    /// The Studio user profile's name.
    pub user_profile: Option<String>,
    /// The IAM identity's ARN.
    pub iam_arn: Option<String>,
}

/// A parameter's value of one execution; always a string on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParameterValue {
    /// The parameter's name.
    pub name: String,
    /// Its value, up to 1,024 characters.
    pub value: String,
}

/// An execution (API: `PipelineExecutionSummary`, `DescribePipelineExecution`, `PipelineExecution`
/// of a search record). What a call does not return is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Execution {
    /// The ARN as SageMaker gave it.
    pub arn: String,
    /// The ARN of its pipeline; summaries do not have it.
    pub pipeline_arn: Option<String>,
    /// A name for people, unique only by convention.
    pub display_name: Option<String>,
    /// Up to 3,072 characters.
    pub description: Option<String>,
    /// Its status.
    pub status: ExecutionStatus,
    /// The generic reason that SageMaker gives at this level; the real one is the failed step's.
    pub failure_reason: Option<String>,
    /// When it began.
    pub created: Option<Timestamp>,
    /// When it last changed; once it ended, when it ended.
    pub modified: Option<Timestamp>,
    /// Who started it.
    pub created_by: Creator,
    /// Who changed it last.
    pub modified_by: Creator,
    /// The version of the pipeline it runs.
    pub version: Option<i64>,
    /// Its parameters, if the call returns them.
    pub parameters: Option<Vec<ParameterValue>>,
    /// How many steps run at once, if limited.
    pub max_parallel_steps: Option<i32>,
    /// The steps selected, where only some of the pipeline's steps run.
    pub selected_steps: Vec<String>,
    /// The execution whose results a selective execution reuses.
    pub source_execution_arn: Option<String>,
    /// The experiment it belongs to.
    pub experiment: Option<String>,
}

impl Execution {
    /// An execution of which nothing else is known.
    pub fn new(arn: impl Into<String>, status: ExecutionStatus) -> Self {
        Self {
            arn: arn.into(),
            pipeline_arn: None,
            display_name: None,
            description: None,
            status,
            failure_reason: None,
            created: None,
            modified: None,
            created_by: Creator::default(),
            modified_by: Creator::default(),
            version: None,
            parameters: None,
            max_parallel_steps: None,
            selected_steps: Vec::new(),
            source_execution_arn: None,
            experiment: None,
        }
    }

    /// The id in addresses: the text after `/execution/` of the ARN.
    pub fn id(&self) -> &str {
        execution_id(&self.arn)
    }

    /// When it ended, which is when it last changed; `None` while it runs.
    pub fn ended(&self) -> Option<Timestamp> {
        self.modified.filter(|_| !self.status.is_running())
    }
}

/// A step that started (API: `PipelineExecutionStep`). Steps that did not start have no record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StepRecord {
    /// Its name; for a ForEach child `<body step>-<index>`.
    pub name: String,
    /// A name for people.
    pub display_name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Its status.
    pub status: StepStatus,
    /// Counts from 0 on some versions of the service and from 1 on others.
    pub attempts: i32,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Where its result came from, if from the cache.
    pub cache_hit: Option<CacheHit>,
    /// The execution whose result a selective execution reused.
    pub reused_from: Option<String>,
    /// The ForEach iteration it belongs to.
    pub iteration: Option<Iteration>,
    /// What the step did, by type.
    pub metadata: StepMetadata,
    /// Whether the record is left over from before the execution was resumed or retried, and the step still has to run
    /// again. Known from earlier readings; SageMaker does not report it.
    pub is_left_over: bool,
}

impl StepRecord {
    /// The record of a step of which nothing else is known.
    pub fn new(name: impl Into<String>, status: StepStatus) -> Self {
        Self {
            name: name.into(),
            display_name: None,
            description: None,
            started: None,
            ended: None,
            status,
            attempts: 0,
            failure_reason: None,
            cache_hit: None,
            reused_from: None,
            iteration: None,
            metadata: StepMetadata::default(),
            is_left_over: false,
        }
    }
}

/// Where a cached result came from; the service also sends an empty one for normal runs, which is
/// read as none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheHit {
    /// The execution that made the result.
    pub source_execution_arn: String,
}

/// Which item of a ForEach step a child works on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Iteration {
    /// The ForEach step.
    pub parent: String,
    /// Counts from 0.
    pub index: i64,
    /// The item, up to 12,800 characters.
    pub item: Option<String>,
}

/// What a started step reports of itself (API: `PipelineExecutionStepMetadata`, at most one member
/// set).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct StepMetadata {
    /// The member that is set; `None` when none is.
    pub member: Option<StepMember>,
    /// The ARN of the job or resource.
    pub arn: Option<String>,
    /// A Condition's `True` or `False`.
    pub outcome: Option<String>,
    /// A Callback's token, needed to answer it.
    pub callback_token: Option<String>,
    /// Everything else worth showing, as label and value, in the API's words.
    pub facts: Vec<(String, String)>,
}

impl StepMetadata {
    /// The kind of job or resource that the step created or used, if it is a known one.
    pub fn resource(&self) -> Option<StepResource> {
        self.member.as_ref().and_then(StepMember::resource)
    }
}

/// A group of registered models.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelPackageGroup {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its description.
    pub description: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// `Completed`, `Failed`…
    pub status: String,
}
