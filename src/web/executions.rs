//! A pipeline's executions.

pub(super) mod filter;
pub(super) mod line;

use std::collections::HashMap;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::banner::Banner;
use super::columns::{self, Column, Header, ListOrder};
use super::error::PageError;
use super::filter::{DayFields, FilterChip, mark_wrong};
use super::filters;
use super::head::{PipelineHead, PipelineTab};
use super::htmx::HtmxRequest;
use super::kept::Place;
use super::links::Links;
use super::live::{self, live_page};
use super::outage::{known_until, share_outage};
use super::paging::{self, Pager, ShownPage};
use super::permission;
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::{Nav, Shell};
use super::texts::filter::FilterError;
use super::texts::{grouped, lists as texts};
use super::visit::Visit;
use crate::catalog::{
    EXECUTIONS_PER_PAGE, ExecutionList, ExecutionQuery, ExecutionRow, ExecutionSort, ExecutionView,
    ListGap, Reading, SoughtExecution,
};
use crate::domain::filter::Groups;
use crate::domain::search::SearchQuery;
use crate::domain::{AwsError, Execution, ExecutionStatus};
use filter::ExecutionFilter;
use line::{ExecutionLine, ShownColumn};

/// What a cell of a list of executions shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Name,
    Pipeline,
    Status,
    Started,
    Ended,
    Duration,
    StartedBy,
    Version,
    Id,
    FailedStep,
    ChangedParameters,
    /// The value of the parameter that its label names.
    Parameter,
    /// The value of the metric that its label names.
    Metric,
    Actions,
}

/// The columns of the list, in order.
const COLUMNS: [Column<Cell, ExecutionSort>; 7] = [
    Column::new(Cell::Name, "Name")
        .class("name share")
        .ascending("name", ExecutionSort::Name),
    Column::new(Cell::Status, "Status")
        .class("status")
        .ascending("status", ExecutionSort::Status),
    Column::new(Cell::Started, "Started")
        .class("at")
        .labelled()
        .descending("started", ExecutionSort::Started),
    Column::new(Cell::Duration, "Duration")
        .class("nowrap took")
        .labelled()
        .descending("duration", ExecutionSort::Duration),
    Column::new(Cell::StartedBy, "Started by")
        .class("by")
        .labelled(),
    Column::new(Cell::ChangedParameters, "Changed parameters").class("full"),
    Column::new(Cell::Actions, "Actions").class("acts"),
];

/// The newest first.
const USUAL_ORDER: ListOrder<ExecutionSort> = ListOrder {
    key: "started",
    order: ExecutionSort::Started,
    descending: true,
};

#[derive(Template)]
#[template(path = "pipeline/executions.html")]
struct ExecutionsPage {
    shell: Shell,
    head: PipelineHead,
    path: String,
    here: String,
    search: SearchQuery,
    search_text: String,
    filter_text: String,
    elsewhere: Option<SoughtExecution>,
    days: DayFields,
    errors: Vec<FilterError>,
    hides_rows: bool,
    sort: String,
    chosen: Vec<ExecutionStatus>,
    filtered: bool,
    tag: String,
    poll: u32,
    banner: Option<Banner>,
    chips: Vec<FilterChip>,
    total: u64,
    counted: String,
    headers: Vec<Header>,
    columns: [ShownColumn; COLUMNS.len()],
    rows: Vec<ExecutionLine>,
    lacks: Option<ListGap>,
    pager: Pager,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
    now: Timestamp,
}

#[derive(Template)]
#[template(path = "pipeline/executions_live.html")]
struct ExecutionsLive<'a>(&'a ExecutionsPage);

live_page!(ExecutionsPage, ExecutionsLive);

impl ExecutionsPage {
    fn noun(&self) -> &'static str {
        texts::executions_noun(self.total, self.lacks.is_some())
    }

    fn gap(&self) -> Option<&'static str> {
        self.lacks.map(texts::list_gap)
    }
}

/// `/w/{ws}/pipelines/{pipeline}`: opens on the executions.
pub async fn pipeline(visit: Visit, PathParams([ws, name]): PathParams<2>) -> Response {
    Redirect::to(&visit.links(&ws).executions(&name)).into_response()
}

/// `/w/{ws}/pipelines/{pipeline}/executions`.
pub async fn list(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    respond(&visit, &ws, &name, &query, &htmx).await
}

/// The list for this query, also after an action that was started from it.
pub async fn respond(
    visit: &Visit,
    ws: &str,
    name: &str,
    query: &QueryPairs,
    htmx: &HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, name);
    let mut filter = ExecutionFilter::read(query);
    filter.query.starters = filter::starters_for(visit, ws, &filter.text.filter).await;
    let (list, running, cannot_act) = futures_util::future::join3(
        visit
            .catalog()
            .executions(visit.scope(), ws, name, &filter.query),
        visit.catalog().newest_running(visit.scope(), ws, name),
        permission::cannot_act(visit, ws, name),
    )
    .await;
    let place = Place::pipeline(ws, name, PipelineTab::Executions);
    let mut reading = place.keep(visit, &shell, list).await?;
    let shell = shell.about(&[&reading.value.pipeline.named()]);
    let pages = (reading.value.page, reading.value.pages);
    if let Some(last) = paging::redirect(&shell.links.executions(name), query, htmx, pages) {
        return Ok(last);
    }
    filter.compare(&reading.value.counts);
    let is_wrong = filter.hides_rows();
    // Without its banner the page is still of use.
    let running = running.ok().flatten();
    if let Some(running) = &running {
        reading.value.agree_with(&running.value);
        share_outage(&mut reading, running);
    }
    let executions = reading.value.rows.iter().map(|row| &row.execution);
    let starters = starters(visit, ws, executions).await;
    let tag = live::polling_tag(
        &reading,
        htmx,
        &[
            running.as_ref().map_or("", |r| &r.version),
            cannot_act.as_deref().unwrap_or_default(),
        ],
    );
    let as_of = reading.as_of;
    let extras = PageExtras {
        running,
        cannot_act,
        starters,
        tag: tag.clone(),
    };
    let mut response = live::respond(htmx, &tag, as_of, || {
        page(shell, query, filter, reading, extras)
    });
    mark_wrong(&mut response, htmx, is_wrong);
    Ok(response)
}

