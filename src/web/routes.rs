//! Every address of the console, read like a table of contents.

use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Response};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::error::PageError;
use super::recent_looks::{RecentLooks, answer};
use super::rendered::RenderedPages;
use super::request::PathParams;
use super::route_access::{GuardedRoutes, RequiredAccess};
use super::state::AppState;
use super::visit::Visit;
use super::{
    actions, activity, all_executions, assets, create, execution, executions, graph, me, models,
    pipeline, pipelines, step,
};
use crate::access::Role;
use crate::domain::Action;

/// Bytes of a create form at most: 200 parameters of 1,024 characters must fit, encoded.
const MAX_CREATE_FORM_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of any other form at most.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// Anybody who is signed in.
const ANYONE: RequiredAccess = RequiredAccess::Person;
/// People who may see something in the workspace.
const MEMBER: RequiredAccess = RequiredAccess::Workspace;
/// People who may see the pipeline.
const VIEWER: RequiredAccess = RequiredAccess::Pipeline(Role::Viewer);
/// People who may act on the pipeline.
const OPERATOR: RequiredAccess = RequiredAccess::Pipeline(Role::Operator);

/// The console's pages; a `read_only` console has none that change anything.
pub fn router(state: AppState, read_only: bool) -> Router {
    let looks = (state.clone(), RecentLooks::default());
    guarded_routes(state.clone(), read_only)
        .into_router()
        .fallback(no_such_page)
        .layer(from_fn_with_state(looks, answer))
        .layer(Extension(RenderedPages::default()))
        .with_state(state)
}

fn guarded_routes(state: AppState, read_only: bool) -> GuardedRoutes {
    let table = GuardedRoutes::new(state)
        .at("/", ANYONE, get(pipelines::home))
        .at("/me", ANYONE, get(me::page))
        .at("/activity", ANYONE, get(activity::all))
        .at("/static/{file}", ANYONE, get(asset))
        .at("/w/{ws}", MEMBER, get(pipelines::workspace))
        .at("/w/{ws}/pipelines", MEMBER, get(pipelines::list))
        .at("/w/{ws}/executions", MEMBER, get(all_executions::list))
        .at("/w/{ws}/executions.csv", MEMBER, get(all_executions::csv))
        .at("/w/{ws}/executions.json", MEMBER, get(all_executions::json))
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
        .below(EXECUTION, "/steps/{step}/{tab}", VIEWER, get(step::tab))
        .below(EXECUTION, "/parameters", VIEWER, get(execution::parameters))
        .below(
            EXECUTION,
            "/information",
            VIEWER,
            get(execution::information),
        );
    if read_only {
        table
    } else {
        with_actions(table)
    }
}

/// One pipeline.
const PIPELINE: &str = "/w/{ws}/pipelines/{pipeline}";
/// One execution.
const EXECUTION: &str = "/w/{ws}/pipelines/{pipeline}/executions/{id}";

/// The forms of actions, and the actions.
fn with_actions(table: GuardedRoutes) -> GuardedRoutes {
    let create = post(create::submit).layer(DefaultBodyLimit::max(MAX_CREATE_FORM_BYTES));
    let check = post(create::check).layer(DefaultBodyLimit::max(MAX_CREATE_FORM_BYTES));
    let table = table
        .below(PIPELINE, "/executions/new", OPERATOR, get(create::form))
        .below(PIPELINE, "/executions/new", OPERATOR, check)
        .below(PIPELINE, "/executions", OPERATOR, create);
    [
        ("/stop", Action::Stop),
        ("/resume", Action::Resume),
        ("/retry", Action::Retry),
    ]
    .into_iter()
    .fold(table, |table, (path, action)| {
        let act = actions::carry_out(action).layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
        table
            .below(EXECUTION, path, OPERATOR, actions::confirm(action))
            .below(EXECUTION, path, OPERATOR, act)
    })
}

/// The address of the form that is posted to this path.
pub fn form_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        ["", "w", _, "pipelines", _, "executions"] => Some(format!("{path}/new")),
        [
            "",
            "w",
            _,
            "pipelines",
            _,
            "executions",
            _,
            "stop" | "resume" | "retry",
        ] => Some(path.to_owned()),
        _ => None,
    }
}

async fn asset(
    visit: Visit,
    PathParams([file]): PathParams<1>,
    headers: HeaderMap,
) -> Response<Body> {
    match assets::serve(&file, &headers) {
        Some(response) => response,
        None => no_such_page(visit).await,
    }
}

/// An address that no route has.
async fn no_such_page(visit: Visit) -> Response<Body> {
    PageError::no_such_page(&visit).into_response()
}
