//! One step: its definition, and its run in an execution.

mod definition;
mod job_rows;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::console_links::job_link;
use super::diagram::running_since;
use super::error::PageError;
use super::execution::frame::{self, ExecutionTab, Frame};
use super::filters;
use super::htmx::HtmxRequest;
use super::kept::Place;
use super::links::{Links, NamedLink};
use super::live::{self, live_page};
use super::outage::{known_until, outage_error};
use super::request::PathParams;
use super::shell::Shell;
use super::texts::errors::{self, link};
use super::texts::status;
use super::texts::{Sentence, aws_error};
use super::visit::Visit;
use crate::catalog::{ExecutionView, ReadError, Reading};
use crate::domain::{
    AwsError, JobDetail, Named, NodeState, NodeStatus, StepMember, StepRecord, Waits, execution_id,
};

pub use definition::{StepDefinition, StepDefinitionPanel, StepLink};

/// One item of a ForEach step.
pub(super) struct Child {
    pub(super) named: Named,
    pub(super) href: String,
    pub(super) status: &'static str,
    pub(super) item: Option<String>,
}

/// A step that another one waits for.
pub(super) struct WaitFor {
    pub(super) step: StepLink,
    /// When it started, while it runs.
    pub(super) since: Option<Timestamp>,
}

/// A step of an execution, started or not.
pub struct StepRunPanel {
    pub(super) named: Named,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) running: bool,
    /// What its status means, where the word alone does not explain it.
    pub(super) status_note: Option<Sentence>,
    /// The steps that it waits for.
    pub(super) waits: Vec<WaitFor>,
    pub(super) reason: Option<String>,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    /// The facts of its record and its job.
    pub(super) facts: Vec<Fact>,
    /// The execution whose result was used.
    pub(super) result_source: Option<NamedLink>,
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
        let node = view.definition.as_deref().and_then(|d| d.step(name));
        if node.is_none() && view.steps.iter().all(|record| record.name != name) {
            return None;
        }
        let entry = view.entry(name);
        let record = entry.and_then(|entry| view.steps.get(entry.record?));
        let job = match record {
            Some(record) => {
                let catalog = visit.catalog();
                catalog.step_job(visit.scope(), ws, view, record).await
            }
            None => Ok(None),
        };
        let state = node.and_then(|node| view.progress.as_ref()?.nodes.get(node));
        let status = entry.map(|entry| entry.status);
        let status = status.or_else(|| state.map(|state| state.status));
        // An iteration without a row is left over, and waits to run again.
        let status = status.unwrap_or(NodeStatus::Waiting);
        let now = known_until(reading, Timestamp::now());
        let mut step = Self::base(&links, view, name, (record, node), status, now);
        step.add_record(view, record);
        step.result_source = match record {
            Some(record) => result_source(visit, ws, view, record).await,
            None => None,
        };
        match job {
            Ok(Some(job)) => step.add_job(job),
            Ok(None) => {}
            Err(failure) => step.job_error = Some(failure),
        }
        let version = step.version();
        let version: Vec<&str> = version.iter().map(String::as_str).collect();
        step.tag = live::polling_tag(reading, htmx, &version);
        step.poll = live::interval(reading, step.running || view.execution.status.is_running());
        Some(step)
    }

    fn base(
        links: &Links,
        view: &ExecutionView,
        name: &str,
        (record, node): (Option<&StepRecord>, Option<usize>),
        step_status: NodeStatus,
        now: Timestamp,
    ) -> Self {
        let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
        let definition = view.definition.as_deref();
        let state = node.and_then(|n| view.progress.as_ref()?.nodes.get(n));
        let step = node.and_then(|n| definition.map(|d| &d.steps[n]));
        Self {
            named: record.map_or_else(
                || Named::step(name, definition),
                |record| record.named(definition),
            ),
            kind: step
                .map(|s| s.kind.label().to_owned())
                .or_else(|| record.and_then(|r| Some(r.metadata.member.as_ref()?.to_string())))
                .unwrap_or_default(),
            status_note: not_run(view, state)
                .or_else(|| status::explanation(step_status.as_str()).map(Sentence::from)),
            running: step_status.is_running(),
            status: step_status.as_str().to_owned(),
            reason: record.and_then(|r| r.failure_reason.clone()),
            started: record.and_then(|r| r.started),
            ended: record.and_then(|r| r.ended),
            facts: Vec::new(),
            result_source: None,
            arn: None,
            arn_label: String::new(),
            console: None,
            job_error: None,
            children: children(links, view, state.map(|state| state.children.as_slice())),
            declared: definition
                .and_then(|d| StepDefinition::of(d, name, |step| links.step(pipeline, id, step))),
            waits: waits(links, view, node),
            here: links.step(pipeline, id, name),
            close: links.execution(pipeline, id),
            poll: live::SETTLED_POLL_SECONDS,
            tag: String::new(),
            now,
        }
    }

    fn add_record(&mut self, view: &ExecutionView, record: Option<&StepRecord>) {
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
        fact("Description", record.description.clone(), false);
        fact("Attempts", Some(record.attempts.max(1).to_string()), false);
        fact("Outcome", record.metadata.outcome.clone(), false);
        if let Some(iteration) = &record.iteration {
            let foreach = Named::step(&iteration.parent, view.definition.as_deref());
            let item = format!("{} of {}", iteration.index + 1, foreach.spelled_out());
            fact("Item", Some(item), false);
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
        let member = record.metadata.member.as_ref();
        self.arn_label = member.map_or("Job", StepMember::as_str).to_owned();
        self.console = record.metadata.arn.as_deref().and_then(job_link);
        self.arn = record.metadata.arn.clone();
    }

    /// Everything shown that the version of the execution does not cover: above all, what the job reports.
    fn version(&self) -> Vec<String> {
        let mut version = vec![
            "step".to_owned(),
            self.named.exact().to_owned(),
            self.close.clone(),
        ];
        version.extend(self.reason.clone());
        for fact in &self.facts {
            version.extend([fact.label.clone(), fact.value.clone()]);
        }
        if let Some(error) = &self.job_error {
            version.extend(["error".to_owned(), aws_error(error)]);
            version.extend(error.code.clone());
            version.push(error.message.clone());
        }
        version
    }

    fn add_job(&mut self, job: JobDetail) {
        self.facts.extend(job_rows::rows(&job, &self.status));
        // The job's own reason is complete; the step's may be cut short.
        if job.failure_reason.is_some() {
            self.reason = job.failure_reason;
        }
    }
}

