//! A model, an endpoint configuration or an endpoint: where it comes from, what is known of it.

use crate::engine::Millis;
use crate::jobs::Job;
use crate::model::{EndpointChange, ResourceKind, ResourceRecord, TagList, Transition, World};
use crate::operations::common::seconds;
use crate::operations::tag_list;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::{Map, Value, json};

/// A resource that exists.
pub enum FoundResource<'w> {
    /// A step created it, and no request has changed it since.
    OfStep(ResourceKind, Box<Job<'w>>),
    /// A request created or changed it.
    Requested(&'w ResourceRecord),
}

/// What messages call a type of resource.
fn noun(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Model => "model",
        ResourceKind::EndpointConfig => "endpoint configuration",
        ResourceKind::Endpoint => "endpoint",
    }
}

/// What the names of a type's members begin with, as in `ModelName`.
pub(super) fn prefix(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Model => "Model",
        ResourceKind::EndpointConfig => "EndpointConfig",
        ResourceKind::Endpoint => "Endpoint",
    }
}

/// A member of a type, such as `ModelArn`.
pub(super) fn member(kind: ResourceKind, end: &str) -> String {
    format!("{}{end}", prefix(kind))
}

/// The ARN of a resource, whether it exists or not.
pub(super) fn arn(world: &World, kind: ResourceKind, name: &str) -> String {
    world.arn_context.arn_of(kind.arn_type(), name)
}

impl<'w> FoundResource<'w> {
    /// The resource of a name.
    ///
    /// # Errors
    /// When there is none, in the service's words.
    pub fn find(
        world: &'w World,
        kind: ResourceKind,
        name: &str,
        now: Millis,
    ) -> Result<FoundResource<'w>, ServiceError> {
        let record = world.resources.get(kind, name);
        let job = Job::find(world, kind.arn_type(), name);
        let newer = job.filter(|job| record.is_none_or(|record| job.created() > record.modified));
        let record = record.filter(|record| record.exists_at(now));
        newer
            .map(|job| FoundResource::OfStep(kind, Box::new(job)))
            .or(record.map(FoundResource::Requested))
            .ok_or_else(|| {
                let arn = arn(world, kind, name);
                ServiceError::validation(format!("Could not find {} \"{arn}\".", noun(kind)))
            })
    }

    /// The resource that a request names.
    pub(super) fn named(
        world: &'w World,
        kind: ResourceKind,
        input: Input,
        now: Millis,
    ) -> Result<FoundResource<'w>, ServiceError> {
        FoundResource::find(world, kind, input.required(&member(kind, "Name")), now)
    }

    /// Its ARN.
    pub fn arn(&self, world: &World) -> String {
        match self {
            FoundResource::OfStep(_, job) => job.arn.clone(),
            FoundResource::Requested(record) => arn(world, record.kind, &record.name),
        }
    }

    /// The tags that it was created with, where a step's arguments have them.
    pub fn initial_tags(&self) -> TagList {
        match self {
            FoundResource::OfStep(_, job) => job.tags(),
            FoundResource::Requested(_) => TagList::new(),
        }
    }

    /// The members that its Describe operation returns whatever its type.
    pub(super) fn description(&self, world: &World, now: Millis) -> Map<String, Value> {
        let described = match self {
            FoundResource::OfStep(ResourceKind::Model, job) => {
                job.description_with_role("ExecutionRoleArn")
            }
            FoundResource::OfStep(_, job) => job.description(),
            FoundResource::Requested(record) => {
                let mut members = record.members_at(now).clone();
                let own = [
                    ("Name", json!(record.name)),
                    ("Arn", json!(self.arn(world))),
                ];
                members.extend(own.map(|(end, value)| (member(record.kind, end), value)));
                members.insert("CreationTime".to_owned(), json!(seconds(record.created)));
                Value::Object(members)
            }
        };
        match described {
            Value::Object(mut members) => {
                members.retain(|_, value| !value.is_null());
                members
            }
            _ => Map::new(),
        }
    }

    /// A record of it as it is, to be changed at `now`.
    pub(super) fn to_record(&self, world: &World, now: Millis) -> ResourceRecord {
        match self {
            FoundResource::Requested(record) => ResourceRecord {
                modified: now,
                transition: None,
                members: record.members_at(now).clone(),
                ..(*record).clone()
            },
            FoundResource::OfStep(kind, job) => {
                let mut members = self.description(world, now);
                let name = members.remove(&member(*kind, "Name"));
                for end in ["Arn", "Status"] {
                    members.remove(&member(*kind, end));
                }
                for own in ["CreationTime", "LastModifiedTime", "FailureReason"] {
                    members.remove(own);
                }
                ResourceRecord {
                    kind: *kind,
                    name: name
                        .as_ref()
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned(),
                    created: job.created(),
                    modified: now,
                    is_deleted: false,
                    transition: None,
                    members,
                }
            }
        }
    }
}

/// `EndpointStatus` of an endpoint's record.
pub(super) fn status(record: &ResourceRecord, now: Millis) -> &'static str {
    match record.change_at(now) {
        Some(EndpointChange::Creating) => "Creating",
        Some(EndpointChange::Updating(_)) => "Updating",
        Some(EndpointChange::Deleting) => "Deleting",
        None => "InService",
    }
}

/// Creates what a request names, with members and tags.
///
/// # Errors
/// When the name is in use.
pub(super) fn create(
    world: &mut World,
    (kind, input): (ResourceKind, Input),
    members: Map<String, Value>,
    transition: Option<Transition>,
    now: Millis,
) -> OperationResult {
    let name = input.required(&member(kind, "Name"));
    let arn = check_free(world, kind, name, now)?;
    let tags = tag_list::merged(&[], input)?;
    world.resources.put(ResourceRecord {
        kind,
        name: name.to_owned(),
        created: now,
        modified: now,
        is_deleted: false,
        transition,
        members,
    });
    world.tags.begin(&arn, tags);
    Ok(json!({member(kind, "Arn"): arn}))
}

/// Checks that nothing has a name; returns its ARN.
pub(super) fn check_free(
    world: &World,
    kind: ResourceKind,
    name: &str,
    now: Millis,
) -> Result<String, ServiceError> {
    match FoundResource::find(world, kind, name, now) {
        Err(_) => Ok(arn(world, kind, name)),
        Ok(known) => Err(ServiceError::validation(format!(
            "Cannot create already existing {} \"{}\".",
            noun(kind),
            known.arn(world)
        ))),
    }
}

/// Deletes what a request names: at once, or with a transition.
pub(super) fn delete(
    world: &mut World,
    found: (String, ResourceRecord),
    until: Option<Millis>,
) -> OperationResult {
    let (arn, record) = found;
    world.resources.put(ResourceRecord {
        is_deleted: until.is_none(),
        transition: until.map(|until| Transition {
            change: EndpointChange::Deleting,
            until,
        }),
        ..record
    });
    world.tags.remove(&arn);
    Ok(json!({}))
}

/// `Delete…` of what takes no time.
pub(super) fn delete_at_once(
    world: &mut World,
    kind: ResourceKind,
    input: Input,
    now: Millis,
) -> OperationResult {
    let found = FoundResource::named(world, kind, input, now)?;
    let mut record = found.to_record(world, now);
    record.members = Map::new();
    let arn = found.arn(world);
    delete(world, (arn, record), None)
}

/// `Describe…` of what has no status.
pub(super) fn describe(
    world: &World,
    kind: ResourceKind,
    input: Input,
    now: Millis,
) -> OperationResult {
    let found = FoundResource::named(world, kind, input, now)?;
    Ok(Value::Object(found.description(world, now)))
}
