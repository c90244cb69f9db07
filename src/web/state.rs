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
    export_limit: u32,
}

impl AppState {
    /// Pages that read `catalog` and act through `ledger`; a file has at most `export_limit` rows.
    pub fn new(catalog: Catalog, ledger: Ledger, export_limit: u32) -> Self {
        Self(Arc::new(Parts {
            catalog,
            ledger,
            export_limit,
        }))
    }

    pub(super) fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    pub(super) fn export_limit(&self) -> u32 {
        self.0.export_limit
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }
}
