//! The settings: one TOML file, overridden by environment variables, overridden by flags.
//!
//! What is not known, of the wrong type, or dangerous is refused by name, with where it stands and how
//! to mend it. Every setting remembers where it came from.

mod access;
mod embed;
mod file;
mod identity;
mod keys;
mod ledger;
mod read;
mod reader;
mod secret;
mod serve;
mod server;
mod show;
mod source;
mod tree;
mod values;
mod variables;
mod workspace;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use crate::access::Rule;
use crate::identity::IdentitySettings;

pub use embed::{Embed, FrameAncestor};
pub use ledger::Ledger;
pub use read::{Inputs, load};
pub use secret::Secret;
pub use server::Server;
pub use source::{Problem, Refused, Source};
pub use workspace::Workspace;

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
    /// How people are known; `None` where no mode is set, which only `serve` needs.
    pub identity: Option<IdentitySettings>,
    /// Who may show the console in a frame.
    pub embed: Embed,
    /// Who may do what; in local mode the one person may do everything.
    pub access: Vec<Rule>,
    /// How actions are written down and signed.
    pub ledger: Ledger,
    /// The AWS accounts and Regions to show; one, `default`, unless set.
    pub workspaces: Vec<Workspace>,
    /// Where each setting came from, in the order they are documented.
    pub entries: Vec<Entry>,
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
