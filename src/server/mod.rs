//! Assembles the console: databases, catalog, ledger, pages, and the middleware in front of them.

mod accept;
mod auth;
mod base_path;
mod body;
mod headers;
mod health;
mod load_shedding;
pub mod log;
mod parts;
mod refused_form;
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
use crate::database::{self, DatabaseError, DatabaseErrorKind, Pools};
use crate::identity::{Authenticator, ConsoleOrigins, Origin};
use crate::ledger::{Ledger, LedgerSettings};
use crate::web;

pub use accept::ConnectionLimits;
use auth::Auth;
pub use base_path::BasePath;
use headers::SecurityHeaders;
use health::Readiness;
pub use health::probe;
use load_shedding::LoadShedder;
pub use load_shedding::RequestLimits;
use refused_form::RefusedForms;
pub use shutdown::{Shutdown, ShutdownTrigger};
pub use workspaces::connect;
use write_rate::WriteRateLimiter;

/// How long closing a database may take on shutdown.
const DATABASE_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What a console is assembled from.
pub struct Parts {
    /// The socket to listen on.
    pub listener: TcpListener,
    /// The folder of `ledger.db` and `catalog.db`; created if missing.
    pub state_dir: PathBuf,
    /// How people are authenticated.
    pub authenticator: Authenticator,
    /// What they may do; ignored in local mode, where the one person may do everything.
    pub policy: Policy,
    /// Whether nobody may change anything.
    pub read_only: bool,
    /// The executions of one CSV or JSON file at most.
    pub export_limit: u32,
    /// The origins at which browsers reach the console.
    pub public_origins: Vec<Origin>,
    /// The path below which the console is mounted, and the pages that may show it in a frame.
    pub base_path: BasePath,
    /// Limits on connections and request heads.
    pub connection_limits: ConnectionLimits,
    /// Limits on requests.
    pub request_limits: RequestLimits,
    /// How actions are signed, and how long they are kept.
    pub ledger: LedgerSettings,
    /// The accounts and Regions to show.
    pub workspaces: Workspaces,
    /// How far back the steps and jobs of executions are read that nobody opened; of none where it is zero.
    pub backfill: Duration,
}

/// Why a console does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A system call failed, such as one on the listening socket.
    #[error("{0}")]
    System(#[from] io::Error),
    /// The state folder or a database in it.
    #[error("{0}")]
    Database(#[from] DatabaseError),
}

impl StartError {
    /// Whether a newer version made a database of the state folder: another state folder, or another
    /// version of the console, is needed.
    pub fn is_newer_database(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        error.kind == DatabaseErrorKind::NewerVersion
    }
}

/// A console that is ready to answer.
pub struct Console {
    listener: TcpListener,
    address: SocketAddr,
    app: Router,
    base_path: BasePath,
    connection_limits: ConnectionLimits,
    databases: Vec<Pools>,
    shutdown: Shutdown,
}

impl Console {
    /// Opens the databases and begins to settle the actions that an earlier process left unsettled.
    ///
    /// # Errors
    /// When the state folder or a database in it cannot be used.
    pub async fn open(parts: Parts, shutdown: Shutdown) -> Result<Self, StartError> {
        let Parts {
            listener,
            state_dir,
            authenticator,
            policy,
            read_only,
            export_limit,
            public_origins,
            base_path,
            connection_limits,
            request_limits,
            ledger,
            workspaces,
            backfill,
        } = parts;
        let address = listener.local_addr()?;
        let ledger_pools = database::open_ledger(&state_dir).await?;
        let catalog_pools = database::open_catalog(&state_dir).await?;
        let databases = vec![ledger_pools.clone(), catalog_pools.clone()];
        let readiness = Readiness {
            shutdown: shutdown.clone(),
            databases: databases.clone(),
            authenticator: authenticator.clone(),
        };
        let catalog = Catalog::new(catalog_pools, &workspaces);
        catalog.resume(backfill);
        let ledger = Ledger::open(ledger_pools, catalog.clone(), workspaces, ledger).await?;
        let recovering = ledger.clone();
        // Settling waits for SageMaker; pages need not wait for it.
        tokio::spawn(async move { recovering.recover().await });
        let state = web::AppState::new(catalog, ledger.clone(), export_limit);
        let pages = web::routes::router(state, read_only);
        let load_shedder = Arc::new(LoadShedder::new(request_limits));
        let auth = Auth {
            refused_forms: RefusedForms::new(pages.clone(), Arc::clone(&load_shedder)),
            origins: match authenticator.is_local() {
                true => ConsoleOrigins::local(address, &public_origins),
                false => ConsoleOrigins::public(&public_origins),
            },
            embedded: !base_path.frame_ancestors.is_empty(),
            write_rate: WriteRateLimiter::new(request_limits.writes_per_minute),
            ledger,
            authenticator,
            policy,
            read_only,
        };
        let middleware = Middleware {
            security_headers: SecurityHeaders::new(&base_path.frame_ancestors),
            load_shedder,
            readiness,
            auth,
        };
        Ok(Self {
            listener,
            address,
            app: with_middleware(pages, middleware),
            base_path,
            connection_limits,
            databases,
            shutdown,
        })
    }

    /// The address it listens on, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The path of its pages at that address.
    pub fn path(&self) -> &str {
        if self.base_path.stripped {
            ""
        } else {
            &self.base_path.path
        }
    }

    /// Serves until shutdown is requested and what was in flight has finished.
    pub async fn serve(self) {
        accept::serve(
            self.listener,
            self.app,
            self.base_path,
            self.connection_limits,
            self.shutdown,
        )
        .await;
        for database in &self.databases {
            // What still runs in the background is resumed at the next start.
            if tokio::time::timeout(DATABASE_CLOSE_TIMEOUT, database.close())
                .await
                .is_err()
            {
                tracing::warn!("Stopped while a database was still in use");
            }
        }
    }
}

/// The state of the middleware in front of the pages.
struct Middleware {
    security_headers: SecurityHeaders,
    load_shedder: Arc<LoadShedder>,
    readiness: Readiness,
    auth: Auth,
}

/// The pages behind all middleware, outermost first.
fn with_middleware(pages: Router, middleware: Middleware) -> Router {
    let Middleware {
        security_headers,
        load_shedder,
        readiness,
        auth,
    } = middleware;
    let auth = Arc::new(auth);
    // In two halves: compile time grows steeply with the length of one.
    let pages = pages.layer((
        from_fn_with_state(Arc::clone(&auth), auth::check_request_origin),
        from_fn_with_state(Arc::clone(&load_shedder), body::limit),
        // Bodies are bounded by now; the framework's own limit is below that of the create form.
        DefaultBodyLimit::disable(),
        // Skips what is compressed already, as static files are. Pages are rendered for every
        // response, so speed matters more than the last percent of size.
        CompressionLayer::new().quality(CompressionLevel::Precise(4)),
        from_fn(load_shedding::fill_blank_errors),
    ));
    pages.layer((
        from_fn(log::assign_request_id),
        from_fn_with_state(Arc::new(security_headers), headers::set_security_headers),
        from_fn(log::log_request),
        from_fn(log::catch_panic),
        from_fn_with_state(Arc::new(readiness), health::answer),
        from_fn_with_state(load_shedder, load_shedding::shed_load),
        from_fn_with_state(auth, auth::authenticate),
    ))
}
