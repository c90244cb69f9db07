//! Stop, resume, retry: what will happen to what, and doing it.

mod words;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};

use self::words::Words;
use super::error::{PageError, part_or_page};
use super::fmt::filters;
use super::refusal::{self, Answer, Refusal};
use super::request::{Form, HtmxRequest, PathParams, QueryPairs};
use super::shell::{Nav, Shell};
use super::texts::not_applicable;
use super::visit::Visit;
use super::{AppState, execution, executions, graph};
use crate::catalog::ExecutionView;
use crate::domain::Action;
use crate::ledger::{ActionRequest, RequestedAction};

/// Characters of a reason at most.
const REASON_MAX: usize = 300;

#[derive(Template)]
#[template(path = "action/confirm.html", blocks = ["sheet"])]
struct Page {
    shell: Shell,
    dialog: bool,
    pipeline: String,
    execution: String,
    back: String,
    post: String,
    ticket: String,
    words: Words,
    refusal: Option<Refusal>,
    reason: String,
    reason_fault: Option<String>,
}

impl Page {
    /// Whether the buttons are where to begin: nothing was refused. Of an action that warns it is
    /// the way back, so that Enter alone stops nothing.
    fn begins_here(&self) -> bool {
        self.refusal.is_none() && self.reason_fault.is_none()
    }

    fn answer(&self, status: StatusCode) -> Response {
        part_or_page(status, self.dialog.then(|| self.as_sheet().render()), self)
    }
}

/// One request to do something to an execution.
struct Ask<'a> {
    visit: &'a Visit,
    action: Action,
    ws: &'a str,
    name: &'a str,
    id: &'a str,
    asking: &'a HtmxRequest,
    shell: Shell,
}

/// The confirmation of an action.
pub fn confirm(action: Action) -> MethodRouter<AppState> {
    get(
        move |visit: Visit, PathParams([ws, name, id]): PathParams<3>, asking: HtmxRequest| async move {
            let ask = Ask::new(&visit, action, [&ws, &name, &id], &asking);
            match ask.confirmation(String::new(), None, None).await {
                Ok(page) => page.answer(StatusCode::OK),
                Err(error) => error.answer(&asking),
            }
        },
    )
}

/// The action itself.
pub fn carry_out(action: Action) -> MethodRouter<AppState> {
    post(
        move |visit: Visit,
              PathParams([ws, name, id]): PathParams<3>,
              asking: HtmxRequest,
              Form(posted): Form| async move {
            let ask = Ask::new(&visit, action, [&ws, &name, &id], &asking);
            match ask.act(&posted).await {
                Ok(response) => response,
                Err(error) => error.answer(&asking),
            }
        },
    )
}

