//! The create form: one field per parameter of the pipeline's current definition.

mod entries;
mod fields;
mod groups;
mod names;
mod page;
#[cfg(test)]
mod tests;

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use self::entries::{Entries, Faults};
use self::page::{Copied, NamePart, NameSays, Page, listed, notices, summary};
use super::error::{PageError, render};
use super::refusal::{self, Answer, Refusal};
use super::request::{Form, HtmxRequest, PathParams, Query, QueryPairs};
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::catalog::{PipelineView, Reading};
use crate::domain::{Action, execution_id};
use crate::ledger::{ActionRequest, RequestedAction, StartArguments};
use sluicegate_definition::{Definition, check_execution_name};

/// One request about the form of one pipeline.
struct Ask<'a> {
    visit: &'a Visit,
    ws: &'a str,
    name: &'a str,
    asking: &'a HtmxRequest,
    shell: Shell,
}

impl<'a> Ask<'a> {
    fn new(visit: &'a Visit, ws: &'a str, name: &'a str, asking: &'a HtmxRequest) -> Self {
        Self {
            shell: Shell::new(
                visit,
                ws,
                Nav::Pipelines,
                format!("Create execution · {name}"),
            ),
            visit,
            ws,
            name,
            asking,
        }
    }

    async fn read(&self) -> Result<Reading<PipelineView>, PageError> {
        let catalog = self.visit.catalog();
        let read = catalog.detail(self.visit.scope(), self.ws, self.name).await;
        read.map_err(|missing| PageError::missing(self.shell.clone(), missing, self.name, ""))
    }

    async fn is_taken(&self, name: &str) -> bool {
        let catalog = self.visit.catalog();
        catalog
            .display_name_taken(self.visit.scope(), self.ws, name)
            .await
    }

    /// A name that is free, as far as is known.
    async fn free_name(&self) -> String {
        let mut last = String::new();
        for name in names::candidates(self.name, Timestamp::now()) {
            if !self.is_taken(&name).await {
                return name;
            }
            last = name;
        }
        last
    }

    async fn model_groups(&self, definition: &Definition) -> Vec<String> {
        if !fields::wants_model_groups(definition) {
            return Vec::new();
        }
        let catalog = self.visit.catalog();
        match catalog
            .model_package_groups(self.visit.scope(), self.ws)
            .await
        {
            Ok(groups) => groups.value.into_iter().map(|group| group.name).collect(),
            // Without them the field takes any name, as it does anyway.
            Err(_) => Vec::new(),
        }
    }

    /// Fills the entries from the execution they name.
    async fn copy(&self, entries: &mut Entries, definition: &Definition) -> Option<Copied> {
        let id = entries.copied_from.clone()?;
        let catalog = self.visit.catalog();
        let read = catalog
            .execution(self.visit.scope(), self.ws, self.name, &id)
            .await;
        let Ok(view) = read else {
            entries.copied_from = None;
            return Some(Copied {
                label: id.clone(),
                id,
                href: None,
                gone: Vec::new(),
            });
        };
        let execution = &view.value.execution;
        let gone = entries.copy(
            definition,
            execution.description.as_deref(),
            &view.value.parameters,
        );
        Some(Copied {
            label: execution.label().to_owned(),
            href: Some(self.shell.links.execution(self.name, &id)),
            id,
            gone,
        })
    }

    /// The form with these entries and what is wrong with them.
    async fn page(
        &self,
        view: Reading<PipelineView>,
        entries: Entries,
        faults: Faults,
        refusal: Option<Refusal>,
    ) -> Page {
        let links = self.shell.links.clone();
        let definition = &view.value.definition;
        let mut sections = fields::sections(definition, &entries, &faults);
        if faults.name.is_none() && faults.description.is_none() && refusal.is_none() {
            let all = sections.iter_mut().flat_map(|section| &mut section.fields);
            if let Some(first) = all.into_iter().find(|field| field.fault.is_some()) {
                first.focus = true;
            }
        }
        let fields = || sections.iter().flat_map(|section| &section.fields);
        let taken = faults.name.is_none() && self.is_taken(&entries.name).await;
        Page {
            dialog: self.asking.partial,
            pipeline: self.name.to_owned(),
            version: view.value.detail.version_display_name.clone(),
            action: links.executions(self.name),
            check: super::links::with_query(&links.create(self.name), [("check", "name")]),
            cancel: links.executions(self.name),
            ticket: self.visit.ledger().ticket(
                self.visit.scope(),
                Action::Start,
                self.ws,
                &view.value.detail.pipeline.name,
            ),
            faults: summary(&faults, &sections),
            notices: notices(definition),
            troubles: view.troubles.clone(),
            copied: None,
            total: fields().count(),
            changed: fields().filter(|field| field.changed).count(),
            model_groups: self.model_groups(definition).await,
            says: NameSays {
                fault: faults.name,
                taken,
            },
            description_fault: faults.description,
            strangers: faults.strangers,
            name: entries.name,
            description: entries.description,
            shell: self.shell.clone(),
            refusal,
            sections,
        }
    }
}

