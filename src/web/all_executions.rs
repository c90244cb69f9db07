//! The executions of all pipelines.

mod address;
mod columns;
mod export;
mod form;

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use self::address::Address;
use self::columns::PickedColumn;
use super::columns::Header;
use super::error::PageError;
use super::executions::filter::starters_for;
use super::executions::line::{ExecutionLine, Narrowed, ShownColumn};
use super::executions::{Cell, status_chips};
use super::filter::{DayRange, FilterChip, TextFilter, mark_wrong};
use super::filters;
use super::head::KeptHead;
use super::htmx::HtmxRequest;
use super::live::{self, live_page};
use super::outage::known_until;
use super::paging::{self, Pager, ShownPage};
use super::permission;
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::{Nav, Shell};
use super::texts::filter::{self as filter_texts, FilterError};
use super::texts::{grouped, lists as texts};
use super::visit::Visit;
use crate::catalog::{
    AllExecutions, EXECUTIONS_PER_PAGE, ExecutionQuery, ListGap, PageKey, Reading, UnreadSteps,
};
use crate::domain::filter::{Field, Filter, Operator, Term};
use crate::domain::search::SearchQuery;
use crate::domain::{AwsError, ExecutionStatus, Named};

pub use export::{csv, json};

/// A term of the filter, as a chip.
struct TermChip {
    text: String,
    /// The list without it.
    without: String,
    /// The list with its opposite.
    inverted: String,
}

#[derive(Template)]
#[template(path = "executions/index.html")]
struct AllExecutionsPage {
    shell: Shell,
    path: String,
    here: String,
    tag: String,
    poll: u32,
    filter_text: String,
    zone: String,
    kept: Vec<(String, String)>,
    errors: Vec<FilterError>,
    hides_rows: bool,
    filtered: bool,
    terms: Vec<TermChip>,
    fields: Vec<String>,
    operators: Vec<(&'static str, &'static str)>,
    suggested: BTreeSet<String>,
    chips: Vec<FilterChip>,
    total: u64,
    counted: String,
    newer: u64,
    newer_href: Option<String>,
    lacks: Option<ListGap>,
    unread_steps: Option<UnreadSteps>,
    is_partial: bool,
    columns: Vec<ShownColumn>,
    headers: Vec<Header>,
    picked: Vec<PickedColumn>,
    more: Vec<PickedColumn>,
    differing: String,
    usual: String,
    dense: bool,
    density: String,
    csv: String,
    json: String,
    cut: Option<String>,
    search: SearchQuery,
    rows: Vec<ExecutionLine>,
    pager: Pager,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
    now: Timestamp,
}

#[derive(Template)]
#[template(path = "executions/live.html")]
struct AllExecutionsLive<'a>(&'a AllExecutionsPage);

live_page!(AllExecutionsPage, AllExecutionsLive);

impl AllExecutionsPage {
    fn noun(&self) -> &'static str {
        texts::executions_noun(self.total, self.is_partial)
    }

    /// Whether there are columns of parameters or metrics: their number has no bound that fits a window.
    fn has_named_columns(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| matches!(column.cell, Cell::Parameter | Cell::Metric))
    }

    fn gap(&self) -> Option<&'static str> {
        self.lacks.map(texts::list_gap)
    }

    /// That executions may be missing because their steps are not known.
    fn without_steps(&self, unread: &UnreadSteps) -> &'static str {
        texts::unread_steps(unread)
    }

    /// Since when every change was read, while older ones are not.
    fn read_back_to(&self) -> Option<Timestamp> {
        match self.lacks? {
            ListGap::Filling { back_to } => back_to,
            ListGap::NotListed | ListGap::NotSearchable => None,
        }
    }
}

/// What the address asks for.
struct Asked {
    query: ExecutionQuery,
    order: super::columns::ListOrder<crate::catalog::ExecutionSort>,
    text: TextFilter,
    zone: String,
    columns: Vec<String>,
    errors: Vec<FilterError>,
}

impl Asked {
    fn read(query: &QueryPairs) -> Self {
        let mut errors = Vec::new();
        let range = DayRange::read(query, &mut errors);
        let text = TextFilter::read(query, &range.time_zone, Timestamp::now(), &mut errors);
        let order = columns::order(query, &mut errors);
        let key = |name: &str| Some(query.text(name).to_owned()).filter(|id| !id.is_empty());
        let after = key("after").map(PageKey::After);
        let shown: Option<i64> = query.text("shown").parse().ok();
        Self {
            query: ExecutionQuery {
                filter: text.groups.clone(),
                sort: order.order,
                descending: order.descending,
                page: paging::page_number(query),
                page_key: after.or_else(|| key("before").map(PageKey::Before)),
                shown_until: shown.and_then(|micros| Timestamp::from_microsecond(micros).ok()),
                ..ExecutionQuery::default()
            },
            columns: columns::keys(query, &mut errors),
            zone: range.fields.zone,
            order,
            text,
            errors,
        }
    }

