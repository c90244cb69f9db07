//! Model package groups and the packages that executions registered.

use super::shelf::ExecutionKey;
use crate::emulator::engine::{Metadata, Millis, Run};
use std::collections::{BTreeMap, HashMap};

/// A model package group.
#[derive(Debug, Clone)]
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
    /// Groups by name.
    pub groups: BTreeMap<String, Group>,
    by_arn: HashMap<String, Package>,
}

impl Packages {
    /// The next number of a group, which is made when it does not exist.
    pub fn next(&mut self, group: &str, now: Millis) -> u32 {
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

    /// Notes which steps registered what.
    pub fn note(&mut self, execution: ExecutionKey, run: &Run) {
        for step in run.steps() {
            if let Some(Metadata::RegisterModel { arn }) = step.metadata {
                let step = step.name;
                self.by_arn.insert(arn, Package { execution, step });
            }
        }
    }

    /// Who registered the package of this ARN.
    pub fn find(&self, arn: &str) -> Option<&Package> {
        self.by_arn.get(arn)
    }
}
