//! What a record tells: who, from where, what, and what came of it.

use serde_json::{Value, json};

use super::Outcome;
use super::intent::{Intent, pairs};
use super::record::{Body, digest, put};
use super::store::{KnownBy, OutcomeColumns};
use crate::access::{Grant, Person, RequestOrigin, Scope};
use crate::domain::ParameterValue;

/// Characters of a text from outside at most; what is longer is cut and ends in an ellipsis.
const LONGEST: usize = 300;

/// Sets the digests of rows apart from all others.
const INTENT_ROW: &str = "sluicegate intent row 1";
const OUTCOME_ROW: &str = "sluicegate outcome row 1";

/// What is written down with an intent besides the intent itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Author {
    body: Body,
}

impl Author {
    /// Who asked, from where, by which right; and the parameters that differ from the defaults, or
    /// `None` where the defaults are not known.
    pub(super) fn of(
        scope: &Scope,
        standing: &Grant,
        differing: Option<Vec<ParameterValue>>,
    ) -> Self {
        let mut body = person(scope.person());
        body.extend(whence(scope.via()));
        body.insert("role".into(), json!(standing.role.as_str()));
        if let Some(rule) = standing.rule {
            body.insert("rule".into(), json!(rule));
        }
        if !standing.groups.is_empty() {
            body.insert("groups".into(), json!(standing.groups));
        }
        if let Some(differing) = differing {
            body.insert("parameters".into(), object(&differing));
        }
        Self { body }
    }

    /// The name of the execution that is acted on.
    pub(super) fn acting_on(mut self, name: Option<&str>) -> Self {
        put(&mut self.body, "name", name);
        self
    }

    /// The name of the session in which AWS is called for them, by which CloudTrail names them;
    /// `None` where the console calls in its own name.
    pub(super) fn in_session(mut self, session: Option<String>) -> Self {
        put(&mut self.body, "session", session);
        self
    }

    /// Somebody of whom only the name is known: an intent of a version that kept no more.
    pub(super) fn adopted() -> Self {
        let mut body = Body::new();
        body.insert("adopted".into(), Value::Bool(true));
        Self { body }
    }
}

/// What a record of an intent tells.
pub(super) fn intent_body(intent: &Intent, author: &Author) -> Body {
    let mut body = author.body.clone();
    if !body.contains_key("parameters") && !intent.parameters.is_empty() {
        body.insert("parameters".into(), object(&intent.parameters));
        body.insert("defaults_unknown".into(), Value::Bool(true));
    }
    put(&mut body, "nonce", Some(&intent.nonce));
    put(&mut body, "client_request_token", Some(intent.token()));
    put(&mut body, "operation", Some(intent.operation()));
    put(&mut body, "pipeline_arn", intent.pipeline_arn.as_ref());
    put(&mut body, "execution", intent.execution_arn.as_ref());
    put(&mut body, "name", intent.display_name.as_ref());
    put(&mut body, "description", intent.description.as_ref());
    put(&mut body, "copied_from", intent.copied_from.as_ref());
    put(&mut body, "reason", intent.reason.as_ref());
    put(&mut body, "row", Some(intent_row(intent)));
    body
}

/// What a record of an outcome tells. `took` is how long SageMaker took to answer, in milliseconds.
pub(super) fn outcome_body(
    intent: &Intent,
    at: i64,
    outcome: &Outcome,
    known_by: KnownBy,
    took: Option<u64>,
) -> Body {
    let words = OutcomeColumns::of(outcome);
    let mut body = Body::new();
    put(&mut body, "outcome", Some(words.kind));
    put(&mut body, "known_by", Some(known_by.as_str()));
    let operation = words.operation.unwrap_or(intent.operation());
    put(&mut body, "operation", Some(operation));
    put(&mut body, "client_request_token", Some(intent.token()));
    let execution = words.execution_arn.or(intent.execution_arn.as_deref());
    put(&mut body, "execution", execution);
    put(&mut body, "failure", words.failure);
    put(&mut body, "code", words.code);
    put(&mut body, "message", words.message);
    put(&mut body, "aws_request_id", words.request_id);
    if let Some(took) = took {
        body.insert("ms".into(), json!(took));
    }
    put(&mut body, "row", Some(outcome_row(at, outcome, known_by)));
    body
}

/// Who a person is, besides the name.
pub(super) fn person(person: &Person) -> Body {
    let mut body = Body::new();
    put(&mut body, "source", Some(person.source.as_str()));
    put(&mut body, "email", person.email.as_deref().map(clipped));
    body
}

/// From where a request came.
pub(super) fn whence(via: &RequestOrigin) -> Body {
    let mut body = Body::new();
    put(&mut body, "peer", via.peer.map(|peer| peer.to_string()));
    put(&mut body, "client", via.client.map(|ip| ip.to_string()));
    let named = Some(&via.request_id).filter(|id| !id.is_empty());
    put(&mut body, "request_id", named);
    let agent = via.user_agent.as_deref().map(clipped);
    put(&mut body, "user_agent", agent);
    body
}

/// A text from outside, of bounded length.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// One digest of everything that an intent's row holds.
pub(super) fn intent_row(intent: &Intent) -> String {
    digest(
        INTENT_ROW,
        [
            Some(intent.nonce.as_str()),
            Some(&intent.digest),
            Some(&intent.at.as_millisecond().to_string()),
            Some(&intent.person),
            Some(intent.action.as_str()),
            Some(&intent.workspace),
            Some(&intent.pipeline_name),
            intent.pipeline_arn.as_deref(),
            intent.execution_arn.as_deref(),
            intent.display_name.as_deref(),
            intent.description.as_deref(),
            Some(&json!(pairs(&intent.parameters)).to_string()),
            intent.copied_from.as_deref(),
            intent.reason.as_deref(),
        ],
    )
}

/// One digest of everything that an outcome's row holds.
pub(super) fn outcome_row(at: i64, outcome: &Outcome, known_by: KnownBy) -> String {
    let words = OutcomeColumns::of(outcome);
    digest(
        OUTCOME_ROW,
        [
            Some(at.to_string().as_str()),
            Some(words.kind),
            Some(known_by.as_str()),
            words.execution_arn,
            words.failure,
            words.operation,
            words.code,
            words.message,
            words.request_id,
        ],
    )
}

fn object(parameters: &[ParameterValue]) -> Value {
    pairs(parameters)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect::<Body>()
        .into()
}
