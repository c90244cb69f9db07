//! What pipelines and executions are called, where only their names or IDs are at hand.

use std::collections::{HashMap, HashSet};

use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::Named;

/// What pipelines and executions of a workspace are called, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pipelines: HashMap<String, Named>,
    executions: HashMap<String, Named>,
}

impl Names {
    /// The pipeline of this name.
    pub fn pipeline(&self, name: &str) -> Named {
        let known = self.pipelines.get(name);
        known.cloned().unwrap_or_else(|| Named::new(name, None))
    }

    /// The execution of this ID, where it is known.
    pub fn known_execution(&self, id: &str) -> Option<Named> {
        self.executions.get(id).cloned()
    }

    /// The execution of this ID.
    pub fn execution(&self, id: &str) -> Named {
        let known = self.known_execution(id);
        known.unwrap_or_else(|| Named::by_id(id, None))
    }
}

impl WorkspaceCatalog {
    pub(super) async fn names(
        &self,
        scope: &Scope,
        pipelines: &[String],
        executions: &[String],
    ) -> Result<Names, ReadError> {
        let visible = self.visible(scope).await?;
        let mut names = Names::default();
        if !pipelines.is_empty() {
            let found = self.store.pipeline_names(pipelines, &visible).await?;
            names.pipelines = by_exact(found);
        }
        if !executions.is_empty() {
            let found = self.store.execution_names(executions, &visible).await?;
            names.executions = by_exact(found);
        }
        Ok(names)
    }

    pub(super) async fn display_names_taken(
        &self,
        scope: &Scope,
        names: &[String],
    ) -> Result<HashSet<String>, ReadError> {
        let visible = self.visible(scope).await?;
        Ok(self.store.display_names_taken(names, &visible).await?)
    }
}

fn by_exact(found: Vec<Named>) -> HashMap<String, Named> {
    let pairs = found.into_iter();
    pairs
        .map(|named| (named.exact().to_owned(), named))
        .collect()
}
