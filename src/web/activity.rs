//! What people did: in all workspaces, and with one pipeline.

mod filter;
mod row;

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::error::PageError;
use super::filter::{DayFields, mark_wrong};
use super::filters;
use super::head::{PipelineHead, PipelineTab};
use super::htmx::HtmxRequest;
use super::live::{self, live_page};
use super::paging;
use super::permission;
use super::query::QueryPairs;
use super::request::{PathParams, Query};
use super::shell::{Nav, Shell};
use super::texts::activity as texts;
use super::texts::errors;
use super::texts::filter::FilterError;
use super::visit::Visit;
use crate::catalog::Names;
use crate::database::DatabaseError;
use crate::domain::Action;
use crate::domain::search::SearchQuery;
use crate::ledger::{Activity, ActivityEntry, OutcomeKind};

use filter::ActivityFilter;
use row::{ActivityRow, target_id};

/// An option of a filter.
struct FilterOption {
    value: String,
    label: String,
    on: bool,
}

/// The list and its filter.
struct ActivityList {
    path: String,
    here: String,
    tag: String,
    poll: u32,
    person: String,
    pipeline: String,
    filters_pipeline: bool,
    days: DayFields,
    errors: Vec<FilterError>,
    workspaces: Vec<FilterOption>,
    actions: Vec<FilterOption>,
    outcomes: Vec<FilterOption>,
    filtered: bool,
    rows: Vec<ActivityRow>,
    newest: Option<String>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "activity/index.html")]
struct ActivityPage {
    shell: Shell,
    list: ActivityList,
}
#[derive(Template)]
#[template(path = "activity/live.html")]
struct ActivityLive<'a>(&'a ActivityPage);

live_page!(ActivityPage, ActivityLive);

#[derive(Template)]
#[template(path = "pipeline/activity.html")]
struct PipelineActivityPage {
    shell: Shell,
    head: PipelineHead,
    list: ActivityList,
}
#[derive(Template)]
#[template(path = "pipeline/activity_live.html")]
struct PipelineActivityLive<'a>(&'a PipelineActivityPage);

live_page!(PipelineActivityPage, PipelineActivityLive);

/// `/activity`: of every pipeline that the person may see.
pub async fn all(
    visit: Visit,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let workspaces = visit.catalog().workspaces(visit.scope());
    let shell = Shell::everywhere(&visit, Nav::Activity, texts::TITLE);
    let path = shell.links.activity();
    let mut filter = ActivityFilter::read(&query);
    filter.compare(workspaces.iter().map(|known| known.name.as_str()));
    let found = find(&visit, &shell, &filter).await?;
    let names = names(&visit, &found).await;
    let mut list = list(&visit, path, &query, &filter, (found, names), &htmx);
    list.filters_pipeline = true;
    if workspaces.len() > 1 {
        let choices = workspaces.into_iter().map(|known| FilterOption {
            on: filter.query.workspace.as_ref() == Some(&known.name),
            value: known.name.clone(),
            label: known.name,
        });
        list.workspaces = choices.collect();
    } else {
        list.rows.iter_mut().for_each(|row| row.workspace = None);
    }
    let tag = list.tag.clone();
    let mut response = live::respond(&htmx, &tag, None, || ActivityPage { shell, list });
    mark_wrong(&mut response, &htmx, !filter.errors.is_empty());
    Ok(response)
}

/// `/w/{ws}/pipelines/{pipeline}/activity`.
pub async fn of_pipeline(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, name.as_str());
    let reading = visit
        .catalog()
        .pipeline(visit.scope(), &ws, &name)
        .await
        .map_err(|error| PageError::read(shell.clone(), error, &name, ""))?;
    let shell = shell.about(&[&reading.value.named()]);
    let path = shell.links.pipeline_activity(&name);
    let mut filter = ActivityFilter::read(&query);
    let cannot_act = permission::cannot_act(&visit, &ws, &name).await;
    filter.query.workspace = Some(ws);
    filter.query.pipeline = Some(reading.value.name.clone());
    filter.query.pipeline_like = SearchQuery::default();
    let found = find(&visit, &shell, &filter).await?;
    let names = names(&visit, &found).await;
    let mut list = list(&visit, path, &query, &filter, (found, names), &htmx);
    for row in &mut list.rows {
        (row.workspace, row.pipeline) = (None, None);
    }
    let tag = list.tag.clone();
    let page = || PipelineActivityPage {
        head: PipelineHead {
            pipeline: reading.value,
            tab: PipelineTab::Activity,
            cannot_act,
        },
        shell,
        list,
    };
    let mut response = live::respond(&htmx, &tag, None, page);
    mark_wrong(&mut response, &htmx, !filter.errors.is_empty());
    Ok(response)
}

