//! How much of a workspace somebody may see and act on, as far as the rules alone show it.

use super::scope::Permissions;
use super::{Role, Scope};

/// For how many pipelines a person has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// For every pipeline, whatever its name and tags.
    All,
    /// It depends on the pipeline.
    Some,
    /// For none.
    None,
}

impl Extent {
    /// That of several workspaces together; nothing for no workspace.
    pub fn over(extents: impl IntoIterator<Item = Self>) -> Self {
        let both = |left, right| if left == right { left } else { Self::Some };
        extents.into_iter().reduce(both).unwrap_or(Self::None)
    }
}

impl Scope {
    /// For how many pipelines of the workspace this person has the role `needed`, or one above it. Whether the console
    /// is read-only is not considered.
    pub fn extent(&self, needed: Role, workspace: &str) -> Extent {
        let Permissions::ByRules { own, .. } = &self.permissions else {
            return Extent::All;
        };
        let here = || {
            own.iter()
                .map(|(rule, _)| rule)
                .filter(|rule| rule.is_in(workspace))
        };
        let mut granting = here().filter(|rule| !rule.deny && rule.role >= needed);
        let mut denying = here()
            .filter(|rule| rule.deny && rule.role <= needed)
            .peekable();
        let is_denied = denying.peek().is_some();
        if denying.any(|rule| rule.covers_all_pipelines()) || granting.clone().next().is_none() {
            return Extent::None;
        }
        match !is_denied && granting.any(|rule| rule.covers_all_pipelines()) {
            true => Extent::All,
            false => Extent::Some,
        }
    }

    /// Whether this person sees every pipeline of the workspace, whatever its name and tags.
    pub fn sees_all(&self, workspace: &str) -> bool {
        self.extent(Role::Viewer, workspace) == Extent::All
    }
}
