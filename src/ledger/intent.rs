//! An action as it is written down before the call: as a value, and as the columns of its row. Pure.

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::record::digest;
use super::request::{StartArguments, pairs};
use crate::domain::{Action, ParameterValue, execution_id};

/// Keeps the digests of intent rows apart from all others.
const INTENT_ROW_LABEL: &str = "sluicegate intent row 1";

/// An action that is about to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Intent {
    /// Of the ticket: an action is done once for each.
    pub nonce: String,
    /// Of the request: the same ticket with other fields is another action.
    pub digest: String,
    pub at: Timestamp,
    pub person: String,
    pub workspace: String,
    pub pipeline_name: String,
    pub call: IntendedCall,
}

/// The call to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IntendedCall {
    /// Start an execution, which has a name.
    Start(StartArguments),
    /// Stop, resume or retry this execution.
    Change {
        action: Action,
        execution_arn: String,
        reason: Option<String>,
    },
}

/// An intent that is in the database.
#[derive(Debug, Clone)]
pub(super) struct RecordedIntent {
    pub id: i64,
    pub intent: Intent,
}

/// The row of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IntentColumns {
    pub nonce: String,
    pub digest: String,
    pub recorded_at: i64,
    pub person: String,
    pub action: Action,
    pub workspace: String,
    pub pipeline_name: String,
    pub pipeline_arn: Option<String>,
    pub execution_arn: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub parameters: Vec<ParameterValue>,
    pub copied_from: Option<String>,
    pub reason: Option<String>,
}

impl Intent {
    pub(super) fn action(&self) -> Action {
        match &self.call {
            IntendedCall::Start(_) => Action::Start,
            IntendedCall::Change { action, .. } => *action,
        }
    }

    /// The execution acted on; `None` for a start.
    pub(super) fn execution_arn(&self) -> Option<&str> {
        match &self.call {
            IntendedCall::Start(_) => None,
            IntendedCall::Change { execution_arn, .. } => Some(execution_arn),
        }
    }

    /// The `ClientRequestToken`: 64 hex digits, the same for every call this intent may lead to.
    pub(super) fn token(&self) -> String {
        token(
            &self.nonce,
            self.action(),
            self.execution_arn(),
            &self.pipeline_name,
        )
    }

    /// The API's name of the call.
    pub(super) fn operation(&self) -> &'static str {
        operation(self.action())
    }

    /// The row of it.
    pub(super) fn columns(&self) -> IntentColumns {
        let blank = IntentColumns {
            nonce: self.nonce.clone(),
            digest: self.digest.clone(),
            recorded_at: self.at.as_millisecond(),
            person: self.person.clone(),
            action: self.action(),
            workspace: self.workspace.clone(),
            pipeline_name: self.pipeline_name.clone(),
            pipeline_arn: None,
            execution_arn: None,
            display_name: None,
            description: None,
            parameters: Vec::new(),
            copied_from: None,
            reason: None,
        };
        match self.call.clone() {
            IntendedCall::Start(arguments) => IntentColumns {
                pipeline_arn: Some(arguments.pipeline_arn),
                display_name: arguments.name,
                description: arguments.description,
                parameters: arguments.parameters,
                copied_from: arguments.copied_from,
                ..blank
            },
            IntendedCall::Change {
                execution_arn,
                reason,
                ..
            } => IntentColumns {
                execution_arn: Some(execution_arn),
                reason,
                ..blank
            },
        }
    }
}

impl IntentColumns {
    /// One digest of all columns.
    pub(super) fn digest(&self) -> String {
        digest(
            INTENT_ROW_LABEL,
            [
                Some(self.nonce.as_str()),
                Some(&self.digest),
                Some(&self.recorded_at.to_string()),
                Some(&self.person),
                Some(self.action.as_str()),
                Some(&self.workspace),
                Some(&self.pipeline_name),
                self.pipeline_arn.as_deref(),
                self.execution_arn.as_deref(),
                self.display_name.as_deref(),
                self.description.as_deref(),
                Some(&json!(pairs(&self.parameters)).to_string()),
                self.copied_from.as_deref(),
                self.reason.as_deref(),
            ],
        )
    }

    /// The `ClientRequestToken` of the calls that the intent may lead to.
    pub(super) fn token(&self) -> String {
        token(
            &self.nonce,
            self.action,
            self.execution_arn.as_deref(),
            &self.pipeline_name,
        )
    }

    /// The intent whose row this is; `None` where its time is none.
    pub(super) fn intent(self) -> Option<Intent> {
        let call = match self.action {
            Action::Start => IntendedCall::Start(StartArguments {
                // The API takes a name in its place.
                pipeline_arn: self
                    .pipeline_arn
                    .unwrap_or_else(|| self.pipeline_name.clone()),
                name: self.display_name,
                description: self.description,
                parameters: self.parameters,
                copied_from: self.copied_from,
            }),
            action => IntendedCall::Change {
                action,
                execution_arn: self.execution_arn.unwrap_or_default(),
                reason: self.reason,
            },
        };
        Some(Intent {
            nonce: self.nonce,
            digest: self.digest,
            at: Timestamp::from_millisecond(self.recorded_at).ok()?,
            person: self.person,
            workspace: self.workspace,
            pipeline_name: self.pipeline_name,
            call,
        })
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

fn token(nonce: &str, action: Action, execution_arn: Option<&str>, pipeline_name: &str) -> String {
    let target = execution_arn.map_or(pipeline_name, execution_id);
    let parts = json!([nonce, action.as_str(), target]);
    hex::encode(Sha256::digest(parts.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(nonce: &str, call: IntendedCall) -> Intent {
        Intent {
            nonce: nonce.into(),
            digest: "d".into(),
            at: Timestamp::from_millisecond(1_780_000_000_123).unwrap(),
            person: "ana".into(),
            workspace: "default".into(),
            pipeline_name: "daily".into(),
            call,
        }
    }

    fn start(nonce: &str) -> Intent {
        let arguments = StartArguments {
            pipeline_arn: "arn".into(),
            name: Some("run".into()),
            description: None,
            parameters: vec![ParameterValue {
                name: "A".into(),
                value: "1".into(),
            }],
            copied_from: Some("abc".into()),
        };
        intent(nonce, IntendedCall::Start(arguments))
    }

    #[test]
    fn an_intent_is_read_back_from_its_row() {
        let stop = IntendedCall::Change {
            action: Action::Stop,
            execution_arn: "arn/execution/abc".into(),
            reason: Some("why".into()),
        };
        for intent in [start("00"), intent("01", stop)] {
            assert_eq!(intent.columns().intent(), Some(intent));
        }
    }

    #[test]
    fn the_token_follows_the_nonce() {
        let (first, second) = (start("00112233"), start("ff112233"));
        assert_eq!(first.token().len(), 64);
        assert_eq!(first.token(), start(&first.nonce).token());
        assert_eq!(first.token(), first.columns().token());
        assert_ne!(first.token(), second.token());
    }
}
