//! Model package groups and the packages that executions registered.

use super::pipelines::ExecutionKey;
use crate::engine::{Millis, RunInput};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A model package group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `ModelPackageGroupDescription`.
    pub description: Option<String>,
    /// `CreationTime`.
    pub created: Millis,
    /// The number its newest package has.
    pub packages: u32,
}

/// Which step registered a package.
#[derive(Debug, Clone)]
pub struct Package {
    /// The execution.
    pub execution: ExecutionKey,
    /// The step's name as it is listed.
    pub step: String,
}

/// The registry.
#[derive(Default)]
pub struct Packages {
    groups: BTreeMap<String, Group>,
    by_arn: HashMap<String, Package>,
    touched: BTreeSet<String>,
}

impl Packages {
    /// Groups by name.
    pub fn groups(&self) -> &BTreeMap<String, Group> {
        &self.groups
    }

    /// Adds a group, or puts it in the place of the one of its name.
    pub fn put(&mut self, name: String, group: Group) {
        self.touched.insert(name.clone());
        self.groups.insert(name, group);
    }

    /// The next number of a group, which is made when it does not exist.
    pub fn next(&mut self, group: &str, now: Millis) -> u32 {
        self.touched.insert(group.to_owned());
        let group = self
            .groups
            .entry(group.to_owned())
            .or_insert_with(|| Group {
                description: None,
                created: now,
                packages: 0,
            });
        group.packages += 1;
        group.packages
    }

    /// Notes which steps of an execution registered what.
    pub fn note(&mut self, execution: ExecutionKey, inputs: &[(Millis, RunInput)]) {
        for (_, input) in inputs {
            if let RunInput::Package { step, arn, .. } = input {
                let step = step.clone();
                self.by_arn.insert(arn.clone(), Package { execution, step });
            }
        }
    }

    /// Who registered the package of this ARN.
    pub fn find(&self, arn: &str) -> Option<&Package> {
        self.by_arn.get(arn)
    }

    /// The groups that changed since this was last asked.
    pub(super) fn take_touched(&mut self) -> Vec<(String, Group)> {
        let touched = std::mem::take(&mut self.touched);
        let group = |name: String| Some((name.clone(), self.groups.get(&name)?.clone()));
        touched.into_iter().filter_map(group).collect()
    }
}