    /// Finds the statuses that are neither known to this version nor among these, which executions have.
    fn compare(&mut self, counts: &[(ExecutionStatus, u64)]) {
        let is_known = |text: &&str| {
            let mut known = ExecutionStatus::KNOWN
                .iter()
                .chain(counts.iter().map(|(status, _)| status));
            text.contains('*') || known.any(|status| status.as_str().eq_ignore_ascii_case(text))
        };
        let asked = self.text.filter.values_of(&Field::Status);
        let unknown: Vec<String> = asked
            .filter(|text| !is_known(text))
            .map(str::to_owned)
            .collect();
        if !unknown.is_empty() {
            self.errors.push(FilterError::Statuses(unknown));
        }
    }

    fn hides_rows(&self) -> bool {
        self.errors.iter().any(FilterError::hides_rows)
    }
}

/// `/w/{ws}/executions`.
pub async fn list(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let address = Address::new(visit.links(&ws).all_executions(), &query);
    if let Some(text) = form::added(&query) {
        return Ok(Redirect::to(&address.with(&[("filter", &text)])).into_response());
    }
    respond(&visit, &ws, &query, &htmx).await
}

/// The list for this query, also after an action that was started from it.
pub async fn respond(
    visit: &Visit,
    ws: &str,
    query: &QueryPairs,
    htmx: &HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(visit, ws, Nav::Executions, "Executions");
    let mut asked = Asked::read(query);
    asked.query.starters = starters_for(visit, ws, &asked.text.filter).await;
    let reading = visit
        .catalog()
        .all_executions(visit.scope(), ws, &asked.query)
        .await
        .map_err(|error| {
            PageError::read(shell.clone(), error, "", "").keeping(KeptHead::List("Executions"))
        })?;
    let pages = (reading.value.page, reading.value.pages);
    if let Some(last) = paging::redirect(&shell.links.all_executions(), query, htmx, pages) {
        return Ok(last);
    }
    asked.compare(&reading.value.counts);
    let is_wrong = asked.hides_rows();
    let people = People::of(visit, ws, &reading.value).await;
    let tag = live::polling_tag(&reading, htmx, &[&people.version()]);
    let as_of = reading.as_of;
    let mut response = live::respond(htmx, &tag, as_of, || {
        let limit = u64::from(visit.export_limit());
        page(shell, query, asked, reading, people, limit, tag.clone())
    });
    mark_wrong(&mut response, htmx, is_wrong);
    Ok(response)
}

/// What concerns people in the rows.
struct People {
    /// Who started them, by the ARNs of the executions.
    starters: HashMap<String, String>,
    /// Why the reader may not act, by the names of pipelines.
    cannot_act: HashMap<String, String>,
}

