//! The list of pipelines.

use std::ops::Deref;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::columns::{self, Column, Header, ListOrder};
use super::error::{PageError, render};
use super::filter::{self, FilterChip};
use super::filters;
use super::head::KeptHead;
use super::htmx::HtmxRequest;
use super::links::Links;
use super::live::{self, live_page};
use super::outage::known_until;
use super::paging::{self, Pager, ShownPage};
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::{Nav, Shell};
use super::sparkline::{self, Sparkline};
use super::texts::filter::FilterError;
use super::texts::{grouped, lists as texts};
use super::visit::Visit;
use crate::catalog::{
    PIPELINES_PER_PAGE, PipelineCounts, PipelineList, PipelineQuery, PipelineRow, PipelineSort,
    PipelineState, Reading, SoughtExecution,
};
use crate::domain::AwsError;
use crate::domain::search::SearchQuery;

/// One pipeline's row.
struct PipelineLine {
    row: PipelineRow,
    now: Timestamp,
}

impl Deref for PipelineLine {
    type Target = PipelineRow;

    fn deref(&self) -> &PipelineRow {
        &self.row
    }
}

impl PipelineLine {
    fn description(&self) -> Option<&str> {
        let description = self.row.pipeline.description.as_deref();
        description.filter(|text| !text.is_empty())
    }

    fn strip(&self, links: &Links) -> Sparkline {
        let href = |id: &str| links.execution(&self.row.pipeline.name, id);
        sparkline::draw(&self.row.recent, href, self.now)
    }
}

/// What a cell of the list shows.
enum Cell {
    Name,
    LastExecution,
    LastTen,
    Started,
    Modified,
}

/// The columns of the list, in order.
const COLUMNS: [Column<Cell, PipelineSort>; 5] = [
    Column::new(Cell::Name, "Name")
        .class("name")
        .ascending("name", PipelineSort::Name),
    Column::new(Cell::LastExecution, "Last status")
        .class("last")
        .ascending("status", PipelineSort::Status),
    Column::new(Cell::LastTen, "Last ten").class("ten"),
    Column::new(Cell::Started, "Started")
        .class("at")
        .labelled()
        .descending("started", PipelineSort::LastExecution),
    Column::new(Cell::Modified, "Modified")
        .class("day")
        .labelled()
        .descending("modified", PipelineSort::Modified),
];

/// The most recently started first.
const USUAL_ORDER: ListOrder<PipelineSort> = ListOrder {
    key: "started",
    order: PipelineSort::LastExecution,
    descending: true,
};

#[derive(Template)]
#[template(path = "pipelines/index.html")]
struct PipelinesPage {
    shell: Shell,
    here: String,
    search: SearchQuery,
    execution: Option<SoughtExecution>,
    sort: String,
    errors: Vec<FilterError>,
    tag: String,
    poll: u32,
    state: Option<PipelineState>,
    chips: Vec<FilterChip>,
    counted: String,
    headers: Vec<Header>,
    rows: Vec<PipelineLine>,
    histories_known: bool,
    pager: Pager,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

#[derive(Template)]
#[template(path = "pipelines/live.html")]
struct PipelinesLive<'a>(&'a PipelinesPage);

live_page!(PipelinesPage, PipelinesLive);

impl PipelinesPage {
    /// That no pipeline at all is in the state that the list is narrowed to.
    fn nothing_in_state(&self) -> Option<&'static str> {
        let state = self.state.filter(|_| self.search.is_empty());
        state.map(texts::no_pipeline)
    }
}

/// `/`: the only workspace's pipelines, or the choice of workspaces.
pub async fn home(visit: Visit) -> Response {
    let workspaces = visit.catalog().workspaces(visit.scope());
    match workspaces.as_slice() {
        [only] => Redirect::to(&visit.links(&only.name).pipelines()).into_response(),
        _ => render(
            StatusCode::OK,
            &WorkspacesPage {
                shell: Shell::everywhere(&visit, Nav::Nowhere, "WorkspacesPage"),
            },
        ),
    }
}

/// `/w/{ws}`: the workspace's pipelines, if the reader may see such a workspace.
pub async fn workspace(visit: Visit, PathParams([ws]): PathParams<1>) -> Response {
    let visible = visit.catalog().workspaces(visit.scope());
    if visible.iter().any(|workspace| workspace.name == ws) {
        Redirect::to(&visit.links(&ws).pipelines()).into_response()
    } else {
        PageError::no_such_page(&visit).into_response()
    }
}

