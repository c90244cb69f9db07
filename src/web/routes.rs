//! Every address of the console, read like a table of contents.

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};

use super::mount::MountContext;
use super::needs::{Needs, Table};
use super::request::PathParams;
use super::{
    AppState, actions, activity, assets, create, error_page, execution, executions, graph, me,
    models, pipeline, pipelines, step,
};
use crate::access::Role;
use crate::domain::Action;

/// What a create form may hold, in bytes: 200 parameters of 1,024 characters must fit, encoded.
const CREATE_LIMIT: usize = 4 * 1024 * 1024;
/// What any other form may hold, in bytes.
const FORM_LIMIT: usize = 64 * 1024;

/// Whoever is known may look.
const ANYONE: Needs = Needs::Person;
/// Whoever may see something in the workspace.
const MEMBER: Needs = Needs::Workspace;
/// Whoever may see the pipeline.
const VIEWER: Needs = Needs::Pipeline(Role::Viewer);
/// Whoever may act on the pipeline.
const OPERATOR: Needs = Needs::Pipeline(Role::Operator);

/// The console's pages over this state; without those that change anything where it is `read_only`.
pub fn router(state: AppState, read_only: bool) -> Router {
    table(state.clone(), read_only)
        .into_router()
        .fallback(no_such_page)
        .with_state(state)
}

fn table(state: AppState, read_only: bool) -> Table {
    let table = Table::new(state)
        .at("/", ANYONE, get(pipelines::home))
        .at("/me", ANYONE, get(me::page))
        .at("/activity", ANYONE, get(activity::all))
        .at("/static/{file}", ANYONE, get(asset))
        .at("/w/{ws}/pipelines", MEMBER, get(pipelines::list))
        .at("/w/{ws}/models", MEMBER, get(models::list))
        .at(PIPELINE, VIEWER, get(executions::pipeline))
        .below(PIPELINE, "/executions", VIEWER, get(executions::list))
        .below(PIPELINE, "/graph", VIEWER, get(graph::page))
        .below(PIPELINE, "/graph.svg", VIEWER, get(graph::svg))
        .below(PIPELINE, "/parameters", VIEWER, get(pipeline::parameters))
        .below(PIPELINE, "/definition", VIEWER, get(pipeline::definition))
        .below(
            PIPELINE,
            "/definition.json",
            VIEWER,
            get(pipeline::definition_json),
        )
        .below(PIPELINE, "/activity", VIEWER, get(activity::of_pipeline))
        .below(PIPELINE, "/information", VIEWER, get(pipeline::information))
        .at(EXECUTION, VIEWER, get(execution::graph))
        .below(EXECUTION, "/graph.svg", VIEWER, get(execution::svg))
        .below(EXECUTION, "/steps", VIEWER, get(execution::steps))
        .below(EXECUTION, "/steps/{step}", VIEWER, get(step::page))
        .below(EXECUTION, "/parameters", VIEWER, get(execution::parameters))
        .below(
            EXECUTION,
            "/information",
            VIEWER,
            get(execution::information),
        );
    if read_only { table } else { acting(table) }
}

/// One pipeline.
const PIPELINE: &str = "/w/{ws}/pipelines/{pipeline}";
/// One execution.
const EXECUTION: &str = "/w/{ws}/pipelines/{pipeline}/executions/{id}";

/// The forms of actions, and the actions.
fn acting(table: Table) -> Table {
    let create = post(create::submit).layer(DefaultBodyLimit::max(CREATE_LIMIT));
    let table = table
        .below(PIPELINE, "/executions/new", OPERATOR, get(create::form))
        .below(PIPELINE, "/executions", OPERATOR, create);
    [
        ("/stop", Action::Stop),
        ("/resume", Action::Resume),
        ("/retry", Action::Retry),
    ]
    .into_iter()
    .fold(table, |table, (path, action)| {
        let act = actions::carry_out(action).layer(DefaultBodyLimit::max(FORM_LIMIT));
        table
            .below(EXECUTION, path, OPERATOR, actions::confirm(action))
            .below(EXECUTION, path, OPERATOR, act)
    })
}

async fn asset(
    place: MountContext,
    PathParams([file]): PathParams<1>,
    headers: HeaderMap,
) -> Response<Body> {
    match assets::serve(&file, &headers) {
        Some(response) => response,
        None => no_such_page(place).await,
    }
}

async fn no_such_page(place: MountContext) -> Response<Body> {
    error_page(
        &place,
        StatusCode::NOT_FOUND,
        "No such page",
        "There is nothing at this address. Check the link it came from.",
    )
}
