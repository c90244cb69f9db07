//! A pipeline's other tabs: parameters, definition, information.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;

use super::columns::Column;
use super::error::{PageError, attachment, render};
use super::filters;
use super::head::{PipelineHead, PipelineTab};
use super::kept::Place;
use super::links::NamedLink;
use super::permission;
use super::problems::{ProblemRow, problem_rows};
use super::request::PathParams;
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::catalog::{MAX_DRAWN_STEPS, PipelineView, Reading};
use crate::domain::{AwsError, Named, Pipeline, PipelineVersion, Tag, execution_id};
use sluicegate_definition::{Kind, Parameter, ProblemKind, Use, Value};

/// Bytes of a definition that are indented; a longer one is only partly, as deep nesting would multiply
/// its size.
const MAX_INDENTED_BYTES: usize = 1_500_000;

async fn read(
    visit: &Visit,
    ws: &str,
    name: &str,
    tab: PipelineTab,
) -> Result<(Shell, Reading<PipelineView>), PageError> {
    let shell = Shell::new(visit, ws, Nav::Pipelines, name);
    let read = visit.catalog().detail(visit.scope(), ws, name).await;
    let place = Place::pipeline(ws, name, tab);
    let reading = place.keep(visit, &shell, read).await?;
    let named = reading.value.detail.pipeline.named();
    Ok((shell.about(&[&named]), reading))
}

struct ParameterRow {
    parameter: Parameter,
    /// The steps, and where in each.
    uses: Vec<(Option<Named>, String)>,
}

/// What a cell of the list of parameters shows.
enum ParameterCell {
    Name,
    Type,
    Default,
    AllowedValues,
    Uses,
}

/// The columns of the list of parameters, in order.
const PARAMETER_COLUMNS: [Column<ParameterCell>; 5] = [
    Column::new(ParameterCell::Name, "Name").class("name"),
    Column::new(ParameterCell::Type, "Type").labelled(),
    Column::new(ParameterCell::Default, "Default")
        .class("wide mono")
        .labelled(),
    Column::new(ParameterCell::AllowedValues, "Allowed values")
        .class("wide")
        .labelled(),
    Column::new(ParameterCell::Uses, "Used by")
        .class("full")
        .labelled(),
];

#[derive(Template)]
#[template(path = "pipeline/parameters.html")]
struct ParametersPage {
    shell: Shell,
    head: PipelineHead,
    rows: Vec<ParameterRow>,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

/// `/w/{ws}/pipelines/{pipeline}/parameters`.
pub async fn parameters(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, PipelineTab::Parameters).await?;
    let cannot_act = permission::cannot_act(&visit, &ws, &name).await;
    let definition = &reading.value.definition;
    let location = |used: &Use| {
        let step = used.step.map(|index| Named::from(&definition.steps[index]));
        (step, used.path.clone())
    };
    let rows = definition
        .parameters
        .iter()
        .map(|parameter| ParameterRow {
            uses: parameter.uses.iter().map(location).collect(),
            parameter: parameter.clone(),
        })
        .collect();
    Ok(render(
        StatusCode::OK,
        &ParametersPage {
            shell,
            rows,
            as_of: reading.as_of,
            stale: reading.stale,
            read_errors: reading.read_errors,
            head: PipelineHead {
                pipeline: reading.value.detail.pipeline,
                tab: PipelineTab::Parameters,
                cannot_act,
            },
        },
    ))
}

#[derive(Template)]
#[template(path = "pipeline/definition.html")]
struct DefinitionPage {
    shell: Shell,
    head: PipelineHead,
    parts: Vec<Part>,
    size: usize,
    problems: Vec<ProblemRow>,
    json_href: String,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

/// A part of the definition that folds.
struct Part {
    label: String,
    note: String,
    text: String,
    inner: Vec<Part>,
}

impl Part {
    fn leaf(label: String, note: String, text: String) -> Self {
        Self {
            label,
            note,
            text,
            inner: Vec::new(),
        }
    }
}

/// The definition by its top-level keys, with a part for each step and parameter; its text unchanged
/// where it is not JSON.
fn parts(view: &PipelineView) -> Vec<Part> {
    let unchanged = || {
        let text = view.detail.definition.clone();
        vec![Part::leaf(String::new(), String::new(), text)]
    };
    let problems = &view.definition.problems;
    if problems.iter().any(|p| p.kind == ProblemKind::NotJson) {
        return unchanged();
    }
    let Some(document) = view.definition.document() else {
        return unchanged();
    };
    if document.root().kind() != Kind::Object {
        return unchanged();
    }
    document
        .root()
        .entries()
        .map(|(key, value)| {
            let is_list = value.kind() == Kind::Array
                && value.size() <= MAX_DRAWN_STEPS
                && value
                    .items()
                    .next()
                    .is_some_and(|item| item.kind() == Kind::Object);
            if is_list {
                let inner: Vec<Part> = value.items().map(item).collect();
                Part {
                    label: key.to_owned(),
                    note: inner.len().to_string(),
                    text: String::new(),
                    inner,
                }
            } else {
                Part::leaf(
                    key.to_owned(),
                    String::new(),
                    value.to_pretty(MAX_INDENTED_BYTES),
                )
            }
        })
        .collect()
}

fn item(value: Value<'_>) -> Part {
    let text = |key| value.get(key).and_then(|v| v.as_str()).unwrap_or_default();
    Part::leaf(
        text("Name").to_owned(),
        text("Type").to_owned(),
        value.to_pretty(MAX_INDENTED_BYTES),
    )
}

/// `/w/{ws}/pipelines/{pipeline}/definition`.
pub async fn definition(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, PipelineTab::Definition).await?;
    let cannot_act = permission::cannot_act(&visit, &ws, &name).await;
    let view = reading.value;
    Ok(render(
        StatusCode::OK,
        &DefinitionPage {
            json_href: shell.links.definition_json(&name),
            size: view.detail.definition.len(),
            parts: parts(&view),
            problems: problem_rows(&view.definition),
            as_of: reading.as_of,
            stale: reading.stale,
            read_errors: reading.read_errors,
            head: PipelineHead {
                pipeline: view.detail.pipeline,
                tab: PipelineTab::Definition,
                cannot_act,
            },
            shell,
        },
    ))
}

