//! More about why a request was rejected: codes and values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Forbidden;
use crate::catalog::ReadError;
use crate::ledger::answer::ActionError;
use crate::ledger::body::clipped;

/// More about why a request was rejected. In a record: an object of a `code` and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RejectionDetail {
    /// The action does not apply to the execution.
    NotApplicable {
        /// The code of a `NotApplicable`.
        reason: String,
    },
    /// There is no such workspace.
    NoWorkspace,
    /// There is no such pipeline.
    NoPipeline,
    /// There is no such execution.
    NoExecution,
    /// The person's role does not allow it.
    LesserRole {
        /// The role that the person has.
        role: String,
        /// The role that it takes.
        needed: String,
        /// The number of the rule that denies it, where one does.
        #[serde(skip_serializing_if = "Option::is_none")]
        denied_by: Option<usize>,
    },
    /// The headers by which a browser names the page that sent the request.
    SentFrom {
        /// `Origin`.
        origin: Vec<String>,
        /// `Sec-Fetch-Site`.
        fetch_site: Vec<String>,
    },
    /// Whatever else a room above the ledger found wrong.
    #[serde(untagged)]
    Other(CodedDetail),
    /// What version 1 of the ledger kept in its place. It is only ever read.
    #[serde(untagged, skip_serializing)]
    Sentence(OldSentence),
}

/// A sentence in a record of version 1. Only a record that is read makes one, and none can be written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OldSentence(String);

impl OldSentence {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A code with its values, whose meaning the ledger does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodedDetail {
    /// The code, in snake case.
    pub code: String,
    /// The values that belong to it, by name.
    #[serde(flatten)]
    pub values: BTreeMap<String, String>,
}

impl RejectionDetail {
    /// More about why an action was rejected, where its reason does not say it all.
    pub(in crate::ledger) fn of(error: &ActionError) -> Option<Self> {
        match error {
            ActionError::NotApplicable(reason) => Some(Self::NotApplicable {
                reason: reason.as_str().to_owned(),
            }),
            ActionError::ReadError(ReadError::Workspace) => Some(Self::NoWorkspace),
            ActionError::ReadError(ReadError::Pipeline) => Some(Self::NoPipeline),
            ActionError::ReadError(ReadError::Execution) => Some(Self::NoExecution),
            ActionError::NotAllowed(Forbidden::RoleTooLow {
                grant,
                needed,
                denied_by,
                ..
            }) => Some(Self::LesserRole {
                role: grant.role.as_str().to_owned(),
                needed: needed.as_str().to_owned(),
                denied_by: *denied_by,
            }),
            _ => None,
        }
    }

    /// A value that is serialized as an object of a `code` and texts; `None` where it is not.
    pub fn coded(detail: &impl Serialize) -> Option<Self> {
        let value = serde_json::to_value(detail).ok()?;
        serde_json::from_value(value).ok().map(Self::Other)
    }

    /// Reads one back from a record; `None` where a later version wrote it.
    pub(in crate::ledger) fn read(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// What a record holds of it. Texts are of bounded length.
    pub(in crate::ledger) fn value(&self) -> Value {
        bounded(serde_json::to_value(self).unwrap_or_default())
    }
}

fn bounded(value: Value) -> Value {
    match value {
        Value::String(text) => clipped(&text).into(),
        Value::Array(values) => values.into_iter().map(bounded).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, bounded(value)))
            .collect(),
        other => other,
    }
}
