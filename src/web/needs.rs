//! What each route asks of a person before its handler runs. A route cannot be added without it.

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;

use super::AppState;
use super::error::PageError;
use super::request::HtmxRequest;
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::access::{Forbidden, Role};
use crate::catalog::{Denied, ReadError};
use crate::ledger::{RejectedRequest, RejectionReason};

/// What a route asks of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// That they are known.
    Person,
    /// That they may see something in the workspace of the address.
    Workspace,
    /// That they have this role for the pipeline of the address.
    Pipeline(Role),
}

/// The routes, each with what it asks.
pub struct Table {
    state: AppState,
    router: Router<AppState>,
}

impl Table {
    /// No route yet.
    pub fn new(state: AppState) -> Self {
        Self {
            state,
            router: Router::new(),
        }
    }

    /// With a route.
    pub fn at(self, path: &str, needs: Needs, handlers: MethodRouter<AppState>) -> Self {
        let guard = from_fn_with_state((self.state.clone(), needs), check);
        Self {
            router: self.router.route(path, handlers.route_layer(guard)),
            state: self.state,
        }
    }

    /// With a route below another.
    pub fn below(
        self,
        path: &str,
        rest: &str,
        needs: Needs,
        handlers: MethodRouter<AppState>,
    ) -> Self {
        self.at(&format!("{path}{rest}"), needs, handlers)
    }

    /// The router of these routes.
    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}

async fn check(
    State((state, needs)): State<(AppState, Needs)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = match Visit::from_request_parts(&mut parts, &state).await {
        Ok(visit) => visit,
        Err(refusal) => return refusal,
    };
    let named: Vec<String> = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(params) => params.iter().map(|(_, value)| value.to_owned()).collect(),
        // The handler's own extractor tells what is wrong with the address.
        Err(_) => Vec::new(),
    };
    let asking = HtmxRequest::from_request_parts(&mut parts, &()).await;
    match refusal(&visit, needs, &named).await {
        None => next.run(Request::from_parts(parts, body)).await,
        Some((error, reason)) => {
            let acts = parts.method != Method::GET && parts.method != Method::HEAD;
            // Who looks for what is not there may have mistyped it; who acts on it has not.
            if acts || reason != RejectionReason::NoSuch {
                note(&visit, &named, parts.uri.path(), reason).await;
            }
            error.answer(&asking.unwrap_or_default())
        }
    }
}

/// Writes down that somebody was not let on.
async fn note(visit: &Visit, named: &[String], path: &str, reason: RejectionReason) {
    let scope = visit.scope();
    let refused = RejectedRequest {
        person: Some(scope.person()),
        origin: scope.via(),
        action: None,
        workspace: named.first().map(String::as_str),
        pipeline: named.get(1).map(String::as_str),
        target: Some(path),
        reason,
        detail: None,
    };
    visit.ledger().record_rejection(refused).await;
}

/// Why this person is not let on; `None` where they are.
async fn refusal(
    visit: &Visit,
    needs: Needs,
    named: &[String],
) -> Option<(PageError, RejectionReason)> {
    let (ws, pipeline) = match (needs, named) {
        (Needs::Person, _) | (_, []) => return None,
        (Needs::Workspace, [ws, ..]) => (ws, None),
        (Needs::Pipeline(_), [ws]) => (ws, None),
        (Needs::Pipeline(role), [ws, pipeline, ..]) => (ws, Some((pipeline, role))),
    };
    let shell = || Shell::new(visit, ws, Nav::Pipelines, "Not allowed");
    if !visit.scope().sees_workspace(ws) {
        return Some((no_role(visit, shell()), RejectionReason::NoRole));
    }
    let (pipeline, role) = pipeline?;
    let denied = visit
        .catalog()
        .may(visit.scope(), ws, pipeline, role)
        .await
        .err()?;
    Some(match denied {
        Denied::ReadError(missing) => (
            PageError::missing(shell(), missing, pipeline, ""),
            RejectionReason::NoSuch,
        ),
        Denied::Forbidden(Forbidden::ReadOnly) => (
            not_allowed(shell(), &Forbidden::ReadOnly, pipeline),
            RejectionReason::ReadOnly,
        ),
        Denied::Forbidden(missed) => (
            not_allowed(shell(), &missed, pipeline),
            RejectionReason::NoRole,
        ),
    })
}

/// The workspace may not be known to exist; whoever has no role anywhere is told so.
fn no_role(visit: &Visit, shell: Shell) -> PageError {
    if !visit.catalog().workspaces(visit.scope()).is_empty() {
        return PageError::missing(shell, ReadError::Workspace, "", "");
    }
    let links = shell.links.clone();
    PageError::new(
        shell,
        StatusCode::FORBIDDEN,
        "You have no role here",
        "This console knows who you are, and none of its rules gives you or your groups anything. Whoever \
         runs it can add one.",
    )
    .way(links.me(), "Who I am here")
}

/// What they may not do with a pipeline that they may see.
fn not_allowed(shell: Shell, missed: &Forbidden, pipeline: &str) -> PageError {
    let links = shell.links.clone();
    PageError::new(
        shell,
        StatusCode::FORBIDDEN,
        "Not allowed",
        sentence(missed),
    )
    .way(
        links.executions(pipeline),
        format!("Executions of {pipeline}"),
    )
    .way(links.me(), "Why? Who I am here")
}

/// Why a person may not do something, in a sentence that tells who may.
pub fn sentence(missed: &Forbidden) -> String {
    let Forbidden::Lesser {
        standing,
        needed,
        denied_by,
        groups,
    } = missed
    else {
        return match missed {
            Forbidden::ReadOnly => "This console is set to change nothing.".to_owned(),
            _ => "This takes a role that you do not have.".to_owned(),
        };
    };
    let have = format!(
        "This takes the role {needed}; you are {} here.",
        standing.role
    );
    let who = match (denied_by, groups.as_slice()) {
        (Some(rule), _) => format!("Rule {rule} of the settings takes it away from you."),
        (None, []) => "No group has it for this pipeline.".to_owned(),
        (None, [group]) => format!("Members of the group {group} have it."),
        (None, groups) => format!("Members of these groups have it: {}.", groups.join(", ")),
    };
    format!("{have} {who}")
}
