//! Lists of models, endpoint configurations and endpoints.

use super::resource::{arn, member, status};
use crate::engine::Millis;
use crate::model::{Made, ResourceKind, ResourceRecord, World};
use crate::operations::common::{Window, seconds};
use crate::products::endpoint_status;
use crate::protocol::OperationResult;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A List operation.
pub(super) struct Lists {
    pub operation: &'static str,
    pub kind: ResourceKind,
    /// The member of the answer that holds the list.
    pub member: &'static str,
}

/// What a list shows of a resource.
struct Listed {
    name: Box<str>,
    created: Millis,
    modified: Millis,
    /// `EndpointStatus`; empty for other types.
    status: &'static str,
}

impl Listed {
    fn of_step(made: &Made) -> Listed {
        Listed {
            name: made.name.clone(),
            created: made.created,
            modified: made.modified,
            status: match made.kind {
                ResourceKind::Endpoint => endpoint_status(made.status),
                ResourceKind::Model | ResourceKind::EndpointConfig => "",
            },
        }
    }

    fn requested(record: &ResourceRecord, now: Millis) -> Listed {
        Listed {
            name: record.name.as_str().into(),
            created: record.created,
            modified: record.modified_at(now),
            status: match record.kind {
                ResourceKind::Endpoint => status(record, now),
                ResourceKind::Model | ResourceKind::EndpointConfig => "",
            },
        }
    }
}

/// Every resource of a type, by its name in lower case.
fn all(world: &mut World, kind: ResourceKind, now: Millis) -> HashMap<String, Listed> {
    let mut all: HashMap<String, Listed> = HashMap::new();
    for made in world.made_by_steps(kind) {
        let key = made.name.to_lowercase();
        let known = all.get(&key);
        if known.is_none_or(|known| known.created <= made.created) {
            all.insert(key, Listed::of_step(made));
        }
    }
    for record in world.resources.of(kind) {
        let key = record.name.to_lowercase();
        let step = all.get(&key);
        if step.is_some_and(|step| step.created > record.modified) {
            continue;
        }
        match record.exists_at(now) {
            true => all.insert(key, Listed::requested(record, now)),
            false => all.remove(&key),
        };
    }
    all
}

/// A page of a list: what the request's filters match, in its order.
pub(super) fn list(world: &mut World, lists: &Lists, input: Input, now: Millis) -> OperationResult {
    let part = input
        .text("NameContains")
        .unwrap_or_default()
        .to_lowercase();
    let created = Window::between(input, "CreationTimeAfter", "CreationTimeBefore");
    let modified = Window::between(input, "LastModifiedTimeAfter", "LastModifiedTimeBefore");
    let wanted = input.text("StatusEquals");
    let sort = input.text("SortBy").unwrap_or("CreationTime");
    let found = all(world, lists.kind, now);
    let candidates = found.iter().filter(|(name, listed)| {
        name.contains(&part)
            && created.contains(listed.created)
            && modified.contains(listed.modified)
            && wanted.is_none_or(|wanted| wanted == listed.status)
    });
    let candidates = candidates.map(|(_, listed)| {
        let (status, created) = match sort {
            "Status" => (listed.status.to_owned(), listed.created),
            "Name" => (String::new(), 0),
            _ => (String::new(), listed.created),
        };
        ((status, created, listed.name.clone()), listed)
    });
    let direction = Direction::of(input, Direction::Descending);
    let page = page::of(lists.operation, input, direction, candidates)?;
    let summaries: Vec<Value> = page
        .items
        .into_iter()
        .map(|listed| summary(world, lists.kind, listed))
        .collect();
    Ok(json!({lists.member: summaries, "NextToken": page.next_token}))
}

fn summary(world: &World, kind: ResourceKind, listed: &Listed) -> Value {
    let mut summary = json!({
        member(kind, "Name"): listed.name,
        member(kind, "Arn"): arn(world, kind, &listed.name),
        "CreationTime": seconds(listed.created),
    });
    if kind == ResourceKind::Endpoint {
        summary["LastModifiedTime"] = json!(seconds(listed.modified));
        summary["EndpointStatus"] = json!(listed.status);
    }
    summary
}
