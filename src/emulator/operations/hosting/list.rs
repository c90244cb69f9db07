//! Lists of models, endpoint configurations and endpoints.

use super::resource::{arn, member, status};
use crate::engine::Millis;
use crate::model::{CreatedFacts, CreatedKey, CreatedKind, ResourceKind, ResourceRecord, World};
use crate::operations::common::{Window, seconds};
use crate::products::endpoint_status;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
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
    fn of_step(kind: ResourceKind, key: &'w CreatedKey, facts: CreatedFacts) -> Listed<'w> {
        Listed {
            name: &key.1,
            created: key.0,
            modified: facts.modified,
            status: match kind {
                ResourceKind::Endpoint => endpoint_status(facts.status),
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

/// Which resources a list has.
struct Filter {
    /// In lower case.
    name_part: String,
    created: Window,
    modified: Window,
    status: Option<String>,
}

impl Filter {
    fn of(input: Input) -> Filter {
        let part = input.text("NameContains").unwrap_or_default();
        Filter {
            name_part: part.to_lowercase(),
            created: Window::between(input, "CreationTimeAfter", "CreationTimeBefore"),
            modified: Window::between(input, "LastModifiedTimeAfter", "LastModifiedTimeBefore"),
            status: input.text("StatusEquals").map(str::to_owned),
        }
    }

    fn matches(&self, listed: &Listed) -> bool {
        let part = self.name_part.as_str();
        self.created.contains(listed.created)
            && self.modified.contains(listed.modified)
            && self
                .status
                .as_ref()
                .is_none_or(|status| status == listed.status)
            && (part.is_empty() || listed.name.to_lowercase().contains(part))
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Created,
    Name,
    Status,
}

/// The sort key of a resource: a status or nothing, a time or 0, the name.
type Key = (String, Millis, String);

impl Sort {
    fn of(input: Input) -> Sort {
        match input.text("SortBy") {
            Some("Name") => Sort::Name,
            Some("Status") => Sort::Status,
            _ => Sort::Created,
        }
    }

    fn key(self, listed: &Listed) -> Key {
        let (status, created) = match self {
            Sort::Status => (listed.status.to_owned(), listed.created),
            Sort::Name => (String::new(), 0),
            Sort::Created => (String::new(), listed.created),
        };
        (status, created, listed.name.to_owned())
    }
}

/// What steps created and no request changed since, of what matches a filter: all that a page can need.
///
/// # Errors
/// When the index does not go back far enough.
fn of_steps<'w>(
    world: &'w World,
    lists: &Lists,
    input: Input,
    filter: &Filter,
) -> Result<Vec<Listed<'w>>, ServiceError> {
    let kind = lists.kind;
    let direction = Direction::of(input, Direction::Descending);
    let is_newest_first = Sort::of(input) == Sort::Created && direction == Direction::Descending;
    // Of a step's and a request's resource of one name the newer counts.
    let is_current = |listed: &Listed| {
        let record = world.resources.get(kind, listed.name);
        record.is_none_or(|record| listed.created > record.modified)
    };
    let of_kind = CreatedKind::Resource(kind);
    if kind == ResourceKind::Endpoint || !is_newest_first {
        world.require_indexed_since(Millis::MIN)?;
        let all = world.created_since(of_kind, Millis::MIN);
        let all = all.map(|(key, facts)| Listed::of_step(kind, key, facts));
        let all = match kind {
            ResourceKind::Endpoint => newest_by_name(all),
            // Their names are of one execution.
            ResourceKind::Model | ResourceKind::EndpointConfig => all.collect(),
        };
        let wanted = all
            .into_iter()
            .filter(|listed| filter.matches(listed) && is_current(listed));
        return Ok(wanted.collect());
    }
    let last: Option<Key> = page::last_key(lists.operation, input)?;
    let last = last.map(|(_, created, name)| (created, name.into_boxed_str()));
    let mut window = page::creation_window(input, direction, last);
    let since = window.start.0;
    window.start.0 = since.max(world.indexed_since());
    let newest = world.created(of_kind, window).rev();
    let newest = newest.map(|(key, facts)| Listed::of_step(kind, key, facts));
    let newest = newest.filter(|listed| filter.matches(listed) && is_current(listed));
    let size = page::size(input);
    let page: Vec<Listed> = newest.take(size + 1).collect();
    if page.len() <= size {
        world.require_indexed_since(since)?;
    }
    Ok(page)
}

/// What requests created or changed and no step created anew.
fn requested(world: &World, kind: ResourceKind, now: Millis) -> Vec<Listed<'_>> {
    let records = &world.resources;
    let Some(oldest) = records.of(kind).map(|record| record.modified).min() else {
        return Vec::new();
    };
    let newer = world.created_since(CreatedKind::Resource(kind), oldest);
    let replaced: HashSet<&str> = newer
        .filter_map(|((created, name), _)| {
            let record = records.get(kind, name)?;
            (*created > record.modified).then_some(record.name.as_str())
        })
        .collect();
    let there = records
        .of(kind)
        .filter(|record| record.exists_at(now) && !replaced.contains(record.name.as_str()));
    there.map(|record| Listed::requested(record, now)).collect()
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
    world.refresh_index();
    let filter = Filter::of(input);
    let mut found = of_steps(world, lists, input, &filter)?;
    let requested = requested(world, lists.kind, now).into_iter();
    found.extend(requested.filter(|listed| filter.matches(listed)));
    let sort = Sort::of(input);
    let candidates = found.iter().map(|listed| (sort.key(listed), listed));
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
