//! Puts the parts together: databases, catalog, ledger, pages, and the middleware around them.

mod accept;
mod auth;
mod base_path;
mod body;
mod gate;
mod headers;
mod health;
pub mod log;
mod parts;
mod shutdown;
mod workspaces;
mod write_rate;

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

use crate::access::Policy;
use crate::aws::Workspaces;
use crate::catalog::Catalog;
use crate::database::{self, DatabaseError, Pools};
use crate::identity::{Identity, Origin, OwnNames};
use crate::ledger::{Ledger, LedgerSettings};
use crate::web;

pub use accept::ConnectionLimits;
use auth::Auth;
pub use base_path::BasePath;
pub use gate::Bounds;
use gate::Gate;
use headers::Policies;
use health::Readiness;
pub use health::probe;
pub use shutdown::{Shutdown, Trigger};
pub use workspaces::connect;
use write_rate::WriteRateLimiter;

/// How long the databases may take to be closed at the end.
const CLOSE: Duration = Duration::from_secs(5);

/// What a console is made of.
pub struct Parts {
    /// Where to answer.
    pub listener: TcpListener,
    /// Where `ledger.db` and `catalog.db` live; made if missing.
    pub state_dir: PathBuf,
    /// How people are known.
    pub identity: Identity,
    /// What they may do; not asked where only the local person is known.
    pub policy: Policy,
    /// Whether nobody may change anything.
    pub read_only: bool,
    /// The origins at which browsers reach the console.
    pub public_origins: Vec<Origin>,
    /// The path everything stands below, and the pages that may show it in a frame.
    pub base: BasePath,
    /// How connections are taken.
    pub reception: ConnectionLimits,
    /// How much is taken upon at once.
    pub bounds: Bounds,
    /// How actions are signed and kept.
    pub ledger: LedgerSettings,
    /// The accounts and Regions to show.
    pub workspaces: Workspaces,
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
    base: BasePath,
    reception: ConnectionLimits,
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
            identity,
            policy,
            read_only,
            public_origins,
            base,
            reception,
            bounds,
            ledger,
            workspaces,
        } = parts;
        let address = listener.local_addr()?;
        let kept = database::open_ledger(&state_dir).await?;
        let copy = database::open_catalog(&state_dir).await?;
        let databases = vec![kept.clone(), copy.clone()];
        let readiness = Readiness {
            shutdown: shutdown.clone(),
            databases: databases.clone(),
            identity: identity.clone(),
        };
        let catalog = Catalog::new(copy, &workspaces);
        let ledger = Ledger::open(kept, catalog.clone(), workspaces, ledger).await?;
        let recovering = ledger.clone();
        // Looking takes as long as SageMaker does, and pages need not wait for it.
        tokio::spawn(async move { recovering.recover().await });
        let door = Auth {
            names: match identity.is_local() {
                true => OwnNames::local(address, &public_origins),
                false => OwnNames::public(&public_origins),
            },
            embedded: !base.parents.is_empty(),
            pace: WriteRateLimiter::new(bounds.writes_per_minute),
            ledger: ledger.clone(),
            identity,
            policy,
            read_only,
        };
        let pages = web::routes::router(web::AppState::new(catalog, ledger), read_only);
        let guards = Guards {
            policies: Policies::new(&base.parents),
            gate: Gate::new(bounds),
            readiness,
            door,
        };
        Ok(Self {
            listener,
            address,
            app: guarded(pages, guards),
            base,
            reception,
            databases,
            shutdown,
        })
    }

    /// The address it answers at, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The path it stands below, where it is asked for at that address.
    pub fn path(&self) -> &str {
        if self.base.stripped {
            ""
        } else {
            &self.base.path
        }
    }

    /// Answers until the end is asked for and what was in flight is done.
    pub async fn serve(self) {
        accept::serve(
            self.listener,
            self.app,
            self.base,
            self.reception,
            self.shutdown,
        )
        .await;
        for database in &self.databases {
            // What still runs in the background is taken up again at the next start.
            if tokio::time::timeout(CLOSE, database.close()).await.is_err() {
                tracing::warn!("Ended while a database was still in use");
            }
        }
    }
}

/// What stands before the pages.
struct Guards {
    policies: Policies,
    gate: Gate,
    readiness: Readiness,
    door: Auth,
}

/// The pages behind everything a request passes first, outermost first.
fn guarded(pages: Router, guards: Guards) -> Router {
    let Guards {
        policies,
        gate,
        readiness,
        door,
    } = guards;
    let (gate, door) = (Arc::new(gate), Arc::new(door));
    // In two halves: the compiler's work grows steeply with the length of one.
    let pages = pages.layer((
        from_fn_with_state(Arc::clone(&door), auth::check_request_origin),
        from_fn_with_state(Arc::clone(&gate), body::limit),
        // Bodies are bounded by now; the framework's own bound would be under a create's.
        DefaultBodyLimit::disable(),
        // Leaves alone what comes compressed, as static files do. Pages are made anew for every
        // answer, so speed matters more than the last percent of size.
        CompressionLayer::new().quality(CompressionLevel::Precise(4)),
        from_fn(gate::fill_blank_errors),
    ));
    pages.layer((
        from_fn(log::name_request),
        from_fn_with_state(Arc::new(policies), headers::secure),
        from_fn(log::write_access),
        from_fn(log::catch_panic),
        from_fn_with_state(Arc::new(readiness), health::answer),
        from_fn_with_state(gate, gate::shed_load),
        from_fn_with_state(door, auth::authenticate),
    ))
}
