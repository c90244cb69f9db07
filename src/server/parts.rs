//! Makes the parts of a console of its settings.

use tokio::net::TcpListener;

use crate::access::Policy;
use crate::aws::Credentials;
use crate::config::Settings;
use crate::identity::{Identity, IdentitySettings, Mode};
use crate::ledger::LedgerSettings;

use super::{BasePath, Bounds, ConnectionLimits, Parts, connect};

impl Parts {
    /// The parts of a console with these settings, where people are known as `identity` says.
    pub async fn of(settings: Settings, identity: IdentitySettings, listener: TcpListener) -> Self {
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
        let is_local = matches!(identity.mode, Mode::Local);
        if !is_local && !server.read_only && server.public_origins.is_empty() {
            tracing::warn!(
                "server.public_origins is empty, so no form is taken: write the origin at which browsers \
                 see the console"
            );
        }
        if !is_local && access.is_empty() {
            tracing::warn!("There is no [[access]] rule, so nobody may do anything");
        }
        let parents: Vec<String> = embed
            .frame_ancestors
            .iter()
            .map(ToString::to_string)
            .collect();
        Self {
            listener,
            state_dir,
            identity: Identity::new(identity),
            policy: Policy::new(access, server.read_only),
            read_only: server.read_only,
            public_origins: server.public_origins,
            base: BasePath {
                path: server.base_path.into(),
                stripped: server.base_path_stripped,
                parents: parents.join(" ").into(),
            },
            reception: ConnectionLimits {
                connections: server.max_connections,
                head_timeout: server.header_timeout,
                headers: server.max_headers,
                head: server.max_header_size,
                drain: server.drain,
            },
            bounds: Bounds {
                in_flight: server.max_in_flight,
                answer: server.request_timeout,
                body: server.body_limit,
                body_timeout: server.body_timeout,
                writes_per_minute: server.writes_per_minute,
            },
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
