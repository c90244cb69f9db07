//! Stop, resume and retry: the confirmation of each, and carrying it out.

mod confirmation;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};

use self::confirmation::Confirmation;
use super::action_error::{self, ActionResponse, FormError};
use super::error::{PageError, part_or_page};
use super::filters;
use super::htmx::HtmxRequest;
use super::live::page_part;
use super::query::QueryPairs;
use super::request::{Form, PathParams, Query, RefusedForm};
use super::shell::{Nav, Shell};
use super::state::AppState;
use super::texts::actions as texts;
use super::texts::errors::{PageText, link};
use super::texts::not_applicable;
use super::visit::Visit;
use super::{all_executions, execution, executions, graph};
use crate::catalog::{ExecutionView, ReadError};
use crate::domain::{Action, Named, NotApplicable};
use crate::ledger::{self, RequestedAction};

/// Characters of a reason at most.
const MAX_REASON_CHARS: usize = 300;

#[derive(Template)]
#[template(path = "action/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    dialog: bool,
    pipeline: Named,
    execution: Named,
    back: String,
    post: String,
    ticket: String,
    confirmation: Confirmation,
    form_error: Option<FormError>,
    reason: String,
    reason_error: Option<String>,
}

#[derive(Template)]
#[template(path = "action/sheet.html")]
struct ConfirmSheet<'a>(&'a ConfirmPage);

page_part!(ConfirmPage, ConfirmSheet);

impl ConfirmPage {
    /// Whether a button has the focus: nothing was refused. For an action that warns it is the one
    /// that cancels, so that Enter alone stops nothing.
    fn buttons_have_focus(&self) -> bool {
        self.form_error.is_none() && self.reason_error.is_none()
    }

    fn respond(&self, status: StatusCode) -> Response {
        part_or_page(status, self.dialog.then(|| self.part().render()), self)
    }
}

/// One request to do something to an execution.
struct ActionRequest<'a> {
    visit: &'a Visit,
    action: Action,
    ws: &'a str,
    name: &'a str,
    id: &'a str,
    htmx: &'a HtmxRequest,
    shell: Shell,
}

/// The confirmation of an action.
pub fn confirm(action: Action) -> MethodRouter<AppState> {
    get(
        move |visit: Visit,
              PathParams([ws, name, id]): PathParams<3>,
              htmx: HtmxRequest,
              refused: Option<RefusedForm>| async move {
            let request = ActionRequest::new(&visit, action, [&ws, &name, &id], &htmx);
            let reason = refused
                .as_ref()
                .map_or("", |form| form.posted.text("reason"));
            let error = refused.as_ref().map(|form| FormError::from(form.error));
            let status = error.as_ref().map_or(StatusCode::OK, |error| error.status);
            match request.confirmation(reason.to_owned(), None, error).await {
                Ok(page) => page.respond(status),
                Err(error) => error.respond(&htmx),
            }
        },
    )
}

/// The action itself.
pub fn carry_out(action: Action) -> MethodRouter<AppState> {
    post(
        move |visit: Visit,
              PathParams([ws, name, id]): PathParams<3>,
              htmx: HtmxRequest,
              Form(posted): Form| async move {
            let request = ActionRequest::new(&visit, action, [&ws, &name, &id], &htmx);
            match request.act(&posted).await {
                Ok(response) => response,
                Err(error) => error.respond(&htmx),
            }
        },
    )
}