async fn find(
    visit: &Visit,
    shell: &Shell,
    filter: &ActivityFilter,
) -> Result<Activity, PageError> {
    if !filter.errors.is_empty() {
        return Ok(Activity::default());
    }
    let found = visit.ledger().activity(visit.scope(), &filter.query).await;
    found.map_err(|error: DatabaseError| {
        tracing::error!("Cannot read the activity: {error}");
        PageError::new(
            shell.clone(),
            StatusCode::SERVICE_UNAVAILABLE,
            errors::ACTIVITY_UNREADABLE,
        )
    })
}

/// What the pipelines and executions of these entries are called now, by workspace.
async fn names(visit: &Visit, found: &Activity) -> HashMap<String, Names> {
    let mut wanted: HashMap<&str, (Vec<String>, Vec<String>)> = HashMap::new();
    for entry in &found.entries {
        let Some(workspace) = &entry.workspace else {
            continue;
        };
        let (pipelines, executions) = wanted.entry(workspace).or_default();
        pipelines.extend(entry.pipeline.clone());
        executions.extend(target_id(entry).map(str::to_owned));
    }
    let mut names = HashMap::new();
    for (workspace, (pipelines, executions)) in wanted {
        let catalog = visit.catalog();
        let known = catalog.names(visit.scope(), workspace, &pipelines, &executions);
        names.insert(workspace.to_owned(), known.await);
    }
    names
}

fn list(
    visit: &Visit,
    path: String,
    query: &QueryPairs,
    filter: &ActivityFilter,
    (found, names): (Activity, HashMap<String, Names>),
    htmx: &HtmxRequest,
) -> ActivityList {
    let ActivityFilter {
        query: chosen,
        days,
        errors,
    } = filter;
    let (here, unknown) = (paging::current(&path, query), Names::default());
    let older = found
        .older
        .map(|seq| paging::with_param(&path, query, "before", &seq.to_string()));
    let open = |entry: &ActivityEntry| entry.outcome == OutcomeKind::Open;
    let is_open = found.entries.iter().any(open);
    let rows: Vec<ActivityRow> = found
        .entries
        .into_iter()
        .map(|entry| {
            let known = entry.workspace.as_ref().and_then(|ws| names.get(ws));
            ActivityRow::of(visit, entry, known.unwrap_or(&unknown))
        })
        .collect();
    let fields = [
        "person", "pipeline", "ws", "action", "outcome", "from", "to",
    ];
    ActivityList {
        tag: polling_tag(&rows, htmx),
        // Newer entries appear on the first page only.
        poll: live::interval_while(chosen.before.is_none() || is_open),
        filtered: fields.iter().any(|field| !query.text(field).is_empty()),
        person: chosen.person_like.as_str().to_owned(),
        pipeline: chosen.pipeline_like.as_str().to_owned(),
        filters_pipeline: false,
        days: days.clone(),
        errors: errors.clone(),
        workspaces: Vec::new(),
        actions: actions(chosen.action),
        outcomes: outcomes(chosen.outcome),
        newest: chosen
            .before
            .map(|_| paging::with_param(&path, query, "before", "")),
        rows,
        older,
        here,
        path,
    }
}

fn actions(chosen: Option<Action>) -> Vec<FilterOption> {
    Action::ALL
        .into_iter()
        .map(|action| FilterOption {
            value: action.as_str().to_owned(),
            label: texts::action(action).to_owned(),
            on: chosen == Some(action),
        })
        .collect()
}

fn outcomes(chosen: Option<OutcomeKind>) -> Vec<FilterOption> {
    OutcomeKind::ALL
        .into_iter()
        .map(|kind| FilterOption {
            value: kind.as_str().to_owned(),
            label: texts::outcome(kind).to_owned(),
            on: chosen == Some(kind),
        })
        .collect()
}

/// Changes whenever the page does, except for ages.
fn polling_tag(rows: &[ActivityRow], htmx: &HtmxRequest) -> String {
    let mut digest = Sha256::new();
    digest.update(htmx.address.as_bytes());
    for row in rows {
        digest.update(row.seq.to_be_bytes());
        digest.update(row.outcome);
        for thing in [&row.target, &row.pipeline].into_iter().flatten() {
            digest.update(thing.named.title());
        }
    }
    hex::encode(&digest.finalize()[..9])
}
