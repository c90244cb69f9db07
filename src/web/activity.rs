//! What people did: everywhere, and with one pipeline.

mod line;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::error::PageError;
use super::executions::day;
use super::fmt::filters;
use super::head::{Head, PipelineTab};
use super::live::{self, live_page};
use super::offer;
use super::paging;
use super::request::{HtmxRequest, PathParams, Query, QueryPairs};
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::database::DatabaseError;
use crate::domain::Action;
use crate::ledger::{Activity, ActivityQuery, OutcomeKind};

use line::Line;

/// One thing to choose in a filter.
struct Choice {
    value: String,
    label: String,
    on: bool,
}

/// The list and its filter.
struct List {
    path: String,
    here: String,
    tag: String,
    poll: u32,
    person: String,
    pipeline: String,
    asks_pipeline: bool,
    from: String,
    to: String,
    workspaces: Vec<Choice>,
    actions: Vec<Choice>,
    outcomes: Vec<Choice>,
    filtered: bool,
    lines: Vec<Line>,
    newest: Option<String>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "activity/index.html", blocks = ["live"])]
struct Page {
    shell: Shell,
    list: List,
}
live_page!(Page);

#[derive(Template)]
#[template(path = "pipeline/activity.html", blocks = ["live"])]
struct PipelinePage {
    shell: Shell,
    head: Head,
    list: List,
}
live_page!(PipelinePage);

/// `/activity`: of every pipeline that the person may see.
pub async fn all(
    visit: Visit,
    Query(query): Query,
    asking: HtmxRequest,
) -> Result<Response, PageError> {
    let seen = visit.catalog().workspaces(visit.scope());
    let shell = Shell::everywhere(&visit, Nav::Activity, "Activity");
    let path = shell.links.activity();
    let asked = read(&query).map_err(|sentence| unreadable(&shell, &path, sentence))?;
    let found = look(&visit, &shell, &asked).await?;
    let mut list = list(&visit, path, &query, &asked, found, &asking);
    list.asks_pipeline = true;
    if seen.len() > 1 {
        let choices = seen.into_iter().map(|known| Choice {
            on: asked.workspace.as_ref() == Some(&known.name),
            value: known.name.clone(),
            label: known.name,
        });
        list.workspaces = choices.collect();
    } else {
        list.lines.iter_mut().for_each(|line| line.workspace = None);
    }
    let tag = list.tag.clone();
    Ok(live::answer(&asking, &tag, None, &Page { shell, list }))
}

/// `/w/{ws}/pipelines/{pipeline}/activity`.
pub async fn of_pipeline(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    asking: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, name.as_str());
    let reading = visit
        .catalog()
        .pipeline(visit.scope(), &ws, &name)
        .await
        .map_err(|missing| PageError::missing(shell.clone(), missing, &name, ""))?;
    let path = shell.links.pipeline_activity(&name);
    let asked = read(&query).map_err(|sentence| unreadable(&shell, &path, sentence))?;
    let refused = offer::refused(&visit, &ws, &name).await;
    let asked = ActivityQuery {
        workspace: Some(ws),
        pipeline: Some(reading.value.name.clone()),
        pipeline_like: String::new(),
        ..asked
    };
    let found = look(&visit, &shell, &asked).await?;
    let mut list = list(&visit, path, &query, &asked, found, &asking);
    for line in &mut list.lines {
        (line.workspace, line.pipeline) = (None, None);
    }
    let tag = list.tag.clone();
    let page = PipelinePage {
        head: Head {
            pipeline: reading.value,
            tab: PipelineTab::Activity,
            refused,
        },
        shell,
        list,
    };
    Ok(live::answer(&asking, &tag, None, &page))
}

