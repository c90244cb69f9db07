//! A pipeline's graph: the page, the SVG, and the same steps as a table.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;

use super::banner::Banner;
use super::columns::Column;
use super::diagram::{Diagram, Folding};
use super::error::{PageError, attachment, html_response, render};
use super::filters;
use super::head::{PipelineHead, PipelineTab};
use super::htmx::HtmxRequest;
use super::kept::Place;
use super::links::{Links, NamedLink, with_query};
use super::live::{self, live_page};
use super::outage::{known_until, share_outage};
use super::paging;
use super::permission;
use super::problems::{ProblemRow, problem_rows};
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::{Nav, Shell};
use super::step::{StepDefinition, StepDefinitionPanel};
use super::texts::Sentence;
use super::texts::lists as texts;
use super::visit::Visit;
use crate::catalog::{
    ExecutionQuery, ExecutionView, MAX_DRAWN_STEPS, PipelineView, ReadError, Reading,
};
use crate::domain::{AwsError, Named};
use sluicegate_definition::Definition;

/// A step in the table that replaces the graph.
struct StepRow {
    named: Named,
    kind: String,
    href: String,
    after: Sentence,
    inside: Option<Named>,
}

/// What the steps of a pipeline's own graph are coloured by.
enum Colour {
    /// Nothing; this address shows them coloured.
    Off { href: String },
    /// Their status in the last execution; none where nothing was executed yet or nothing is known. `off` shows them
    /// without.
    Last {
        execution: Option<NamedLink>,
        off: String,
    },
}

/// What a cell of that table shows.
enum StepCell {
    Name,
    Type,
    RunsAfter,
    Inside,
}

/// The columns of that table, in order.
const STEP_COLUMNS: [Column<StepCell>; 4] = [
    Column::new(StepCell::Name, "Step").class("name"),
    Column::new(StepCell::Type, "Type").labelled(),
    Column::new(StepCell::RunsAfter, "Runs after")
        .class("wide")
        .labelled(),
    Column::new(StepCell::Inside, "Inside")
        .class("wide")
        .labelled(),
];

#[derive(Template)]
#[template(path = "pipeline/graph.html")]
struct GraphPage {
    shell: Shell,
    head: PipelineHead,
    here: String,
    tag: String,
    poll: u32,
    banner: Option<Banner>,
    diagram: Diagram,
    svg_href: String,
    problems: Vec<ProblemRow>,
    rows: Vec<StepRow>,
    table_href: String,
    graph_href: String,
    colour: Colour,
    panel: Option<StepDefinition>,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
    now: Timestamp,
}

#[derive(Template)]
#[template(path = "pipeline/graph_live.html")]
struct GraphLive<'a>(&'a GraphPage);

live_page!(GraphPage, GraphLive);

/// `/w/{ws}/pipelines/{pipeline}/graph`.
pub async fn page(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    respond(&visit, &ws, &name, &query, &htmx).await
}

/// The graph page for this query, also after an action that was started from it.
pub async fn respond(
    visit: &Visit,
    ws: &str,
    name: &str,
    query: &QueryPairs,
    htmx: &HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, name);
    let (detail, running, cannot_act) = futures_util::future::join3(
        visit.catalog().detail(visit.scope(), ws, name),
        visit.catalog().newest_running(visit.scope(), ws, name),
        permission::cannot_act(visit, ws, name),
    )
    .await;
    let place = Place::pipeline(ws, name, PipelineTab::Graph);
    let mut reading = place.keep(visit, &shell, detail).await?;
    let shell = shell.about(&[&reading.value.detail.pipeline.named()]);
    let running = running.ok().flatten();
    let last = match is_coloured(query) {
        true => last_execution(visit, ws, name).await,
        false => None,
    };
    for shown in running.iter().chain(&last) {
        share_outage(&mut reading, shown);
    }
    let path = shell.links.graph(name);
    let folding = Folding::of(&reading.value.drawings, &path, query)
        .await
        .map_err(|error| PageError::read(shell.clone(), error.into(), name, ""))?;
    let panel_only = htmx.partial && htmx.target.as_deref() == Some("panel");
    if let Some(step) = query.get("step").filter(|_| panel_only) {
        let close = graph_address(&shell.links, name, query, &folding);
        let href = |step: &str| with_query(&close, [("step", step)]);
        return Ok(panel(&reading.value.definition, step, &close, href));
    }
    let tag = live::polling_tag(
        &reading,
        htmx,
        &[
            running.as_ref().map_or("", |r| &r.version),
            last.as_ref().map_or("", |last| &last.version),
            cannot_act.as_deref().unwrap_or_default(),
        ],
    );
    let as_of = reading.as_of;
    let extras = PageExtras {
        running,
        last,
        cannot_act,
        folding,
        tag: tag.clone(),
    };
    Ok(live::respond(htmx, &tag, as_of, || {
        graph_page(shell, name, query, reading, extras)
    }))
}

/// The panel of a step alone; nothing where the definition does not have it.
fn panel(
    definition: &Definition,
    step: &str,
    close: &str,
    href: impl Fn(&str) -> String,
) -> Response {
    match StepDefinition::of(definition, step, href) {
        Some(step) => render(StatusCode::OK, &StepDefinitionPanel { step: &step, close }),
        None => html_response(StatusCode::OK, String::new()),
    }
}

/// What the page shows besides the definition.
struct PageExtras {
    running: Option<Reading<ExecutionView>>,
    last: Option<Reading<ExecutionView>>,
    cannot_act: Option<String>,
    folding: Folding,
    tag: String,
}

fn is_coloured(query: &QueryPairs) -> bool {
    query.text("colour") == "last"
}

