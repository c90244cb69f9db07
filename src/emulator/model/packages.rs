//! Model package groups, the packages that executions registered, and what requests created and changed.

use super::pipelines::ExecutionKey;
use crate::engine::{Millis, RunInput, resource_name};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A model package group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `ModelPackageGroupDescription`.
    pub description: Option<String>,
    /// `CreationTime`.
    pub created: Millis,
    /// The version of its newest package.
    pub packages: u32,
}

/// A package that a step registered.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its ARN.
    pub arn: String,
    /// When it was registered.
    pub created: Millis,
    /// The execution.
    pub execution: ExecutionKey,
    /// The step's name as it is listed.
    pub step: String,
}

/// What requests made of a package: of one that they created, all of it; of one of a step, what they changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackageRecord {
    /// Its ARN.
    pub arn: String,
    /// `CreationTime`; `None` of a package of a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Millis>,
    /// When the last request changed it.
    pub modified: Millis,
    /// Whether that request deleted it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_deleted: bool,
    /// Members of its Describe operation's answer.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub members: Map<String, Value>,
}

/// A package that exists.
#[derive(Debug, Clone, Copy)]
pub enum FoundPackage<'p> {
    /// Registered by a step, and perhaps changed since.
    OfStep(&'p Package, Option<&'p PackageRecord>),
    /// Created by a request.
    Created(&'p PackageRecord),
}

impl FoundPackage<'_> {
    /// Its ARN.
    pub fn arn(&self) -> &str {
        match self {
            FoundPackage::OfStep(package, _) => &package.arn,
            FoundPackage::Created(record) => &record.arn,
        }
    }

    /// `CreationTime`.
    pub fn created(&self) -> Millis {
        match self {
            FoundPackage::OfStep(package, _) => package.created,
            FoundPackage::Created(record) => record.created.unwrap_or(record.modified),
        }
    }

    /// Its name, or its group's name and its version.
    pub fn name(&self) -> (&str, Option<&str>) {
        let name = resource_name(self.arn());
        match name.split_once('/') {
            Some((group, version)) => (group, Some(version)),
            None => (name, None),
        }
    }
}

/// The model package groups, and the packages. Names and ARNs that differ in case are the same.
#[derive(Default)]
pub struct Packages {
    groups: BTreeMap<String, Group>,
    /// By ARN in lower case: those of earlier state files are.
    by_arn: HashMap<String, Package>,
    /// By ARN in lower case too.
    records: BTreeMap<String, PackageRecord>,
    touched: BTreeSet<String>,
    touched_records: BTreeSet<String>,
}

impl Packages {
    /// Groups by name.
    pub fn groups(&self) -> &BTreeMap<String, Group> {
        &self.groups
    }

    /// Adds or replaces a group.
    pub fn put(&mut self, name: String, group: Group) {
        self.touched.insert(name.clone());
        self.groups.insert(name, group);
    }

    /// Deletes a group.
    pub fn delete(&mut self, name: &str) {
        self.touched.insert(name.to_owned());
        self.groups.remove(name);
    }

    /// The next version in a group, which is created if it does not exist.
    pub fn next(&mut self, group: &str, now: Millis) -> u32 {
        let known = self
            .groups
            .keys()
            .find(|known| known.eq_ignore_ascii_case(group));
        let name = known.cloned().unwrap_or_else(|| group.to_owned());
        self.touched.insert(name.clone());
        let group = self.groups.entry(name).or_insert_with(|| Group {
            description: None,
            created: now,
            packages: 0,
        });
        group.packages += 1;
        group.packages
    }

    /// Adds the packages that an execution registered. One of a group that was deleted and made anew counts as the
    /// newest of its ARN.
    pub fn note(&mut self, execution: ExecutionKey, inputs: &[(Millis, RunInput)]) {
        for (created, input) in inputs {
            let RunInput::Package { step, arn, .. } = input else {
                continue;
            };
            let key = arn.to_lowercase();
            let newer = self
                .by_arn
                .get(&key)
                .filter(|known| known.created > *created);
            if newer.is_none() {
                let package = Package {
                    arn: arn.clone(),
                    created: *created,
                    execution,
                    step: step.clone(),
                };
                self.by_arn.insert(key, package);
            }
        }
    }

    /// The package of this ARN.
    pub fn find(&self, arn: &str) -> Option<FoundPackage<'_>> {
        let key = arn.to_lowercase();
        let record = self.records.get(&key);
        match self.by_arn.get(&key) {
            Some(package) => of_step(package, record),
            None => record.and_then(created),
        }
    }

    /// All packages, in no order.
    pub fn iter(&self) -> impl Iterator<Item = FoundPackage<'_>> {
        let of_steps = self.by_arn.iter();
        let of_steps =
            of_steps.filter_map(|(key, package)| of_step(package, self.records.get(key)));
        let others = self.records.iter();
        let others = others.filter(|(key, _)| !self.by_arn.contains_key(*key));
        of_steps.chain(others.filter_map(|(_, record)| created(record)))
    }

    /// Adds or replaces what requests made of a package.
    pub fn record(&mut self, record: PackageRecord) {
        let key = record.arn.to_lowercase();
        self.touched_records.insert(key.clone());
        self.records.insert(key, record);
    }

    /// What requests made of packages.
    pub(super) fn records(&self) -> impl Iterator<Item = &PackageRecord> {
        self.records.values()
    }

    /// The groups that changed since the last call; `None` for one that was deleted.
    pub(super) fn take_touched(&mut self) -> Vec<(String, Option<Group>)> {
        let touched = std::mem::take(&mut self.touched).into_iter();
        touched
            .map(|name| {
                let group = self.groups.get(&name).cloned();
                (name, group)
            })
            .collect()
    }

    /// The records that changed since the last call.
    pub(super) fn take_touched_records(&mut self) -> Vec<PackageRecord> {
        let touched = std::mem::take(&mut self.touched_records).into_iter();
        touched
            .filter_map(|key| self.records.get(&key).cloned())
            .collect()
    }
}

/// A package of a step with its record, unless that is about an earlier package of the same ARN.
fn of_step<'p>(
    package: &'p Package,
    record: Option<&'p PackageRecord>,
) -> Option<FoundPackage<'p>> {
    let record = record.filter(|record| record.modified >= package.created);
    match record {
        Some(record) if record.is_deleted => None,
        Some(record) if record.created.is_some() => Some(FoundPackage::Created(record)),
        record => Some(FoundPackage::OfStep(package, record)),
    }
}

fn created(record: &PackageRecord) -> Option<FoundPackage<'_>> {
    (!record.is_deleted).then_some(FoundPackage::Created(record))
}
