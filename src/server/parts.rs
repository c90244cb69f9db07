//! Makes the parts of a console from its settings.

use tokio::net::TcpListener;

use crate::access::Policy;
use crate::aws::Credentials;
use crate::config::{Embed, Server, Settings};
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
            entries: _,
        } = settings;
        Self {
            listener,
            state_dir,
            authenticator: Authenticator::new(identity),
            policy: Policy::new(access, server.read_only),
            read_only: server.read_only,
            base_path: base_path(&server, &embed),
            connection_limits: ConnectionLimits {
                max_connections: server.max_connections,
                head_timeout: server.header_timeout,
                max_headers: server.max_headers,
                max_head_bytes: server.max_header_size,
                drain_timeout: server.drain,
            },
            request_limits: RequestLimits {
                max_in_flight: server.max_in_flight,
                response_timeout: server.request_timeout,
                max_body_bytes: server.body_limit,
                body_timeout: server.body_timeout,
                writes_per_minute: server.writes_per_minute,
            },
            public_origins: server.public_origins,
            ledger: LedgerSettings {
                key: ledger.key.map(|key| key.expose().to_vec()),
                ticket_lifetime: ledger.ticket_lifetime,
                retention_days: ledger.retention_days,
                ..LedgerSettings::default()
            },
            workspaces: connect(&workspaces, &Credentials::Ambient).await,
        }
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
        tracing::warn!("There is no [[access]] rule, so nobody may do anything");
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
