//! The header, banner and tabs around every page of an execution.

use jiff::Timestamp;

use crate::catalog::{ExecutionView, Reading};
use crate::domain::{AwsError, Execution, Pipeline};
use crate::web::banner::{Banner, LastAction};
use crate::web::error::PageError;
use crate::web::head::TabLink;
use crate::web::htmx::HtmxRequest;
use crate::web::kept::Place;
use crate::web::live;
use crate::web::outage::{is_outage, known_until};
use crate::web::permission;
use crate::web::shell::{Nav, Shell};
use crate::web::texts::lists as texts;
use crate::web::visit::Visit;

/// An execution, and the shell of its pages.
pub async fn read(
    visit: &Visit,
    ws: &str,
    name: &str,
    id: &str,
) -> Result<(Shell, Reading<ExecutionView>), PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, id);
    let read = visit.catalog().execution(visit.scope(), ws, name, id).await;
    let place = Place::execution(ws, name, id);
    let reading = place.keep(visit, &shell, read).await?;
    let view = &reading.value;
    let shell = shell.about(&[&view.execution.named(), &view.pipeline.named()]);
    Ok((shell, reading))
}

/// The tabs of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionTab {
    /// Its graph.
    Graph,
    /// Its steps.
    Steps,
    /// Its parameters.
    Parameters,
    /// Further information.
    Information,
}

/// The header of every page of an execution.
pub struct ExecutionHead {
    /// Its pipeline.
    pub pipeline: Pipeline,
    /// The execution.
    pub execution: Execution,
    /// The person who started it.
    pub started_by: Option<String>,
    /// Its banner.
    pub banner: Banner,
    tab: ExecutionTab,
    steps: usize,
    changed: usize,
}

impl ExecutionHead {
    /// The line under the name.
    pub fn description(&self) -> Option<&str> {
        self.execution
            .description
            .as_deref()
            .filter(|text| !text.is_empty())
    }

    /// The tabs, in order.
    pub fn tabs(&self, shell: &Shell) -> Vec<TabLink> {
        let (links, name, id) = (&shell.links, &self.pipeline.name, self.execution.id());
        let tab = |label, href, tab| TabLink::new(label, href, tab == self.tab);
        vec![
            tab("Graph", links.execution(name, id), ExecutionTab::Graph),
            tab("Steps", links.steps(name, id), ExecutionTab::Steps)
                .with_note(self.steps.to_string()),
            tab(
                "Parameters",
                links.execution_parameters(name, id),
                ExecutionTab::Parameters,
            )
            .with_note(texts::changed_parameters(self.changed)),
            tab(
                "Information",
                links.execution_information(name, id),
                ExecutionTab::Information,
            ),
        ]
    }
}

/// What every page of an execution shows around its content.
pub struct Frame {
    /// The header, with the banner.
    pub head: ExecutionHead,
    /// The page's own address.
    pub here: String,
    /// The polling tag.
    pub tag: String,
    /// Seconds between two polls.
    pub poll: u32,
    /// When SageMaker was found not to know it any more.
    pub gone: Option<Timestamp>,
    /// Calls that failed while it was read.
    pub read_errors: Vec<AwsError>,
    /// When SageMaker last reported it.
    pub as_of: Option<Timestamp>,
    /// Whether it is older than it may be.
    pub stale: bool,
    /// The time of rendering.
    pub now: Timestamp,
}

impl Frame {
    /// The frame of a page about this reading, and the shell with the status in its tab.
    pub async fn of(
        visit: &Visit,
        ws: &str,
        shell: Shell,
        reading: &Reading<ExecutionView>,
        tab: ExecutionTab,
        htmx: &HtmxRequest,
    ) -> (Self, Shell) {
        let now = known_until(reading, Timestamp::now());
        let view = &reading.value;
        let arn = view.execution.arn.clone();
        let started_by = visit
            .ledger()
            .starters(visit.scope(), ws, std::slice::from_ref(&arn))
            .await
            .ok()
            .and_then(|mut starters| starters.remove(&arn))
            .or_else(|| view.execution.created_by.user_profile.clone());
        let cannot_act = permission::cannot_act(visit, ws, &view.pipeline.name).await;
        let products = visit.catalog().products(visit.scope(), ws, view).await;
        let banner = Banner::of(&shell.links, view, cannot_act.clone(), now)
            .with_products(&products)
            .with_last_action(LastAction::of(visit, ws, &view.execution).await);
        let status = &view.execution.status;
        let shell = if status.is_running() && is_outage(reading) {
            shell.with_unknown_status()
        } else {
            shell.with_status(status)
        };
        let frame = Self {
            here: htmx.address.clone(),
            tag: live::polling_tag(
                reading,
                htmx,
                &[
                    started_by.as_deref().unwrap_or_default(),
                    cannot_act.as_deref().unwrap_or_default(),
                    &banner.version(),
                ],
            ),
            poll: live::interval(reading, view.execution.status.is_running()),
            head: ExecutionHead {
                banner,
                tab,
                steps: view.entries.len(),
                changed: view.changed.len(),
                started_by,
                pipeline: view.pipeline.clone(),
                execution: view.execution.clone(),
            },
            gone: view.gone,
            read_errors: reading.read_errors.clone(),
            as_of: reading.as_of,
            stale: reading.stale,
            now,
        };
        (frame, shell)
    }
}
