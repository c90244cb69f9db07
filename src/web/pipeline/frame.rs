//! What stands around the content of a pipeline's pages about its definition.

use axum::response::Response;
use jiff::Timestamp;

use crate::catalog::{PipelineView, Reading};
use crate::domain::AwsError;
use crate::web::error::PageError;
use crate::web::head::{PipelineHead, PipelineTab};
use crate::web::htmx::HtmxRequest;
use crate::web::kept::Place;
use crate::web::live::{self, LivePage};
use crate::web::permission;
use crate::web::shell::{Nav, Shell};
use crate::web::visit::Visit;

/// A pipeline with its definition, and the shell of its pages.
pub async fn read(
    visit: &Visit,
    ws: &str,
    name: &str,
    tab: PipelineTab,
) -> Result<(Shell, Reading<PipelineView>), PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, name);
    let read = visit.catalog().detail(visit.scope(), ws, name).await;
    let place = Place::pipeline(ws, name, tab);
    let reading = place.keep(visit, &shell, read).await?;
    let named = reading.value.detail.pipeline.named();
    Ok((shell.about(&[&named]), reading))
}

/// The header and tabs of such a page, and how fresh it is.
pub struct Frame {
    /// The header, with the tabs.
    pub head: PipelineHead,
    /// The page's own address.
    pub here: String,
    /// The polling tag.
    pub tag: String,
    /// Seconds between two polls.
    pub poll: u32,
    /// Calls that failed while it was read.
    pub read_errors: Vec<AwsError>,
    /// When SageMaker last returned it.
    pub as_of: Option<Timestamp>,
    /// Whether it is older than it may be.
    pub stale: bool,
}

impl Frame {
    /// The frame of this tab.
    pub async fn of(
        visit: &Visit,
        ws: &str,
        reading: &Reading<PipelineView>,
        tab: PipelineTab,
        htmx: &HtmxRequest,
    ) -> Self {
        let pipeline = reading.value.detail.pipeline.clone();
        Self {
            here: htmx.address.clone(),
            tag: live::polling_tag(reading, htmx, &[]),
            poll: live::interval(reading, false),
            read_errors: reading.read_errors.clone(),
            as_of: reading.as_of,
            stale: reading.stale,
            head: PipelineHead {
                cannot_act: permission::cannot_act(visit, ws, &pipeline.name).await,
                pipeline,
                tab,
            },
        }
    }

    /// The page, its live part, or an empty 304, as [`live::respond`].
    pub fn respond<P: LivePage>(
        self,
        htmx: &HtmxRequest,
        page: impl FnOnce(Self) -> P,
    ) -> Response {
        let (tag, as_of) = (self.tag.clone(), self.as_of);
        live::respond(htmx, &tag, as_of, || page(self))
    }
}
