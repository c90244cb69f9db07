//! What each route requires of a person before its handler runs. No route can be added without it.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};

use super::error::PageError;
use super::htmx::HtmxRequest;
use super::mount::MountContext;
use super::shell::{Nav, Shell};
use super::state::AppState;
use super::texts::access;
use super::texts::errors::{PageText, link};
use super::visit::Visit;
use crate::access::{Forbidden, Role};
use crate::catalog::{AccessError, ReadError};
use crate::ledger::{RejectedRequest, RejectionReason};

/// What a route requires of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredAccess {
    /// That they are signed in.
    Person,
    /// That they may see something in the workspace of the address.
    Workspace,
    /// That they have this role for the pipeline of the address.
    Pipeline(Role),
}

/// The routes, each with the access it requires.
pub struct GuardedRoutes {
    state: AppState,
    router: Router<AppState>,
    /// The paths that have a route.
    paths: BTreeSet<String>,
}

impl GuardedRoutes {
    /// Without any route.
    pub fn new(state: AppState) -> Self {
        Self {
            state,
            router: Router::new(),
            paths: BTreeSet::new(),
        }
    }

    /// With a route. A slash behind its path leads there.
    pub fn at(
        mut self,
        path: &str,
        required: RequiredAccess,
        handlers: MethodRouter<AppState>,
    ) -> Self {
        let guard = from_fn_with_state((self.state.clone(), required), check);
        let mut router = self.router.route(path, handlers.route_layer(guard));
        if path != "/" && self.paths.insert(path.to_owned()) {
            router = router.route(&format!("{path}/"), get(without_slash));
        }
        Self { router, ..self }
    }

    /// With a route below another.
    pub fn below(
        self,
        path: &str,
        rest: &str,
        required: RequiredAccess,
        handlers: MethodRouter<AppState>,
    ) -> Self {
        self.at(&format!("{path}{rest}"), required, handlers)
    }

    /// The router of these routes.
    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}

/// Leads from an address with a slash at its end to the one without.
async fn without_slash(mount: MountContext) -> Response {
    let (path, query) = match mount.address().split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (mount.address(), None),
    };
    let mut target = format!("{}{}", mount.base(), path.trim_end_matches('/'));
    if let Some(query) = query {
        target.push('?');
        target.push_str(query);
    }
    Redirect::permanent(&target).into_response()
}

async fn check(
    State((state, required)): State<(AppState, RequiredAccess)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = match Visit::from_request_parts(&mut parts, &state).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let named: Vec<String> = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(params) => params.iter().map(|(_, value)| value.to_owned()).collect(),
        // The handler's own extractor reports what is wrong with the address.
        Err(_) => Vec::new(),
    };
    let htmx = HtmxRequest::from_request_parts(&mut parts, &()).await;
    match refusal(&visit, required, &named).await {
        None => next.run(Request::from_parts(parts, body)).await,
        Some((error, reason)) => {
            let acts = parts.method != Method::GET && parts.method != Method::HEAD;
            // A reader may have mistyped an address; somebody who acts on it has not.
            if acts || reason != RejectionReason::NoSuch {
                record(&visit, &named, parts.uri.path(), reason).await;
            }
            error.respond(&htmx.unwrap_or_default())
        }
    }
}

/// Records that a request was refused.
async fn record(visit: &Visit, named: &[String], path: &str, reason: RejectionReason) {
    let scope = visit.scope();
    let refused = RejectedRequest {
        person: Some(scope.person()),
        origin: scope.request_origin(),
        action: None,
        workspace: named.first().map(String::as_str),
        pipeline: named.get(1).map(String::as_str),
        target: Some(path),
        reason,
        detail: None,
    };
    visit.ledger().record_rejection(refused).await;
}

/// Why this person is refused; `None` where they are not.
async fn refusal(
    visit: &Visit,
    required: RequiredAccess,
    named: &[String],
) -> Option<(PageError, RejectionReason)> {
    let (ws, pipeline) = match (required, named) {
        (RequiredAccess::Person, _) | (_, []) => return None,
        (RequiredAccess::Workspace, [ws, ..]) => (ws, None),
        (RequiredAccess::Pipeline(_), [ws]) => (ws, None),
        (RequiredAccess::Pipeline(role), [ws, pipeline, ..]) => (ws, Some((pipeline, role))),
    };
    let shell = || Shell::new(visit, ws, Nav::Pipelines, access::NOT_ALLOWED);
    if !visit.scope().sees_workspace(ws) {
        return Some((no_role(visit, shell()), RejectionReason::NoRole));
    }
    let (pipeline, role) = pipeline?;
    let denied = visit
        .catalog()
        .authorize(visit.scope(), ws, pipeline, role)
        .await
        .err()?;
    Some(match denied {
        AccessError::ReadError(error) => (
            PageError::read(shell(), error, pipeline, ""),
            RejectionReason::NoSuch,
        ),
        AccessError::Forbidden(Forbidden::ReadOnly) => (
            not_allowed(shell(), &Forbidden::ReadOnly, pipeline),
            RejectionReason::ReadOnly,
        ),
        AccessError::Forbidden(forbidden) => (
            not_allowed(shell(), &forbidden, pipeline),
            RejectionReason::NoRole,
        ),
    })
}

/// The workspace is reported as unknown, unless the person has no role anywhere.
fn no_role(visit: &Visit, shell: Shell) -> PageError {
    if !visit.catalog().workspaces(visit.scope()).is_empty() {
        return PageError::read(shell, ReadError::Workspace, "", "");
    }
    let links = shell.links.clone();
    PageError::new(shell, StatusCode::FORBIDDEN, access::NO_ROLE).link(links.me(), access::ME)
}

/// A pipeline that the person may see, but not act on.
fn not_allowed(shell: Shell, forbidden: &Forbidden, pipeline: &str) -> PageError {
    let links = shell.links.clone();
    let text = PageText::about(access::NOT_ALLOWED, access::forbidden(forbidden));
    PageError::new(shell, StatusCode::FORBIDDEN, text)
        .link(links.executions(pipeline), link::executions_of(pipeline))
        .link(links.me(), access::WHY)
}
