//! What stands around every page: navigation, workspace, title.

use super::links::Links;
use super::place::Place;
use super::visit::Visit;
use crate::catalog::WorkspaceInfo;
use crate::execution::ExecutionStatus;

/// The place in the navigation that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// Pipelines, and everything below them.
    Pipelines,
    /// Registered models.
    Models,
    /// None of them.
    Nowhere,
}

impl Nav {
    /// Whether the page is below Pipelines.
    pub fn is_pipelines(self) -> bool {
        self == Self::Pipelines
    }

    /// Whether the page is Models.
    pub fn is_models(self) -> bool {
        self == Self::Models
    }
}

/// The shell of one page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Makes the page's addresses.
    pub links: Links,
    /// The place in the navigation.
    pub nav: Nav,
    /// The workspace the page is about, if it is about one.
    pub workspace: Option<WorkspaceInfo>,
    /// Who is looking.
    pub person: String,
    /// The title of the browser's tab.
    pub title: String,
    /// The status that the tab's icon carries.
    pub status: Option<ExecutionStatus>,
}

impl Shell {
    /// The shell of a page in a workspace.
    pub fn new(visit: &Visit, workspace: &str, nav: Nav, title: impl Into<String>) -> Self {
        Self {
            links: visit.links(workspace),
            nav,
            workspace: visit
                .catalog()
                .workspaces(visit.scope())
                .into_iter()
                .find(|w| w.name == workspace),
            person: visit.scope().person().name.clone(),
            title: format!("{} · Sluicegate", title.into()),
            status: None,
        }
    }

    /// The shell of a page that belongs to no workspace.
    pub fn bare(place: &Place, title: &str) -> Self {
        Self {
            links: Links::new(place, ""),
            nav: Nav::Nowhere,
            workspace: None,
            person: String::new(),
            title: format!("{title} · Sluicegate"),
            status: None,
        }
    }

    /// The shell with a tab that tells this status, so that a tab in the background does.
    pub fn telling(mut self, status: &ExecutionStatus) -> Self {
        self.title = format!("{} {}", super::fmt::status_symbol(status), self.title);
        self.status = Some(status.clone());
        self
    }

    /// The tab's icon, as a `data:` address.
    pub fn icon(&self) -> String {
        icon(self.status.as_ref())
    }
}

/// An icon for browser tabs: the gate, or the status it tells.
pub fn icon(status: Option<&ExecutionStatus>) -> String {
    let shape = match status {
        None => {
            "%3Cpath d='M3 3v14M17 3v14M3 6h14M7 6v7M13 6v7M10 6v9' fill='none' stroke='%230b5fce' stroke-width='2.4'/%3E"
        }
        Some(ExecutionStatus::Succeeded) => {
            "%3Ccircle cx='10' cy='10' r='9' fill='%23137a43'/%3E%3Cpath d='M5.5 10.5l3 3 6-6.5' fill='none' stroke='%23fff' stroke-width='2.4'/%3E"
        }
        Some(ExecutionStatus::Failed) => {
            "%3Cpath d='M6 1h8l5 5v8l-5 5H6l-5-5V6z' fill='%23b3261e'/%3E%3Cpath d='M6.5 6.5l7 7m0-7l-7 7' stroke='%23fff' stroke-width='2.4'/%3E"
        }
        Some(ExecutionStatus::Executing) => {
            "%3Ccircle cx='10' cy='10' r='9' fill='%230b5fce'/%3E%3Cpath d='M8 5.5l7 4.5-7 4.5z' fill='%23fff'/%3E"
        }
        Some(ExecutionStatus::Stopped | ExecutionStatus::Stopping) => {
            "%3Crect x='1' y='1' width='18' height='18' rx='4' fill='%23a06a00'/%3E%3Crect x='6' y='6' width='8' height='8' fill='%23fff'/%3E"
        }
        Some(ExecutionStatus::CompletedWithFailures | ExecutionStatus::Other(_)) => {
            "%3Cpath d='M10 1l9 17H1z' fill='%23a06a00'/%3E%3Cpath d='M10 7v5m0 1.5v2' stroke='%23fff' stroke-width='2.4'/%3E"
        }
    };
    format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E{shape}%3C/svg%3E"
    )
}
