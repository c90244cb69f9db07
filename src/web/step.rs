//! One step: its definition, and its run in an execution.

mod job_rows;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::console_links::job_link;
use super::error::PageError;
use super::execution::frame::{ExecutionTab, Frame};
use super::filters;
use super::htmx::HtmxRequest;
use super::links::Links;
use super::live::{self, live_page};
use super::request::PathParams;
use super::shell::{Nav, Shell};
use super::texts::errors::{self, link};
use super::texts::status;
use super::visit::Visit;
use crate::catalog::{ExecutionView, Reading};
use crate::domain::{AwsError, JobDetail, NodeStatus, StepMember, StepRecord};
use sluicegate_definition::Definition;

/// Arguments up to this many bytes are indented; longer ones are shown compactly.
const MAX_INDENTED_BYTES: usize = 256 * 1024;

/// A step of a definition.
pub struct StepDefinition {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Its description.
    pub description: Option<String>,
    /// The facts shown, label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Its arguments as indented JSON.
    pub arguments: String,
}

impl StepDefinition {
    /// The step of this name, if the definition has it.
    pub fn of(definition: &Definition, name: &str) -> Option<Self> {
        let index = definition.step(name)?;
        let step = &definition.steps[index];
        Some(Self {
            name: step.name.clone(),
            kind: step.kind.label().to_owned(),
            description: step.description.clone(),
            facts: facts(definition, index),
            arguments: definition
                .arguments(index)
                .map(|value| value.to_pretty(MAX_INDENTED_BYTES))
                .unwrap_or_default(),
        })
    }
}

fn facts(definition: &Definition, index: usize) -> Vec<(&'static str, String)> {
    let step = &definition.steps[index];
    let named = |steps: Vec<usize>| -> String {
        let names: Vec<&str> = steps
            .into_iter()
            .map(|step| definition.steps[step].name.as_str())
            .collect();
        names.join(", ")
    };
    let before = definition.edges.iter().filter(|e| e.to == index);
    let after = definition.edges.iter().filter(|e| e.from == index);
    let parameters: Vec<&str> = definition
        .parameters
        .iter()
        .filter(|p| p.uses.iter().any(|used| used.step == Some(index)))
        .map(|p| p.name.as_str())
        .collect();
    let cache = definition.cache_config(index).filter(|cache| cache.enabled);
    let retries = definition.retry_policies(index).len();
    let all = [
        ("Shown as", step.display_name.clone().unwrap_or_default()),
        ("Runs after", named(before.map(|e| e.from).collect())),
        ("Leads to", named(after.map(|e| e.to).collect())),
        ("Parameters", parameters.join(", ")),
        (
            "Cache",
            cache.map_or(String::new(), |c| {
                c.expire_after
                    .map_or("does not expire".into(), |t| format!("expires after {t}"))
            }),
        ),
        (
            "Retry policies",
            if retries == 0 {
                String::new()
            } else {
                retries.to_string()
            },
        ),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The panel of a step of a definition.
#[derive(Template)]
#[template(path = "execution/_step_definition.html")]
pub struct StepDefinitionPanel<'a> {
    /// The step.
    pub step: &'a StepDefinition,
    /// Where the link that closes the panel leads.
    pub close: &'a str,
}

/// One item of a ForEach step.
pub(super) struct Child {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) status: String,
    pub(super) item: Option<String>,
}

/// A step of an execution, started or not.
pub struct StepRunPanel {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) running: bool,
    /// What its status means, where the word alone does not explain it.
    pub(super) status_note: Option<&'static str>,
    pub(super) reason: Option<String>,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    /// The facts of its record and its job.
    pub(super) facts: Vec<Fact>,
    /// Address and ID of the execution whose result was used.
    pub(super) cached_from: Option<(String, String)>,
    pub(super) arn: Option<String>,
    pub(super) arn_label: String,
    pub(super) console: Option<String>,
    pub(super) job_error: Option<AwsError>,
    pub(super) children: Vec<Child>,
    pub(super) declared: Option<StepDefinition>,
    pub(super) here: String,
    pub(super) close: String,
    pub(super) poll: u32,
    pub(super) tag: String,
    pub(super) now: Timestamp,
}