/// `GET …/executions/new`: the form; with `check=name`, only what is to be said of a name.
pub async fn form(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    asking: HtmxRequest,
) -> Response {
    let ask = Ask::new(&visit, &ws, &name, &asking);
    if query.text("check") == "name" {
        return checked(&ask, query.text("name").trim()).await;
    }
    match filled(&ask, Entries::read(&query)).await {
        Ok(page) => page.answer(StatusCode::OK),
        Err(error) => error.answer(&asking),
    }
}

async fn checked(ask: &Ask<'_>, name: &str) -> Response {
    let fault = check_execution_name(name).err();
    let taken = fault.is_none() && ask.is_taken(name).await;
    render(
        StatusCode::OK,
        &NamePart {
            says: NameSays { fault, taken },
        },
    )
}

async fn filled(ask: &Ask<'_>, mut entries: Entries) -> Result<Page, PageError> {
    let view = ask.read().await?;
    let definition = view.value.definition.clone();
    let copied = ask.copy(&mut entries, &definition).await;
    let unknown = entries.strangers(&definition);
    let mut faults = Faults::default();
    if entries.name.is_empty() {
        entries.name = ask.free_name().await;
    } else {
        // A link may bring any name; what is wrong with it is better told at once.
        faults.name = check_execution_name(&entries.name).err();
    }
    let mut page = ask.page(view, entries, faults, None).await;
    // Nothing was refused yet, so there is no list of faults to lead through.
    page.faults.clear();
    page.copied = copied;
    if !unknown.is_empty() {
        page.notices.push(format!(
            "The link to this form names parameters that the pipeline does not have: {}.",
            listed(&unknown)
        ));
    }
    Ok(page)
}

/// `POST …/executions`: starts an execution.
pub async fn submit(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    asking: HtmxRequest,
    Form(posted): Form,
) -> Response {
    let ask = Ask::new(&visit, &ws, &name, &asking);
    let entries = Entries::read(&posted);
    match start(&ask, entries, &posted).await {
        Ok(response) => response,
        Err(error) => error.answer(&asking),
    }
}

async fn start(
    ask: &Ask<'_>,
    entries: Entries,
    posted: &QueryPairs,
) -> Result<Response, PageError> {
    let view = ask.read().await?;
    let parameters = match entries.check(&view.value.definition) {
        Ok(parameters) => parameters,
        Err(faults) => {
            let page = refused(ask, view, entries, *faults, None).await;
            return Ok(page.answer(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let pipeline = &view.value.detail.pipeline;
    let request = ActionRequest {
        workspace: ask.ws.to_owned(),
        pipeline_name: pipeline.name.clone(),
        action: RequestedAction::Start(StartArguments {
            pipeline_arn: pipeline.arn.clone(),
            name: Some(entries.name.clone()),
            description: Some(entries.description.clone()).filter(|text| !text.is_empty()),
            parameters,
            copied_from: entries.copied_from.clone(),
        }),
    };
    let scope = ask.visit.scope();
    let error = match ask
        .visit
        .ledger()
        .act(scope, posted.text("ticket"), request)
        .await
    {
        Ok(completed) => {
            let id = execution_id(&completed.execution_arn);
            return Ok(accepted(
                ask.asking,
                &ask.shell.links.execution(ask.name, id),
            ));
        }
        Err(error) => error,
    };
    match refusal::answer(error) {
        Answer::Form(refusal) => {
            let status = refusal.status;
            let page = refused(ask, view, entries, Faults::default(), Some(refusal)).await;
            Ok(page.answer(status))
        }
        Answer::Unknown(failure) => {
            Err(
                refusal::unknown(ask.shell.clone(), Action::Start, ask.name, failure)
                    .again(ask.shell.links.executions(ask.name), posted),
            )
        }
        Answer::ReadError(missing) => {
            Err(PageError::missing(ask.shell.clone(), missing, ask.name, ""))
        }
    }
}

async fn refused(
    ask: &Ask<'_>,
    view: Reading<PipelineView>,
    entries: Entries,
    faults: Faults,
    refusal: Option<Refusal>,
) -> Page {
    let copied = entries.copied_from.clone();
    let mut page = ask.page(view, entries, faults, refusal).await;
    page.copied = copied.map(|id| Copied {
        label: id.clone(),
        href: Some(ask.shell.links.execution(ask.name, &id)),
        id,
        gone: Vec::new(),
    });
    page
}

/// On to the execution: by htmx where it asked, else by the browser.
fn accepted(asking: &HtmxRequest, address: &str) -> Response {
    if !asking.partial {
        return Redirect::to(address).into_response();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert("HX-Location", address);
    }
    response
}
