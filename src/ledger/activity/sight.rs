//! How far a person sees into what happened.

use std::collections::HashMap;

use crate::access::{PipelineRef, Role, Rule, Scope};
use crate::database::DatabaseError;
use crate::ledger::Ledger;

/// How far a person sees.
pub(in crate::ledger) struct Sight {
    scope: Scope,
    /// What they are for each pipeline that somebody acted on, by workspace and name; `None` where
    /// no rule is asked.
    roles: Option<HashMap<(String, String), Role>>,
}

impl Ledger {
    /// How far this person sees.
    pub(in crate::ledger) async fn sight(&self, scope: &Scope) -> Result<Sight, DatabaseError> {
        let mut roles = None;
        if scope.rules().is_some() {
            let mut known = HashMap::new();
            for (workspace, pipeline) in self.0.store.pipelines().await? {
                if let Some(role) = self.role(scope, &workspace, &pipeline).await {
                    known.insert((workspace, pipeline), role);
                }
            }
            roles = Some(known);
        }
        Ok(Sight {
            scope: scope.clone(),
            roles,
        })
    }

    /// What a person is for a pipeline. One that was deleted is judged by its name: then no rule that
    /// asks for tags gives anything.
    pub(in crate::ledger) async fn role(
        &self,
        scope: &Scope,
        workspace: &str,
        pipeline: &str,
    ) -> Option<Role> {
        if scope.asks_for_tags(workspace) {
            let catalog = &self.0.catalog;
            let standing = catalog.standing(scope, workspace, pipeline, Role::Viewer);
            if let Ok(standing) = standing.await {
                return Some(standing.role);
            }
        }
        by_name(scope, workspace, pipeline)
    }
}

fn by_name(scope: &Scope, workspace: &str, pipeline: &str) -> Option<Role> {
    let about = PipelineRef {
        workspace,
        pipeline,
        tags: None,
    };
    scope.standing(about).map(|standing| standing.role)
}

impl Sight {
    /// Whose it is.
    pub(in crate::ledger) fn person(&self) -> &str {
        &self.scope.person().name
    }

    /// The pipelines that they may see of those somebody acted on; `None` where they may see all.
    pub(in crate::ledger) fn visible(&self) -> Option<impl Iterator<Item = (&str, &str)>> {
        let roles = self.roles.as_ref()?;
        Some(
            roles
                .keys()
                .map(|(workspace, pipeline)| (workspace.as_str(), pipeline.as_str())),
        )
    }

    /// Whether they are admin of anything.
    pub(in crate::ledger) fn is_admin(&self) -> bool {
        let gives = |rule: &Rule| !rule.deny && rule.role == Role::Admin;
        let rules = self.scope.rules();
        rules.is_none_or(|rules| rules.iter().any(|(rule, _)| gives(rule)))
    }

    /// What they are for something about this workspace and pipeline, as far as it names them.
    pub(in crate::ledger) fn role(
        &self,
        workspace: Option<&str>,
        pipeline: Option<&str>,
    ) -> Option<Role> {
        match (workspace, pipeline) {
            (Some(workspace), Some(pipeline)) => {
                let pair = (workspace.to_owned(), pipeline.to_owned());
                let known = self.roles.as_ref().and_then(|roles| roles.get(&pair));
                known
                    .copied()
                    .or_else(|| by_name(&self.scope, workspace, pipeline))
            }
            (workspace, _) => {
                let all = self.scope.administers_all(workspace);
                all.then_some(Role::Admin)
            }
        }
    }
}
