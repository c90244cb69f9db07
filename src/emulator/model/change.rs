//! The lines of the state file: each change of the model that matters after a restart.
//!
//! Nothing is stored that follows from something else, such as an execution's history (from its replay spec) or a
//! pipeline's newest execution (from its executions).
//!
//! The names in the file are older than those of the types: hence `serde(rename)`.

use super::as_read::{Members, PipelineAsRead};
use super::jobs::JobRecord;
use super::packages::{Group, PackageRecord};
use super::pipeline::{User, shared};
use super::pipelines::{ExecutionKey, PipelineKey};
use super::recording::RecordedAnswers;
use super::replay::ReplaySpec;
use super::resources::ResourceRecord;
use super::tags::TagList;
use super::tokens::StoredResult;
use crate::clock::ClockSetting;
use crate::engine::{Millis, RunInput, RunStatus, ScriptedOutcome};
use crate::seed::Action;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// A line: changes that are applied together.
#[derive(Debug, Serialize, Deserialize)]
pub struct JournalLine {
    /// The Region; none is the home Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Time of the changes; all events that were due by then had been processed.
    pub at: Millis,
    /// In order.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A pipeline was created or changed.
    Pipeline(Box<PipelineRecord>),
    /// A pipeline and its executions were deleted.
    Deleted(PipelineKey),
    /// An execution started.
    Started(Box<StartedExecution>),
    /// A version that was read from another SageMaker without its definition got it.
    Definition(PipelineKey, i64, Box<str>),
    /// An execution was read from another SageMaker.
    Recorded(Box<RecordedExecution>),
    /// An execution received inputs, or ended.
    #[serde(rename = "went")]
    Updated(Box<UpdatedExecution>),
    /// A seeded action to come.
    Planned(ExecutionKey, Millis, Action),
    /// A model package group was created or changed.
    Group(String, Group),
    /// A model package group was deleted.
    GroupDeleted(String),
    /// A request created, changed or deleted a model package.
    Package(Box<PackageRecord>),
    /// A request created, changed or deleted a model, an endpoint configuration or an endpoint.
    Resource(Box<ResourceRecord>),
    /// The tags of a resource other than a pipeline, by its ARN; `None` if it was deleted.
    Tags(String, Option<TagList>),
    /// A request created or stopped a job.
    Job(Box<JobRecord>),
    /// The result of a request with a client token.
    Token(StoredResult),
    /// All scripted outcomes for next starts.
    Scripts(HashMap<String, Vec<ScriptedOutcome>>),
    /// The setting of the clock.
    Clock(ClockSetting),
}

/// A pipeline.
#[derive(Debug, Serialize, Deserialize)]
pub struct PipelineRecord {
    pub key: PipelineKey,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub role_arn: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    pub created: Millis,
    pub modified: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    pub created_by: User,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<u32>,
    pub versions: Vec<VersionRecord>,
    /// What was read of it, where it was read from another SageMaker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_read: Option<Box<PipelineAsRead>>,
}

/// A version of a pipeline's definition.
#[derive(Debug, Serialize, Deserialize)]
pub struct VersionRecord {
    /// The JSON text; absent where an earlier line has it, or where it was not read from another SageMaker.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    pub definition: Option<Arc<str>>,
    pub created: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its item in a list of versions, where it was read from another SageMaker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_read: Option<Members>,
}

/// An execution that was read from another SageMaker.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecordedExecution {
    /// Its number.
    pub key: ExecutionKey,
    /// Its pipeline.
    pub pipeline: PipelineKey,
    /// What was answered about it.
    pub answers: RecordedAnswers,
    /// What it ran, where no version of its pipeline has it and no earlier line.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    pub definition: Option<Arc<str>>,
    /// The execution whose line has what it ran, where no version of its pipeline has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_definition_as: Option<ExecutionKey>,
}

/// An execution up to now.
#[derive(Debug, Serialize, Deserialize)]
pub struct StartedExecution {
    /// Its number.
    pub key: ExecutionKey,
    /// Its pipeline.
    pub pipeline: PipelineKey,
    /// What it is replayed from.
    #[serde(rename = "recipe")]
    pub replay_spec: ReplaySpec,
    /// How it ended, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// What is new of an execution.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdatedExecution {
    /// Its number.
    pub key: ExecutionKey,
    /// New inputs.
    #[serde(rename = "deeds", default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(Millis, RunInput)>,
    /// Its name and description, if they were changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// How it ended, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// A change of an execution's name or description.
#[derive(Debug, Serialize, Deserialize)]
pub struct Edited {
    /// When.
    pub at: Millis,
    /// `PipelineExecutionDisplayName`.
    pub display_name: String,
    /// `PipelineExecutionDescription`.
    pub description: Option<String>,
}

/// What lists show of an execution that ended, so that it need not be replayed for them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Ended {
    /// `PipelineExecutionStatus`.
    pub status: RunStatus,
    /// `LastModifiedTime`.
    pub modified: Millis,
}
