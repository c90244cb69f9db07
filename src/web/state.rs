//! What every handler can use.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::ledger::Ledger;

/// What every handler can use.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

struct Parts {
    catalog: Catalog,
    ledger: Ledger,
}

impl AppState {
    /// Pages that read `catalog` and act through `ledger`.
    pub fn new(catalog: Catalog, ledger: Ledger) -> Self {
        Self(Arc::new(Parts { catalog, ledger }))
    }

    pub(super) fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }
}
