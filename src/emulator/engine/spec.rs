//! What an execution is started with.

use super::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Partition, Region, account and pipeline: the fixed parts of every ARN that an execution makes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ArnContext {
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

impl ArnContext {
    /// `arn:aws:sagemaker:<region>:<account>:<resource>`.
    pub fn arn(&self, resource: &str) -> String {
        let ArnContext {
            partition,
            region,
            account,
            ..
        } = self;
        format!("arn:{partition}:sagemaker:{region}:{account}:{resource}")
    }

    /// The ARN of a resource of a type, such as `training-job`.
    ///
    /// The service has names of models in lower case there, also in records of 2023 whose jobs keep theirs, and those of
    /// inference components; the names themselves keep their case.
    pub fn arn_of(&self, resource_type: &str, name: &str) -> String {
        match resource_type {
            "model" | "inference-component" => {
                self.arn(&format!("{resource_type}/{}", name.to_ascii_lowercase()))
            }
            _ => self.arn(&format!("{resource_type}/{name}")),
        }
    }

    /// The pipeline's ARN. The name keeps its case, as in the service's answers since 2023.
    pub fn pipeline_arn(&self) -> String {
        self.arn(&format!("pipeline/{}", self.pipeline))
    }

    /// The parts of a pipeline's ARN; none where it is not one.
    pub fn of_pipeline(arn: &str) -> Option<ArnContext> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, "sagemaker", region, account, resource] = parts[..] else {
            return None;
        };
        Some(ArnContext {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            pipeline: resource.strip_prefix("pipeline/")?.to_owned(),
        })
    }

    /// The ARN of an execution of the pipeline.
    pub fn execution_arn(&self, execution_id: &str) -> String {
        format!("{}/execution/{execution_id}", self.pipeline_arn())
    }
}

/// How fast everything that begins from now on goes: nominal durations are divided by `speed`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// 1 for history, 60 in the demo.
    pub speed: f64,
}

impl Pace {
    /// As long as real jobs take.
    pub const REAL: Pace = Pace { speed: 1.0 };
    /// The default of what begins live.
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
    /// ARN of the source execution, whose results stand for the steps that are not selected.
    pub source: Option<String>,
    /// Names of the steps to run.
    pub selected: Vec<String>,
    /// The source execution's results of the steps that are not selected.
    #[serde(rename = "lent", default, skip_serializing_if = "Vec::is_empty")]
    pub reused_results: Vec<CacheEntry>,
}

impl Selective {
    /// ARNs of the executions whose results are reused: the source, and those whose results the source reused itself.
    pub fn sources(&self) -> impl Iterator<Item = &String> {
        let reused = self.reused_results.iter().map(|result| &result.source);
        self.source.iter().chain(reused)
    }
}

/// The result of a step of an earlier execution. It replaces a job: as a cache hit, or as a selective execution
/// result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheEntry {
    /// The step's name; within an iteration `<body step>-<index>`.
    pub step: String,
    /// ARN of the execution that ran the job.
    pub source: String,
    /// The attempts before the one that succeeded, so that the same job is named.
    pub attempt: u32,
    /// Cache key: equal keys within a pipeline mean equal type and arguments. None where caching is not enabled.
    pub key: Option<u64>,
    /// When the step ended that ran the job.
    pub ended: Millis,
    /// The seed of the execution that ran the job, from which the step's products follow.
    pub seed: u64,
    /// The outcome of a Condition step.
    pub outcome: bool,
    /// The outputs that a Callback step was answered with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<(String, String)>,
    /// The model package version that RegisterModel made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<u32>,
}

/// A scripted outcome of a step: how many attempts fail and why, how long each takes, what it produces. Replaces random
/// draws.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptedOutcome {
    /// The step's name; within a ForEach the body step's name (all iterations) or `<body step>-<index>` (one iteration).
    pub step: String,
    /// How many attempts fail, counted over the whole execution; with 0 the step always succeeds.
    pub attempts: u32,
    /// The step's `FailureReason`. Retry policies apply to it by how it begins, such as `CapacityError`.
    pub reason: String,
    /// What it produces when it succeeds.
    pub values: ScriptedValues,
    /// How long each attempt takes at the service, in milliseconds.
    #[serde(rename = "length")]
    pub duration: Option<Millis>,
    /// How long a Lambda function may run, in milliseconds, where that is less than its step may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Millis>,
    /// The lines of its job's log, in place of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

