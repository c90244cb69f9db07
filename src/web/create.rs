//! The create form: one field per parameter of the pipeline's current definition.

pub(super) mod entries;
mod fields;
pub(super) mod groups;
mod instance_types;
mod names;
mod page;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use self::entries::{DESCRIPTION_KEY, Entries, FormErrors};
use self::page::{
    CopiedFrom, CreatePage, FieldCheck, NameCheck, NameMessage, error_links, notices,
};
use super::action_error::{self, ActionResponse, FormError};
use super::error::{PageError, render};
use super::htmx::HtmxRequest;
use super::query::QueryPairs;
use super::request::{Form, PathParams, Query, RefusedForm};
use super::shell::{Nav, Shell};
use super::texts::{actions, create as texts};
use super::visit::Visit;
use crate::catalog::{PipelineView, ReadError, Reading};
use crate::domain::{Action, Named, ParameterValue, execution_id};
use crate::ledger::{ActionRequest, RequestedAction, StartArguments};
use sluicegate_definition::{Definition, check_execution_name};

/// One request about the form of one pipeline.
struct CreateRequest<'a> {
    visit: &'a Visit,
    ws: &'a str,
    name: &'a str,
    htmx: &'a HtmxRequest,
    shell: Shell,
}

impl<'a> CreateRequest<'a> {
    fn new(visit: &'a Visit, ws: &'a str, name: &'a str, htmx: &'a HtmxRequest) -> Self {
        Self {
            shell: Shell::new(visit, ws, Nav::Pipelines, texts::title(name)),
            visit,
            ws,
            name,
            htmx,
        }
    }

    async fn read(&self) -> Result<Reading<PipelineView>, PageError> {
        let catalog = self.visit.catalog();
        let read = catalog.detail(self.visit.scope(), self.ws, self.name).await;
        read.map_err(|error| self.read_error(error))
    }

    fn read_error(&self, error: ReadError) -> PageError {
        PageError::read(self.shell.clone(), error, self.name, "")
    }

    /// Those of these names that a known execution has.
    async fn taken(&self, names: &[String]) -> HashSet<String> {
        let catalog = self.visit.catalog();
        catalog
            .display_names_taken(self.visit.scope(), self.ws, names)
            .await
    }

    async fn is_taken(&self, name: &str) -> bool {
        !self.taken(&[name.to_owned()]).await.is_empty()
    }

    /// A name that no known execution has.
    async fn free_name(&self) -> String {
        let mut names = names::candidates(Timestamp::now());
        let taken = self.taken(&names).await;
        let free = names.iter().position(|name| !taken.contains(name));
        names.swap_remove(free.unwrap_or(names.len() - 1))
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
            // The field accepts any name; it only suggests none then.
            Err(_) => Vec::new(),
        }
    }

    /// Fills the entries from the execution they name.
    async fn copy(&self, entries: &mut Entries, definition: &Definition) -> Option<CopiedFrom> {
        let id = entries.copied_from.clone()?;
        let catalog = self.visit.catalog();
        let read = catalog
            .execution(self.visit.scope(), self.ws, self.name, &id)
            .await;
        let Ok(view) = read else {
            entries.copied_from = None;
            return Some(CopiedFrom {
                named: Named::by_id(&id, None),
                id,
                href: None,
                removed: Vec::new(),
            });
        };
        let execution = &view.value.execution;
        let removed = entries.copy(
            definition,
            execution.description.as_deref(),
            &view.value.parameters,
        );
        Some(CopiedFrom {
            named: execution.named(),
            href: Some(self.shell.links.execution(self.name, &id)),
            id,
            removed,
        })
    }

    /// The form with these entries and what is wrong with them.
    async fn page(
        &self,
        view: Reading<PipelineView>,
        entries: Entries,
        errors: FormErrors,
        form_error: Option<FormError>,
    ) -> CreatePage {
        let links = self.shell.links.clone();
        let definition = &view.value.definition;
        let pipeline = view.value.detail.pipeline.named();
        let mut sections = fields::sections(definition, &entries, &errors);
        if errors.name.is_none() && errors.description.is_none() && form_error.is_none() {
            let all = sections.iter_mut().flat_map(|section| &mut section.fields);
            if let Some(first) = all.into_iter().find(|field| field.error.is_some()) {
                first.focus = true;
            }
        }
        let fields = || sections.iter().flat_map(|section| &section.fields);
        let taken = errors.name.is_none() && self.is_taken(&entries.name).await;
        CreatePage {
            dialog: self.htmx.partial,
            pipeline: pipeline.clone(),
            version: view.value.detail.version_display_name.clone(),
            action: links.executions(self.name),
            form: links.create(self.name),
            cancel: links.executions(self.name),
            ticket: self.visit.ledger().ticket(
                self.visit.scope(),
                Action::Start,
                self.ws,
                &view.value.detail.pipeline.name,
            ),
            error_links: error_links(&errors, &sections),
            notices: notices(definition),
            read_errors: view.read_errors.clone(),
            copied: None,
            total: fields().count(),
            changed: fields().filter(|field| field.changed).count(),
            model_groups: self.model_groups(definition).await,
            name_message: NameMessage::new(errors.name.as_ref(), taken),
            description_error: texts::field_error(&errors, DESCRIPTION_KEY),
            unknown_parameters: errors.unknown_parameters,
            name: entries.name,
            description: entries.description,
            shell: self.shell.clone().titled(&texts::title(pipeline.title())),
            form_error,
            sections,
        }
    }
}