impl<'a> ActionRequest<'a> {
    fn new(
        visit: &'a Visit,
        action: Action,
        [ws, name, id]: [&'a str; 3],
        htmx: &'a HtmxRequest,
    ) -> Self {
        Self {
            shell: Shell::new(visit, ws, Nav::Pipelines, texts::question(action)),
            visit,
            action,
            ws,
            name,
            id,
            htmx,
        }
    }

    fn back(&self) -> String {
        self.shell.links.execution(self.name, self.id)
    }

    async fn view(&self) -> Result<ExecutionView, PageError> {
        let catalog = self.visit.catalog();
        let read = catalog
            .execution(self.visit.scope(), self.ws, self.name, self.id)
            .await;
        match read {
            Ok(reading) => Ok(reading.value),
            Err(error) => Err(self.read_error(error)),
        }
    }

    fn read_error(&self, error: ReadError) -> PageError {
        PageError::read(self.shell.clone(), error, self.name, self.id)
    }

    /// The confirmation, or why there is nothing to confirm.
    async fn confirmation(
        &self,
        reason: String,
        reason_error: Option<String>,
        form_error: Option<FormError>,
    ) -> Result<ConfirmPage, PageError> {
        let view = self.view().await?;
        let ended_in_fail_step = view.ended_in_fail_step == Some(true);
        if let Err(reason) = self
            .action
            .applies(&view.execution.status, ended_in_fail_step)
        {
            return Err(self.not_applicable(&view, reason));
        }
        let links = &self.shell.links;
        Ok(ConfirmPage {
            dialog: self.htmx.partial,
            pipeline: view.pipeline.named(),
            execution: view.execution.named(),
            back: self.back(),
            post: links.action(self.name, self.id, self.action),
            ticket: self
                .visit
                .ledger()
                .ticket(self.visit.scope(), self.action, self.ws, self.id),
            confirmation: Confirmation::of(self.action, &view, links),
            shell: self.shell.clone(),
            form_error,
            reason,
            reason_error,
        })
    }

    /// The action does not apply, or no longer does.
    fn not_applicable(&self, view: &ExecutionView, reason: NotApplicable) -> PageError {
        let links = &self.shell.links;
        let error = PageError::new(
            self.shell.clone(),
            StatusCode::CONFLICT,
            PageText::about(
                texts::nothing_to_do(self.action),
                not_applicable(reason).to_owned(),
            ),
        )
        .link(self.back(), link::show(&view.execution.named()));
        if view.execution.status.is_terminal() {
            error.link(links.run_again(self.name, self.id), link::RUN_AGAIN)
        } else {
            error
        }
    }

    async fn act(&self, posted: &QueryPairs) -> Result<Response, PageError> {
        let reason = posted.text("reason").trim().to_owned();
        let length = reason.chars().count();
        if length > MAX_REASON_CHARS {
            let error = texts::too_long(MAX_REASON_CHARS, length);
            let page = self.confirmation(reason, Some(error), None).await?;
            return Ok(page.respond(StatusCode::UNPROCESSABLE_ENTITY));
        }
        let request = ledger::ActionRequest {
            workspace: self.ws.to_owned(),
            pipeline_name: self.name.to_owned(),
            action: RequestedAction::Change {
                action: self.action,
                execution_id: self.id.to_owned(),
                reason: Some(reason.clone()).filter(|text| !text.is_empty()),
            },
        };
        let ledger = self.visit.ledger();
        let ticket = posted.text("ticket");
        let error = match ledger.act(self.visit.scope(), ticket, request).await {
            Ok(_) => return self.done().await,
            Err(error) => error,
        };
        match action_error::response_to(error) {
            ActionResponse::Form(error) => self.form_again(reason, error).await,
            ActionResponse::Unknown(failure) => Err(action_error::outcome_unknown(
                self.shell.clone(),
                self.action,
                self.name,
                failure,
            )
            .link(self.back(), link::EXECUTION)
            .with_resend(
                self.shell.links.action(self.name, self.id, self.action),
                posted,
            )),
            ActionResponse::ReadError(error) => Err(self.read_error(error)),
        }
    }

    /// The confirmation again with its error; where there is nothing left to confirm, the error
    /// alone.
    async fn form_again(&self, reason: String, error: FormError) -> Result<Response, PageError> {
        let FormError {
            status,
            sentence,
            aws_error,
        } = error.clone();
        match self.confirmation(reason, None, Some(error)).await {
            Ok(page) => Ok(page.respond(status)),
            Err(not_applicable) if status == StatusCode::CONFLICT => Err(not_applicable),
            Err(_) => {
                let shell = self.shell.clone();
                let text = PageText::about(texts::NOTHING_DONE, sentence);
                let error = PageError::new(shell, status, text).link(self.back(), link::EXECUTION);
                Err(match aws_error {
                    Some(aws_error) => error.caused_by(aws_error),
                    None => error,
                })
            }
        }
    }

    async fn done(&self) -> Result<Response, PageError> {
        if !self.htmx.partial {
            return Ok(Redirect::to(&self.back()).into_response());
        }
        let mut response = self.live().await?.into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            ("hx-retarget", "#live"),
            ("hx-reswap", "outerMorph"),
            ("hx-trigger", "sluicegate:done"),
        ] {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        Ok(response)
    }

    /// The live region of the current page, as its next poll would return it; that of the execution's
    /// first page where the current page has none.
    async fn live(&self) -> Result<Response, PageError> {
        let (links, name, id) = (&self.shell.links, self.name, self.id);
        let current = self.htmx.current_page.as_deref().unwrap_or_default();
        let (path, query) = current.split_once('?').unwrap_or((current, ""));
        let query = QueryPairs::read(query.as_bytes());
        let htmx = HtmxRequest {
            partial: true,
            tag: None,
            target: Some("live".to_owned()),
            current_page: self.htmx.current_page.clone(),
            address: current.to_owned(),
            rendered: self.htmx.rendered.clone(),
        };
        let (visit, ws) = (self.visit, self.ws);
        let is_current = |address: String| address.split('?').next() == Some(path);
        if is_current(links.executions(name)) {
            return executions::respond(visit, ws, name, &query, &htmx).await;
        }
        if is_current(links.all_executions()) {
            return all_executions::respond(visit, ws, &query, &htmx).await;
        }
        if is_current(links.graph(name)) {
            return graph::respond(visit, ws, name, &query, &htmx).await;
        }
        let address = PathParams([ws, name, id].map(str::to_owned));
        if is_current(links.steps(name, id)) {
            return execution::steps(visit.clone(), address, Query(query), htmx).await;
        }
        if is_current(links.execution_parameters(name, id)) {
            return execution::parameters(visit.clone(), address, htmx).await;
        }
        if is_current(links.execution_information(name, id)) {
            return execution::information(visit.clone(), address, htmx).await;
        }
        let back = self.back();
        let (query, address) = if is_current(back.clone()) {
            (query, htmx.address.clone())
        } else {
            (QueryPairs::default(), back)
        };
        let htmx = HtmxRequest { address, ..htmx };
        execution::respond(visit, ws, name, id, &query, &htmx).await
    }
}