/// What a step produces, as far as it is scripted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptedValues {
    /// Documents, by the name of the property file, or by the S3 address (or its end).
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

/// What the reused results of an earlier execution follow from; see [`super::Run::as_source_execution`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceExecution {
    /// The execution's ARN.
    pub source: String,
    /// Its `seed`.
    pub seed: u64,
    /// When it started.
    pub at: Millis,
    /// Its `parameters`.
    pub parameters: Vec<(String, String)>,
    /// Its `outcomes`.
    pub outcomes: Vec<ScriptedOutcome>,
    /// Its steps that have anything that does not follow from the fields above.
    pub steps: Vec<SourceStep>,
}

/// A step of a source execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceStep {
    /// Its name as it is listed.
    pub name: String,
    /// Its `AttemptCount` minus one.
    pub attempt: u32,
    /// The outputs that it was answered with.
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
    /// It is answered with success after a while that follows from the seed: for seeded history.
    Answered,
}

/// `SendPipelineExecutionStepSuccess` or `…Failure`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallbackAnswer {
    /// With the output parameters as name and value.
    Success(Vec<(String, String)>),
    /// With the failure reason, if one was given.
    Failure(Option<String>),
}

/// Everything that an execution's history follows from, besides its [`super::Program`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StartSpec {
    /// Account, Region and pipeline for ARNs. Not serialized: it follows from the pipeline.
    #[serde(skip)]
    pub arn_context: Arc<ArnContext>,
    /// Twelve characters `[a-z0-9]`.
    pub execution_id: String,
    /// The seed of all random draws.
    pub seed: u64,
    /// When it starts.
    pub at: Millis,
    /// Values that override the definition's defaults.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<(String, String)>,
    /// `MaxParallelExecutionSteps`; none is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<u32>,
    /// The pace at the start; see [`super::Run::set_pace`].
    pub pace: Pace,
    /// Selects the steps to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selective: Option<Selective>,
    /// Results that steps with caching enabled may reuse.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cached: Vec<CacheEntry>,
    /// Scripted outcomes of steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<ScriptedOutcome>,
    /// Probability that an attempt of a job fails, from 0 to 1.
    pub failure_rate: f64,
    /// What happens at Callback steps.
    pub callbacks: Callbacks,
    /// The executions whose results are reused, so that these have the same values as there.
    #[serde(rename = "earlier", skip_serializing_if = "Vec::is_empty")]
    pub source_executions: Vec<SourceExecution>,
    /// The pipeline's role; jobs get it unless their arguments name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl StartSpec {
    /// Sets the pipeline that the execution belongs to, as do the executions whose results it reuses: their ARNs follow
    /// from their ids, however they were spelled when they were saved.
    pub fn set_arn_context(&mut self, arn_context: Arc<ArnContext>) {
        let spell = |source: &mut String| {
            if let Some((_, id)) = source.rsplit_once('/') {
                *source = arn_context.execution_arn(id);
            }
        };
        let selective = self.selective.iter_mut();
        for selective in selective {
            selective.source.iter_mut().for_each(spell);
            let reused = selective.reused_results.iter_mut();
            reused.for_each(|result| spell(&mut result.source));
        }
        let cached = self.cached.iter_mut();
        cached.for_each(|result| spell(&mut result.source));
        let sources = self.source_executions.iter_mut();
        sources.for_each(|execution| spell(&mut execution.source));
        self.arn_context = arn_context;
    }

    /// Default probability that an attempt of a job fails.
    pub const FAILURE_RATE: f64 = 0.01;

    /// An execution with default options.
    pub fn new(
        arn_context: Arc<ArnContext>,
        execution_id: impl Into<String>,
        seed: u64,
        at: Millis,
    ) -> StartSpec {
        StartSpec {
            arn_context,
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
            source_executions: Vec::new(),
            role: None,
        }
    }
}
