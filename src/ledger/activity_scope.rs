//! How much of the activity a person may see. Pure.

use std::collections::HashMap;

use crate::access::{PipelineRef, Role, Rule, Scope};

/// The activity that a person may see.
pub(super) struct ActivityScope {
    scope: Scope,
    /// The person's role for each pipeline that somebody acted on, by workspace and name; `None`
    /// where no rules apply.
    roles: Option<HashMap<(String, String), Role>>,
}

/// The person's role for a pipeline by its name alone: rules that ask for tags give nothing.
pub(super) fn role_by_name(scope: &Scope, workspace: &str, pipeline: &str) -> Option<Role> {
    let pipeline = PipelineRef {
        workspace,
        pipeline,
        tags: None,
    };
    scope.grant(pipeline).map(|grant| grant.role)
}

impl ActivityScope {
    /// The scope of a person with these roles.
    pub(super) fn new(scope: Scope, roles: Option<HashMap<(String, String), Role>>) -> Self {
        Self { scope, roles }
    }

    /// The person's name.
    pub(super) fn person(&self) -> &str {
        &self.scope.person().name
    }

    /// The pipelines that the person may see of those somebody acted on; `None` where they may see
    /// all.
    pub(super) fn visible(&self) -> Option<impl Iterator<Item = (&str, &str)>> {
        let roles = self.roles.as_ref()?;
        Some(
            roles
                .keys()
                .map(|(workspace, pipeline)| (workspace.as_str(), pipeline.as_str())),
        )
    }

    /// Whether the person is admin of anything.
    pub(super) fn is_admin(&self) -> bool {
        let gives = |rule: &Rule| !rule.deny && rule.role == Role::Admin;
        let rules = self.scope.rules();
        rules.is_none_or(|rules| rules.iter().any(|(rule, _)| gives(rule)))
    }

    /// The person's role for a record about this workspace and pipeline, where it names them.
    pub(super) fn role(&self, workspace: Option<&str>, pipeline: Option<&str>) -> Option<Role> {
        match (workspace, pipeline) {
            (Some(workspace), Some(pipeline)) => {
                let key = (workspace.to_owned(), pipeline.to_owned());
                let known = self.roles.as_ref().and_then(|roles| roles.get(&key));
                known
                    .copied()
                    .or_else(|| role_by_name(&self.scope, workspace, pipeline))
            }
            (workspace, _) => {
                let all = self.scope.administers_all(workspace);
                all.then_some(Role::Admin)
            }
        }
    }
}
