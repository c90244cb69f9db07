//! What a local SageMaker contains when it starts.

mod demo;
mod large;
mod relocation;
pub(crate) mod smallest;
#[cfg(test)]
mod tests;

use super::engine::{
    ArnContext, CallbackAnswer, Millis, Pace, Program, Run, SeededRandom, StartSpec,
};
use serde::{Deserialize, Serialize};
use sluicegate_definition::Definition;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The kind of seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeedKind {
    /// A small company's last 30 days.
    #[default]
    Demo,
    /// Nothing.
    Empty,
    /// 500 pipelines with 100,000 executions.
    Large,
}

impl FromStr for SeedKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "demo" => Ok(SeedKind::Demo),
            "empty" => Ok(SeedKind::Empty),
            "large" => Ok(SeedKind::Large),
            other => Err(format!("unknown seed `{other}`: use demo, empty or large")),
        }
    }
}

impl fmt::Display for SeedKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            SeedKind::Demo => "demo",
            SeedKind::Empty => "empty",
            SeedKind::Large => "large",
        })
    }
}

/// A person's user profile in a SageMaker domain (`CreatedBy`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserProfile {
    /// `UserProfileArn`.
    pub arn: String,
    /// `UserProfileName`.
    pub name: String,
    /// `DomainId`.
    pub domain_id: String,
}

/// One version of a pipeline's definition.
#[derive(Debug, Clone)]
pub struct SeedVersion {
    /// The JSON text.
    pub definition: Arc<str>,
    /// Compiled; versions with the same text share it.
    pub program: Arc<Program>,
    /// When the version was created.
    pub created_at: Millis,
    /// `PipelineVersionDisplayName`.
    pub display_name: Option<String>,
    /// `PipelineVersionDescription`.
    pub description: Option<String>,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct SeedPipeline {
    /// `PipelineName`.
    pub name: String,
    /// `PipelineDisplayName`.
    pub display_name: Option<String>,
    /// `PipelineDescription`.
    pub description: Option<String>,
    /// `RoleArn`.
    pub role_arn: String,
    /// Key and value.
    pub tags: Vec<(String, String)>,
    /// `CreationTime`.
    pub created_at: Millis,
    /// `CreatedBy`; none is an IAM role without a user profile.
    pub created_by: Option<UserProfile>,
    /// `MaxParallelExecutionSteps`.
    pub parallelism: Option<u32>,
    /// Oldest first; a version's number is its index plus one.
    pub versions: Vec<SeedVersion>,
}

/// A seeded action on an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// `StopPipelineExecution`.
    Stop,
    /// `RetryPipelineExecution`.
    Retry,
    /// Answers the Callback step that waits.
    Answer(CallbackAnswer),
}

/// An execution: what it is started with, and the actions on it.
#[derive(Debug, Clone)]
pub struct SeedStart {
    /// Index in [`Seed::pipelines`].
    pub pipeline: usize,
    /// Index in [`SeedPipeline::versions`].
    pub version: usize,
    /// What it is started with; `spec.at` is its `CreationTime`.
    pub spec: StartSpec,
    /// `PipelineExecutionDisplayName`.
    pub display_name: String,
    /// `PipelineExecutionDescription`.
    pub description: Option<String>,
    /// `CreatedBy`; none is an IAM role without a user profile.
    pub created_by: Option<UserProfile>,
    /// In order of time.
    pub actions: Vec<(Millis, Action)>,
    /// Whether it has the live pace from its start, so that it can be watched; else it is history, at the pace of real
    /// jobs.
    pub live: bool,
}

impl SeedStart {
    /// Runs it from its start to `now`, with the actions up to then; what begins later has the `live` pace. Actions
    /// that do not apply when they are due are left out.
    pub fn replay(&self, program: Arc<Program>, now: Millis, live: Pace) -> Run {
        let mut spec = self.spec.clone();
        if self.live {
            spec.pace = live;
        }
        let pace = spec.pace;
        let mut run = Run::start(program, spec);
        for (at, action) in self.actions.iter().filter(|(at, _)| *at <= now) {
            run.advance(*at);
            let _: Result<(), _> = match action {
                Action::Stop => run.stop(*at),
                Action::Retry => run.retry(*at, None, pace),
                Action::Answer(answer) => match run.waiting_tokens().first() {
                    Some(token) => run.answer(token, answer.clone(), *at),
                    None => Ok(()),
                },
            };
        }
        run.advance(now);
        run.set_pace(live);
        run
    }
}

