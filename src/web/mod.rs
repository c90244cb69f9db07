//! Turns the catalog and the ledger into pages. Handlers are thin: extract, ask, render.

mod actions;
mod activity;
mod assets;
mod banner;
mod console_links;
mod create;
mod error;
mod execution;
mod executions;
mod fmt;
mod graph;
mod head;
mod links;
mod live;
mod me;
mod models;
pub mod mount;
mod needs;
mod offer;
mod paging;
mod picture;
mod pipeline;
mod pipelines;
mod refusal;
mod request;
pub mod routes;
mod shell;
mod step;
mod stranger;
mod strip;
mod texts;
mod visit;

use std::sync::Arc;

pub use error::error_page;
pub use stranger::stranger_page;

use crate::catalog::Catalog;
use crate::ledger::Ledger;

/// What every handler may use.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

struct Parts {
    catalog: Catalog,
    ledger: Ledger,
}

impl AppState {
    /// The pages read `catalog` and act through `ledger`.
    pub fn new(catalog: Catalog, ledger: Ledger) -> Self {
        Self(Arc::new(Parts { catalog, ledger }))
    }

    fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }
}
