//! A pipeline's graph: the page, the picture alone, and the same as a table.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;

use super::banner::Banner;
use super::error::PageError;
use super::fmt::filters;
use super::head::{Head, PipelineTab};
use super::live::{self, live_page};
use super::offer;
use super::picture::Picture;
use super::request::{HtmxRequest, PathParams, Query, QueryPairs};
use super::shell::{Nav, Shell};
use super::step::Declared;
use super::visit::Visit;
use crate::catalog::DRAWN_STEPS;
use crate::domain::AwsError;
use sluicegate_definition::{Definition, Problem};

/// A step in the table that says the same as the graph.
struct Row {
    name: String,
    kind: String,
    href: String,
    after: Vec<String>,
    inside: Option<String>,
}

#[derive(Template)]
#[template(path = "pipeline/graph.html", blocks = ["live"])]
struct Page {
    shell: Shell,
    head: Head,
    here: String,
    tag: String,
    poll: u32,
    banner: Option<Banner>,
    picture: Picture,
    svg_href: String,
    problems: Vec<Problem>,
    rows: Vec<Row>,
    table_href: String,
    graph_href: String,
    panel: Option<Declared>,
    troubles: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
    now: Timestamp,
}

live_page!(Page);

/// `/w/{ws}/pipelines/{pipeline}/graph`.
pub async fn page(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    asking: HtmxRequest,
) -> Result<Response, PageError> {
    answer(&visit, &ws, &name, &query, &asking).await
}

/// The graph page for a request of this query: also for an action that was asked for from it.
pub async fn answer(
    visit: &Visit,
    ws: &str,
    name: &str,
    query: &QueryPairs,
    asking: &HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, name);
    let missing = |missing| PageError::missing(shell.clone(), missing, name, "");
    let (detail, running, refused) = futures_util::future::join3(
        visit.catalog().detail(visit.scope(), ws, name),
        visit.catalog().newest_running(visit.scope(), ws, name),
        offer::refused(visit, ws, name),
    )
    .await;
    let reading = detail.map_err(missing)?;
    let running = running.ok().flatten();
    let tag = live::tag(
        &reading,
        asking,
        &[
            running.as_ref().map_or("", |r| &r.version),
            refused.as_deref().unwrap_or_default(),
        ],
    );
    let (links, now) = (shell.links.clone(), Timestamp::now());
    let view = reading.value;
    let chosen = query.text("step");
    let as_table = query.text("view") == "table";
    let page = Page {
        here: super::paging::same(&links.graph(name), query),
        poll: live::interval(running.is_some() || reading.stale),
        banner: running.map(|view| Banner::elsewhere(&links, &view.value, refused.clone(), now)),
        picture: Picture::of_pipeline(&links, &view),
        svg_href: links.graph_svg(name),
        problems: view.definition.problems.clone(),
        rows: if as_table {
            rows(&view.definition, |step| {
                super::links::with_query(&links.graph(name), [("view", "table"), ("step", step)])
            })
        } else {
            Vec::new()
        },
        table_href: super::links::with_query(&links.graph(name), [("view", "table")]),
        graph_href: links.graph(name),
        panel: Declared::of(&view.definition, chosen),
        troubles: reading.troubles,
        as_of: reading.as_of,
        stale: reading.stale,
        head: Head {
            pipeline: view.detail.pipeline,
            tab: PipelineTab::Graph,
            refused,
        },
        tag: tag.clone(),
        now,
        shell,
    };
    // The panel alone, for a step chosen in the picture.
    if asking.partial && query.get("step").is_some() && asking.target.as_deref() == Some("panel") {
        return Ok(match &page.panel {
            Some(declared) => super::error::render(
                StatusCode::OK,
                &super::step::DeclaredPanel {
                    step: declared,
                    close: &page.graph_href,
                },
            ),
            None => super::error::html_response(StatusCode::OK, String::new()),
        });
    }
    Ok(live::answer(asking, &tag, reading.as_of, &page))
}

fn rows(definition: &Definition, href: impl Fn(&str) -> String) -> Vec<Row> {
    let mut after: Vec<Vec<String>> = vec![Vec::new(); definition.steps.len()];
    for edge in &definition.edges {
        let from = &definition.steps[edge.from].name;
        after[edge.to].push(match edge.when {
            Some(when) => format!("{from} ({})", when.as_str()),
            None => from.clone(),
        });
    }
    definition
        .steps
        .iter()
        .zip(after)
        .take(DRAWN_STEPS)
        .map(|(step, after)| Row {
            name: step.name.clone(),
            kind: step.kind.label().to_owned(),
            href: href(&step.name),
            after,
            inside: step
                .parent
                .map(|parent| definition.steps[parent].name.clone()),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "graph.svg", escape = "html")]
struct Standalone {
    title: String,
    picture: Picture,
    now: Timestamp,
}

impl Standalone {
    /// The ink of a status on white paper.
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

/// `/w/{ws}/pipelines/{pipeline}/graph.svg`: the picture alone.
pub async fn svg(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, name.as_str());
    let reading = visit
        .catalog()
        .detail(visit.scope(), &ws, &name)
        .await
        .map_err(|missing| PageError::missing(shell.clone(), missing, &name, ""))?;
    let picture = Picture::of_pipeline(&shell.links, &reading.value);
    Ok(standalone(&name, picture))
}

/// A picture as a file of its own, readable on white paper.
pub fn standalone(title: &str, picture: Picture) -> Response {
    let mut response = super::error::render(
        StatusCode::OK,
        &Standalone {
            title: title.to_owned(),
            picture,
            now: Timestamp::now(),
        },
    );
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("image/svg+xml; charset=utf-8"),
    );
    if let Ok(disposition) = HeaderValue::from_str(&super::error::attachment(title, "svg")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