impl StepRunPanel {
    /// The step of this name in an execution, with what its job reports; `None` where neither the
    /// definition nor the execution has it.
    pub async fn of(
        visit: &Visit,
        ws: &str,
        reading: &Reading<ExecutionView>,
        name: &str,
        htmx: &HtmxRequest,
    ) -> Option<Self> {
        let view = &reading.value;
        let links = visit.links(ws);
        let record = record(view, name);
        let node = view.definition.as_deref().and_then(|d| d.step(name));
        if record.is_none() && node.is_none() {
            return None;
        }
        let job = match record {
            Some(record) => {
                let catalog = visit.catalog();
                catalog.step_job(visit.scope(), ws, view, record).await
            }
            None => Ok(None),
        };
        let mut step = Self::base(&links, view, name, record, node);
        step.add_record(&links, view, record);
        match job {
            Ok(Some(job)) => step.add_job(job),
            Ok(None) => {}
            Err(failure) => step.job_error = Some(failure),
        }
        let shown = format!("{:?}{:?}", step.facts, step.job_error);
        let close = &step.close;
        step.tag = live::polling_tag(reading, htmx, &["step", name, &shown, close]);
        step.poll = live::interval(step.running || view.execution.status.is_running());
        Some(step)
    }

    fn base(
        links: &Links,
        view: &ExecutionView,
        name: &str,
        record: Option<&StepRecord>,
        node: Option<usize>,
    ) -> Self {
        let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
        let definition = view.definition.as_deref();
        let state = node.and_then(|n| Some((n, view.progress.as_ref()?.nodes.get(n)?)));
        let step_status = match (&state, record) {
            (Some((_, state)), _) => state.status.as_str().to_owned(),
            (None, Some(record)) => record.status.as_str().to_owned(),
            (None, None) => NodeStatus::NotRun.as_str().to_owned(),
        };
        let step = node.and_then(|n| definition.map(|d| &d.steps[n]));
        Self {
            name: name.to_owned(),
            title: record
                .and_then(|r| r.display_name.clone())
                .or_else(|| step.map(|s| s.title().to_owned()))
                .unwrap_or_else(|| name.to_owned()),
            kind: step
                .map(|s| s.kind.label().to_owned())
                .or_else(|| record.and_then(|r| Some(r.metadata.member.as_ref()?.to_string())))
                .unwrap_or_default(),
            status_note: status::explanation(&step_status),
            running: record.is_some_and(|r| r.status.is_running()),
            status: step_status,
            reason: record.and_then(|r| r.failure_reason.clone()),
            started: record.and_then(|r| r.started),
            ended: record.and_then(|r| r.ended),
            facts: Vec::new(),
            cached_from: None,
            arn: None,
            arn_label: String::new(),
            console: None,
            job_error: None,
            children: children(
                links,
                view,
                state.map(|(_, state)| state.children.as_slice()),
            ),
            declared: definition.and_then(|d| StepDefinition::of(d, name)),
            here: links.step(pipeline, id, name),
            close: links.execution(pipeline, id),
            poll: live::SETTLED_POLL_SECONDS,
            tag: String::new(),
            now: Timestamp::now(),
        }
    }

