//! A pipeline's executions.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::banner::{Acts, Banner};
use super::error::PageError;
use super::fmt::filters;
use super::head::{Head, PipelineTab};
use super::links::Links;
use super::live::{self, live_page};
use super::mount::OWN;
use super::offer;
use super::paging::{self, Column, Pager};
use super::request::{HtmxRequest, PathParams, Query, QueryPairs};
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::catalog::{ExecutionQuery, ExecutionRow, ExecutionSort, ExecutionView, Reading};
use crate::domain::{AwsError, Execution, ExecutionStatus, ParameterValue};

/// One execution's line.
struct Line {
    execution: Execution,
    href: String,
    parameters_href: String,
    by: Option<String>,
    changed: Vec<ParameterValue>,
    acts: Acts,
}

impl Line {
    fn of(row: ExecutionRow, links: &Links, pipeline: &str, by: Option<String>) -> Self {
        let execution = row.execution;
        let id = execution.id();
        Self {
            href: links.execution(pipeline, id),
            parameters_href: links.execution_parameters(pipeline, id),
            acts: Acts::of(links, pipeline, &execution, row.ended_in_fail_step),
            by: by.or_else(|| execution.created_by.user_profile.clone()),
            changed: row.changed,
            execution,
        }
    }

    /// The description, else the id where a name stands above it.
    fn subtitle(&self) -> Option<&str> {
        self.execution
            .description
            .as_deref()
            .filter(|text| !text.is_empty())
            .or_else(|| {
                self.execution
                    .display_name
                    .as_ref()
                    .map(|_| self.execution.id())
            })
    }
}

/// A status to filter by.
struct Chip {
    status: ExecutionStatus,
    count: u64,
    on: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "pipeline/executions.html", blocks = ["live"])]
struct Page {
    shell: Shell,
    head: Head,
    path: String,
    here: String,
    search: String,
    from: String,
    to: String,
    sort: String,
    chosen: Vec<ExecutionStatus>,
    filtered: bool,
    tag: String,
    poll: u32,
    banner: Option<Banner>,
    chips: Vec<Chip>,
    counted: String,
    columns: Vec<Column>,
    rows: Vec<Line>,
    incomplete: bool,
    pager: Pager,
    troubles: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
    now: Timestamp,
}

live_page!(Page);

/// `/w/{ws}/pipelines/{pipeline}`: opens on the executions.
pub async fn pipeline(visit: Visit, PathParams([ws, name]): PathParams<2>) -> Response {
    Redirect::to(&visit.links(&ws).executions(&name)).into_response()
}

/// `/w/{ws}/pipelines/{pipeline}/executions`.
pub async fn list(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    asking: HtmxRequest,
) -> Result<Response, PageError> {
    answer(&visit, &ws, &name, &query, &asking).await
}

/// The list for a request of this query: also for an action that was asked for from it.
pub async fn answer(
    visit: &Visit,
    ws: &str,
    name: &str,
    query: &QueryPairs,
    asking: &HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, name);
    let asked = read(query).map_err(|sentence| {
        PageError::new(
            shell.clone(),
            StatusCode::BAD_REQUEST,
            "This filter cannot be read",
            sentence,
        )
        .way(shell.links.executions(name), "All executions")
    })?;
    let missing = |missing| PageError::missing(shell.clone(), missing, name, "");
    let (list, running, refused) = futures_util::future::join3(
        visit.catalog().executions(visit.scope(), ws, name, &asked),
        visit.catalog().newest_running(visit.scope(), ws, name),
        offer::refused(visit, ws, name),
    )
    .await;
    let reading = list.map_err(missing)?;
    // A banner that cannot be read takes only itself away.
    let running = running.ok().flatten();
    let by = starters(visit, ws, &reading.value.rows).await;
    let tag = live::tag(
        &reading,
        asking,
        &[
            running.as_ref().map_or("", |r| &r.version),
            refused.as_deref().unwrap_or_default(),
        ],
    );
    let as_of = reading.as_of;
    let beside = Beside {
        running,
        refused,
        by,
        tag: tag.clone(),
    };
    let page = page(shell, query, asked, reading, beside);
    Ok(live::answer(asking, &tag, as_of, &page))
}

async fn starters(visit: &Visit, ws: &str, rows: &[ExecutionRow]) -> HashMap<String, String> {
    let arns: Vec<String> = rows.iter().map(|row| row.execution.arn.clone()).collect();
    visit
        .ledger()
        .starters(visit.scope(), ws, &arns)
        .await
        .unwrap_or_default()
}

/// What a list shows beside what was read for it.
struct Beside {
    running: Option<Reading<ExecutionView>>,
    refused: Option<String>,
    by: HashMap<String, String>,
    tag: String,
}

