//! What the state file's lines say: each change of the model that matters after a restart.
//!
//! Nothing is said of what follows from something else: an execution's course from its recipe, a pipeline's newest
//! execution from the executions there are.

use super::packages::Group;
use super::pipeline::{User, shared};
use super::pipelines::{ExecutionKey, PipelineKey};
use super::replay::ReplaySpec;
use super::tokens::StoredResult;
use crate::clock::ClockSetting;
use crate::engine::{Millis, RunInput, RunStatus, ScriptedOutcome};
use crate::seed::Action;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// A line: what changed at once.
#[derive(Debug, Serialize, Deserialize)]
pub struct JournalLine {
    /// When; everything due until then had happened.
    pub at: Millis,
    /// In this order.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A pipeline came to be, or is now like this.
    Pipeline(Box<PipelineRecord>),
    /// A pipeline was deleted, and its executions with it.
    Deleted(PipelineKey),
    /// An execution started.
    Started(Box<StartedExecution>),
    /// Something was done to an execution, or it ended.
    #[serde(rename = "went")]
    Updated(Box<UpdatedExecution>),
    /// The seed's people are going to do something.
    Planned(ExecutionKey, Millis, Action),
    /// A model package group came to be, or is now like this.
    Group(String, Group),
    /// The result of a request that carried a token.
    Token(StoredResult),
    /// All failures scripted for next starts.
    Scripts(HashMap<String, Vec<ScriptedOutcome>>),
    /// How the clock is set.
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
}

/// A version of a pipeline's definition.
#[derive(Debug, Serialize, Deserialize)]
pub struct VersionRecord {
    /// The JSON text; absent where an earlier line has it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    pub definition: Option<Arc<str>>,
    pub created: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// An execution as far as it has come.
#[derive(Debug, Serialize, Deserialize)]
pub struct StartedExecution {
    /// Its number.
    pub key: ExecutionKey,
    /// Its pipeline.
    pub pipeline: PipelineKey,
    /// What it follows from.
    #[serde(rename = "recipe")]
    pub replay_spec: ReplaySpec,
    /// How it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// What became of an execution.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdatedExecution {
    /// Its number.
    pub key: ExecutionKey,
    /// What was done to it.
    #[serde(rename = "deeds", default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(Millis, RunInput)>,
    /// Its name and description, where they were changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// How it ended, if it did.
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

/// What lists tell of an execution that ended, so that it need not be played for them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Ended {
    /// `PipelineExecutionStatus`.
    pub status: RunStatus,
    /// `LastModifiedTime`.
    pub modified: Millis,
}