    fn add_record(&mut self, links: &Links, view: &ExecutionView, record: Option<&StepRecord>) {
        let Some(record) = record else { return };
        let mut fact = |label: &str, value: Option<String>, exact: bool| {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                self.facts.push(Fact {
                    label: label.to_owned(),
                    value,
                    exact,
                });
            }
        };
        fact(
            "Name",
            Some(record.name.clone()).filter(|n| *n != self.title),
            true,
        );
        fact("Description", record.description.clone(), false);
        fact("Attempts", Some(record.attempts.max(1).to_string()), false);
        fact("Outcome", record.metadata.outcome.clone(), false);
        if let Some(iteration) = &record.iteration {
            fact(
                "Item",
                Some(format!("{} of {}", iteration.index + 1, iteration.parent)),
                false,
            );
            fact("Value", iteration.item.clone(), true);
        }
        fact(
            "Callback token",
            record.metadata.callback_token.clone(),
            true,
        );
        for (label, value) in &record.metadata.facts {
            fact(label, Some(value.clone()), true);
        }
        let source = record
            .cache_hit
            .as_ref()
            .map(|hit| hit.source_execution_arn.as_str())
            .or(record.reused_from.as_deref());
        self.cached_from = source.map(|arn| {
            let id = crate::domain::execution_id(arn);
            (links.execution(&view.pipeline.name, id), id.to_owned())
        });
        let member = record.metadata.member.as_ref();
        self.arn_label = member.map_or("Job", StepMember::as_str).to_owned();
        self.console = record.metadata.arn.as_deref().and_then(job_link);
        self.arn = record.metadata.arn.clone();
    }

    fn add_job(&mut self, job: JobDetail) {
        self.facts.extend(job_rows::rows(&job));
        // The job's own reason is complete; the step's may be cut short.
        if job.failure_reason.is_some() {
            self.reason = job.failure_reason;
        }
    }
}

/// A row of the panel.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// Whether the value is spelled out for machines.
    pub(super) exact: bool,
}

impl Fact {
    fn text(label: &str, value: String) -> Self {
        Self {
            label: label.to_owned(),
            value,
            exact: false,
        }
    }

    fn exact(label: &str, value: String) -> Self {
        Self {
            exact: true,
            ..Self::text(label, value)
        }
    }
}

/// The step's record; the newest where it was recorded more than once.
fn record<'a>(view: &'a ExecutionView, name: &str) -> Option<&'a StepRecord> {
    view.steps.iter().rev().find(|record| record.name == name)
}

fn children(links: &Links, view: &ExecutionView, records: Option<&[usize]>) -> Vec<Child> {
    let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
    records
        .unwrap_or_default()
        .iter()
        .filter_map(|index| view.steps.get(*index))
        .map(|record| Child {
            href: links.step(pipeline, id, &record.name),
            name: record.name.clone(),
            status: record.status.as_str().to_owned(),
            item: record.iteration.as_ref().and_then(|i| i.item.clone()),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "execution/step_run.html")]
struct PanelPart<'a> {
    step: &'a StepRunPanel,
}

impl live::LivePage for PanelPart<'_> {
    /// The panel is nothing but its own live block.
    fn live(&self) -> askama::Result<String> {
        self.render()
    }
}

#[derive(Template)]
#[template(path = "execution/step.html", blocks = ["live"])]
struct StepPage {
    shell: Shell,
    frame: Frame,
    step: StepRunPanel,
}

live_page!(StepPage);

/// `…/executions/{id}/steps/{step}`: the side panel, or a page of its own.
pub async fn page(
    visit: Visit,
    PathParams([ws, name, id, step]): PathParams<4>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Pipelines, step.as_str());
    let reading = visit
        .catalog()
        .execution(visit.scope(), &ws, &name, &id)
        .await
        .map_err(|error| PageError::read(shell.clone(), error, &name, &id))?;
    let Some(panel) = StepRunPanel::of(&visit, &ws, &reading, &step, &htmx).await else {
        let text = errors::no_such_step(&step);
        return Err(PageError::new(shell.clone(), StatusCode::NOT_FOUND, text)
            .link(shell.links.execution(&name, &id), link::EXECUTION));
    };
    if htmx.partial && htmx.target.as_deref() != Some("live") {
        return Ok(live::respond(&htmx, &panel.tag, None, || PanelPart {
            step: &panel,
        }));
    }
    let (frame, shell) = Frame::of(&visit, &ws, shell, &reading, ExecutionTab::Steps, &htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    let page = || StepPage {
        shell,
        frame,
        step: panel,
    };
    Ok(live::respond(&htmx, &tag, as_of, page))
}