pub(super) async fn starters(
    visit: &Visit,
    ws: &str,
    executions: impl Iterator<Item = &Execution>,
) -> HashMap<String, String> {
    let arns: Vec<String> = executions.map(|one| one.arn.clone()).collect();
    visit
        .ledger()
        .starters(visit.scope(), ws, &arns)
        .await
        .unwrap_or_default()
}

/// What a page shows besides its list.
struct PageExtras {
    running: Option<Reading<ExecutionView>>,
    cannot_act: Option<String>,
    starters: HashMap<String, String>,
    tag: String,
}

fn page(
    shell: Shell,
    query: &QueryPairs,
    filter: ExecutionFilter,
    reading: Reading<ExecutionList>,
    extras: PageExtras,
) -> ExecutionsPage {
    let PageExtras {
        running,
        cannot_act,
        starters,
        tag,
    } = extras;
    let now = known_until(&reading, Timestamp::now());
    let hides_rows = filter.hides_rows();
    let list = match hides_rows {
        true => without_rows(reading.value),
        false => reading.value,
    };
    let links = shell.links.clone();
    let name = list.pipeline.name.clone();
    let path = links.executions(&name);
    ExecutionsPage {
        chips: chips(&path, query, &filter.query.statuses, &list.counts),
        total: list.total,
        counted: grouped(list.total),
        filtered: is_filtered(&filter.query),
        here: paging::current(&path, query),
        sort: columns::sort_text(query, &filter.errors),
        search: filter.marked(),
        search_text: filter.query.search.as_str().to_owned(),
        filter_text: filter.text.text,
        elsewhere: list.elsewhere,
        chosen: filter.query.statuses,
        days: filter.days,
        hides_rows,
        errors: filter.errors,
        poll: live::OPEN_LIST_POLL_SECONDS,
        banner: running
            .map(|view| Banner::on_pipeline(&links, &view.value, cannot_act.clone(), now)),
        rows: lines(list.rows, starters, &links, &name, cannot_act.as_ref()),
        lacks: list.lacks,
        pager: paging::pager(
            &path,
            query,
            ShownPage::new(list.page, EXECUTIONS_PER_PAGE, list.total),
        ),
        read_errors: reading.read_errors,
        as_of: reading.as_of,
        stale: reading.stale,
        head: PipelineHead {
            pipeline: list.pipeline,
            tab: PipelineTab::Executions,
            cannot_act,
        },
        columns: COLUMNS.each_ref().map(ShownColumn::from),
        headers: columns::headers(&COLUMNS, &path, query, &filter.order),
        path,
        tag,
        now,
        shell,
    }
}

/// The rows, each with the person who started the execution.
fn lines(
    rows: Vec<ExecutionRow>,
    mut starters: HashMap<String, String>,
    links: &Links,
    pipeline: &str,
    cannot_act: Option<&String>,
) -> Vec<ExecutionLine> {
    rows.into_iter()
        .map(|row| {
            let started_by = starters.remove(&row.execution.arn);
            let line = ExecutionLine::of(row, links, pipeline, started_by);
            line.refusing(cannot_act.cloned())
        })
        .collect()
}

fn is_filtered(filter: &ExecutionQuery) -> bool {
    !filter.statuses.is_empty()
        || !filter.search.is_empty()
        || filter.filter != Groups::default()
        || filter.from.is_some()
        || filter.to.is_some()
}

/// The statuses whose chips are always there, so that none appears before another while an execution goes on.
const USUAL_STATUSES: [ExecutionStatus; 4] = [
    ExecutionStatus::Executing,
    ExecutionStatus::Succeeded,
    ExecutionStatus::Failed,
    ExecutionStatus::Stopped,
];

fn chips(
    path: &str,
    query: &QueryPairs,
    chosen: &[ExecutionStatus],
    counts: &[(ExecutionStatus, u64)],
) -> Vec<FilterChip> {
    status_chips(chosen, counts, |status, count| {
        FilterChip::status(path, query, status.as_str(), count, chosen.contains(status))
    })
}

/// A chip for each usual status, then for each other one that occurs or is selected; a selected one links to the list
/// without it.
pub(super) fn status_chips(
    chosen: &[ExecutionStatus],
    counts: &[(ExecutionStatus, u64)],
    chip: impl Fn(&ExecutionStatus, u64) -> FilterChip,
) -> Vec<FilterChip> {
    let count_of = |status: &ExecutionStatus| {
        counts
            .iter()
            .find(|(known, _)| known == status)
            .map_or(0, |(_, count)| *count)
    };
    let mut shown: Vec<ExecutionStatus> = USUAL_STATUSES.to_vec();
    for status in counts.iter().map(|(status, _)| status).chain(chosen) {
        if !shown.contains(status) {
            shown.push(status.clone());
        }
    }
    shown
        .iter()
        .map(|status| chip(status, count_of(status)))
        .collect()
}

/// The list without its rows, where its filter is wrong.
fn without_rows(list: ExecutionList) -> ExecutionList {
    ExecutionList {
        rows: Vec::new(),
        total: 0,
        page: 1,
        pages: 1,
        ..list
    }
}
