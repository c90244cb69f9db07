//! What a record holds: who, from where, what, and what came of it. Pure.

use serde_json::{Value, json};

use super::intent::{IntentColumns, operation};
use super::outcome::OutcomeColumns;
use super::record::{Body, Draft, Event, put};
use super::request::pairs;
use crate::access::{Grant, Person, RequestOrigin, Scope};
use crate::domain::ParameterValue;

/// Characters of a text from outside at most; what is longer is cut and ends in an ellipsis.
const MAX_TEXT_CHARS: usize = 300;

/// What is written down with an intent besides the intent itself: who asked, from where, and by which
/// right.
#[derive(Debug, Clone, Default)]
pub(super) struct Attribution {
    body: Body,
}

impl Attribution {
    /// The person of a scope with the role that was granted; and the parameters that differ from the
    /// defaults, or `None` where the defaults are not known.
    pub(super) fn new(
        scope: &Scope,
        grant: &Grant,
        changed_parameters: Option<Vec<ParameterValue>>,
    ) -> Self {
        let mut body = person_fields(scope.person());
        body.extend(origin_fields(scope.request_origin()));
        body.insert("role".into(), json!(grant.role.as_str()));
        if let Some(rule) = grant.rule {
            body.insert("rule".into(), json!(rule));
        }
        if !grant.groups.is_empty() {
            body.insert("groups".into(), json!(grant.groups));
        }
        if let Some(changed) = changed_parameters {
            body.insert("parameters".into(), object(&changed));
        }
        Self { body }
    }

    /// The name of the execution that is acted on.
    pub(super) fn execution_name(mut self, name: Option<&str>) -> Self {
        put(&mut self.body, "name", name);
        self
    }

    /// The name of the session in which AWS is called, by which CloudTrail names the person; `None`
    /// where the console calls in its own name.
    pub(super) fn session(mut self, session: Option<String>) -> Self {
        put(&mut self.body, "session", session);
        self
    }

    /// Of an intent that was written before there was an audit trail: only the name is known.
    pub(super) fn adopted() -> Self {
        let mut body = Body::new();
        body.insert("adopted".into(), Value::Bool(true));
        Self { body }
    }
}

/// The record of an intent.
pub(super) fn intent_draft(id: i64, intent: &IntentColumns, attribution: &Attribution) -> Draft {
    let mut body = attribution.body.clone();
    if !body.contains_key("parameters") && !intent.parameters.is_empty() {
        body.insert("parameters".into(), object(&intent.parameters));
        body.insert("defaults_unknown".into(), Value::Bool(true));
    }
    put(&mut body, "nonce", Some(&intent.nonce));
    put(&mut body, "client_request_token", Some(intent.token()));
    put(&mut body, "operation", Some(operation(intent.action)));
    put(&mut body, "pipeline_arn", intent.pipeline_arn.as_ref());
    put(&mut body, "execution", intent.execution_arn.as_ref());
    put(&mut body, "name", intent.display_name.as_ref());
    put(&mut body, "description", intent.description.as_ref());
    put(&mut body, "copied_from", intent.copied_from.as_ref());
    put(&mut body, "reason", intent.reason.as_ref());
    put(&mut body, "row", Some(intent.digest()));
    Draft {
        body,
        intent_id: Some(id),
        person: Some(intent.person.clone()),
        action: Some(intent.action.as_str()),
        workspace: Some(intent.workspace.clone()),
        pipeline: Some(intent.pipeline_name.clone()),
        ..Draft::new(Event::Intent, intent.recorded_at)
    }
}

/// The record of an outcome. `answered_in_ms` is how long SageMaker took to answer.
pub(super) fn outcome_draft(
    id: i64,
    intent: &IntentColumns,
    outcome: &OutcomeColumns,
    answered_in_ms: Option<u64>,
) -> Draft {
    let mut body = Body::new();
    put(&mut body, "outcome", Some(&outcome.kind));
    put(&mut body, "known_by", Some(&outcome.known_by));
    let called = outcome.operation.as_deref();
    let operation = called.unwrap_or_else(|| operation(intent.action));
    put(&mut body, "operation", Some(operation));
    put(&mut body, "client_request_token", Some(intent.token()));
    let execution = outcome.execution_arn.as_ref();
    let execution = execution.or(intent.execution_arn.as_ref());
    put(&mut body, "execution", execution);
    put(&mut body, "failure", outcome.failure.as_ref());
    if outcome.kind == "not_found" {
        put_not_found(&mut body, outcome);
    } else {
        put(&mut body, "code", outcome.code.as_ref());
        put(&mut body, "message", outcome.message.as_ref());
    }
    put(&mut body, "aws_request_id", outcome.request_id.as_ref());
    if let Some(milliseconds) = answered_in_ms {
        body.insert("ms".into(), json!(milliseconds));
    }
    put(&mut body, "row", Some(outcome.digest()));
    Draft {
        body,
        event: Event::Outcome,
        at: outcome.recorded_at,
        ..intent_draft(id, intent, &Attribution::default())
    }
}

/// A row of version 1 has no code but a sentence, which stays in the row.
fn put_not_found(body: &mut Body, outcome: &OutcomeColumns) {
    match &outcome.code {
        Some(code) => {
            put(body, "not_found_for", Some(code));
            put(body, "status", outcome.message.as_ref());
        }
        None => put(body, "not_found_for", Some("sentence_of_version_1")),
    }
}

/// Who a person is, besides the name.
pub(super) fn person_fields(person: &Person) -> Body {
    let mut body = Body::new();
    put(&mut body, "source", Some(person.source.as_str()));
    put(&mut body, "email", person.email.as_deref().map(clipped));
    body
}

/// Where a request came from.
pub(super) fn origin_fields(origin: &RequestOrigin) -> Body {
    let mut body = Body::new();
    put(&mut body, "peer", origin.peer.map(|peer| peer.to_string()));
    put(&mut body, "client", origin.client.map(|ip| ip.to_string()));
    let request_id = Some(&origin.request_id).filter(|id| !id.is_empty());
    put(&mut body, "request_id", request_id);
    let agent = origin.user_agent.as_deref().map(clipped);
    put(&mut body, "user_agent", agent);
    body
}

/// A text from outside, of bounded length.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn object(parameters: &[ParameterValue]) -> Value {
    pairs(parameters)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect::<Body>()
        .into()
}