/// `GET …/executions/new`: the form; with `check=name`, only the message about a name.
pub async fn form(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    htmx: HtmxRequest,
    refused_form: Option<RefusedForm>,
) -> Response {
    let request = CreateRequest::new(&visit, &ws, &name, &htmx);
    if let Some(form) = refused_form {
        return match again(&request, form).await {
            Ok(response) => response,
            Err(error) => error.respond(&htmx),
        };
    }
    if query.text("check") == "name" {
        return name_check(&request, query.text("name").trim()).await;
    }
    match filled(&request, Entries::read(&query)).await {
        Ok(page) => page.respond(StatusCode::OK),
        Err(error) => error.respond(&htmx),
    }
}

/// The form as it was posted, with why it was refused.
async fn again(request: &CreateRequest<'_>, form: RefusedForm) -> Result<Response, PageError> {
    let view = request.read().await?;
    let entries = Entries::read(&form.posted);
    let error = FormError::from(form.error);
    let status = error.status;
    let page = refused(request, view, entries, FormErrors::default(), Some(error)).await;
    Ok(page.respond(status))
}

async fn name_check(request: &CreateRequest<'_>, name: &str) -> Response {
    let error = check_execution_name(name).err();
    let taken = error.is_none() && request.is_taken(name).await;
    render(
        StatusCode::OK,
        &NameCheck {
            name_message: NameMessage::new(error.as_ref(), taken),
        },
    )
}

/// `POST …/executions/new?field=…`: what is wrong with this field of the form, by the rules of [`submit`].
pub async fn check(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    Query(query): Query,
    htmx: HtmxRequest,
    Form(posted): Form,
) -> Response {
    let request = CreateRequest::new(&visit, &ws, &name, &htmx);
    let view = match request.read().await {
        Ok(view) => view,
        Err(error) => return error.respond(&htmx),
    };
    let checked = Entries::read(&posted).check(&view.value.definition);
    let key = query.text("field").to_owned();
    let error = checked
        .err()
        .and_then(|errors| texts::field_error(&errors, &key));
    render(StatusCode::OK, &FieldCheck { key, error })
}