impl People {
    async fn of(visit: &Visit, ws: &str, list: &AllExecutions) -> Self {
        let executions = list.rows.iter().map(|(_, row)| &row.execution);
        let starters = super::executions::starters(visit, ws, executions).await;
        let names: BTreeSet<&str> = list.rows.iter().map(|(one, _)| one.exact()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        Self {
            starters,
            cannot_act: permission::cannot_act_on(visit, ws, &names).await,
        }
    }

    /// What a poll compares.
    fn version(&self) -> String {
        let mut refused: Vec<_> = self.cannot_act.iter().collect();
        refused.sort();
        format!("{refused:?}")
    }
}

fn page(
    shell: Shell,
    query: &QueryPairs,
    asked: Asked,
    reading: Reading<AllExecutions>,
    people: People,
    export_limit: u64,
    tag: String,
) -> AllExecutionsPage {
    let now = known_until(&reading, Timestamp::now());
    let hides_rows = asked.hides_rows();
    let mut list = reading.value;
    if hides_rows {
        (list.rows, list.total, list.page, list.pages) = (Vec::new(), 0, 1, 1);
    }
    let path = shell.links.all_executions();
    let address = Address::new(path.clone(), query);
    let filter = &asked.text.filter;
    let shown_until = asked.query.shown_until.or(list.newest);
    let (columns, headers) = columns::shown(&asked.columns, &list, &address, &asked.order);
    let dense = query.text("view") == "dense";
    let file = |extension: &str| {
        let address = Address::new(shell.links.all_executions_file(extension), query);
        // A file has every column.
        address.with(&[("columns", ""), ("view", "")])
    };
    AllExecutionsPage {
        here: address.here(query, shown_until.map(|at| at.as_microsecond())),
        poll: live::OPEN_LIST_POLL_SECONDS,
        zone: asked.zone,
        kept: address.kept(),
        hides_rows,
        filtered: !filter.is_empty(),
        terms: terms(filter, &address),
        fields: form::choosable_fields(&list),
        operators: form::OPERATORS
            .map(|one| (one.as_str(), filter_texts::operator(one)))
            .to_vec(),
        suggested: form::suggested(&list),
        chips: chips(filter, &list.counts, &address),
        total: list.total,
        counted: grouped(list.total),
        newer: list.newer,
        newer_href: (list.newer > 0).then(|| address.with(&[])),
        is_partial: list.is_partial(),
        lacks: list.lacks,
        unread_steps: list.unread_steps,
        picked: columns::picked(&asked.columns, &address),
        more: columns::more(&asked.columns, &list, &address),
        differing: columns::with_differing(&address),
        usual: address.with(&[("columns", "")]),
        dense,
        density: address.with(&[("view", if dense { "" } else { "dense" })]),
        csv: file("csv"),
        json: file("json"),
        cut: (list.total > export_limit).then(|| texts::to_be_cut(export_limit)),
        search: filter.words(),
        pager: pager(&list, &address),
        rows: lines(list, people, &shell, filter, &address),
        filter_text: asked.text.text,
        errors: asked.errors,
        columns,
        headers,
        read_errors: reading.read_errors,
        as_of: reading.as_of,
        stale: reading.stale,
        path,
        now,
        tag,
        shell,
    }
}

fn terms(filter: &Filter, address: &Address) -> Vec<TermChip> {
    let terms = filter.terms().iter().enumerate();
    let chip = |(index, term): (usize, &Term)| TermChip {
        text: term.to_string(),
        without: address.filtered(&filter.without(index)),
        inverted: address.filtered(&filter.inverted(index)),
    };
    terms.map(chip).collect()
}

fn chips(filter: &Filter, counts: &[(ExecutionStatus, u64)], address: &Address) -> Vec<FilterChip> {
    let chosen = filter.values_of(&Field::Status).map(ExecutionStatus::parse);
    let chosen: Vec<ExecutionStatus> = chosen
        .filter(|status| ExecutionStatus::KNOWN.contains(status))
        .collect();
    let chip = |status: &ExecutionStatus, count| {
        let status = status.as_str();
        let href = address.filtered(&filter.toggled(&Field::Status, status));
        FilterChip::linked(status, count, filter.allows(&Field::Status, status), href)
    };
    status_chips(&chosen, counts, chip)
}

fn pager(list: &AllExecutions, address: &Address) -> Pager {
    let shown = ShownPage::new(list.page, EXECUTIONS_PER_PAGE, list.total);
    let mut pager = paging::pager(&address.path, &address.query, shown);
    let ids = || list.rows.iter().map(|(_, row)| row.execution.id());
    let beside =
        |page: u32, side: &str, id: &str| address.with(&[("page", &page.to_string()), (side, id)]);
    // What begins or ends meanwhile moves no row past the border of two pages.
    if let (Some(_), Some(last)) = (&pager.next, ids().next_back()) {
        pager.next = Some(beside(list.page + 1, "after", last));
    }
    if let (Some(_), Some(first)) = (&pager.previous, ids().next()) {
        pager.previous = Some(match list.page {
            2 => address.with(&[]),
            page => beside(page - 1, "before", first),
        });
    }
    pager
}

fn lines(
    list: AllExecutions,
    mut people: People,
    shell: &Shell,
    filter: &Filter,
    address: &Address,
) -> Vec<ExecutionLine> {
    let rows = list.rows.into_iter();
    rows.map(|(pipeline, row)| {
        let started_by = people.starters.remove(&row.execution.arn);
        let name = pipeline.exact().to_owned();
        let line = ExecutionLine::of(row, &shell.links, &name, started_by);
        let cannot_act = people.cannot_act.get(&name).cloned();
        let narrowed = narrowed(&line, &pipeline, filter, address);
        line.refusing(cannot_act).among_all(pipeline, narrowed)
    })
    .collect()
}

/// The list narrowed to what a row shows.
fn narrowed(
    line: &ExecutionLine,
    pipeline: &Named,
    filter: &Filter,
    address: &Address,
) -> Narrowed {
    let to = |field: Field, value: &str| address.filtered(&filter.with(Term::is(field, value)));
    let parameters = line.execution.parameters.iter().flatten();
    let failed_step = line.failed_step.as_ref();
    Narrowed {
        status: to(Field::Status, line.execution.status.as_str()),
        pipeline: to(Field::Pipeline, pipeline.exact()),
        started_by: line.started_by.as_deref().map(|by| to(Field::By, by)),
        failed_step: failed_step.map(|step| to(Field::Step, step.exact())),
        parameters: parameters
            .map(|given| to(Field::Param(given.name.clone()), &given.value))
            .collect(),
        metrics: line
            .metrics
            .iter()
            .map(|metric| {
                let field = Field::Metric(metric.name.clone());
                let term = Term::compared(field, Operator::AtLeast, &metric.value);
                address.filtered(&filter.with(term))
            })
            .collect(),
    }
}
