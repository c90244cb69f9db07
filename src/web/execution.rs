//! One execution: its graph, steps, parameters and information.

pub mod frame;
mod information;
mod steps;

use askama::Template;
use axum::response::Response;
use futures_util::future::OptionFuture;
use jiff::Timestamp;

use self::frame::{ExecutionTab, Frame, read};
use super::columns::Column;
use super::diagram::{Diagram, Folding};
use super::error::PageError;
use super::filters;
use super::graph::svg_file;
use super::htmx::HtmxRequest;
use super::links::parameter_anchor;
use super::live::{self, live_page};
use super::problems::{ProblemRow, problem_rows};
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::Shell;
use super::step::{StepRunPanel, StepTab};
use super::texts::errors;
use super::visit::Visit;
use crate::catalog::ExecutionView;
use crate::domain::ParameterValue;

pub use information::information;
pub use steps::steps;

#[derive(Template)]
#[template(path = "execution/page.html")]
struct GraphPage {
    shell: Shell,
    frame: Frame,
    diagram: Option<Diagram>,
    svg_href: String,
    problems: Vec<ProblemRow>,
    panel: Option<StepRunPanel>,
}
#[derive(Template)]
#[template(path = "execution/graph.html")]
struct GraphLive<'a>(&'a GraphPage);

live_page!(GraphPage, GraphLive);

/// `…/executions/{id}`: the graph, and beside it the step that `step=` names, at its tab `tab=`.
pub async fn graph(
    visit: Visit,
    PathParams([ws, name, id]): PathParams<3>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    respond(&visit, &ws, &name, &id, &query, &htmx).await
}

/// The execution's first page for this query, also after an action on it.
pub async fn respond(
    visit: &Visit,
    ws: &str,
    name: &str,
    id: &str,
    query: &QueryPairs,
    htmx: &HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = read(visit, ws, name, id).await?;
    let panel = match query.get("step") {
        Some(step) if !htmx.partial => {
            let tab = StepTab::from_name(query.text("tab")).unwrap_or(StepTab::Result);
            StepRunPanel::of(visit, ws, &reading, (step, tab), htmx).await
        }
        _ => None,
    };
    let path = shell.links.execution(name, id);
    let drawings = reading.value.drawings.as_ref();
    let folding = drawings.map(|drawings| Folding::of(drawings, &path, query));
    let folding = OptionFuture::from(folding).await.transpose();
    let folding =
        folding.map_err(|error| PageError::read(shell.clone(), error.into(), name, id))?;
    let (frame, shell) = Frame::of(visit, ws, shell, &reading, ExecutionTab::Graph, htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    Ok(live::respond(htmx, &tag, as_of, || {
        let view = &reading.value;
        let definition = view.definition.as_deref();
        let drawn =
            |folding: Folding| Diagram::of_execution(&shell.links, view, &folding, frame.now);
        GraphPage {
            diagram: folding.and_then(drawn),
            svg_href: shell.links.execution_svg(name, id),
            problems: definition.map(problem_rows).unwrap_or_default(),
            panel,
            frame,
            shell,
        }
    }))
}

/// `…/executions/{id}/graph.svg`.
pub async fn svg(
    visit: Visit,
    PathParams([ws, name, id]): PathParams<3>,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, &id).await?;
    let execution = &reading.value.execution;
    let folding = reading.value.drawings.as_ref().map(Folding::unfolded);
    let folding = OptionFuture::from(folding).await.transpose();
    let folding =
        folding.map_err(|error| PageError::read(shell.clone(), error.into(), &name, &id))?;
    let drawn = |folding: Folding| {
        Diagram::of_execution(&shell.links, &reading.value, &folding, Timestamp::now())
    };
    match folding.and_then(drawn) {
        Some(diagram) => Ok(svg_file(
            &execution.named(),
            execution.named().title(),
            diagram,
        )),
        None => Err(PageError::new(
            shell,
            axum::http::StatusCode::NOT_FOUND,
            errors::NO_DIAGRAM,
        )),
    }
}

struct ParameterRow {
    name: String,
    value: String,
    default: Option<String>,
    changed: bool,
}

impl ParameterRow {
    fn anchor(&self) -> String {
        parameter_anchor(&self.name)
    }
}

/// What a cell of the list of parameters shows.
enum ParameterCell {
    Name,
    Value,
    Default,
}

/// The columns of the list of parameters, in order.
const PARAMETER_COLUMNS: [Column<ParameterCell>; 3] = [
    Column::new(ParameterCell::Name, "Parameter").class("name"),
    Column::new(ParameterCell::Value, "Value").class("wide full mono"),
    Column::new(ParameterCell::Default, "Default")
        .class("wide mono")
        .labelled(),
];

#[derive(Template)]
#[template(path = "execution/page.html")]
struct ParametersPage {
    shell: Shell,
    frame: Frame,
    rows: Vec<ParameterRow>,
    run_again: Option<String>,
}
#[derive(Template)]
#[template(path = "execution/parameters.html")]
struct ParametersLive<'a>(&'a ParametersPage);

live_page!(ParametersPage, ParametersLive);

/// `…/executions/{id}/parameters`.
pub async fn parameters(
    visit: Visit,
    PathParams([ws, name, id]): PathParams<3>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, &id).await?;
    let tab = ExecutionTab::Parameters;
    let (frame, shell) = Frame::of(&visit, &ws, shell, &reading, tab, &htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    Ok(live::respond(&htmx, &tag, as_of, || ParametersPage {
        rows: parameter_rows(&reading.value),
        run_again: frame.head.banner.actions.run_again.clone(),
        shell,
        frame,
    }))
}

fn parameter_rows(view: &ExecutionView) -> Vec<ParameterRow> {
    let row = |value: &ParameterValue| ParameterRow {
        default: view
            .definition
            .as_deref()
            .and_then(|known| known.parameter(&value.name)?.default.clone()),
        changed: view
            .changed
            .iter()
            .any(|changed| changed.name == value.name),
        name: value.name.clone(),
        value: value.value.clone(),
    };
    view.parameters.iter().map(row).collect()
}