async fn filled(
    request: &CreateRequest<'_>,
    mut entries: Entries,
) -> Result<CreatePage, PageError> {
    let view = request.read().await?;
    let definition = view.value.definition.clone();
    let copied = request.copy(&mut entries, &definition).await;
    let unknown = entries.unknown_parameters(&definition);
    let mut errors = FormErrors::default();
    if entries.name.is_empty() {
        entries.name = request.free_name().await;
    } else {
        // A link may hold any name; the form reports at once what is wrong with it.
        errors.name = check_execution_name(&entries.name).err();
    }
    let mut page = request.page(view, entries, errors, None).await;
    // Nothing was refused yet, so the list of errors is not shown.
    page.error_links.clear();
    page.copied = copied;
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|value| value.name.as_str()).collect();
        page.notices.push(actions::unknown_parameters(&names));
    }
    Ok(page)
}

/// `POST …/executions`: starts an execution.
pub async fn submit(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    htmx: HtmxRequest,
    Form(posted): Form,
) -> Response {
    let request = CreateRequest::new(&visit, &ws, &name, &htmx);
    let entries = Entries::read(&posted);
    match start(&request, entries, &posted).await {
        Ok(response) => response,
        Err(error) => error.respond(&htmx),
    }
}

async fn start(
    request: &CreateRequest<'_>,
    entries: Entries,
    posted: &QueryPairs,
) -> Result<Response, PageError> {
    let view = request.read().await?;
    let parameters = match entries.check(&view.value.definition) {
        Ok(parameters) => parameters,
        Err(errors) => {
            let page = refused(request, view, entries, *errors, None).await;
            return Ok(page.respond(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let action = start_request(request.ws, &view.value, &entries, parameters);
    let scope = request.visit.scope();
    let error = match request
        .visit
        .ledger()
        .act(scope, posted.text("ticket"), action)
        .await
    {
        Ok(completed) => {
            let id = execution_id(&completed.execution_arn);
            return Ok(accepted(
                request.htmx,
                &request.shell.links.execution(request.name, id),
            ));
        }
        Err(error) => error,
    };
    match action_error::response_to(error) {
        ActionResponse::Form(error) => {
            let status = error.status;
            let page = refused(request, view, entries, FormErrors::default(), Some(error)).await;
            Ok(page.respond(status))
        }
        ActionResponse::Unknown(failure) => Err(action_error::outcome_unknown(
            request.shell.clone(),
            Action::Start,
            request.name,
            failure,
        )
        .with_resend(request.shell.links.executions(request.name), posted)),
        ActionResponse::ReadError(error) => Err(request.read_error(error)),
    }
}

fn start_request(
    workspace: &str,
    view: &PipelineView,
    entries: &Entries,
    parameters: Vec<ParameterValue>,
) -> ActionRequest {
    let pipeline = &view.detail.pipeline;
    ActionRequest {
        workspace: workspace.to_owned(),
        pipeline_name: pipeline.name.clone(),
        action: RequestedAction::Start(StartArguments {
            pipeline_arn: pipeline.arn.clone(),
            name: Some(entries.name.clone()),
            description: Some(entries.description.clone()).filter(|text| !text.is_empty()),
            parameters,
            copied_from: entries.copied_from.clone(),
        }),
    }
}

async fn refused(
    request: &CreateRequest<'_>,
    view: Reading<PipelineView>,
    entries: Entries,
    errors: FormErrors,
    form_error: Option<FormError>,
) -> CreatePage {
    let copied = entries.copied_from.clone();
    let mut page = request.page(view, entries, errors, form_error).await;
    if let Some(id) = copied {
        let (visit, ws) = (request.visit, request.ws);
        let ids = [id.clone()];
        let names = visit.catalog().names(visit.scope(), ws, &[], &ids).await;
        page.copied = Some(CopiedFrom {
            named: names.execution(&id),
            href: Some(request.shell.links.execution(request.name, &id)),
            id,
            removed: Vec::new(),
        });
    }
    page
}

/// Leads to the execution: by a header where htmx sent the form, else by a redirect.
fn accepted(htmx: &HtmxRequest, address: &str) -> Response {
    if !htmx.partial {
        return Redirect::to(address).into_response();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert("HX-Location", address);
    }
    response
}
