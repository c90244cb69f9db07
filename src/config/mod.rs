//! The settings: one TOML file, overridden by environment variables, overridden by flags.
//!
//! What is not known, of the wrong type, or dangerous is refused by name, with where it stands and how
//! to mend it. Every setting remembers where it came from.

mod file;
mod read;
mod secret;
mod show;
mod source;
mod tree;
mod values;
mod variables;
mod workspace;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::identity::Origin;

pub use read::{Inputs, load};
pub use secret::Secret;
pub use source::{Problem, Refused, Source};

/// The largest body of a request unless set, in bytes.
pub const BODY_LIMIT: usize = 64 << 10;

/// How long an open form can be sent unless set.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where `ledger.db` and `catalog.db` live. `.` unless set.
    pub state_dir: PathBuf,
    /// How pages are served.
    pub server: Server,
    /// How actions are written down and signed.
    pub ledger: Ledger,
    /// The AWS accounts and Regions to show; one, `default`, unless set.
    pub workspaces: Vec<Workspace>,
    /// Where each setting came from, in the order they are documented.
    pub entries: Vec<Entry>,
}

/// `[server]`: how pages are served.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address to listen on; port 0 picks one. A loopback address. `127.0.0.1:8080` unless set.
    pub listen: SocketAddr,
    /// The origins at which browsers reach this console beside the listening address's own names.
    pub public_origins: Vec<Origin>,
    /// The largest body of a request, in bytes; creating an execution may always send 4 MiB.
    /// `64KiB` unless set.
    pub body_limit: usize,
}

/// `[ledger]`: how actions are written down and signed.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The key that signs tickets, read from `key_file`; unset, it is made once and kept in the
    /// ledger's database.
    pub key: Option<Secret>,
    /// How long an open form can be sent. `12h` unless set.
    pub ticket_lifetime: Duration,
}

/// `[[workspace]]`: one AWS account and Region.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// Its name in addresses: lower-case letters, digits and inner hyphens, at most 63.
    pub name: String,
    /// The AWS Region; unset, the ordinary AWS environment tells it.
    pub region: Option<String>,
    /// A role to assume for every call.
    pub role_arn: Option<String>,
    /// Where calls go instead of the Region's own endpoint.
    pub endpoint_url: Option<String>,
    /// The colour that tells it apart at a glance, one of [`COLOURS`].
    pub colour: Option<String>,
    /// How many calls of SageMaker it may make a second. 8 unless set.
    pub calls_per_second: f64,
}

/// The colours a workspace can have.
pub const COLOURS: [&str; 8] = [
    "red", "orange", "yellow", "green", "teal", "blue", "purple", "grey",
];

/// One setting as `config show` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path: `server.listen`, `workspace.0.region`.
    pub key: String,
    /// Its value as TOML; a secret is masked.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}