async fn look(visit: &Visit, shell: &Shell, asked: &ActivityQuery) -> Result<Activity, PageError> {
    let found = visit.ledger().activity(visit.scope(), asked).await;
    found.map_err(|error: DatabaseError| {
        tracing::error!("the activity cannot be read: {error}");
        PageError::new(
            shell.clone(),
            StatusCode::SERVICE_UNAVAILABLE,
            "The console's own database failed",
            "The console could not read its own records. Its log has the reason.",
        )
    })
}

fn list(
    visit: &Visit,
    path: String,
    query: &QueryPairs,
    asked: &ActivityQuery,
    found: Activity,
    asking: &HtmxRequest,
) -> List {
    let here = paging::same(&path, query);
    let older = found
        .older
        .map(|seq| paging::changed(&path, query, "before", &seq.to_string()));
    let open = |entry: &crate::ledger::ActivityEntry| entry.outcome == OutcomeKind::Open;
    let fields = [
        "person", "pipeline", "ws", "action", "outcome", "from", "to",
    ];
    List {
        tag: tag(&found, asking),
        // New entries appear on the first page only.
        poll: live::interval(asked.before.is_none() || found.entries.iter().any(open)),
        filtered: fields.iter().any(|field| !query.text(field).is_empty()),
        person: asked.person_like.clone(),
        pipeline: asked.pipeline_like.clone(),
        asks_pipeline: false,
        from: query.text("from").to_owned(),
        to: query.text("to").to_owned(),
        workspaces: Vec::new(),
        actions: actions(asked.action),
        outcomes: outcomes(asked.outcome),
        newest: asked
            .before
            .map(|_| paging::changed(&path, query, "before", "")),
        lines: found
            .entries
            .into_iter()
            .map(|entry| Line::of(visit, entry))
            .collect(),
        older,
        here,
        path,
    }
}

fn actions(chosen: Option<Action>) -> Vec<Choice> {
    [Action::Start, Action::Stop, Action::Resume, Action::Retry]
        .into_iter()
        .map(|action| Choice {
            value: action.as_str().to_owned(),
            label: line::did(action).to_owned(),
            on: chosen == Some(action),
        })
        .collect()
}

fn outcomes(chosen: Option<OutcomeKind>) -> Vec<Choice> {
    OutcomeKind::ALL
        .into_iter()
        .map(|kind| Choice {
            value: kind.as_str().to_owned(),
            label: line::word(kind).to_owned(),
            on: chosen == Some(kind),
        })
        .collect()
}

/// Changes when anything on the page does, but for ages.
fn tag(found: &Activity, asking: &HtmxRequest) -> String {
    let mut digest = Sha256::new();
    digest.update(asking.address.as_bytes());
    for entry in &found.entries {
        digest.update(entry.seq.to_be_bytes());
        digest.update(entry.outcome.as_str());
    }
    hex::encode(&digest.finalize()[..9])
}

fn read(query: &QueryPairs) -> Result<ActivityQuery, String> {
    let chosen = |name: &str| Some(query.text(name)).filter(|text| !text.is_empty());
    let odd = |what: &str, text: &str| format!("There is no {what} “{text}”.");
    Ok(ActivityQuery {
        workspace: chosen("ws").map(str::to_owned),
        pipeline: None,
        pipeline_like: query.text("pipeline").trim().to_owned(),
        person_like: query.text("person").trim().to_owned(),
        action: match chosen("action") {
            None => None,
            Some(word) => Some(Action::parse(word).ok_or_else(|| odd("action", word))?),
        },
        outcome: match chosen("outcome") {
            None => None,
            Some(word) => Some(OutcomeKind::parse(word).ok_or_else(|| odd("outcome", word))?),
        },
        from: day(query.text("from"), false)?,
        to: day(query.text("to"), true)?,
        before: match chosen("before") {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| odd("page", text))?),
        },
    })
}

fn unreadable(shell: &Shell, path: &str, sentence: String) -> PageError {
    PageError::new(
        shell.clone(),
        StatusCode::BAD_REQUEST,
        "This filter cannot be read",
        sentence,
    )
    .way(path.to_owned(), "Everything")
}