/// `/w/{ws}/pipelines/{pipeline}/definition.json`: the exact text that SageMaker has.
pub async fn definition_json(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
) -> Result<Response, PageError> {
    let (_, reading) = read(&visit, &ws, &name, PipelineTab::Definition).await?;
    let mut response = Response::new(reading.value.detail.definition.into());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&attachment(&name, "json")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// What a cell of the list of versions shows.
enum VersionCell {
    Version,
    Created,
    Description,
    LastExecution,
}

/// The columns of the list of versions, in order.
const VERSION_COLUMNS: [Column<VersionCell>; 4] = [
    Column::new(VersionCell::Version, "Version").class("name num"),
    Column::new(VersionCell::Created, "Created")
        .class("nowrap")
        .labelled(),
    Column::new(VersionCell::Description, "Description").class("wide"),
    Column::new(VersionCell::LastExecution, "Last execution").labelled(),
];

#[derive(Template)]
#[template(path = "pipeline/information.html")]
struct InformationPage {
    shell: Shell,
    head: PipelineHead,
    facts: Vec<(&'static str, String)>,
    pipeline: Pipeline,
    tags: Option<Vec<Tag>>,
    versions: Option<Vec<VersionRow>>,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

/// A version of the pipeline.
struct VersionRow {
    version: PipelineVersion,
    last_execution: Option<NamedLink>,
}

/// The versions, each with what its last execution is called.
async fn version_rows(
    visit: &Visit,
    ws: &str,
    name: &str,
    versions: Vec<PipelineVersion>,
) -> Vec<VersionRow> {
    let links = visit.links(ws);
    let arns = versions
        .iter()
        .filter_map(|version| version.last_execution_arn.as_deref());
    let ids: Vec<String> = arns.map(|arn| execution_id(arn).to_owned()).collect();
    let names = visit.catalog().names(visit.scope(), ws, &[], &ids).await;
    let link = |arn: &str| NamedLink {
        named: names.execution(execution_id(arn)),
        href: Some(links.execution(name, execution_id(arn))),
    };
    let row = |version: PipelineVersion| VersionRow {
        last_execution: version.last_execution_arn.as_deref().map(link),
        version,
    };
    versions.into_iter().map(row).collect()
}

/// `/w/{ws}/pipelines/{pipeline}/information`.
pub async fn information(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
) -> Result<Response, PageError> {
    let (shell, reading) = read(&visit, &ws, &name, PipelineTab::Information).await?;
    let information = visit
        .catalog()
        .information(visit.scope(), &ws, &name)
        .await
        .map_err(|error| PageError::read(shell.clone(), error, &name, ""))?;
    let mut read_errors = reading.read_errors;
    for error in information.read_errors {
        if !read_errors.contains(&error) {
            read_errors.push(error);
        }
    }
    let failed = information.value.versions.as_ref().err();
    read_errors.extend(
        failed
            .into_iter()
            .chain(information.value.tags.as_ref().err())
            .cloned(),
    );
    let cannot_act = permission::cannot_act(&visit, &ws, &name).await;
    let facts = facts(&reading.value);
    let versions = match information.value.versions {
        Ok(versions) => Some(version_rows(&visit, &ws, &name, versions).await),
        Err(_) => None,
    };
    let pipeline = reading.value.detail.pipeline;
    Ok(render(
        StatusCode::OK,
        &InformationPage {
            shell,
            facts,
            head: PipelineHead {
                pipeline: pipeline.clone(),
                tab: PipelineTab::Information,
                cannot_act,
            },
            pipeline,
            tags: information.value.tags.ok(),
            versions,
            as_of: reading.as_of,
            stale: reading.stale || information.stale,
            read_errors,
        },
    ))
}

fn facts(view: &PipelineView) -> Vec<(&'static str, String)> {
    let detail = &view.detail;
    let pipeline = &detail.pipeline;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let all = [
        ("ARN", pipeline.arn.clone()),
        ("Name", pipeline.name.clone()),
        ("Display name", text(&pipeline.display_name)),
        ("Description", text(&pipeline.description)),
        ("Status", detail.status.clone()),
        ("Role", text(&pipeline.role_arn)),
        ("Definition version", text(&view.definition.version)),
        ("Steps", view.definition.steps.len().to_string()),
        (
            "Max. parallel steps",
            detail
                .max_parallel_steps
                .map(|n| n.to_string())
                .unwrap_or_default(),
        ),
        ("Created by", creator(&detail.created_by)),
        ("Last modified by", creator(&detail.modified_by)),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn creator(creator: &crate::domain::Creator) -> String {
    creator
        .user_profile
        .clone()
        .or_else(|| creator.iam_arn.clone())
        .unwrap_or_default()
}