impl<'a> Ask<'a> {
    fn new(
        visit: &'a Visit,
        action: Action,
        [ws, name, id]: [&'a str; 3],
        asking: &'a HtmxRequest,
    ) -> Self {
        Self {
            shell: Shell::new(visit, ws, Nav::Pipelines, words::title(action)),
            visit,
            action,
            ws,
            name,
            id,
            asking,
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
            Err(missing) => Err(PageError::missing(
                self.shell.clone(),
                missing,
                self.name,
                self.id,
            )),
        }
    }

    /// The confirmation, or why there is nothing to confirm.
    async fn confirmation(
        &self,
        reason: String,
        reason_fault: Option<String>,
        refusal: Option<Refusal>,
    ) -> Result<Page, PageError> {
        let view = self.view().await?;
        let ended_in_fail_step = view.ended_in_fail_step();
        if let Err(why) = self
            .action
            .applies(&view.execution.status, ended_in_fail_step)
        {
            return Err(self.gone(&view, not_applicable(why)));
        }
        let links = &self.shell.links;
        Ok(Page {
            dialog: self.asking.partial,
            pipeline: view.pipeline.name.clone(),
            execution: view.execution.label().to_owned(),
            back: self.back(),
            post: links.action(self.name, self.id, self.action),
            ticket: self
                .visit
                .ledger()
                .ticket(self.visit.scope(), self.action, self.ws, self.id),
            words: Words::of(self.action, &view, links),
            shell: self.shell.clone(),
            refusal,
            reason,
            reason_fault,
        })
    }

    /// The action does not apply (any more).
    fn gone(&self, view: &ExecutionView, why: &str) -> PageError {
        let links = &self.shell.links;
        let error = PageError::new(
            self.shell.clone(),
            StatusCode::CONFLICT,
            words::gone(self.action),
            why,
        )
        .way(self.back(), format!("Show {}", view.execution.label()));
        if view.execution.status.is_terminal() {
            error.way(links.run_again(self.name, self.id), "Run again…")
        } else {
            error
        }
    }

    async fn act(&self, posted: &QueryPairs) -> Result<Response, PageError> {
        let reason = posted.text("reason").trim().to_owned();
        let length = reason.chars().count();
        if length > REASON_MAX {
            let fault =
                format!("At most {REASON_MAX} characters are possible; these are {length}.");
            let page = self.confirmation(reason, Some(fault), None).await?;
            return Ok(page.answer(StatusCode::UNPROCESSABLE_ENTITY));
        }
        let request = ActionRequest {
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
        match refusal::answer(error) {
            Answer::Form(refusal) => self.again(reason, refusal).await,
            Answer::Unknown(failure) => {
                Err(
                    refusal::unknown(self.shell.clone(), self.action, self.name, failure)
                        .way(self.back(), "The execution")
                        .again(
                            self.shell.links.action(self.name, self.id, self.action),
                            posted,
                        ),
                )
            }
            Answer::ReadError(missing) => Err(PageError::missing(
                self.shell.clone(),
                missing,
                self.name,
                self.id,
            )),
        }
    }

    /// The confirmation with why it was refused; where it has nothing to confirm any more, the
    /// refusal alone.
    async fn again(&self, reason: String, refusal: Refusal) -> Result<Response, PageError> {
        let Refusal {
            status,
            sentence,
            failure,
        } = refusal.clone();
        match self.confirmation(reason, None, Some(refusal)).await {
            Ok(page) => Ok(page.answer(status)),
            Err(gone) if status == StatusCode::CONFLICT => Err(gone),
            Err(_) => {
                let shell = self.shell.clone();
                let error = PageError::new(shell, status, "Nothing was done", sentence)
                    .way(self.back(), "The execution");
                Err(match failure {
                    Some(failure) => error.because(failure),
                    None => error,
                })
            }
        }
    }

    async fn done(&self) -> Result<Response, PageError> {
        if !self.asking.partial {
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

    /// The live region of the page that asked, as its next poll would bring it; the execution's
    /// first page where another one asked.
    async fn live(&self) -> Result<Response, PageError> {
        let (links, name, id) = (&self.shell.links, self.name, self.id);
        let from = self.asking.from.as_deref().unwrap_or_default();
        let (path, query) = from.split_once('?').unwrap_or((from, ""));
        let query = QueryPairs::read(query.as_bytes());
        let asking = HtmxRequest {
            partial: true,
            tag: None,
            target: Some("live".to_owned()),
            from: self.asking.from.clone(),
            address: from.to_owned(),
        };
        let (visit, ws) = (self.visit, self.ws);
        let asked = |address: String| address.split('?').next() == Some(path);
        if asked(links.executions(name)) {
            return executions::answer(visit, ws, name, &query, &asking).await;
        }
        if asked(links.graph(name)) {
            return graph::answer(visit, ws, name, &query, &asking).await;
        }
        let address = PathParams([ws, name, id].map(str::to_owned));
        if asked(links.steps(name, id)) {
            return execution::steps(visit.clone(), address, asking).await;
        }
        if asked(links.execution_parameters(name, id)) {
            return execution::parameters(visit.clone(), address, asking).await;
        }
        if asked(links.execution_information(name, id)) {
            return execution::information(visit.clone(), address, asking).await;
        }
        let back = self.back();
        let (query, address) = if asked(back.clone()) {
            (query, asking.address.clone())
        } else {
            (QueryPairs::default(), back)
        };
        let asking = HtmxRequest { address, ..asking };
        execution::answer(visit, ws, name, id, &query, &asking).await
    }
}
