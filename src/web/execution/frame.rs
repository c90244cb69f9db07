//! What stands around every page of an execution.

use jiff::Timestamp;

use crate::catalog::{ExecutionView, Reading};
use crate::domain::{AwsError, Execution, Pipeline};
use crate::web::banner::{Banner, By};
use crate::web::request::HtmxRequest;
use crate::web::shell::Shell;
use crate::web::visit::Visit;
use crate::web::{head, live, offer};

/// The tabs of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Its graph.
    Graph,
    /// Its steps.
    Steps,
    /// Its parameters.
    Parameters,
    /// What else is known.
    Information,
}

/// What stands above every page of an execution.
pub struct ExecutionHead {
    /// Its pipeline.
    pub pipeline: Pipeline,
    /// The execution.
    pub execution: Execution,
    /// Who started it.
    pub by: Option<String>,
    /// Its banner.
    pub banner: Banner,
    tab: Tab,
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
    pub fn tabs(&self, shell: &Shell) -> Vec<head::Tab> {
        let (links, name, id) = (&shell.links, &self.pipeline.name, self.execution.id());
        let tab = |label, href, tab| head::Tab::new(label, href, tab == self.tab);
        let changed = match self.changed {
            0 => String::new(),
            n => format!("{n} changed"),
        };
        vec![
            tab("Graph", links.execution(name, id), Tab::Graph),
            tab("Steps", links.steps(name, id), Tab::Steps).noting(self.steps.to_string()),
            tab(
                "Parameters",
                links.execution_parameters(name, id),
                Tab::Parameters,
            )
            .noting(changed),
            tab(
                "Information",
                links.execution_information(name, id),
                Tab::Information,
            ),
        ]
    }
}

/// What every page of an execution has around its content.
pub struct Frame {
    /// The header, with the banner.
    pub head: ExecutionHead,
    /// The page's own address.
    pub here: String,
    /// The polling tag.
    pub tag: String,
    /// Seconds between two polls.
    pub poll: u32,
    /// What failed while reading.
    pub troubles: Vec<AwsError>,
    /// When SageMaker last told this.
    pub as_of: Option<Timestamp>,
    /// Whether it is older than it may be.
    pub stale: bool,
    /// The moment of rendering.
    pub now: Timestamp,
}

impl Frame {
    /// The frame of a page about what was read, and the shell whose tab tells the status.
    pub async fn of(
        visit: &Visit,
        ws: &str,
        shell: Shell,
        reading: Reading<ExecutionView>,
        tab: Tab,
        asking: &HtmxRequest,
    ) -> (Self, Shell) {
        let now = Timestamp::now();
        let view = &reading.value;
        let arn = view.execution.arn.clone();
        let by = visit
            .ledger()
            .starters(visit.scope(), ws, std::slice::from_ref(&arn))
            .await
            .ok()
            .and_then(|mut by| by.remove(&arn))
            .or_else(|| view.execution.created_by.user_profile.clone());
        let refused = offer::refused(visit, ws, &view.pipeline.name).await;
        let banner = Banner::of(&shell.links, view, refused.clone(), now)
            .with(By::last(visit, ws, &view.execution).await);
        let shell = shell.telling(&view.execution.status);
        let frame = Self {
            here: asking.address.clone(),
            tag: live::tag(
                &reading,
                asking,
                &[
                    by.as_deref().unwrap_or_default(),
                    refused.as_deref().unwrap_or_default(),
                    &banner.version(),
                ],
            ),
            poll: live::interval(view.execution.status.is_running() || reading.stale),
            head: ExecutionHead {
                banner,
                tab,
                steps: view.steps.len(),
                changed: view.changed.len(),
                by,
                pipeline: reading.value.pipeline,
                execution: reading.value.execution,
            },
            troubles: reading.troubles,
            as_of: reading.as_of,
            stale: reading.stale,
            now,
        };
        (frame, shell)
    }
}
