//! Puts the parts together: databases, catalog, ledger, pages, and the middleware around them.

mod accept;
mod body;
mod gate;
mod headers;
mod health;
pub mod log;
mod shutdown;
mod workspaces;

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::catalog::{Catalog, Workspace};
use crate::config::Secret;
use crate::database::{self, DatabaseError, Pools};
use crate::identity::{Origin, OwnNames};
use crate::ledger::{Ledger, LedgerSettings};
use crate::web;

use gate::Gate;
use health::Readiness;
pub use health::probe;
pub use shutdown::{Shutdown, Trigger};
pub use workspaces::connect;

/// How long the databases may take to be closed at the end.
const CLOSE: Duration = Duration::from_secs(5);

/// What a console is made of.
pub struct Parts {
    /// Where to answer.
    pub listener: TcpListener,
    /// Where `ledger.db` and `catalog.db` live; made if missing.
    pub state_dir: PathBuf,
    /// Origins beside the listening address's own.
    pub public_origins: Vec<Origin>,
    /// The largest body of a request but a create's, in bytes.
    pub body_limit: usize,
    /// Signs tickets; unset, the ledger keeps one of its own.
    pub ticket_key: Option<Secret>,
    /// How long an open form can be sent.
    pub ticket_lifetime: Duration,
    /// The accounts and Regions to show.
    pub workspaces: Vec<Workspace>,
}

/// Why a console does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The listening socket, or another of the system's own.
    #[error("{0}")]
    System(#[from] io::Error),
    /// The state folder or a database in it.
    #[error("{0}")]
    Database(#[from] DatabaseError),
}

/// A console that is ready to answer.
pub struct Console {
    listener: TcpListener,
    address: SocketAddr,
    app: Router,
    databases: Vec<Pools>,
    shutdown: Shutdown,
}

impl Console {
    /// Opens the databases and settles what an earlier process left unsettled.
    ///
    /// # Errors
    /// When the state folder or a database in it cannot be used.
    pub async fn open(parts: Parts, shutdown: Shutdown) -> Result<Self, StartError> {
        let Parts {
            listener,
            state_dir,
            public_origins,
            body_limit,
            ticket_key,
            ticket_lifetime,
            workspaces,
        } = parts;
        let address = listener.local_addr()?;
        let kept = database::open_ledger(&state_dir).await?;
        let copy = database::open_catalog(&state_dir).await?;
        let databases = vec![kept.clone(), copy.clone()];
        let readiness = Readiness {
            shutdown: shutdown.clone(),
            databases: databases.clone(),
        };
        let catalog = Catalog::new(copy, workspaces);
        let settings = LedgerSettings {
            key: ticket_key.map(|key| key.expose().to_vec()),
            ticket_lifetime,
            ..LedgerSettings::default()
        };
        let ledger = Ledger::open(kept, catalog.clone(), settings).await?;
        let recovering = ledger.clone();
        // Looking takes as long as SageMaker does, and pages need not wait for it.
        tokio::spawn(async move { recovering.recover().await });
        let gate = Gate::new(OwnNames::new(address, &public_origins), body_limit);
        let pages = web::routes::router(web::AppState::new(catalog, ledger), false);
        Ok(Self {
            listener,
            address,
            app: guarded(pages, gate, readiness),
            databases,
            shutdown,
        })
    }

    /// The address it answers at, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the end is asked for and what was in flight is done.
    pub async fn serve(self) {
        accept::serve(self.listener, self.app, self.shutdown).await;
        for database in &self.databases {
            // What still runs in the background is taken up again at the next start.
            if tokio::time::timeout(CLOSE, database.close()).await.is_err() {
                tracing::warn!("Ended while a database was still in use");
            }
        }
    }
}

/// The pages behind everything a request passes first, outermost first.
fn guarded(pages: Router, gate: Gate, readiness: Readiness) -> Router {
    let gate = Arc::new(gate);
    pages.layer((
        from_fn(log::name_request),
        from_fn(headers::secure),
        from_fn(log::write_access),
        from_fn(log::catch_panic),
        from_fn_with_state(Arc::new(readiness), health::answer),
        from_fn_with_state(Arc::clone(&gate), gate::refuse_strangers),
        from_fn_with_state(Arc::clone(&gate), gate::shed_load),
        from_fn_with_state(gate, body::limit),
        // Bodies are bounded by now; the framework's own bound would be under a create's.
        DefaultBodyLimit::disable(),
        // Leaves alone what comes compressed, as static files do. Pages are made anew for every
        // answer, so speed matters more than the last percent of size.
        CompressionLayer::new().quality(CompressionLevel::Precise(4)),
        from_fn(gate::fill_blank_errors),
    ))
}
