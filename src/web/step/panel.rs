//! The panel of a step of an execution.

use std::collections::HashMap;

use askama::Template;
use jiff::Timestamp;

use super::arguments::ConditionRow;
use super::definition::neighbours;
use super::fact::FactValue;
use super::result::StepResult;
use super::subject::Subject;
use super::tab::StepTab;
use super::tabs::{StepInputs, StepLogs, StepOutputs, StepRaw};
use crate::catalog::{ExecutionView, Reading};
use crate::domain::{AwsError, Named, NodeStatus, StepRecord, execution_id};
use crate::web::filters;
use crate::web::head::TabLink;
use crate::web::htmx::HtmxRequest;
use crate::web::links::{Links, NamedLink};
use crate::web::live;
use crate::web::outage::known_until;
use crate::web::texts::aws_error;
use crate::web::visit::Visit;

/// A step of an execution, started or not.
#[derive(Template)]
#[template(path = "execution/_step_run.html")]
pub struct StepRunPanel {
    pub(in crate::web) named: Named,
    pub(in crate::web) kind: String,
    pub(in crate::web) status: String,
    pub(in crate::web) tabs: Vec<TabLink>,
    pub(in crate::web) content: StepContent,
    pub(in crate::web) job_error: Option<AwsError>,
    pub(in crate::web) here: String,
    pub(in crate::web) close: String,
    pub(in crate::web) poll: u32,
    pub(in crate::web) tag: String,
    pub(in crate::web) now: Timestamp,
}

/// What the current tab shows.
#[derive(Debug)]
pub(in crate::web) enum StepContent {
    Result(Box<StepResult>),
    Inputs(StepInputs),
    Outputs(StepOutputs),
    Logs(StepLogs),
    Raw(StepRaw),
}

impl StepRunPanel {
    /// The step of this name in an execution, with what its job reports; `None` where neither the
    /// definition nor the execution has it.
    pub async fn of(
        visit: &Visit,
        ws: &str,
        reading: &Reading<ExecutionView>,
        (name, tab): (&str, StepTab),
        htmx: &HtmxRequest,
    ) -> Option<Self> {
        let view = &reading.value;
        let links = visit.links(ws);
        let entry = view.entry(name);
        let record = entry.and_then(|entry| view.steps.get(entry.record?));
        let declared = view.definition.as_deref().and_then(|own| own.step(name));
        if declared.is_none() && view.steps.iter().all(|record| record.name != name) {
            return None;
        }
        let job = match record {
            Some(record) => {
                let catalog = visit.catalog();
                catalog.step_job(visit.scope(), ws, view, record).await
            }
            None => Ok(None),
        };
        let (job, job_error) = match job {
            Ok(job) => (job, None),
            Err(error) => (None, Some(error)),
        };
        let mut subject = Subject {
            links: &links,
            view,
            name,
            node: declared.or_else(|| entry?.node),
            record,
            job: job.as_ref(),
            // An iteration without a row is left over, and waits to run again.
            status: entry.map_or(NodeStatus::Waiting, |entry| entry.status),
            other_jobs: HashMap::new(),
        };
        if let Some(state) = subject.state().filter(|_| entry.is_none()) {
            subject.status = state.status;
        }
        let content = StepContent::of(visit, ws, &mut subject, tab).await;
        let now = known_until(reading, Timestamp::now());
        let mut panel = Self::base(&subject, tab, content, job_error, now);
        panel.tag = live::polling_tag(reading, htmx, &[&panel.version()]);
        panel.poll = live::interval(
            reading,
            subject.status.is_running() || view.execution.status.is_running(),
        );
        Some(panel)
    }

    fn base(
        subject: &Subject<'_>,
        tab: StepTab,
        content: StepContent,
        job_error: Option<AwsError>,
        now: Timestamp,
    ) -> Self {
        let Subject {
            links,
            view,
            name,
            record,
            ..
        } = *subject;
        let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
        let definition = view.definition.as_deref();
        let member = record.and_then(|of| of.metadata.member.as_ref());
        Self {
            named: match record {
                Some(record) => record.named(definition),
                None => Named::step(name, definition),
            },
            kind: match subject.declared() {
                Some((definition, node)) => definition.steps[node].kind.label().to_owned(),
                None => member.map(ToString::to_string).unwrap_or_default(),
            },
            status: subject.status.as_str().to_owned(),
            tabs: tab.links(links, pipeline, id, name),
            content,
            job_error,
            here: tab.href(links, pipeline, id, name),
            close: links.execution(pipeline, id),
            poll: live::SETTLED_POLL_SECONDS,
            tag: String::new(),
            now,
        }
    }

    /// Everything shown that the version of the execution does not cover: above all, what the job reports.
    fn version(&self) -> String {
        let error = self.job_error.as_ref();
        let error = error.map(|error| (aws_error(error), &error.code, &error.message));
        format!(
            "{:?} {} {error:?} {:?}",
            self.named, self.here, self.content
        )
    }
}

/// The panel is nothing but its own live block.
impl live::LivePage for StepRunPanel {
    fn live(&self) -> askama::Result<String> {
        self.render()
    }
}

// Pages show it as a part of theirs; its template has escaped what needs it.
impl askama::filters::HtmlSafe for StepRunPanel {}

impl StepContent {
    async fn of(visit: &Visit, ws: &str, subject: &mut Subject<'_>, tab: StepTab) -> Self {
        match tab {
            StepTab::Result => {
                subject.describe_conditions(visit, ws).await;
                let source = match subject.record {
                    Some(record) => result_source(visit, ws, subject.view, record).await,
                    None => None,
                };
                let declared = subject.declared();
                let neighbours = declared
                    .map(|(own, node)| neighbours(own, node, |step| subject.step_href(step)));
                let result = StepResult::of(subject, source, neighbours.unwrap_or_default());
                Self::Result(Box::new(result))
            }
            StepTab::Inputs => {
                subject.describe_others(visit, ws).await;
                Self::Inputs(StepInputs::of(subject))
            }
            StepTab::Outputs => Self::Outputs(StepOutputs::of(subject)),
            StepTab::Logs => Self::Logs(StepLogs::of(subject)),
            StepTab::Raw => Self::Raw(StepRaw::of(subject)),
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
    let links: Links = visit.links(ws);
    Some(NamedLink {
        named: names.execution(id),
        href: Some(links.execution(&view.pipeline.name, id)),
    })
}
