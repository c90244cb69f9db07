//! A console with a local SageMaker behind it: no account, no settings, nothing left behind.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::access::Policy;
use crate::aws::Credentials;
use crate::config;
use crate::identity::{Authenticator, IdentitySettings, Mode};
use crate::ledger::LedgerSettings;
use crate::server::{
    self, BasePath, ConnectionLimits, Console, Parts, RequestLimits, Shutdown, StartError,
};
use sluicegate_emulator::{Emulator, Options};

/// The Region the demo's pipelines are shown in.
const REGION: &str = "eu-central-1";

/// The call budget of the console, the greatest there is: its emulator does not throttle.
const CALLS_PER_SECOND: f64 = 100.0;

/// A demo that is ready to answer.
pub struct Demo {
    console: Console,
    sagemaker: SocketAddr,
    emulator: JoinHandle<io::Result<()>>,
    /// Removed when dropped.
    _state: tempfile::TempDir,
}

impl Demo {
    /// Starts the local SageMaker on a port of its own, and a console for it on `listener`.
    ///
    /// No AWS variable, profile or configuration file is read.
    ///
    /// # Errors
    /// When no port or temporary folder is available.
    pub async fn open(
        listener: TcpListener,
        options: Options,
        shutdown: Shutdown,
    ) -> Result<Self, StartError> {
        let emulator_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let sagemaker = emulator_listener.local_addr()?;
        // Creating the initial state takes seconds at most, but blocks its thread.
        let emulator = tokio::task::spawn_blocking(move || Emulator::new(options));
        let emulator = emulator.await.map_err(io::Error::other)?;
        let emulator = emulator.map_err(io::Error::other)?;
        let emulator = tokio::spawn(emulator.serve(emulator_listener, shutdown.requested()));
        let state = tempfile::Builder::new()
            .prefix("sluicegate-demo-")
            .tempdir()?;
        let credentials = Credentials::Fixed {
            key: "AKIADEMODEMODEMODEMO".to_owned(),
            secret: "demo".to_owned(),
        };
        let parts = Parts {
            listener,
            state_dir: state.path().to_owned(),
            authenticator: Authenticator::new(IdentitySettings {
                mode: Mode::Local,
                trusted_proxies: Vec::new(),
                client_ip_header: None,
            }),
            policy: Policy::default(),
            read_only: false,
            export_limit: config::Server::default().export_limit,
            public_origins: Vec::new(),
            base_path: BasePath::default(),
            connection_limits: ConnectionLimits::default(),
            request_limits: RequestLimits::default(),
            ledger: LedgerSettings::default(),
            workspaces: server::connect(&[workspace(sagemaker)], &credentials).await,
            backfill: config::Catalog::default().backfill,
        };
        Ok(Self {
            console: Console::open(parts, shutdown).await?,
            sagemaker,
            emulator,
            _state: state,
        })
    }

    /// The console's address.
    pub fn address(&self) -> SocketAddr {
        self.console.address()
    }

    /// The local SageMaker's address.
    pub fn sagemaker(&self) -> SocketAddr {
        self.sagemaker
    }

    /// Serves until shutdown is requested, then removes the state folder.
    pub async fn serve(self) {
        self.console.serve().await;
        // It shuts down together with the console.
        let ended = tokio::time::timeout(Duration::from_secs(1), self.emulator).await;
        if let Ok(Ok(Err(error))) = ended {
            tracing::error!(%error, "The local SageMaker failed: {error}");
        }
    }
}

fn workspace(sagemaker: SocketAddr) -> config::Workspace {
    config::Workspace {
        region: Some(REGION.to_owned()),
        endpoint_url: Some(format!("http://{sagemaker}")),
        calls_per_second: CALLS_PER_SECOND,
        ..config::Workspace::default()
    }
}
