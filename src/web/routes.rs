//! Every address of the console, read like a table of contents.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{MethodRouter, get};

use super::request::Address;
use super::{
    AppState, actions, assets, create, error_page, execution, executions, graph, models, pipeline,
    pipelines, step,
};
use crate::execution::Action;

/// What a create form may hold, in bytes: 200 parameters of 1,024 characters must fit, encoded.
const CREATE_LIMIT: usize = 4 * 1024 * 1024;
/// What any other form may hold, in bytes.
const FORM_LIMIT: usize = 64 * 1024;

/// The console's pages over this state.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/", get(pipelines::home))
        .route("/w/{ws}/pipelines", get(pipelines::list))
        .route("/w/{ws}/pipelines/{pipeline}", get(executions::pipeline))
        .route(
            "/w/{ws}/pipelines/{pipeline}/executions",
            get(executions::list)
                .post(create::submit)
                .layer(DefaultBodyLimit::max(CREATE_LIMIT)),
        )
        .route(
            "/w/{ws}/pipelines/{pipeline}/executions/new",
            get(create::form),
        )
        .route("/w/{ws}/pipelines/{pipeline}/graph", get(graph::page))
        .route("/w/{ws}/pipelines/{pipeline}/graph.svg", get(graph::svg))
        .route(
            "/w/{ws}/pipelines/{pipeline}/parameters",
            get(pipeline::parameters),
        )
        .route(
            "/w/{ws}/pipelines/{pipeline}/definition",
            get(pipeline::definition),
        )
        .route(
            "/w/{ws}/pipelines/{pipeline}/definition.json",
            get(pipeline::definition_json),
        )
        .route(
            "/w/{ws}/pipelines/{pipeline}/information",
            get(pipeline::information),
        )
        .nest(EXECUTION, one_execution())
        .route("/w/{ws}/models", get(models::list))
        .route("/static/{file}", get(asset))
        .fallback(no_such_page)
        .with_state(state)
}

/// Below this stands everything of one execution.
const EXECUTION: &str = "/w/{ws}/pipelines/{pipeline}/executions/{id}";

fn one_execution() -> Router<AppState> {
    Router::new()
        .route("/", get(execution::graph))
        .route("/graph.svg", get(execution::svg))
        .route("/steps", get(execution::steps))
        .route("/steps/{step}", get(step::page))
        .route("/parameters", get(execution::parameters))
        .route("/information", get(execution::information))
        .route("/stop", acting(Action::Stop))
        .route("/resume", acting(Action::Resume))
        .route("/retry", acting(Action::Retry))
}

fn acting(action: Action) -> MethodRouter<AppState> {
    actions::route(action).layer(DefaultBodyLimit::max(FORM_LIMIT))
}

async fn asset(
    State(_): State<AppState>,
    Address([file]): Address<1>,
    headers: HeaderMap,
) -> Response<Body> {
    match assets::serve(&file, &headers) {
        Some(response) => response,
        None => no_such_page().await,
    }
}

async fn no_such_page() -> Response<Body> {
    error_page(
        StatusCode::NOT_FOUND,
        "No such page",
        "There is nothing at this address. Check the link it came from.",
    )
}