/// The execution whose result a step took.
async fn result_source(
    visit: &Visit,
    ws: &str,
    view: &ExecutionView,
    record: &StepRecord,
) -> Option<NamedLink> {
    let cached = record.cache_hit.as_ref();
    let cached = cached.map(|hit| hit.source_execution_arn.as_str());
    let id = execution_id(cached.or(record.reused_from.as_deref())?);
    let ids = [id.to_owned()];
    let names = visit.catalog().names(visit.scope(), ws, &[], &ids).await;
    Some(NamedLink {
        named: names.execution(id),
        href: Some(visit.links(ws).execution(&view.pipeline.name, id)),
    })
}

/// What a step of the definition waits for.
fn waits(links: &Links, view: &ExecutionView, node: Option<usize>) -> Vec<WaitFor> {
    let (Some(definition), Some(progress), Some(node)) =
        (view.definition.as_deref(), view.progress.as_ref(), node)
    else {
        return Vec::new();
    };
    let steps = Waits::of(definition, progress).for_step(node);
    let wait = |step: usize| WaitFor {
        step: StepLink {
            href: links.step(
                &view.pipeline.name,
                view.execution.id(),
                &definition.steps[step].name,
            ),
            named: (&definition.steps[step]).into(),
        },
        since: running_since(view, step),
    };
    steps.into_iter().map(wait).collect()
}

/// Why a step of the definition did not run.
fn not_run(view: &ExecutionView, state: Option<&NodeState>) -> Option<Sentence> {
    let definition = view.definition.as_deref()?;
    let reason = state?.not_run.as_ref()?;
    Some(super::texts::step::not_run(reason, definition))
}

/// A row of the panel.
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

fn children(links: &Links, view: &ExecutionView, records: Option<&[usize]>) -> Vec<Child> {
    let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
    records
        .unwrap_or_default()
        .iter()
        .filter_map(|index| view.steps.get(*index))
        .map(|record| Child {
            href: links.step(pipeline, id, &record.name),
            named: record.named(view.definition.as_deref()),
            status: NodeStatus::of(record, &view.execution.status).as_str(),
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
#[template(path = "execution/page.html")]
struct StepPage {
    shell: Shell,
    frame: Frame,
    step: StepRunPanel,
}

#[derive(Template)]
#[template(path = "execution/step.html")]
struct StepLive<'a>(&'a StepPage);

live_page!(StepPage, StepLive);

/// `…/executions/{id}/steps/{step}`: the side panel, or a page of its own.
pub async fn page(
    visit: Visit,
    PathParams([ws, name, id, step]): PathParams<4>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let (shell, reading) = frame::read(&visit, &ws, &name, &id).await?;
    let Some(panel) = StepRunPanel::of(&visit, &ws, &reading, &step, &htmx).await else {
        // Its definition or its record may be what could not be read.
        if let Some(error) = outage_error(&reading.read_errors, reading.stale) {
            let place = Place::execution(&ws, &name, &id);
            let error = ReadError::Unavailable(error.clone());
            return Err(place.read_error(&visit, shell, error).await);
        }
        let text = errors::no_such_step(&step);
        return Err(PageError::new(shell.clone(), StatusCode::NOT_FOUND, text)
            .link(shell.links.execution(&name, &id), link::EXECUTION));
    };
    if htmx.partial && htmx.target.as_deref() != Some("live") {
        return Ok(live::respond(&htmx, &panel.tag, None, || PanelPart {
            step: &panel,
        }));
    }
    let view = &reading.value;
    let shell = shell.about(&[
        &panel.named,
        &view.execution.named(),
        &view.pipeline.named(),
    ]);
    let (frame, shell) = Frame::of(&visit, &ws, shell, &reading, ExecutionTab::Steps, &htmx).await;
    let (tag, as_of) = (frame.tag.clone(), frame.as_of);
    let page = || StepPage {
        shell,
        frame,
        step: panel,
    };
    Ok(live::respond(&htmx, &tag, as_of, page))
}