#[derive(Template)]
#[template(path = "workspaces/index.html")]
struct WorkspacesPage {
    shell: Shell,
}

/// `/w/{ws}/pipelines`.
pub async fn list(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, "Pipelines");
    let mut errors = Vec::new();
    let order = columns::order(&COLUMNS, &query, USUAL_ORDER, &mut errors);
    let filter = PipelineQuery {
        search: query.text("q").into(),
        state: state(&query, &mut errors),
        sort: order.order,
        descending: order.descending,
        page: paging::page_number(&query),
    };
    let reading = visit
        .catalog()
        .pipelines(visit.scope(), &ws, &filter)
        .await
        .map_err(|error| {
            PageError::read(shell.clone(), error, "", "").keeping(KeptHead::List("Pipelines"))
        })?;
    let pages = (reading.value.page, reading.value.pages);
    if let Some(last) = paging::redirect(&shell.links.pipelines(), &query, &htmx, pages) {
        return Ok(last);
    }
    let tag = live::polling_tag(&reading, &htmx, &[]);
    let as_of = reading.as_of;
    Ok(live::respond(&htmx, &tag, as_of, || {
        page(shell, &query, (filter, order, errors), reading, tag.clone())
    }))
}

/// The states that the list can be narrowed to: as the address has it, and as the chip has it with its style.
const STATES: [(PipelineState, &str, &str, &str); 3] = [
    (PipelineState::Running, "running", "Running", "s-run"),
    (PipelineState::Failing, "failing", "Failing", "s-bad"),
    (PipelineState::NeverRun, "never-run", "Never run", "s-idle"),
];

fn state(query: &QueryPairs, errors: &mut Vec<FilterError>) -> Option<PipelineState> {
    let parse = |text: &str| {
        STATES
            .iter()
            .find(|state| state.1 == text)
            .map(|state| state.0)
    };
    let keys = || STATES.iter().map(|state| state.1).collect();
    let error = |text| FilterError::State(text, keys());
    filter::choice(query, "show", parse, error, errors)
}

/// A chip for all pipelines and one for each state; the current one of these leads back to all.
fn chips(
    path: &str,
    query: &QueryPairs,
    current: Option<PipelineState>,
    counts: &PipelineCounts,
) -> Vec<FilterChip> {
    let chip = |state, key: &str, word: &str, class, on| FilterChip {
        key: key.to_owned(),
        word: word.to_owned(),
        class,
        count: grouped(counts.in_state(state)),
        href: paging::with_param(
            path,
            query,
            "show",
            if on || state.is_none() { "" } else { key },
        ),
        on,
    };
    let all = chip(None, "all", "All", "", current.is_none());
    let states = STATES.iter().map(|(state, key, word, class)| {
        chip(Some(*state), key, word, class, current == Some(*state))
    });
    std::iter::once(all).chain(states).collect()
}

fn page(
    shell: Shell,
    query: &QueryPairs,
    (filter, order, errors): (PipelineQuery, ListOrder<PipelineSort>, Vec<FilterError>),
    reading: Reading<PipelineList>,
    tag: String,
) -> PipelinesPage {
    let now = known_until(&reading, Timestamp::now());
    let poll = live::interval(&reading, reading.value.counts.executing > 0);
    let list = reading.value;
    let path = shell.links.pipelines();
    PipelinesPage {
        here: paging::current(&path, query),
        search: filter.search,
        execution: list.execution,
        sort: columns::sort_text(query, &errors),
        errors,
        poll,
        state: filter.state,
        chips: chips(&path, query, filter.state, &list.counts),
        counted: texts::pipelines(list.total, list.counts.all, list.counts.executing),
        headers: columns::headers(&COLUMNS, &path, query, &order),
        rows: list
            .rows
            .into_iter()
            .map(|row| PipelineLine { row, now })
            .collect(),
        histories_known: list.histories_known,
        pager: paging::pager(
            &path,
            query,
            ShownPage::new(list.page, PIPELINES_PER_PAGE, list.total),
        ),
        read_errors: reading.read_errors,
        as_of: reading.as_of,
        stale: reading.stale,
        tag,
        shell,
    }
}
