//! An action as its form asked for it. Pure.

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::{Action, ParameterValue};

/// An action that a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRequest {
    /// The workspace's name.
    pub workspace: String,
    /// The name of the pipeline.
    pub pipeline_name: String,
    /// What to do with it, or with one of its executions.
    pub action: RequestedAction,
}

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedAction {
    /// Start an execution of the pipeline.
    Start(StartArguments),
    /// Stop, resume or retry an execution of the pipeline.
    Change {
        /// Stop, Resume or Retry.
        action: Action,
        /// The execution's id.
        execution_id: String,
        /// Why, in the person's words; kept with the action.
        reason: Option<String>,
    },
}

/// What an execution is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartArguments {
    /// The pipeline to start.
    pub pipeline_arn: String,
    /// The execution's name; one is generated where it is empty.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The parameters to set; those not named keep their defaults.
    pub parameters: Vec<ParameterValue>,
    /// The id of the execution whose values filled the form.
    pub copied_from: Option<String>,
}

impl ActionRequest {
    /// The action asked for.
    pub fn action(&self) -> Action {
        match &self.action {
            RequestedAction::Start(_) => Action::Start,
            RequestedAction::Change { action, .. } => *action,
        }
    }

    /// What the ticket is made for: the pipeline's name for Start, else the execution's id.
    pub fn target(&self) -> &str {
        match &self.action {
            RequestedAction::Start(_) => &self.pipeline_name,
            RequestedAction::Change { execution_id, .. } => execution_id,
        }
    }

    /// One digest of everything that a person asked for: equal exactly when the same was asked for.
    /// The order of parameters does not count, and an empty text is the same as none.
    pub(super) fn digest(&self, person: &str) -> String {
        let common = [self.action().as_str(), person, &self.workspace];
        let canonical = match &self.action {
            RequestedAction::Start(arguments) => {
                let mut parameters = pairs(&arguments.parameters);
                parameters.sort_unstable();
                json!([
                    common,
                    self.pipeline_name,
                    non_empty(&arguments.name),
                    non_empty(&arguments.description),
                    parameters,
                    non_empty(&arguments.copied_from),
                ])
            }
            RequestedAction::Change {
                execution_id,
                reason,
                ..
            } => json!([common, self.pipeline_name, execution_id, non_empty(reason)]),
        };
        hex::encode(Sha256::digest(canonical.to_string()))
    }
}

impl StartArguments {
    /// The same without empty texts, and with a name. A start whose answer is lost is looked up by
    /// its name, so it never goes without one; the nonce keeps two of one millisecond apart.
    pub(super) fn named(&self, at: Timestamp, nonce: &str) -> Self {
        let generated = || {
            let digits = nonce.get(..6).unwrap_or(nonce);
            format!("execution-{}-{digits}", at.as_millisecond())
        };
        Self {
            pipeline_arn: self.pipeline_arn.clone(),
            name: non_empty(&self.name).or_else(|| Some(generated())),
            description: non_empty(&self.description),
            parameters: self.parameters.clone(),
            copied_from: non_empty(&self.copied_from),
        }
    }
}

/// Parameters as pairs of name and value.
pub(super) fn pairs(parameters: &[ParameterValue]) -> Vec<(&str, &str)> {
    parameters
        .iter()
        .map(|parameter| (parameter.name.as_str(), parameter.value.as_str()))
        .collect()
}

/// A text, unless it is empty.
pub(super) fn non_empty(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
