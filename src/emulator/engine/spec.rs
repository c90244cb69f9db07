//! What an execution is started with.

use super::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Where an execution runs and of which pipeline: the fixed parts of every ARN it makes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// `aws`, `aws-cn`, …
    pub partition: String,
    /// `eu-central-1`, …
    pub region: String,
    /// Twelve digits.
    pub account: String,
    /// The pipeline's name as it was created.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pipeline: String,
}

impl Place {
    /// `arn:aws:sagemaker:<region>:<account>:<resource>`.
    pub fn arn(&self, resource: &str) -> String {
        let Place {
            partition,
            region,
            account,
            ..
        } = self;
        format!("arn:{partition}:sagemaker:{region}:{account}:{resource}")
    }

    /// The pipeline's ARN. Its last part is lower-cased, as in the service's own answers.
    pub fn pipeline_arn(&self) -> String {
        self.arn(&format!("pipeline/{}", self.pipeline.to_lowercase()))
    }

    /// The ARN of one of the pipeline's executions.
    pub fn execution_arn(&self, execution_id: &str) -> String {
        format!("{}/execution/{execution_id}", self.pipeline_arn())
    }
}

/// How fast what begins from now on goes: nominal lengths are divided by `speed`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// 1 for history, 60 in the demo.
    pub speed: f64,
}

impl Pace {
    /// As long as a real job takes.
    pub const REAL: Pace = Pace { speed: 1.0 };
    /// What begins live, unless asked otherwise.
    pub const LIVE: Pace = Pace { speed: 60.0 };
}

impl Default for Pace {
    fn default() -> Self {
        Pace::REAL
    }
}

/// `SelectiveExecutionConfig`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selective {
    /// The execution whose results the steps that are not selected lend.
    pub source: Option<String>,
    /// Names of the steps to run.
    pub selected: Vec<String>,
    /// What the source holds of the steps that are not selected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lent: Vec<CacheEntry>,
}

impl Selective {
    /// ARNs of the executions whose results are lent: the source, and those it had results from itself.
    pub fn sources(&self) -> impl Iterator<Item = &String> {
        let lent = self.lent.iter().map(|result| &result.source);
        self.source.iter().chain(lent)
    }
}

/// A step's result that an earlier execution holds. It stands for a job: as a cache hit, or lent to a selective
/// execution.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheEntry {
    /// The step's name; of an iteration the child's own.
    pub step: String,
    /// ARN of the execution that did the work.
    pub source: String,
    /// The source step's attempts before the one that succeeded, so that the same job is named.
    pub attempt: u32,
    /// Equal keys of one pipeline mean equal type and arguments; none where caching is not enabled.
    pub key: Option<u64>,
    /// When the step ended that did the work.
    pub ended: Millis,
    /// The seed of the execution that did the work: what the step produced follows from it.
    pub seed: u64,
    /// A Condition's outcome.
    pub outcome: bool,
    /// A Callback's outputs as answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<(String, String)>,
    /// The version that RegisterModel made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<u32>,
}

/// "This step fails so many times, with this reason, takes so long and produces this": overrules chance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scripted {
    /// The step's name; of an iteration, the body step's name (all iterations) or the child's own (`<body>-<index>`).
    pub step: String,
    /// Attempts that fail, counted over the whole execution; 0 makes the step succeed whatever chance says.
    pub attempts: u32,
    /// The step's `FailureReason`. One that begins like `CapacityError` is met by retry policies of that kind.
    pub reason: String,
    /// What it produces when it succeeds.
    pub values: Values,
    /// How long each attempt takes at the service.
    pub length: Option<Millis>,
}

/// What a step produces, as far as a script says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Values {
    /// Whole documents, by the name of the property file, or by the address (or the end of it) that they stand at.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub files: Map<String, Value>,
    /// Final metrics by name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metrics: Map<String, Value>,
    /// Output parameters by name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Value>,
    /// Properties by path, such as `ModelArtifacts.S3ModelArtifacts`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub properties: Map<String, Value>,
}

/// What the results that an earlier execution lends follow from; see [`super::Run::as_earlier`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The execution's ARN.
    pub source: String,
    /// Its `seed`.
    pub seed: u64,
    /// When it started.
    pub at: Millis,
    /// Its `parameters`.
    pub parameters: Vec<(String, String)>,
    /// Its `outcomes`.
    pub outcomes: Vec<Scripted>,
    /// Its steps that have more to tell than follows from that.
    pub steps: Vec<EarlierStep>,
}

/// A step of an earlier execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierStep {
    /// Its name as it is listed.
    pub name: String,
    /// Its `AttemptCount`.
    pub attempt: u32,
    /// The outputs that somebody sent.
    pub outputs: Vec<(String, String)>,
    /// The version of the model package it registered.
    pub package: Option<u32>,
}

/// What happens at a Callback step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Callbacks {
    /// It waits until [`super::Run::answer`] is called.
    #[default]
    Wait,
    /// Somebody answers success after a while that follows from the seed: for history.
    Answered,
}

/// `SendPipelineExecutionStepSuccess` or `…Failure`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// With the outputs as name and value.
    Success(Vec<(String, String)>),
    /// With the reason given, if any.
    Failure(Option<String>),
}

/// Everything an execution's history follows from, beside its [`super::Program`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StartSpec {
    /// Account, region and pipeline for ARNs. Not written out: it is the pipeline's.
    #[serde(skip)]
    pub place: Arc<Place>,
    /// Twelve characters `[a-z0-9]`.
    pub execution_id: String,
    /// All chance comes from here.
    pub seed: u64,
    /// When it starts.
    pub at: Millis,
    /// Values that overrule the definition's defaults.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<(String, String)>,
    /// `MaxParallelExecutionSteps`; none means no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<u32>,
    /// How fast it goes at first; see [`super::Run::set_pace`].
    pub pace: Pace,
    /// Run only some steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selective: Option<Selective>,
    /// Results that a step with caching enabled may take instead of running.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cached: Vec<CacheEntry>,
    /// Steps whose failures are decided beforehand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Scripted>,
    /// Chance of failure of one attempt of one job, 0 to 1.
    pub failure_rate: f64,
    /// What happens at Callback steps.
    pub callbacks: Callbacks,
    /// The executions that lend results, so that what they lend has the values that it has there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// The pipeline's role, which jobs get whose arguments name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl StartSpec {
    /// Chance of failure of one attempt of one job unless said otherwise.
    pub const FAILURE_RATE: f64 = 0.01;

    /// An execution with nothing out of the ordinary.
    pub fn new(
        place: Arc<Place>,
        execution_id: impl Into<String>,
        seed: u64,
        at: Millis,
    ) -> StartSpec {
        StartSpec {
            place,
            execution_id: execution_id.into(),
            seed,
            at,
            parameters: Vec::new(),
            parallelism: None,
            pace: Pace::REAL,
            selective: None,
            cached: Vec::new(),
            outcomes: Vec::new(),
            failure_rate: StartSpec::FAILURE_RATE,
            callbacks: Callbacks::Wait,
            earlier: Vec::new(),
            role: None,
        }
    }
}
