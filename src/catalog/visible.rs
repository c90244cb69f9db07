//! Which pipelines a person may see: what narrows every query.

use std::collections::HashSet;

/// The pipelines of a workspace that a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum VisiblePipelines {
    /// Every one, also those that no longer exist.
    All,
    /// Some of those that are known.
    Only {
        /// Their names.
        names: HashSet<String>,
        /// Their ARNs.
        arns: Vec<String>,
    },
}

impl VisiblePipelines {
    /// Whether the pipeline of this ARN, spelled as it is stored, is among them.
    pub(super) fn contains(&self, arn: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only { arns, .. } => arns.iter().any(|one| one == arn),
        }
    }
}
