//! The settings: one TOML file, overridden by environment variables, overridden by flags.
//!
//! A setting that is unknown, of the wrong type, or dangerous is refused by name, with its place and a
//! correction. Every setting remembers where it comes from.

mod access;
mod catalog;
mod embed;
mod file;
mod fixes;
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

use crate::access::Rule;
use crate::identity::IdentitySettings;

pub use catalog::Catalog;
pub use embed::{Embed, FrameAncestor};
pub use ledger::Ledger;
pub use read::{Inputs, load};
pub use secret::Secret;
pub use server::Server;
pub use source::{InvalidSetting, SettingsError, Source};
pub use workspace::{Workspace, WorkspaceBudgets, WorkspaceEndpoints};

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of `ledger.db` and `catalog.db`. `.` by default.
    pub state_dir: PathBuf,
    /// How pages are served.
    pub server: Server,
    /// How people are authenticated; `None` if no mode is set, which only `serve` needs.
    pub identity: Option<IdentitySettings>,
    /// Which pages may show the console in a frame.
    pub embed: Embed,
    /// Who may do what. In local mode the one person may do everything.
    pub access: Vec<Rule>,
    /// How actions are recorded and signed.
    pub ledger: Ledger,
    /// The AWS accounts and Regions to show. One, named `default`, by default.
    pub workspaces: Vec<Workspace>,
    /// What is read ahead of people.
    pub catalog: Catalog,
    /// Each setting with where it comes from, in the order of the documentation.
    pub entries: Vec<Entry>,
}

/// The colours a workspace can have.
pub const WORKSPACE_COLOURS: [&str; 8] = [
    "red", "orange", "yellow", "green", "teal", "blue", "purple", "grey",
];

/// One setting, as `config show` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path: `server.listen`, `workspace.0.region`.
    pub key: String,
    /// Its value as TOML; a secret is masked.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
}