/// The address of the graph, coloured and folded as it is for this query.
fn graph_address(links: &Links, name: &str, query: &QueryPairs, folding: &Folding) -> String {
    let colour = is_coloured(query).then_some(("colour", "last"));
    with_query(
        &links.graph(name),
        colour.into_iter().chain(folding.pairs()),
    )
}

/// The pipeline's newest execution; `None` where there is none or it cannot be read.
async fn last_execution(visit: &Visit, ws: &str, name: &str) -> Option<Reading<ExecutionView>> {
    let newest_first = ExecutionQuery {
        descending: true,
        page: 1,
        ..ExecutionQuery::default()
    };
    let (catalog, scope) = (visit.catalog(), visit.scope());
    let list = catalog.executions(scope, ws, name, &newest_first).await;
    let list = list.ok()?.value;
    let id = list.rows.first()?.execution.id();
    catalog.execution(scope, ws, name, id).await.ok()
}

fn colour(
    links: &Links,
    name: &str,
    query: &QueryPairs,
    folding: &Folding,
    last: Option<&ExecutionView>,
) -> Colour {
    let plain = with_query(&links.graph(name), folding.pairs());
    if !is_coloured(query) {
        let href = with_query(&plain, [("colour", "last")]);
        return Colour::Off { href };
    }
    let execution = last.map(|last| NamedLink {
        named: last.execution.named(),
        href: Some(links.execution(name, last.execution.id())),
    });
    Colour::Last {
        execution,
        off: plain,
    }
}

fn graph_page(
    shell: Shell,
    name: &str,
    query: &QueryPairs,
    reading: Reading<PipelineView>,
    extras: PageExtras,
) -> GraphPage {
    let PageExtras {
        running,
        last,
        cannot_act,
        folding,
        tag,
    } = extras;
    let links = shell.links.clone();
    let now = known_until(&reading, Timestamp::now());
    let poll = live::interval(&reading, running.is_some());
    let view = reading.value;
    let address = graph_address(&links, name, query, &folding);
    let last = last.map(|last| last.value);
    let as_table = query.text("view") == "table";
    let row_href = |step: &str| with_query(&address, [("view", "table"), ("step", step)]);
    let step_href = |step: &str| with_query(&address, [("step", step)]);
    GraphPage {
        here: paging::current(&links.graph(name), query),
        poll,
        banner: running
            .map(|view| Banner::on_pipeline(&links, &view.value, cannot_act.clone(), now)),
        diagram: Diagram::of_pipeline(&view, &folding, last.as_ref(), now, step_href),
        colour: colour(&links, name, query, &folding, last.as_ref()),
        svg_href: links.graph_svg(name),
        problems: problem_rows(&view.definition),
        rows: if as_table {
            rows(&view.definition, row_href)
        } else {
            Vec::new()
        },
        table_href: with_query(&address, [("view", "table")]),
        panel: StepDefinition::of(&view.definition, query.text("step"), step_href),
        read_errors: reading.read_errors,
        as_of: reading.as_of,
        stale: reading.stale,
        head: PipelineHead {
            pipeline: view.detail.pipeline,
            tab: PipelineTab::Graph,
            cannot_act,
        },
        graph_href: address,
        tag,
        now,
        shell,
    }
}

fn rows(definition: &Definition, href: impl Fn(&str) -> String) -> Vec<StepRow> {
    let mut after = vec![Vec::new(); definition.steps.len()];
    for edge in &definition.edges {
        let from = Named::from(&definition.steps[edge.from]);
        after[edge.to].push((from, edge.when.map(|when| when.as_str())));
    }
    definition
        .steps
        .iter()
        .zip(after)
        .take(MAX_DRAWN_STEPS)
        .map(|(step, after)| StepRow {
            named: step.into(),
            kind: step.kind.label().to_owned(),
            href: href(&step.name),
            after: texts::runs_after(&after),
            inside: step
                .parent
                .map(|parent| Named::from(&definition.steps[parent])),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "graph.svg", escape = "html")]
struct DiagramFile {
    title: String,
    diagram: Diagram,
    now: Timestamp,
}

impl DiagramFile {
    /// The colour of a status on white paper.
    fn ink(&self, class: &str) -> &'static str {
        match class {
            "s-ok" => "#12703d",
            "s-bad" => "#b3261e",
            "s-run" => "#0b5fce",
            "s-stop" | "s-warn" => "#7a5200",
            _ => "#5c6875",
        }
    }
}

/// `/w/{ws}/pipelines/{pipeline}/graph.svg`.
pub async fn svg(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, name.as_str());
    let failed = |error: ReadError| PageError::read(shell.clone(), error, &name, "");
    let reading = visit.catalog().detail(visit.scope(), &ws, &name).await;
    let reading = reading.map_err(failed)?;
    let folding = Folding::unfolded(&reading.value.drawings).await;
    let folding = folding.map_err(|error| failed(error.into()))?;
    let href = |step: &str| with_query(&shell.links.graph(&name), [("step", step)]);
    let diagram = Diagram::of_pipeline(&reading.value, &folding, None, Timestamp::now(), href);
    Ok(svg_file(
        &reading.value.detail.pipeline.named(),
        &name,
        diagram,
    ))
}

/// A diagram as a file of its own, readable on white paper.
pub fn svg_file(of: &Named, file_name: &str, diagram: Diagram) -> Response {
    let mut response = render(
        StatusCode::OK,
        &DiagramFile {
            title: of.title().to_owned(),
            diagram,
            now: Timestamp::now(),
        },
    );
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("image/svg+xml; charset=utf-8"),
    );
    if let Ok(disposition) = HeaderValue::from_str(&attachment(file_name, "svg")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
