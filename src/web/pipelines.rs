//! The list of pipelines.

use std::ops::Deref;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::error::{PageError, render};
use super::fmt::filters;
use super::live::{self, live_page};
use super::paging::{self, Column, Pager};
use super::request::{HtmxRequest, PathParams, Query};
use super::shell::{Nav, Shell};
use super::strip::{self, Strip};
use super::visit::Visit;
use crate::catalog::{PipelineQuery, PipelineRow, PipelineSort};
use crate::domain::AwsError;

/// One pipeline's line.
struct Line {
    row: PipelineRow,
    now: Timestamp,
}

impl Deref for Line {
    type Target = PipelineRow;

    fn deref(&self) -> &PipelineRow {
        &self.row
    }
}

impl Line {
    /// The description, else the display name where it says more than the name.
    fn subtitle(&self) -> Option<&str> {
        let pipeline = &self.row.pipeline;
        let display = pipeline
            .display_name
            .as_deref()
            .filter(|d| *d != pipeline.name);
        pipeline
            .description
            .as_deref()
            .filter(|d| !d.is_empty())
            .or(display)
    }

    fn strip(&self) -> Strip {
        strip::draw(&self.row.recent, self.now)
    }
}

#[derive(Template)]
#[template(path = "pipelines/index.html", blocks = ["live"])]
struct Page {
    shell: Shell,
    here: String,
    search: String,
    sort: String,
    tag: String,
    poll: u32,
    counted: String,
    columns: Vec<Column>,
    rows: Vec<Line>,
    histories_known: bool,
    pager: Pager,
    troubles: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

live_page!(Page);

/// `/`: the only workspace's pipelines, or the choice of workspaces.
pub async fn home(visit: Visit) -> Response {
    let workspaces = visit.catalog().workspaces(visit.scope());
    match workspaces.as_slice() {
        [only] => Redirect::to(&visit.links(&only.name).pipelines()).into_response(),
        _ => render(
            axum::http::StatusCode::OK,
            &Workspaces {
                shell: Shell::everywhere(&visit, Nav::Nowhere, "Workspaces"),
            },
        ),
    }
}

#[derive(Template)]
#[template(path = "workspaces/index.html")]
struct Workspaces {
    shell: Shell,
}

/// `/w/{ws}/pipelines`.
pub async fn list(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    Query(query): Query,
    asking: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, "Pipelines");
    let order = paging::order(query.text("sort"), "-started");
    let asked = PipelineQuery {
        search: query.text("q").trim().to_owned(),
        sort: match order.0 {
            "name" => PipelineSort::Name,
            "running" => PipelineSort::Running,
            "modified" => PipelineSort::Modified,
            _ => PipelineSort::LastExecution,
        },
        descending: order.1,
        page: paging::page(&query),
    };
    let reading = visit
        .catalog()
        .pipelines(visit.scope(), &ws, &asked)
        .await
        .map_err(|missing| PageError::missing(shell.clone(), missing, "", ""))?;
    let tag = live::tag(&reading, &asking, &[]);
    let list = reading.value;
    let path = shell.links.pipelines();
    let column =
        |label, key: &str, first| paging::sortable(&path, &query, order, label, key, first);
    let now = Timestamp::now();
    let page = Page {
        here: paging::same(&path, &query),
        search: asked.search,
        sort: query.text("sort").to_owned(),
        poll: live::interval(list.executing > 0 || reading.stale),
        counted: counted(list.total, list.all, list.executing),
        columns: vec![
            column("Name", "name", false),
            column("Last execution", "running", true),
            paging::plain("Last ten"),
            column("Started", "started", true),
            column("Modified", "modified", true),
        ],
        rows: list.rows.into_iter().map(|row| Line { row, now }).collect(),
        histories_known: list.histories_known,
        pager: paging::pager(&path, &query, list.page, list.pages),
        troubles: reading.troubles,
        as_of: reading.as_of,
        stale: reading.stale,
        tag: tag.clone(),
        shell,
    };
    Ok(live::answer(&asking, &tag, reading.as_of, &page))
}

fn counted(matching: u64, all: u64, executing: u64) -> String {
    let noun = if all == 1 { "pipeline" } else { "pipelines" };
    let count = if matching == all {
        format!("{all} {noun}")
    } else {
        format!("{matching} of {all} {noun}")
    };
    if executing == 0 {
        count
    } else {
        format!("{count} · {executing} executing")
    }
}
