//! An action as it was asked for, and as it is written down.

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ActIntent, StartIntent};
use crate::domain::{Action, ParameterValue, execution_id};

/// An action as it was asked for.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    Start(Box<StartIntent>),
    Act(ActIntent),
}

/// An action as it is written down before the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Intent {
    pub nonce: String,
    pub digest: String,
    pub at: Timestamp,
    pub person: String,
    pub action: Action,
    pub workspace: String,
    pub pipeline_name: String,
    /// Start: the pipeline.
    pub pipeline_arn: Option<String>,
    /// The others: the execution acted on.
    pub execution_arn: Option<String>,
    /// Start: the execution's name, by which it is found if the answer is lost.
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub parameters: Vec<ParameterValue>,
    pub copied_from: Option<String>,
    pub reason: Option<String>,
}

impl Asked {
    pub(super) fn action(&self) -> Action {
        match self {
            Self::Start(_) => Action::Start,
            Self::Act(intent) => intent.action,
        }
    }

    pub(super) fn workspace(&self) -> &str {
        match self {
            Self::Start(intent) => &intent.workspace,
            Self::Act(intent) => &intent.workspace,
        }
    }

    /// The name of the pipeline it is about.
    pub(super) fn pipeline(&self) -> &str {
        match self {
            Self::Start(intent) => &intent.pipeline.name,
            Self::Act(intent) => &intent.pipeline_name,
        }
    }

    /// What the ticket was made for.
    pub(super) fn target(&self) -> &str {
        match self {
            Self::Start(intent) => &intent.pipeline.name,
            Self::Act(intent) => &intent.execution_id,
        }
    }

    /// One text for everything that was asked: equal exactly when the same was asked. The order of
    /// parameters does not count, and an empty text is none.
    pub(super) fn digest(&self, person: &str) -> String {
        let common = [self.action().as_str(), person, self.workspace()];
        let canonical = match self {
            Self::Start(intent) => {
                let mut parameters = pairs(&intent.parameters);
                parameters.sort_unstable();
                json!([
                    common,
                    intent.pipeline.name,
                    said(&intent.name),
                    said(&intent.description),
                    parameters,
                    said(&intent.copied_from),
                ])
            }
            Self::Act(intent) => json!([
                common,
                intent.pipeline_name,
                intent.execution_id,
                said(&intent.reason),
            ]),
        };
        hex::encode(Sha256::digest(canonical.to_string()))
    }

    /// What will be written down. `execution_arn` is that of the execution acted on.
    pub(super) fn intent(
        self,
        nonce: String,
        person: &str,
        at: Timestamp,
        execution_arn: Option<String>,
    ) -> Intent {
        let blank = Intent {
            digest: self.digest(person),
            at,
            person: person.to_owned(),
            action: self.action(),
            workspace: self.workspace().to_owned(),
            pipeline_name: String::new(),
            pipeline_arn: None,
            execution_arn,
            display_name: None,
            description: None,
            parameters: Vec::new(),
            copied_from: None,
            reason: None,
            nonce,
        };
        match self {
            Self::Start(intent) => Intent {
                display_name: Some(
                    said(&intent.name)
                        .map_or_else(|| made_up_name(at, &blank.nonce), str::to_owned),
                ),
                description: said(&intent.description).map(str::to_owned),
                copied_from: said(&intent.copied_from).map(str::to_owned),
                pipeline_name: intent.pipeline.name,
                pipeline_arn: Some(intent.pipeline.arn),
                parameters: intent.parameters,
                ..blank
            },
            Self::Act(intent) => Intent {
                reason: said(&intent.reason).map(str::to_owned),
                pipeline_name: intent.pipeline_name,
                ..blank
            },
        }
    }
}

impl Intent {
    /// The `ClientRequestToken`: 64 hex digits, the same for every call this intent may lead to.
    pub(super) fn token(&self) -> String {
        let target = match &self.execution_arn {
            Some(arn) => execution_id(arn),
            None => &self.pipeline_name,
        };
        let parts = json!([self.nonce, self.action.as_str(), target]);
        hex::encode(Sha256::digest(parts.to_string()))
    }

    /// The API's name of the call.
    pub(super) fn operation(&self) -> &'static str {
        operation(self.action)
    }
}

/// The API's name of an action's call.
pub(super) fn operation(action: Action) -> &'static str {
    match action {
        Action::Start => "StartPipelineExecution",
        Action::Stop => "StopPipelineExecution",
        Action::Resume | Action::Retry => "RetryPipelineExecution",
    }
}

/// Parameters as pairs of name and value.
pub(super) fn pairs(parameters: &[ParameterValue]) -> Vec<(&str, &str)> {
    parameters
        .iter()
        .map(|parameter| (parameter.name.as_str(), parameter.value.as_str()))
        .collect()
}

/// A name for an execution whose form left it empty: without one, a start whose answer is lost
/// could not be found again. The nonce's first digits keep two of one millisecond apart.
fn made_up_name(at: Timestamp, nonce: &str) -> String {
    let digits = nonce.get(..6).unwrap_or(nonce);
    format!("execution-{}-{digits}", at.as_millisecond())
}

fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
