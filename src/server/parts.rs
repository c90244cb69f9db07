//! Makes the parts of a console from its settings.

use tokio::net::TcpListener;

use crate::access::Policy;
use crate::aws::Credentials;
use crate::config::{Embed, Ledger, Server, Settings};
use crate::identity::{Authenticator, IdentitySettings, Mode};
use crate::ledger::LedgerSettings;

use super::{BasePath, ConnectionLimits, Parts, RequestLimits, connect};

impl Parts {
    /// The parts of a console with these settings that authenticates people by `identity`.
    pub async fn of(settings: Settings, identity: IdentitySettings, listener: TcpListener) -> Self {
        warn_of_dead_ends(&settings, &identity);
        let Settings {
            state_dir,
            server,
            identity: _,
            embed,
            access,
            ledger,
            workspaces,
            catalog,
            entries: _,
        } = settings;
        Self {
            listener,
            state_dir,
            authenticator: Authenticator::new(identity),
            policy: Policy::new(access, server.read_only),
            read_only: server.read_only,
            export_limit: server.export_limit,
            base_path: base_path(&server, &embed),
            connection_limits: ConnectionLimits::from(&server),
            request_limits: RequestLimits::from(&server),
            public_origins: server.public_origins,
            ledger: ledger_settings(ledger),
            workspaces: connect(&workspaces, &Credentials::Ambient).await,
            backfill: catalog.backfill,
        }
    }
}

/// The settings are taken apart, so that the compiler asks for a new one.
fn ledger_settings(ledger: Ledger) -> LedgerSettings {
    let Ledger {
        key,
        ticket_lifetime,
        retention_days,
    } = ledger;
    LedgerSettings {
        key: key.map(|key| key.expose().to_vec()),
        ticket_lifetime,
        retention_days,
        ..LedgerSettings::default()
    }
}

/// Warns about settings that can be served and yet leave people unable to do anything.
fn warn_of_dead_ends(settings: &Settings, identity: &IdentitySettings) {
    if matches!(identity.mode, Mode::Local) {
        return;
    }
    if !settings.server.read_only && settings.server.public_origins.is_empty() {
        tracing::warn!(
            "server.public_origins is empty, so every form is refused: set it to the origin at which \
             browsers reach the console"
        );
    }
    if settings.access.is_empty() {
        tracing::warn!("There is no [[access]] rule, so nobody has access");
    }
}

fn base_path(server: &Server, embed: &Embed) -> BasePath {
    let ancestors = embed.frame_ancestors.iter().map(ToString::to_string);
    BasePath {
        path: server.base_path.as_str().into(),
        stripped: server.base_path_stripped,
        frame_ancestors: ancestors.collect::<Vec<_>>().join(" ").into(),
    }
}
