//! A pipeline's other tabs: parameters, definition, information.

mod frame;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use self::frame::{Frame, read};
use super::columns::Column;
use super::error::{PageError, attachment};
use super::filters;
use super::head::PipelineTab;
use super::htmx::HtmxRequest;
use super::links::{NamedLink, version_anchor};
use super::live::live_page;
use super::problems::{ProblemRow, problem_rows};
use super::request::PathParams;
use super::shell::Shell;
use super::texts;
use super::visit::Visit;
use crate::catalog::{MAX_DRAWN_STEPS, PipelineInformation, PipelineView, Reading};
use crate::domain::{Named, Pipeline, PipelineVersion, Tag, execution_id};
use sluicegate_definition::{Definition, Kind, Parameter, ProblemKind, Use, Value};

/// Bytes of a definition that are indented; a longer one is only partly, as deep nesting would multiply
/// its size.
const MAX_INDENTED_BYTES: usize = 1_500_000;

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
#[template(path = "pipeline/page.html")]
struct ParametersPage {
    shell: Shell,
    frame: Frame,
    rows: Vec<ParameterRow>,
}
#[derive(Template)]
#[template(path = "pipeline/parameters.html")]
struct ParametersLive<'a>(&'a ParametersPage);

live_page!(ParametersPage, ParametersLive);

/// `/w/{ws}/pipelines/{pipeline}/parameters`.
pub async fn parameters(
    visit: Visit,
    PathParams([ws, name]): PathParams<2>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let tab = PipelineTab::Parameters;
    let (shell, reading) = read(&visit, &ws, &name, tab).await?;
    let frame = Frame::of(&visit, &ws, &reading, tab, &htmx).await;
    Ok(frame.respond(&htmx, |frame| ParametersPage {
        rows: parameter_rows(&reading.value.definition),
        frame,
        shell,
    }))
}

fn parameter_rows(definition: &Definition) -> Vec<ParameterRow> {
    let location = |used: &Use| {
        let step = used.step.map(|index| Named::from(&definition.steps[index]));
        (step, used.path.clone())
    };
    let row = |parameter: &Parameter| ParameterRow {
        uses: parameter.uses.iter().map(location).collect(),
        parameter: parameter.clone(),
    };
    definition.parameters.iter().map(row).collect()
}

#[derive(Template)]
#[template(path = "pipeline/page.html")]
struct DefinitionPage {
    shell: Shell,
    frame: Frame,
    parts: Vec<Part>,
    size: String,
    problems: Vec<ProblemRow>,
    json_href: String,
}
#[derive(Template)]
#[template(path = "pipeline/definition.html")]
struct DefinitionLive<'a>(&'a DefinitionPage);

live_page!(DefinitionPage, DefinitionLive);

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
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let tab = PipelineTab::Definition;
    let (shell, reading) = read(&visit, &ws, &name, tab).await?;
    let frame = Frame::of(&visit, &ws, &reading, tab, &htmx).await;
    let view = reading.value;
    Ok(frame.respond(&htmx, |frame| DefinitionPage {
        json_href: shell.links.definition_json(&name),
        size: texts::count(view.detail.definition.len() as u64, "byte", "bytes"),
        parts: parts(&view),
        problems: problem_rows(&view.definition),
        frame,
        shell,
    }))
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
#[template(path = "pipeline/page.html")]
struct InformationPage {
    shell: Shell,
    frame: Frame,
    facts: Vec<(&'static str, String)>,
    pipeline: Pipeline,
    tags: Option<Vec<Tag>>,
    versions: Option<Vec<VersionRow>>,
}
#[derive(Template)]
#[template(path = "pipeline/information.html")]
struct InformationLive<'a>(&'a InformationPage);

live_page!(InformationPage, InformationLive);

/// A version of the pipeline.
struct VersionRow {
    version: PipelineVersion,
    last_execution: Option<NamedLink>,
}

impl VersionRow {
    fn anchor(&self) -> String {
        version_anchor(self.version.id)
    }
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
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let tab = PipelineTab::Information;
    let (shell, reading) = read(&visit, &ws, &name, tab).await?;
    let catalog = visit.catalog();
    let information = catalog.information(visit.scope(), &ws, &name).await;
    let information =
        information.map_err(|error| PageError::read(shell.clone(), error, &name, ""))?;
    let (reading, PipelineInformation { versions, tags }) = together(reading, information);
    let versions = match versions {
        Ok(versions) => Some(version_rows(&visit, &ws, &name, versions).await),
        Err(_) => None,
    };
    let frame = Frame::of(&visit, &ws, &reading, tab, &htmx).await;
    Ok(frame.respond(&htmx, |frame| InformationPage {
        facts: facts(&reading.value),
        pipeline: reading.value.detail.pipeline,
        tags: tags.ok(),
        versions,
        frame,
        shell,
    }))
}

/// The pipeline's reading, as fresh as both, with what went wrong with either.
fn together(
    mut reading: Reading<PipelineView>,
    information: Reading<PipelineInformation>,
) -> (Reading<PipelineView>, PipelineInformation) {
    let value = information.value;
    let failed = value.versions.as_ref().err().into_iter();
    let failed = failed.chain(value.tags.as_ref().err()).cloned();
    for error in information.read_errors.into_iter().chain(failed) {
        if !reading.read_errors.contains(&error) {
            reading.read_errors.push(error);
        }
    }
    reading.stale |= information.stale;
    reading.refreshing |= information.refreshing;
    reading.version.push_str(&information.version);
    (reading, value)
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