fn page(
    shell: Shell,
    query: &QueryPairs,
    asked: ExecutionQuery,
    reading: Reading<crate::catalog::ExecutionList>,
    beside: Beside,
) -> Page {
    let Beside {
        running,
        refused,
        mut by,
        tag,
    } = beside;
    let list = reading.value;
    let links = shell.links.clone();
    let name = list.pipeline.name.clone();
    let path = links.executions(&name);
    let now = Timestamp::now();
    let order = paging::order(query.text("sort"), "-started");
    let column = |label, key: &str, first| paging::sortable(&path, query, order, label, key, first);
    let columns = vec![
        column("Name", "name", false),
        column("Status", "status", false),
        column("Started", "started", true),
        column("Duration", "duration", true),
        paging::plain("Started by"),
        paging::plain("Changed parameters"),
        paging::plain("Actions"),
    ];
    let any_running = running.is_some()
        || list
            .counts
            .iter()
            .any(|(status, count)| status.is_running() && *count > 0);
    Page {
        chips: chips(&path, query, &asked.statuses, &list.counts),
        counted: counted(list.total),
        filtered: !asked.statuses.is_empty()
            || !asked.search.is_empty()
            || asked.from.is_some()
            || asked.to.is_some(),
        here: paging::same(&path, query),
        search: asked.search,
        chosen: asked.statuses,
        from: query.text("from").to_owned(),
        to: query.text("to").to_owned(),
        sort: query.text("sort").to_owned(),
        poll: live::interval(any_running || reading.stale || list.incomplete),
        banner: running.map(|view| Banner::elsewhere(&links, &view.value, refused.clone(), now)),
        rows: list
            .rows
            .into_iter()
            .map(|row| {
                let by = by.remove(&row.execution.arn);
                Line::of(row, &links, &name, by)
            })
            .collect(),
        incomplete: list.incomplete,
        pager: paging::pager(&path, query, list.page, list.pages),
        troubles: reading.troubles,
        as_of: reading.as_of,
        stale: reading.stale,
        head: Head {
            pipeline: list.pipeline,
            tab: PipelineTab::Executions,
            refused,
        },
        columns,
        path,
        tag,
        now,
        shell,
    }
}

fn counted(total: u64) -> String {
    match total {
        1 => "1 execution".to_owned(),
        n => format!("{n} executions"),
    }
}

/// A chip for each status that occurs or is chosen; choosing it again takes it away.
fn chips(
    path: &str,
    query: &QueryPairs,
    chosen: &[ExecutionStatus],
    counts: &[(ExecutionStatus, u64)],
) -> Vec<Chip> {
    let count_of = |status: &ExecutionStatus| {
        counts
            .iter()
            .find(|(known, _)| known == status)
            .map_or(0, |(_, count)| *count)
    };
    let mut shown: Vec<ExecutionStatus> = counts.iter().map(|(status, _)| status.clone()).collect();
    for status in chosen {
        if !shown.contains(status) {
            shown.push(status.clone());
        }
    }
    shown
        .into_iter()
        .map(|status| {
            let on = chosen.contains(&status);
            let others = query
                .iter()
                .filter(|(key, value)| *key != "page" && !value.is_empty())
                .filter(|(key, _)| !OWN.contains(key))
                .filter(|(key, value)| !(on && *key == "status" && *value == status.as_str()));
            let added = (!on).then_some(("status", status.as_str()));
            Chip {
                count: count_of(&status),
                href: super::links::with_query(path, others.chain(added)),
                on,
                status,
            }
        })
        .collect()
}

fn read(query: &QueryPairs) -> Result<ExecutionQuery, String> {
    let (key, descending) = paging::order(query.text("sort"), "-started");
    Ok(ExecutionQuery {
        statuses: query
            .all("status")
            .filter(|status| !status.is_empty())
            .map(ExecutionStatus::parse)
            .collect(),
        search: query.text("q").trim().to_owned(),
        from: day(query.text("from"), false)?,
        to: day(query.text("to"), true)?,
        sort: match key {
            "name" => ExecutionSort::Name,
            "status" => ExecutionSort::Status,
            "duration" => ExecutionSort::Duration,
            _ => ExecutionSort::Started,
        },
        descending,
        page: paging::page(query),
    })
}

/// A day (its start, or the start of the next one for an end that includes it) or a moment, in UTC.
pub(super) fn day(text: &str, end: bool) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(Some(moment));
    }
    let refused =
        || format!("“{text}” is not a date. Write it as 2026-11-23, or as 2026-11-23T14:00:00Z.");
    let date: Date = text.parse().map_err(|_| refused())?;
    let date = if end {
        date.tomorrow().map_err(|_| refused())?
    } else {
        date
    };
    date.to_zoned(TimeZone::UTC)
        .map(|zoned| Some(zoned.timestamp()))
        .map_err(|_| refused())
}
