//! The navigation, workspace and title around every page.

use askama::Template;
use askama::filters::HtmlSafe;

use super::filters;
use super::links::Links;
use super::mount::{MountContext, Theme};
use super::texts::status;
use super::visit::Visit;
use crate::catalog::WorkspaceInfo;
use crate::domain::{ExecutionStatus, Named};

/// The entry of the navigation that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// Pipelines, and everything below them.
    Pipelines,
    /// The executions of all pipelines.
    Executions,
    /// Registered models.
    Models,
    /// What people did.
    Activity,
    /// Who the reader is.
    Me,
    /// None of them.
    Nowhere,
}

impl Nav {
    /// Whether the page belongs to no entry of the navigation.
    pub fn is_nowhere(self) -> bool {
        self == Self::Nowhere
    }

    /// Whether the page is below Pipelines.
    pub fn is_pipelines(self) -> bool {
        self == Self::Pipelines
    }

    /// Whether the page is Executions.
    pub fn is_executions(self) -> bool {
        self == Self::Executions
    }

    /// Whether the page is Models.
    pub fn is_models(self) -> bool {
        self == Self::Models
    }

    /// Whether the page is Activity.
    pub fn is_activity(self) -> bool {
        self == Self::Activity
    }

    /// Whether the page is about the reader.
    pub fn is_me(self) -> bool {
        self == Self::Me
    }
}

/// A workspace in the switcher.
#[derive(Debug, Clone)]
pub struct WorkspaceLink {
    /// Which it is.
    pub workspace: WorkspaceInfo,
    /// Its first page.
    pub href: String,
    /// Whether the page is about it.
    pub current: bool,
}

/// The shell of one page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Makes the page's addresses.
    pub links: Links,
    /// The entry of the navigation.
    pub nav: Nav,
    /// The workspace the page is about, if it is about one.
    pub workspace: Option<WorkspaceInfo>,
    /// Every workspace the reader may see, where there are several.
    pub workspaces: Vec<WorkspaceLink>,
    /// The name of the person; empty on a page without one.
    pub person: String,
    /// Whether this console is read-only.
    pub read_only: bool,
    /// The title of the browser's tab.
    pub title: String,
    /// The status that the tab's icon carries.
    pub status: Option<ExecutionStatus>,
}

/// The navigation of a page that is not in a frame. A template of its own, so that its code is not repeated in every
/// page's.
#[derive(Template)]
#[template(path = "_rail.html")]
pub struct Rail<'a> {
    shell: &'a Shell,
}

/// The head of a page in a frame.
#[derive(Template)]
#[template(path = "_frame.html")]
pub struct FrameHead<'a> {
    shell: &'a Shell,
}

// Their templates have escaped what needs it.
impl HtmlSafe for Rail<'_> {}
impl HtmlSafe for FrameHead<'_> {}

impl Shell {
    /// The shell of a page in a workspace.
    pub fn new(visit: &Visit, workspace: &str, nav: Nav, title: impl Into<String>) -> Self {
        let known = visit.catalog().workspaces(visit.scope());
        let current = known.iter().find(|one| one.name == workspace).cloned();
        Self {
            links: visit.links(workspace),
            nav,
            workspaces: workspace_links(visit, known, workspace),
            workspace: current,
            person: visit.scope().person().name.clone(),
            read_only: visit.scope().is_read_only(),
            title: format!("{} · Sluicegate", title.into()),
            status: None,
        }
    }

    /// The shell of a page about no workspace, for somebody who is signed in: an only workspace stays
    /// in the navigation.
    pub fn everywhere(visit: &Visit, nav: Nav, title: impl Into<String>) -> Self {
        let only = match visit.catalog().workspaces(visit.scope()).as_slice() {
            [only] => only.name.clone(),
            _ => String::new(),
        };
        Self::new(visit, &only, nav, title)
    }

    /// With this as the title of the browser's tab.
    #[must_use]
    pub fn titled(self, title: &str) -> Self {
        Self {
            title: format!("{title} · Sluicegate"),
            ..self
        }
    }

    /// With these in the title of the browser's tab, the innermost first.
    #[must_use]
    pub fn about(self, things: &[&Named]) -> Self {
        let titles: Vec<&str> = things.iter().map(|named| named.title()).collect();
        self.titled(&titles.join(" · "))
    }

    /// The shell of a page without a workspace and without a person.
    pub fn bare(mount: &MountContext, title: &str) -> Self {
        Self {
            links: Links::new(mount, ""),
            nav: Nav::Nowhere,
            workspace: None,
            workspaces: Vec::new(),
            person: String::new(),
            read_only: false,
            title: format!("{title} · Sluicegate"),
            status: None,
        }
    }

    /// Whether the page is shown inside another.
    pub fn is_framed(&self) -> bool {
        self.links.mount().is_framed()
    }

    /// The theme that the page around the frame sets; `None` for that of the system.
    pub fn theme(&self) -> Option<&'static str> {
        let theme = self.links.mount().theme()?;
        (theme != Theme::Auto).then(|| theme.as_str())
    }

    /// The letter or digit that stands for the person.
    pub fn initial(&self) -> String {
        let first = self.person.chars().find(|c| c.is_alphanumeric());
        first
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default()
    }

    /// The navigation, for a page that is not in a frame.
    pub fn rail(&self) -> Rail<'_> {
        Rail { shell: self }
    }

    /// What stands above a page in a frame.
    pub fn frame_head(&self) -> FrameHead<'_> {
        FrameHead { shell: self }
    }

    /// The colour the workspace is marked with, or nothing.
    pub fn colour(&self) -> &str {
        let colour = self.workspace.as_ref().and_then(|w| w.colour.as_deref());
        colour.unwrap_or_default()
    }

    /// With this status in the tab's title and icon, so that it can be seen in the background.
    pub fn with_status(mut self, execution_status: &ExecutionStatus) -> Self {
        self.title = format!("{} {}", status::symbol(execution_status), self.title);
        self.status = Some(execution_status.clone());
        self
    }

    /// The title that `page.js` shows while the console does not answer: it is not known then whether what runs
    /// still does. `None` where nothing runs.
    pub fn unknown_title(&self) -> Option<String> {
        let running = self.status.as_ref().filter(|status| status.is_running())?;
        let rest = self.title.strip_prefix(status::symbol(running))?;
        Some(format!("{}{rest}", status::UNKNOWN_SYMBOL))
    }

    /// With a mark in the tab's title that what runs cannot be followed now.
    pub fn with_unknown_status(mut self) -> Self {
        self.title = format!("{} {}", status::UNKNOWN_SYMBOL, self.title);
        self
    }

    /// The icon of a tab without a status, as a `data:` address.
    pub fn plain_icon(&self) -> String {
        icon(None)
    }

    /// The tab's icon, as a `data:` address.
    pub fn icon(&self) -> String {
        icon(self.status.as_ref())
    }
}

/// Every workspace with its first page; none where there is no choice.
fn workspace_links(visit: &Visit, known: Vec<WorkspaceInfo>, current: &str) -> Vec<WorkspaceLink> {
    if known.len() < 2 {
        return Vec::new();
    }
    let link = |workspace: WorkspaceInfo| WorkspaceLink {
        href: Links::new(visit.mount(), &workspace.name).pipelines(),
        current: workspace.name == current,
        workspace,
    };
    known.into_iter().map(link).collect()
}

/// An icon for browser tabs: the gate, or a status.
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
