//! The list of an execution's steps.

mod filter;

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;

use self::filter::{StepFilter, StepSort};
use super::frame::{ExecutionTab, Frame, read};
use crate::catalog::ExecutionView;
use crate::domain::search::SearchQuery;
use crate::domain::{Named, NodeStatus, StepEntry, StepRecord};
use crate::web::columns::{self, Column, Header, ListOrder};
use crate::web::console_links::log_link;
use crate::web::error::PageError;
use crate::web::filter::FilterChip;
use crate::web::filters;
use crate::web::htmx::HtmxRequest;
use crate::web::links::Links;
use crate::web::live::{self, live_page};
use crate::web::paging::{self, Pager, ShownPage};
use crate::web::query::QueryPairs;
use crate::web::request::{PathParams, Query};
use crate::web::shell::Shell;
use crate::web::texts::filter::FilterError;
use crate::web::texts::{lists, step as texts};
use crate::web::visit::Visit;
use sluicegate_definition::Definition;

/// Steps on one page of the list.
const STEPS_PER_PAGE: u32 = 100;

/// One step's row.
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
    /// Where its log is, where it failed.
    log: Option<String>,
}

/// What a cell of the list shows.
enum StepCell {
    Name,
    Status,
    Type,
    Started,
    Duration,
    Attempts,
    Reason,
}

/// The columns of the list, in order.
const STEP_COLUMNS: [Column<StepCell, StepSort>; 7] = [
    Column::new(StepCell::Name, "Step")
        .class("name share")
        .ascending("name", StepSort::Name),
    Column::new(StepCell::Status, "Status")
        .class("status")
        .ascending("status", StepSort::Status),
    Column::new(StepCell::Type, "Type")
        .class("kind")
        .labelled()
        .ascending("type", StepSort::Type),
    Column::new(StepCell::Started, "Started")
        .class("clock")
        .labelled()
        .ascending("started", StepSort::Started),
    Column::new(StepCell::Duration, "Duration")
        .class("nowrap took")
        .labelled()
        .descending("duration", StepSort::Duration),
    Column::new(StepCell::Attempts, "Attempts")
        .class("few num")
        .labelled(),
    Column::new(StepCell::Reason, "Reason").class("why full"),
];

/// What failed and what runs first.
const USUAL_ORDER: ListOrder<StepSort> = ListOrder {
    key: "status",
    order: StepSort::Status,
    descending: false,
};

#[derive(Template)]
#[template(path = "execution/page.html")]
struct StepsPage {
    shell: Shell,
    frame: Frame,
    path: String,
    search: SearchQuery,
    sort: String,
    chosen: Vec<NodeStatus>,
    errors: Vec<FilterError>,
    chips: Vec<FilterChip>,
    counted: String,
    headers: Vec<Header>,
    rows: Vec<StepRow>,
    /// Whether there is any step, whatever the filter.
    has_steps: bool,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "execution/steps.html")]
struct StepsLive<'a>(&'a StepsPage);

live_page!(StepsPage, StepsLive);

/// `…/executions/{id}/steps`.
pub async fn steps(
    visit: Visit,
    PathParams([ws, name, id]): PathParams<3>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, &id).await?;
    let (frame, shell) = Frame::of(&visit, &ws, shell, &reading, ExecutionTab::Steps, &htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    Ok(live::respond(&htmx, &tag, as_of, || {
        page(shell, frame, &query, &reading.value)
    }))
}

fn page(shell: Shell, frame: Frame, query: &QueryPairs, view: &ExecutionView) -> StepsPage {
    let filter = StepFilter::read(query);
    let path = shell.links.steps(&view.pipeline.name, view.execution.id());
    let all = step_rows(&shell.links, view);
    let has_steps = !all.is_empty();
    let known = all.len() as u64;
    let found: Vec<StepRow> = all.into_iter().filter(|row| filter.finds(row)).collect();
    let chips = filter.chips(&path, query, &found);
    let mut rows: Vec<StepRow> = found.into_iter().filter(|row| filter.shows(row)).collect();
    filter.sort(&mut rows, frame.now);
    let total = rows.len() as u64;
    let shown = ShownPage::new(paging::page_number(query), STEPS_PER_PAGE, total);
    let before = usize::try_from(shown.rows_before()).unwrap_or(usize::MAX);
    StepsPage {
        counted: lists::steps(total, known),
        headers: columns::headers(&STEP_COLUMNS, &path, query, &filter.order),
        rows: rows
            .into_iter()
            .skip(before)
            .take(STEPS_PER_PAGE as usize)
            .collect(),
        pager: paging::pager(&path, query, shown),
        sort: columns::sort_text(query, &filter.errors),
        search: filter.search,
        chosen: filter.statuses,
        errors: filter.errors,
        has_steps,
        chips,
        path,
        frame,
        shell,
    }
}

/// The steps, each with its record where it started.
fn step_rows(links: &Links, view: &ExecutionView) -> Vec<StepRow> {
    let rows = view.entries.iter();
    rows.filter_map(|entry| step_row(links, view, *entry))
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
        log: record
            .filter(|record| record.failure_reason.is_some())
            .and_then(|record| Some(log_link(&record.metadata)?.href)),
    })
}

fn item(record: &StepRecord, definition: Option<&Definition>) -> Option<String> {
    let iteration = record.iteration.as_ref()?;
    let foreach = Named::step(&iteration.parent, definition).spelled_out();
    let (number, value) = (iteration.index + 1, iteration.item.as_deref());
    Some(texts::item(number, value, &foreach))
}
