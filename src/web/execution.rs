//! One execution: its graph, steps, parameters and information.

pub mod frame;
mod information;

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;

use self::frame::{ExecutionTab, Frame, read};
use super::columns::Column;
use super::diagram::Diagram;
use super::error::PageError;
use super::filters;
use super::graph::svg_file;
use super::htmx::HtmxRequest;
use super::links::Links;
use super::live::{self, live_page};
use super::problems::{ProblemRow, problem_rows};
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::Shell;
use super::step::StepRunPanel;
use super::texts::errors;
use super::texts::step as texts;
use super::visit::Visit;
use crate::catalog::{ExecutionView, MAX_DRAWN_STEPS};
use crate::domain::{Named, NodeStatus, ParameterValue, StepEntry, StepRecord};
use sluicegate_definition::Definition;

pub use information::information;

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

/// `…/executions/{id}`: the graph, and beside it the step that `step=` names.
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
        Some(step) if !htmx.partial => StepRunPanel::of(visit, ws, &reading, step, htmx).await,
        _ => None,
    };
    let (frame, shell) = Frame::of(visit, ws, shell, &reading, ExecutionTab::Graph, htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    Ok(live::respond(htmx, &tag, as_of, || {
        let definition = reading.value.definition.as_deref();
        GraphPage {
            diagram: Diagram::of_execution(&shell.links, &reading.value, frame.now),
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
    match Diagram::of_execution(&shell.links, &reading.value, Timestamp::now()) {
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

struct StepRow {
    named: Named,
    /// Which iteration of a ForEach step it is.
    item: Option<String>,
    href: String,
    kind: String,
    status: NodeStatus,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    attempts: Option<String>,
    reason: Option<String>,
}

/// What a cell of the list of steps shows.
enum StepCell {
    Name,
    Status,
    Type,
    Started,
    Duration,
    Attempts,
    Reason,
}

/// The columns of the list of steps, in order.
const STEP_COLUMNS: [Column<StepCell>; 7] = [
    Column::new(StepCell::Name, "Step").class("name share"),
    Column::new(StepCell::Status, "Status").class("status"),
    Column::new(StepCell::Type, "Type").class("kind").labelled(),
    Column::new(StepCell::Started, "Started")
        .class("clock")
        .labelled(),
    Column::new(StepCell::Duration, "Duration")
        .class("nowrap took")
        .labelled(),
    Column::new(StepCell::Attempts, "Attempts")
        .class("few num")
        .labelled(),
    Column::new(StepCell::Reason, "Reason").class("why full"),
];

#[derive(Template)]
#[template(path = "execution/page.html")]
struct StepsPage {
    shell: Shell,
    frame: Frame,
    rows: Vec<StepRow>,
    /// Steps without a row, of an execution with too many to list.
    more: usize,
}
#[derive(Template)]
#[template(path = "execution/steps.html")]
struct StepsLive<'a>(&'a StepsPage);

live_page!(StepsPage, StepsLive);

/// `…/executions/{id}/steps`.
pub async fn steps(
    visit: Visit,
    PathParams([ws, name, id]): PathParams<3>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, &id).await?;
    let (frame, shell) = Frame::of(&visit, &ws, shell, &reading, ExecutionTab::Steps, &htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    Ok(live::respond(&htmx, &tag, as_of, || {
        let mut rows = step_rows(&shell, &reading.value);
        let more = rows.len().saturating_sub(MAX_DRAWN_STEPS);
        rows.truncate(MAX_DRAWN_STEPS);
        StepsPage {
            shell,
            frame,
            rows,
            more,
        }
    }))
}

/// The steps, each with its record where it started.
fn step_rows(shell: &Shell, view: &ExecutionView) -> Vec<StepRow> {
    let rows = view.entries.iter();
    rows.filter_map(|entry| step_row(&shell.links, view, *entry))
        .collect()
}

fn step_row(links: &Links, view: &ExecutionView, entry: StepEntry) -> Option<StepRow> {
    let record = entry.record.map(|index| &view.steps[index]);
    let definition = view.definition.as_deref();
    let step = entry
        .node
        .zip(definition)
        .map(|(node, own)| &own.steps[node]);
    let named = match record {
        Some(record) => record.named(definition),
        None => step?.into(),
    };
    let member = record.and_then(|record| record.metadata.member.as_ref());
    Some(StepRow {
        href: links.step(&view.pipeline.name, view.execution.id(), named.exact()),
        named,
        item: record.and_then(|record| item(record, definition)),
        kind: match step {
            Some(step) => step.kind.label().to_owned(),
            None => member.map(ToString::to_string).unwrap_or_default(),
        },
        status: entry.status,
        started: record.and_then(|record| record.started),
        ended: record.and_then(|record| record.ended),
        attempts: record.map(|record| record.attempts.max(1).to_string()),
        reason: record.and_then(|record| record.failure_reason.clone()),
    })
}

fn item(record: &StepRecord, definition: Option<&Definition>) -> Option<String> {
    let iteration = record.iteration.as_ref()?;
    let foreach = Named::step(&iteration.parent, definition).spelled_out();
    let (number, value) = (iteration.index + 1, iteration.item.as_deref());
    Some(texts::item(number, value, &foreach))
}

struct ParameterRow {
    name: String,
    value: String,
    default: Option<String>,
    changed: bool,
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
