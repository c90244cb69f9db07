//! One step: its definition, and its run in an execution.

mod arguments;
mod definition;
mod fact;
mod panel;
mod raw_rows;
mod result;
mod subject;
mod tab;
mod tabs;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::execution::frame::{self, ExecutionTab, Frame};
use super::filters;
use super::htmx::HtmxRequest;
use super::kept::Place;
use super::live::{self, live_page};
use super::outage::outage_error;
use super::request::PathParams;
use super::shell::{Nav, Shell};
use super::texts::errors::{self, link};
use super::visit::Visit;
use crate::catalog::ReadError;

pub use definition::{StepDefinition, StepDefinitionPanel};
pub use panel::StepRunPanel;
pub use tab::StepTab;

#[derive(Template)]
#[template(path = "execution/page.html")]
struct StepPage {
    shell: Shell,
    frame: Frame,
    step: StepRunPanel,
}

#[derive(Template)]
#[template(path = "execution/step.html")]
struct StepLive<'a>(&'a StepPage);

live_page!(StepPage, StepLive);

/// `…/executions/{id}/steps/{step}`: the side panel, or a page of its own.
pub async fn page(
    visit: Visit,
    PathParams(path): PathParams<4>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    respond(visit, path, StepTab::Result, htmx).await
}

/// `…/executions/{id}/steps/{step}/{tab}`: the same, opened at another tab.
pub async fn tab(
    visit: Visit,
    PathParams([ws, name, id, step, tab]): PathParams<5>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let path = [ws, name, id, step];
    match StepTab::from_name(&tab) {
        Some(tab) => respond(visit, path, tab, htmx).await,
        None => Err(PageError::new(
            Shell::new(&visit, &path[0], Nav::Pipelines, &path[1]),
            StatusCode::NOT_FOUND,
            errors::NO_SUCH_PAGE,
        )),
    }
}

async fn respond(
    visit: Visit,
    [ws, name, id, step]: [String; 4],
    tab: StepTab,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = frame::read(&visit, &ws, &name, &id).await?;
    let panel = StepRunPanel::of(&visit, &ws, &reading, (&step, tab), &htmx).await;
    let Some(panel) = panel else {
        // Its definition or its record may be what could not be read.
        if let Some(error) = outage_error(&reading.read_errors, reading.stale) {
            let place = Place::execution(&ws, &name, &id);
            let error = ReadError::Unavailable(error.clone());
            return Err(place.read_error(&visit, shell, error).await);
        }
        let text = errors::no_such_step(&step);
        return Err(PageError::new(shell.clone(), StatusCode::NOT_FOUND, text)
            .link(shell.links.execution(&name, &id), link::EXECUTION));
    };
    if htmx.partial && htmx.target.as_deref() != Some("live") {
        let tag = panel.tag.clone();
        return Ok(live::respond(&htmx, &tag, None, || panel));
    }
    let view = &reading.value;
    let shell = shell.about(&[
        &panel.named,
        &view.execution.named(),
        &view.pipeline.named(),
    ]);
    let (frame, shell) = Frame::of(&visit, &ws, shell, &reading, ExecutionTab::Steps, &htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    let page = || StepPage {
        shell,
        frame,
        step: panel,
    };
    Ok(live::respond(&htmx, &tag, as_of, page))
}
