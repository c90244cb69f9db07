//! One request of one person: what a handler reads through and acts through.

use super::links::Links;
use super::mount::MountContext;
use super::state::AppState;
use crate::access::Scope;
use crate::catalog::Catalog;
use crate::ledger::Ledger;

/// One request of one person.
#[derive(Clone)]
pub struct Visit {
    app: AppState,
    scope: Scope,
    mount: MountContext,
}

impl Visit {
    /// A request of the person of this scope.
    pub fn new(app: AppState, scope: Scope, mount: MountContext) -> Self {
        Self { app, scope, mount }
    }

    /// The reading side.
    pub fn catalog(&self) -> &Catalog {
        self.app.catalog()
    }

    /// The acting side.
    pub fn ledger(&self) -> &Ledger {
        self.app.ledger()
    }

    /// Rows of a file at most.
    pub fn export_limit(&self) -> u32 {
        self.app.export_limit()
    }

    /// What the person may see and do.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Where the console is mounted for this request.
    pub fn mount(&self) -> &MountContext {
        &self.mount
    }

    /// The addresses of a workspace.
    pub fn links(&self, workspace: &str) -> Links {
        Links::new(&self.mount, workspace)
    }
}
