//! The workspaces of the settings, each with its client.

use std::sync::Arc;

use super::Client;

/// An account and Region that the console shows.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its name in addresses.
    pub name: String,
    /// The Region of the settings; where they name none, the client's applies.
    pub region: Option<String>,
    /// Where its calls go, if not to the Region's own endpoint.
    pub endpoint: Option<String>,
    /// The colour that marks its pages.
    pub colour: Option<String>,
    /// Its client.
    pub client: Client,
}

/// Every workspace, made once at start and handed to the catalog and the ledger. Clones share
/// everything.
#[derive(Debug, Clone, Default)]
pub struct Workspaces(Arc<[Workspace]>);

impl Workspaces {
    /// The workspaces in the order of the settings.
    pub fn iter(&self) -> std::slice::Iter<'_, Workspace> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The client of the workspace of this name.
    pub fn client(&self, name: &str) -> Option<&Client> {
        let workspace = self.iter().find(|workspace| workspace.name == name);
        workspace.map(|workspace| &workspace.client)
    }
}

impl FromIterator<Workspace> for Workspaces {
    fn from_iter<I: IntoIterator<Item = Workspace>>(workspaces: I) -> Self {
        Self(workspaces.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Workspaces {
    type Item = &'a Workspace;
    type IntoIter = std::slice::Iter<'a, Workspace>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