/// A model package group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedModelGroup {
    /// `ModelPackageGroupName`.
    pub name: String,
    /// `ModelPackageGroupDescription`.
    pub description: Option<String>,
    /// `CreationTime`.
    pub created_at: Millis,
    /// Packages that were registered before the seeded executions.
    pub packages: u32,
}

/// The contents of a local SageMaker.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Which one.
    pub kind: SeedKind,
    /// Partition, Region and account; the pipeline's name is empty.
    pub arn_context: ArnContext,
    /// The pipelines.
    pub pipelines: Vec<SeedPipeline>,
    /// Model package groups.
    pub model_groups: Vec<SeedModelGroup>,
    /// Executions by start time: all of the demo, none of the large seed (see [`Seed::past`]).
    pub starts: Vec<SeedStart>,
    now: Millis,
}

impl Seed {
    /// The seed at the time `now`, in a Region and an account.
    pub fn new(kind: SeedKind, now: Millis, place: ArnContext) -> Seed {
        let mut seed = Seed {
            kind,
            arn_context: place,
            pipelines: Vec::new(),
            model_groups: Vec::new(),
            starts: Vec::new(),
            now,
        };
        match kind {
            SeedKind::Demo => demo::fill(&mut seed),
            SeedKind::Large => large::fill(&mut seed),
            SeedKind::Empty => {}
        }
        relocation::move_to(&mut seed);
        seed
    }

    /// Number of executions of a pipeline in [`Seed::past`]: 0 for the demo.
    pub fn past_len(&self, pipeline: usize) -> usize {
        match self.kind {
            SeedKind::Large => large::past_len(pipeline),
            SeedKind::Demo | SeedKind::Empty => 0,
        }
    }

    /// The `index`-th execution of a pipeline, oldest first, of the large seed: made on demand, always the same.
    /// None beyond [`Seed::past_len`].
    pub fn past(&self, pipeline: usize, index: usize) -> Option<SeedStart> {
        let past = || relocation::moved(large::past(self, pipeline, index), &self.arn_context);
        (index < self.past_len(pipeline)).then(past)
    }
}

/// An account id that AWS's documentation uses in examples.
const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-central-1";
const ROLE: &str = "arn:aws:iam::111122223333:role/SageMakerPipelines";

/// Partition, Region and account; those of the seeds' texts where none is named.
pub fn arn_context(region: Option<&str>, account: Option<&str>) -> ArnContext {
    let region = region.unwrap_or(REGION);
    let partition = match region.split('-').next() {
        Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    ArnContext {
        partition: partition.to_owned(),
        region: region.to_owned(),
        account: account.unwrap_or(ACCOUNT).to_owned(),
        pipeline: String::new(),
    }
}

/// The same for the executions of a pipeline, as the seeds are written.
fn written_context(pipeline: &str) -> ArnContext {
    ArnContext {
        pipeline: pipeline.to_owned(),
        ..arn_context(None, None)
    }
}

fn profile(name: &str) -> UserProfile {
    let domain_id = "d-7kqv2mfxw1ya".to_owned();
    let arn = arn_context(None, None).arn(&format!("user-profile/{domain_id}/{name}"));
    UserProfile {
        arn,
        name: name.to_owned(),
        domain_id,
    }
}

fn version(definition: &str, created_at: Millis) -> SeedVersion {
    SeedVersion {
        definition: Arc::from(definition),
        program: Arc::new(Program::compile(&Definition::read(definition))),
        created_at,
        display_name: None,
        description: None,
    }
}

/// Twelve characters `[a-z0-9]`.
fn execution_id(pipeline: &str, random: SeededRandom) -> String {
    random.named(pipeline).named("execution").lower_case(12)
}
