//! Models, endpoint configurations and endpoints that requests created or changed.

use crate::engine::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A type of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// A model.
    Model,
    /// An endpoint configuration.
    EndpointConfig,
    /// An endpoint.
    Endpoint,
}

impl ResourceKind {
    /// All of them.
    pub const ALL: [ResourceKind; 3] = [
        ResourceKind::Model,
        ResourceKind::EndpointConfig,
        ResourceKind::Endpoint,
    ];

    /// The type in an ARN.
    pub fn arn_type(self) -> &'static str {
        match self {
            ResourceKind::Model => "model",
            ResourceKind::EndpointConfig => "endpoint-config",
            ResourceKind::Endpoint => "endpoint",
        }
    }
}

/// What requests made of a resource: of one that a step created, all of it too, once a request changed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceRecord {
    /// Its type.
    pub kind: ResourceKind,
    /// Its name.
    pub name: String,
    /// `CreationTime`.
    pub created: Millis,
    /// When the last request changed it.
    pub modified: Millis,
    /// Whether that request deleted it at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_deleted: bool,
    /// What that request began and takes time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// Members of its Describe operation's answer, without its name, ARN, status and times.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub members: Map<String, Value>,
}

/// A change that takes time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// What it is.
    pub change: EndpointChange,
    /// When it is done.
    pub until: Millis,
}

/// What can happen to an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointChange {
    /// It is created.
    Creating,
    /// It gets these members in place of its own.
    Updating(Map<String, Value>),
    /// It is deleted.
    Deleting,
}

impl ResourceRecord {
    /// The change in progress at a time.
    pub fn change_at(&self, now: Millis) -> Option<&EndpointChange> {
        let transition = self.transition.as_ref()?;
        (now < transition.until).then_some(&transition.change)
    }

    /// Whether the resource exists at a time.
    pub fn exists_at(&self, now: Millis) -> bool {
        let is_gone = |transition: &Transition| {
            transition.change == EndpointChange::Deleting && transition.until <= now
        };
        !self.is_deleted && !self.transition.as_ref().is_some_and(is_gone)
    }

    /// Its members at a time.
    pub fn members_at(&self, now: Millis) -> &Map<String, Value> {
        match &self.transition {
            Some(Transition {
                change: EndpointChange::Updating(members),
                until,
            }) if *until <= now => members,
            _ => &self.members,
        }
    }

    /// `LastModifiedTime`: when the last change was done, or requested if it is in progress.
    pub fn modified_at(&self, now: Millis) -> Millis {
        let until = self.transition.as_ref().map(|transition| transition.until);
        until.filter(|until| *until <= now).unwrap_or(self.modified)
    }
}

/// The records, by type and name. Names that differ in case are the same.
///
/// The record of a deleted resource stays: a step may have created one of this name.
#[derive(Default)]
pub struct Resources {
    records: BTreeMap<(ResourceKind, String), ResourceRecord>,
    touched: BTreeSet<(ResourceKind, String)>,
}

impl Resources {
    /// The record of a resource.
    pub fn get(&self, kind: ResourceKind, name: &str) -> Option<&ResourceRecord> {
        self.records.get(&(kind, name.to_lowercase()))
    }

    /// Adds or replaces a record.
    pub fn put(&mut self, record: ResourceRecord) {
        let key = (record.kind, record.name.to_lowercase());
        self.touched.insert(key.clone());
        self.records.insert(key, record);
    }

    /// The records of a type, by name.
    pub fn of(&self, kind: ResourceKind) -> impl Iterator<Item = &ResourceRecord> {
        let records = self.records.range((kind, String::new())..);
        records
            .take_while(move |((other, _), _)| *other == kind)
            .map(|(_, record)| record)
    }

    /// All records.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &ResourceRecord> {
        self.records.values()
    }

    /// The records that changed since the last call.
    pub(super) fn take_touched(&mut self) -> Vec<ResourceRecord> {
        let touched = std::mem::take(&mut self.touched).into_iter();
        touched
            .filter_map(|key| self.records.get(&key).cloned())
            .collect()
    }
}
