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
use std::collections::{HashMap, HashSet};

/// A List operation.
pub(super) struct Lists {
    pub operation: &'static str,
    pub kind: ResourceKind,
    /// The member of the answer that holds the list.
    pub member: &'static str,
}

/// What a list shows of a resource.
struct Listed<'w> {
    name: &'w str,
    created: Millis,
    modified: Millis,
    /// `EndpointStatus`; empty for other types.
    status: &'static str,
}

impl<'w> Listed<'w> {
    fn of_step(made: &'w Made) -> Listed<'w> {
        Listed {
            name: &made.name,
            created: made.created,
            modified: made.modified,
            status: match made.kind {
                ResourceKind::Endpoint => endpoint_status(made.status),
                ResourceKind::Model | ResourceKind::EndpointConfig => "",
            },
        }
    }

    fn requested(record: &'w ResourceRecord, now: Millis) -> Listed<'w> {
        Listed {
            name: &record.name,
            created: record.created,
            modified: record.modified_at(now),
            status: match record.kind {
                ResourceKind::Endpoint => status(record, now),
                ResourceKind::Model | ResourceKind::EndpointConfig => "",
            },
        }
    }
}

/// Every resource of a type, in no order.
fn all(world: &World, kind: ResourceKind, now: Millis) -> Vec<Listed<'_>> {
    let steps = world.made_by_steps(kind).map(Listed::of_step);
    let mut all: Vec<Listed> = match kind {
        ResourceKind::Endpoint => newest_by_name(steps),
        // Their names are of one execution.
        ResourceKind::Model | ResourceKind::EndpointConfig => steps.collect(),
    };
    // Of a step's and a request's resource of one name the newer counts.
    let records = &world.resources;
    let mut newer_than_record = HashSet::new();
    if records.of(kind).next().is_some() {
        all.retain(|step| match records.get(kind, step.name) {
            None => true,
            Some(record) if step.created > record.modified => {
                newer_than_record.insert(record.name.as_str());
                true
            }
            Some(_) => false,
        });
    }
    let requested = records.of(kind).filter(|record| {
        record.exists_at(now) && !newer_than_record.contains(record.name.as_str())
    });
    all.extend(requested.map(|record| Listed::requested(record, now)));
    all
}

/// The newest of each name, in any case.
fn newest_by_name<'w>(listed: impl Iterator<Item = Listed<'w>>) -> Vec<Listed<'w>> {
    let mut newest: HashMap<String, Listed> = HashMap::new();
    for listed in listed {
        let key = listed.name.to_lowercase();
        let known = newest.get(&key);
        if known.is_none_or(|known| known.created <= listed.created) {
            newest.insert(key, listed);
        }
    }
    newest.into_values().collect()
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
    world.look_for_made();
    let found = all(world, lists.kind, now);
    let candidates = found.iter().filter(|listed| {
        created.contains(listed.created)
            && modified.contains(listed.modified)
            && wanted.is_none_or(|wanted| wanted == listed.status)
            && (part.is_empty() || listed.name.to_lowercase().contains(&part))
    });
    let candidates = candidates.map(|listed| {
        let (status, created) = match sort {
            "Status" => (listed.status.to_owned(), listed.created),
            "Name" => (String::new(), 0),
            _ => (String::new(), listed.created),
        };
        ((status, created, listed.name.to_owned()), listed)
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
        member(kind, "Arn"): arn(world, kind, listed.name),
        "CreationTime": seconds(listed.created),
    });
    if kind == ResourceKind::Endpoint {
        summary["LastModifiedTime"] = json!(seconds(listed.modified));
        summary["EndpointStatus"] = json!(listed.status);
    }
    summary
}
