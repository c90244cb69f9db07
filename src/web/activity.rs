//! What people did: in all workspaces, and with one pipeline.

mod row;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::error::PageError;
use super::filter::{self, day};
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
use super::texts::errors::{self, FilterError, link};
use super::visit::Visit;
use crate::database::DatabaseError;
use crate::domain::search::SearchQuery;
use crate::domain::{Action, Arn};
use crate::ledger::{Activity, ActivityEntry, ActivityQuery, OutcomeKind};

use row::ActivityRow;

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
    from: String,
    to: String,
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
    let filter = read(&query).map_err(|error| unreadable(&shell, &path, &error))?;
    let found = find(&visit, &shell, &filter).await?;
    let mut list = list(&visit, path, &query, &filter, found, &htmx);
    list.filters_pipeline = true;
    if workspaces.len() > 1 {
        let choices = workspaces.into_iter().map(|known| FilterOption {
            on: filter.workspace.as_ref() == Some(&known.name),
            value: known.name.clone(),
            label: known.name,
        });
        list.workspaces = choices.collect();
    } else {
        list.rows.iter_mut().for_each(|row| row.workspace = None);
    }
    let tag = list.tag.clone();
    Ok(live::respond(&htmx, &tag, None, || ActivityPage {
        shell,
        list,
    }))
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
    let path = shell.links.pipeline_activity(&name);
    let filter = read(&query).map_err(|error| unreadable(&shell, &path, &error))?;
    let cannot_act = permission::cannot_act(&visit, &ws, &name).await;
    let filter = ActivityQuery {
        workspace: Some(ws),
        pipeline: Some(reading.value.name.clone()),
        pipeline_like: SearchQuery::default(),
        ..filter
    };
    let found = find(&visit, &shell, &filter).await?;
    let mut list = list(&visit, path, &query, &filter, found, &htmx);
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
    Ok(live::respond(&htmx, &tag, None, page))
}

async fn find(visit: &Visit, shell: &Shell, filter: &ActivityQuery) -> Result<Activity, PageError> {
    let found = visit.ledger().activity(visit.scope(), filter).await;
    found.map_err(|error: DatabaseError| {
        tracing::error!("Cannot read the activity: {error}");
        PageError::new(
            shell.clone(),
            StatusCode::SERVICE_UNAVAILABLE,
            errors::ACTIVITY_UNREADABLE,
        )
    })
}

fn list(
    visit: &Visit,
    path: String,
    query: &QueryPairs,
    filter: &ActivityQuery,
    found: Activity,
    htmx: &HtmxRequest,
) -> ActivityList {
    let here = paging::current(&path, query);
    let older = found
        .older
        .map(|seq| paging::with_param(&path, query, "before", &seq.to_string()));
    let open = |entry: &ActivityEntry| entry.outcome == OutcomeKind::Open;
    let fields = [
        "person", "pipeline", "ws", "action", "outcome", "from", "to",
    ];
    ActivityList {
        tag: polling_tag(&found, htmx),
        // Newer entries appear on the first page only.
        poll: live::interval(filter.before.is_none() || found.entries.iter().any(open)),
        filtered: fields.iter().any(|field| !query.text(field).is_empty()),
        person: filter.person_like.as_str().to_owned(),
        pipeline: filter.pipeline_like.as_str().to_owned(),
        filters_pipeline: false,
        from: query.text("from").to_owned(),
        to: query.text("to").to_owned(),
        workspaces: Vec::new(),
        actions: actions(filter.action),
        outcomes: outcomes(filter.outcome),
        newest: filter
            .before
            .map(|_| paging::with_param(&path, query, "before", "")),
        rows: found
            .entries
            .into_iter()
            .map(|entry| ActivityRow::of(visit, entry))
            .collect(),
        older,
        here,
        path,
    }
}

fn actions(chosen: Option<Action>) -> Vec<FilterOption> {
    [Action::Start, Action::Stop, Action::Resume, Action::Retry]
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
fn polling_tag(found: &Activity, htmx: &HtmxRequest) -> String {
    let mut digest = Sha256::new();
    digest.update(htmx.address.as_bytes());
    for entry in &found.entries {
        digest.update(entry.seq.to_be_bytes());
        digest.update(entry.outcome.as_str());
    }
    hex::encode(&digest.finalize()[..9])
}

fn read(query: &QueryPairs) -> Result<ActivityQuery, FilterError> {
    let chosen = |name: &str| Some(query.text(name)).filter(|text| !text.is_empty());
    Ok(ActivityQuery {
        workspace: chosen("ws").map(str::to_owned),
        pipeline: None,
        pipeline_like: named(query.text("pipeline")),
        person_like: query.text("person").into(),
        action: match chosen("action") {
            None => None,
            Some(word) => {
                Some(Action::parse(word).ok_or_else(|| FilterError::Action(word.to_owned()))?)
            }
        },
        outcome: match chosen("outcome") {
            None => None,
            Some(word) => Some(
                OutcomeKind::parse(word).ok_or_else(|| FilterError::Outcome(word.to_owned()))?,
            ),
        },
        from: day(query.text("from"), false)?,
        to: day(query.text("to"), true)?,
        before: match chosen("before") {
            None => None,
            Some(text) => Some(
                text.parse()
                    .map_err(|_| FilterError::Page(text.to_owned()))?,
            ),
        },
    })
}

/// A search for a pipeline by its name, also by its ARN or that of an execution: records hold names.
fn named(text: &str) -> SearchQuery {
    let name =
        Arn::parse_pipeline(text.trim()).and_then(|arn| arn.resource_name().split('/').next());
    name.unwrap_or(text).into()
}

fn unreadable(shell: &Shell, path: &str, error: &FilterError) -> PageError {
    filter::unreadable(shell, error).link(path.to_owned(), link::ALL_ACTIVITY)
}
