//! Further information about an execution, and what people did to it.

use askama::Template;

use axum::response::Response;
use jiff::Timestamp;

use super::frame::{ExecutionTab, Frame, read};
use crate::catalog::ExecutionView;
use crate::domain::Named;
use crate::web::columns::Column;
use crate::web::error::PageError;
use crate::web::filters;
use crate::web::htmx::HtmxRequest;
use crate::web::live::{self, live_page};
use crate::web::request::PathParams;
use crate::web::shell::Shell;
use crate::web::texts::ledger as texts;
use crate::web::visit::Visit;

struct EntryRow {
    at: Timestamp,
    person: String,
    action: String,
    outcome: String,
    reason: String,
}

/// What a cell of the list of actions shows.
enum EntryCell {
    When,
    Who,
    Action,
    Outcome,
    Reason,
}

/// The columns of the list of actions, in order.
const ENTRY_COLUMNS: [Column<EntryCell>; 5] = [
    Column::new(EntryCell::When, "When").class("nowrap name"),
    Column::new(EntryCell::Who, "Who").labelled(),
    Column::new(EntryCell::Action, "Action").labelled(),
    Column::new(EntryCell::Outcome, "Outcome")
        .class("wide")
        .labelled(),
    Column::new(EntryCell::Reason, "Reason").class("wide full"),
];

#[derive(Template)]
#[template(path = "execution/page.html")]
struct InformationPage {
    shell: Shell,
    frame: Frame,
    facts: Vec<(&'static str, String)>,
    entries: Vec<EntryRow>,
}
#[derive(Template)]
#[template(path = "execution/information.html")]
struct InformationLive<'a>(&'a InformationPage);

live_page!(InformationPage, InformationLive);

/// `…/executions/{id}/information`.
pub async fn information(
    visit: Visit,
    PathParams([ws, name, id]): PathParams<3>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, &id).await?;
    let facts = facts(&reading.value);
    let entries = entries(&visit, &ws, &reading.value.execution.arn).await;
    let (frame, shell) = Frame::of(
        &visit,
        &ws,
        shell,
        &reading,
        ExecutionTab::Information,
        &htmx,
    )
    .await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    Ok(live::respond(&htmx, &tag, as_of, || InformationPage {
        shell,
        frame,
        facts,
        entries,
    }))
}

/// What people did to it. Without the ledger the rest of the page is still of use.
async fn entries(visit: &Visit, ws: &str, arn: &str) -> Vec<EntryRow> {
    let entries = visit.ledger().of_execution(visit.scope(), ws, arn).await;
    entries
        .unwrap_or_default()
        .into_iter()
        .map(|entry| EntryRow {
            at: entry.at,
            outcome: texts::outcome(entry.outcome.as_ref()),
            person: entry.person,
            action: entry.action.as_str().to_owned(),
            reason: entry.reason.unwrap_or_default(),
        })
        .collect()
}

fn facts(view: &ExecutionView) -> Vec<(&'static str, String)> {
    let execution = &view.execution;
    let selected = execution.selected_steps.iter();
    let selected = selected.map(|name| Named::step(name, view.definition.as_deref()).spelled_out());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let all = [
        ("ARN", execution.arn.clone()),
        ("ID", execution.id().to_owned()),
        ("Name", text(&execution.display_name)),
        ("Description", text(&execution.description)),
        ("Status", execution.status.as_str().to_owned()),
        ("Failure reason", text(&execution.failure_reason)),
        (
            "Pipeline version",
            execution.version.map(|v| v.to_string()).unwrap_or_default(),
        ),
        ("Studio profile", text(&execution.created_by.user_profile)),
        ("Created by", text(&execution.created_by.iam_arn)),
        ("Last modified by", text(&execution.modified_by.iam_arn)),
        (
            "Max. parallel steps",
            execution
                .max_parallel_steps
                .map(|n| n.to_string())
                .unwrap_or_default(),
        ),
        ("Selected steps", selected.collect::<Vec<_>>().join(", ")),
        ("Reuses results of", text(&execution.source_execution_arn)),
        ("Experiment", text(&execution.experiment)),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}
