//! One thing that somebody did, as a sentence.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::{Action, execution_id};
use crate::ledger::{ActivityEntry, Explanation, OutcomeKind, RejectionReason};
use crate::web::links::Links;
use crate::web::texts::ledger as texts;
use crate::web::visit::Visit;

/// Something that is named, and where it is shown; no address where there is nothing to show.
pub(super) struct Thing {
    pub label: String,
    pub href: String,
}

/// One line of the list.
pub(super) struct Line {
    pub seq: i64,
    pub at: Timestamp,
    pub person: Option<String>,
    pub action: &'static str,
    pub outcome: &'static str,
    pub verb: &'static str,
    pub thing: Option<Thing>,
    /// What stands between the thing and its pipeline.
    pub joint: &'static str,
    pub pipeline: Option<Thing>,
    pub workspace: Option<String>,
    pub class: &'static str,
    pub word: &'static str,
    pub reason: Option<String>,
    pub message: Option<String>,
    pub facts: Vec<(&'static str, String)>,
}

impl Line {
    pub(super) fn of(visit: &Visit, entry: ActivityEntry) -> Self {
        let links = visit.links(entry.workspace.as_deref().unwrap_or_default());
        let no_such = Explanation::Rejected(RejectionReason::NoSuch);
        let exists = entry.explanation.as_ref() != Some(&no_such);
        let thing = thing(&links, &entry);
        // A request for no action was for an address, which names the rest.
        let named = entry.pipeline.as_ref().filter(|_| entry.action.is_some());
        let pipeline = named.map(|name| Thing {
            label: name.clone(),
            href: match exists && entry.workspace.is_some() {
                true => links.pipeline(name),
                false => String::new(),
            },
        });
        Self {
            joint: if thing.is_some() { "of" } else { "" },
            thing,
            pipeline,
            facts: facts(&entry),
            message: entry.explanation.as_ref().map(texts::explanation),
            verb: verb(entry.action, entry.outcome),
            seq: entry.seq,
            at: entry.at,
            person: entry.person,
            action: entry.action.map_or("", Action::as_str),
            outcome: entry.outcome.as_str(),
            workspace: entry.workspace.filter(|_| entry.action.is_some()),
            class: class(entry.outcome),
            word: word(entry.outcome),
            reason: entry.reason,
        }
    }
}

/// The execution, by its name; what was asked for, where it is none.
fn thing(links: &Links, entry: &ActivityEntry) -> Option<Thing> {
    let Some(arn) = &entry.execution_arn else {
        // A start that was refused has no execution, and its target is the pipeline.
        let label = entry.name.clone()?;
        let is_pipeline =
            entry.action == Some(Action::Start) && entry.pipeline.as_ref() == Some(&label);
        return (!is_pipeline).then_some(Thing {
            label,
            href: String::new(),
        });
    };
    let id = execution_id(arn);
    Some(Thing {
        label: entry.name.clone().unwrap_or_else(|| id.to_owned()),
        href: links.execution(entry.pipeline.as_deref()?, id),
    })
}

fn verb(action: Option<Action>, outcome: OutcomeKind) -> &'static str {
    use {Action as A, OutcomeKind as O};
    match (action, outcome) {
        (Some(A::Start), O::Done) => "started",
        (Some(A::Stop), O::Done) => "stopped",
        (Some(A::Resume), O::Done) => "resumed",
        (Some(A::Retry), O::Done) => "retried",
        (Some(A::Start), O::Open) => "asked to start",
        (Some(A::Stop), O::Open) => "asked to stop",
        (Some(A::Resume), O::Open) => "asked to resume",
        (Some(A::Retry), O::Open) => "asked to retry",
        (Some(A::Start), _) => "tried to start",
        (Some(A::Stop), _) => "tried to stop",
        (Some(A::Resume), _) => "tried to resume",
        (Some(A::Retry), _) => "tried to retry",
        (None, _) => "sent a request for",
    }
}

/// An action, for a choice of it.
pub(super) fn did(action: Action) -> &'static str {
    match action {
        Action::Start => "Started",
        Action::Stop => "Stopped",
        Action::Resume => "Resumed",
        Action::Retry => "Retried",
    }
}

/// An outcome in words.
pub(super) fn word(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Done => "Done",
        OutcomeKind::Refused => "Refused by AWS",
        OutcomeKind::NotFound => "Not carried out",
        OutcomeKind::Open => "Being looked up",
        OutcomeKind::Denied => "Rejected by the console",
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

fn facts(entry: &ActivityEntry) -> Vec<(&'static str, String)> {
    let Some(details) = &entry.details else {
        return Vec::new();
    };
    let mut facts = Vec::new();
    for (label, name) in [
        ("E-mail", "email"),
        ("Client address", "client"),
        ("Connection from", "peer"),
        ("Browser", "user_agent"),
    ] {
        facts.extend(text(details, name).map(|text| (label, text)));
    }
    facts.extend(right(details).map(|text| ("By right of", text)));
    if let Some(parameters) = details.get("parameters").and_then(Value::as_object) {
        let pairs: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or_default()))
            .collect();
        if !pairs.is_empty() {
            facts.push(("Changed parameters", pairs.join(", ")));
        }
    }
    if let Some(detail) = entry.rejection_detail() {
        let sentence = texts::rejection_detail(&detail);
        facts.push(("More about why", sentence));
    }
    for (label, name) in [
        ("Copied from", "copied_from"),
        ("Request", "request_id"),
        ("ClientRequestToken", "client_request_token"),
        ("SageMaker's request id", "aws_request_id"),
    ] {
        facts.extend(text(details, name).map(|text| (label, text)));
    }
    if let Some(took) = details.get("ms").and_then(Value::as_u64) {
        facts.push(("SageMaker answered in", format!("{took} ms")));
    }
    if let Some(count) = details.get("suppressed").and_then(Value::as_u64) {
        facts.push((
            "Not written down",
            format!("{count} rejected requests before this one"),
        ));
    }
    facts.push(("Record", entry.seq.to_string()));
    facts
}

/// The role, the rule that gave it, and through which groups.
fn right(details: &Map<String, Value>) -> Option<String> {
    let role = text(details, "role")?;
    let Some(rule) = details.get("rule").and_then(Value::as_u64) else {
        return Some(format!("role {role}"));
    };
    let groups: Vec<&str> = details
        .get("groups")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    Some(match groups.as_slice() {
        [] => format!("role {role}, rule {rule}, by name"),
        [group] => format!("role {role}, rule {rule}, through the group {group}"),
        groups => format!(
            "role {role}, rule {rule}, through the groups {}",
            groups.join(", ")
        ),
    })
}

fn text(details: &Map<String, Value>, name: &str) -> Option<String> {
    details.get(name)?.as_str().map(str::to_owned)
}
