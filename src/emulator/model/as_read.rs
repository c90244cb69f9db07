//! Answers of another SageMaker, as they were read.

use crate::engine::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The members of an answer.
pub type Members = Map<String, Value>;

/// What was read of a pipeline, without the members that belong to its versions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PipelineAsRead {
    /// Its item in the answer of `ListPipelines`.
    pub summary: Members,
    /// The answer of `DescribePipeline`.
    pub description: Members,
}

impl PipelineAsRead {
    /// `PipelineArn`, which may have the pipeline's name in lower case.
    pub fn arn(&self) -> Option<&str> {
        text(&self.description, "PipelineArn")
    }

    /// When its newest execution started, among those that were not read too.
    pub fn last_run(&self) -> Option<Millis> {
        let listed = || millis(&self.summary, "LastExecutionTime");
        millis(&self.description, "LastRunTime").or_else(listed)
    }
}

/// The newest execution of a version that was listed.
pub(super) fn last_execution(version: &Members) -> Option<String> {
    owned(version, "LastExecutionPipelineExecutionArn")
}

/// A member that is a text.
pub(super) fn text<'m>(members: &'m Members, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

/// The same, owned.
pub(super) fn owned(members: &Members, name: &str) -> Option<String> {
    text(members, name).map(str::to_owned)
}

/// A member that is a time: seconds since the epoch on the wire.
pub(super) fn millis(members: &Members, name: &str) -> Option<Millis> {
    let seconds = members.get(name)?.as_f64()?;
    Some((seconds * 1000.0).round() as Millis)
}
