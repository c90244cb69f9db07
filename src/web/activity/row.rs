//! One entry of the activity.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::catalog::Names;
use crate::domain::{Action, Named, execution_id};
use crate::ledger::{ActivityEntry, Explanation, OutcomeKind, RejectionReason};
use crate::web::links::{Links, NamedLink};
use crate::web::texts::activity::{self as texts, label};
use crate::web::texts::ledger;
use crate::web::visit::Visit;

/// One row of the list.
pub(super) struct ActivityRow {
    pub seq: i64,
    pub at: Timestamp,
    pub person: Option<String>,
    pub action: &'static str,
    pub outcome: &'static str,
    pub verb: &'static str,
    pub target: Option<NamedLink>,
    /// The word between the target and its pipeline.
    pub preposition: &'static str,
    pub pipeline: Option<NamedLink>,
    pub workspace: Option<String>,
    pub class: &'static str,
    pub outcome_text: &'static str,
    pub reason: Option<String>,
    pub message: Option<String>,
    pub facts: Vec<(&'static str, String)>,
}

impl ActivityRow {
    pub(super) fn of(visit: &Visit, entry: ActivityEntry, names: &Names) -> Self {
        let links = visit.links(entry.workspace.as_deref().unwrap_or_default());
        let no_such = Explanation::Rejected(RejectionReason::NoSuch);
        let exists = entry.explanation.as_ref() != Some(&no_such);
        let target = target(&links, &entry, names);
        // A request without an action has a path as its target, which names the pipeline.
        let named = entry.pipeline.as_ref().filter(|_| entry.action.is_some());
        let pipeline = named.map(|name| NamedLink {
            named: names.pipeline(name),
            href: (exists && entry.workspace.is_some()).then(|| links.pipeline(name)),
        });
        Self {
            preposition: if target.is_some() { texts::OF } else { "" },
            target,
            pipeline,
            facts: facts(&entry),
            message: message(&entry),
            verb: texts::verb(entry.action, entry.outcome),
            seq: entry.seq,
            at: entry.at,
            person: entry.person,
            action: entry.action.map_or("", Action::as_str),
            outcome: entry.outcome.as_str(),
            workspace: entry.workspace.filter(|_| entry.action.is_some()),
            class: class(entry.outcome),
            outcome_text: texts::outcome(entry.outcome),
            reason: entry.reason,
        }
    }
}

/// Why it was not done. An action that no longer applied is explained by what had happened to the execution.
fn message(entry: &ActivityEntry) -> Option<String> {
    let explanation = entry.explanation.as_ref()?;
    let is_stale = *explanation == Explanation::Rejected(RejectionReason::Stale);
    let detail = entry.rejection_detail().filter(|_| is_stale);
    Some(match detail {
        Some(detail) => ledger::rejection_detail(&detail),
        None => ledger::explanation(explanation),
    })
}

/// The execution, or what the request was for where there is none.
fn target(links: &Links, entry: &ActivityEntry, names: &Names) -> Option<NamedLink> {
    let recorded = entry.name.as_deref();
    let known = target_id(entry).and_then(|id| names.known_execution(id));
    if let Some(arn) = &entry.execution_arn {
        let id = execution_id(arn);
        return Some(NamedLink {
            named: known.unwrap_or_else(|| Named::by_id(id, recorded)),
            href: Some(links.execution(entry.pipeline.as_deref()?, id)),
        });
    }
    // A start that was refused has no execution, and its target is the pipeline.
    let is_pipeline = entry.action == Some(Action::Start) && entry.pipeline.as_deref() == recorded;
    let recorded = recorded.filter(|_| !is_pipeline)?;
    let href = known.as_ref().and(entry.pipeline.as_deref());
    Some(NamedLink {
        href: href.map(|pipeline| links.execution(pipeline, recorded)),
        named: known.unwrap_or_else(|| Named::new(recorded, None)),
    })
}

/// The ID of the execution acted on. A request that was rejected before that was looked up has it as its target.
pub(super) fn target_id(entry: &ActivityEntry) -> Option<&str> {
    match &entry.execution_arn {
        Some(arn) => Some(execution_id(arn)),
        None if matches!(entry.action, None | Some(Action::Start)) => None,
        None => entry.name.as_deref(),
    }
}

fn class(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Done => "s-ok",
        OutcomeKind::Refused => "s-bad",
        OutcomeKind::NotFound => "s-idle",
        OutcomeKind::Open => "s-run",
        OutcomeKind::Denied => "s-warn",
    }
}

/// The details of an entry: what was asked for and why come first, what identifies the request last.
fn facts(entry: &ActivityEntry) -> Vec<(&'static str, String)> {
    let Some(details) = &entry.details else {
        return Vec::new();
    };
    let named = |facts: &mut Vec<_>, labels: &[(&'static str, &str)]| {
        let known = |&(label, name)| text(details, name).map(|text| (label, text));
        facts.extend(labels.iter().filter_map(known));
    };
    let mut facts = Vec::new();
    facts.extend(changed_parameters(details).map(|text| (label::PARAMETERS, text)));
    facts.extend(entry.reason.clone().map(|text| (label::REASON, text)));
    if let Some(detail) = entry.rejection_detail() {
        facts.push((label::DETAIL, ledger::rejection_detail(&detail)));
    }
    named(&mut facts, &[(label::COPIED_FROM, "copied_from")]);
    facts.extend(grant(details).map(|text| (label::GRANT, text)));
    let of_the_request = [
        (label::EMAIL, "email"),
        (label::CLIENT, "client"),
        (label::PEER, "peer"),
        (label::USER_AGENT, "user_agent"),
        (label::REQUEST, "request_id"),
        (label::TOKEN, "client_request_token"),
        (label::AWS_REQUEST, "aws_request_id"),
    ];
    named(&mut facts, &of_the_request);
    if let Some(took) = details.get("ms").and_then(Value::as_u64) {
        facts.push((label::CALL_TIME, format!("{took} ms")));
    }
    if let Some(count) = details.get("suppressed").and_then(Value::as_u64) {
        facts.push((label::SUPPRESSED, texts::suppressed(count)));
    }
    facts.push((label::RECORD, entry.seq.to_string()));
    facts
}

/// The parameters that differ from the defaults, with their values.
fn changed_parameters(details: &Map<String, Value>) -> Option<String> {
    let parameters = details.get("parameters")?.as_object()?.iter();
    let pairs: Vec<String> = parameters
        .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or_default()))
        .collect();
    (!pairs.is_empty()).then(|| pairs.join(", "))
}

/// The role, the rule that gave it, and through which groups.
fn grant(details: &Map<String, Value>) -> Option<String> {
    let role = text(details, "role")?;
    let rule = details.get("rule").and_then(Value::as_u64);
    let groups: Vec<&str> = details
        .get("groups")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    Some(texts::grant(&role, rule, &groups))
}

fn text(details: &Map<String, Value>, name: &str) -> Option<String> {
    details.get(name)?.as_str().map(str::to_owned)
}
