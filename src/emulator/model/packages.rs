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
    /// The version of its newest package.
    pub packages: u32,
}

/// The step that registered a package.
#[derive(Debug, Clone)]
pub struct Package {
    /// The execution.
    pub execution: ExecutionKey,
    /// The step's name as it is listed.
    pub step: String,
}

/// The model package groups, and the packages.
#[derive(Default)]
pub struct Packages {
    groups: BTreeMap<String, Group>,
    /// By ARN in lower case: those of earlier state files are.
    by_arn: HashMap<String, Package>,
    touched: BTreeSet<String>,
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

    /// The next version in a group, which is created if it does not exist. Names that differ in case are one group's.
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

    /// Adds the packages that an execution registered.
    pub fn note(&mut self, execution: ExecutionKey, inputs: &[(Millis, RunInput)]) {
        for (_, input) in inputs {
            if let RunInput::Package { step, arn, .. } = input {
                let step = step.clone();
                self.by_arn
                    .insert(arn.to_lowercase(), Package { execution, step });
            }
        }
    }

    /// The step that registered the package of this ARN, regardless of case.
    pub fn find(&self, arn: &str) -> Option<&Package> {
        self.by_arn.get(&arn.to_lowercase())
    }

    /// The groups that changed since the last call.
    pub(super) fn take_touched(&mut self) -> Vec<(String, Group)> {
        let touched = std::mem::take(&mut self.touched);
        let group = |name: String| Some((name.clone(), self.groups.get(&name)?.clone()));
        touched.into_iter().filter_map(group).collect()
    }
}
