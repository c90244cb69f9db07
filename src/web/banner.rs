//! The status banner: what an execution is doing, what went wrong, what can be done about it.

use jiff::Timestamp;

use super::fmt::{duration_text, seconds_between};
use super::links::Links;
use super::visit::Visit;
use crate::catalog::ExecutionView;
use crate::domain::{
    Action, Execution, ExecutionStatus, StepRecord, failed_step, holding_stop, offered,
};
use crate::ledger::Outcome;

/// The actions that apply to an execution, as addresses of their confirmations.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    /// Stop it.
    pub stop: Option<String>,
    /// Resume it.
    pub resume: Option<String>,
    /// Retry it.
    pub retry: Option<String>,
    /// Run it again: the create form, filled from it.
    pub again: Option<String>,
}

impl Acts {
    /// What applies to this execution of this pipeline.
    pub fn of(
        links: &Links,
        pipeline: &str,
        execution: &Execution,
        ended_in_fail_step: bool,
    ) -> Self {
        let id = execution.id();
        let mut acts = Self::default();
        for action in offered(&execution.status, ended_in_fail_step) {
            let href = Some(links.action(pipeline, id, action));
            match action {
                Action::Stop => acts.stop = href,
                Action::Resume => acts.resume = href,
                Action::Retry => acts.retry = href,
                Action::Start => {}
            }
        }
        if execution.status.is_terminal() {
            acts.again = Some(links.run_again(pipeline, id));
        }
        acts
    }
}

/// What somebody did to an execution last.
pub struct By {
    /// What they did: `Stopped`.
    pub did: &'static str,
    /// Who.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Why, in their words.
    pub reason: Option<String>,
}

impl By {
    /// The last thing done to an execution, where that brought it into its status. A ledger that
    /// cannot be read takes only this away.
    pub async fn last(visit: &Visit, ws: &str, execution: &Execution) -> Option<Self> {
        use ExecutionStatus as S;
        let ledger = visit.ledger();
        let entries = ledger.of_execution(visit.scope(), ws, &execution.arn).await;
        let entry = entries.ok()?.into_iter().next()?;
        let did = match (entry.action, &execution.status) {
            (Action::Stop, S::Stopping) => "Stop asked for",
            (Action::Stop, S::Stopped) => "Stopped",
            (Action::Resume, S::Executing) => "Resumed",
            (Action::Retry, S::Executing) => "Retried",
            _ => return None,
        };
        matches!(entry.outcome, Some(Outcome::Done { .. })).then(|| Self {
            did,
            person: entry.person,
            at: entry.at,
            reason: entry.reason,
        })
    }
}

/// The banner of one execution.
pub struct Banner {
    /// The execution's id.
    pub id: String,
    /// The execution's name.
    pub label: String,
    /// Its address, where the banner stands on another page.
    pub execution_href: Option<String>,
    /// Its status.
    pub status: ExecutionStatus,
    /// What is most important.
    pub strong: String,
    /// What follows it, where nothing is counting.
    pub rest: String,
    /// Since when it runs, while it does.
    pub since: Option<Timestamp>,
    /// The moment of rendering.
    pub now: Timestamp,
    /// More, a paragraph each.
    pub lines: Vec<String>,
    /// Who brought it there, where it was somebody from this console.
    pub by: Option<By>,
    /// Whether the first of `lines` is the reason of a failure.
    pub has_reason: bool,
    /// Where *View details* leads.
    pub details: String,
    /// What can be done.
    pub acts: Acts,
    /// Why the person who looks may not do it, where they may not.
    pub refused: Option<String>,
}

impl Banner {
    /// The banner on the execution's own pages.
    pub fn of(
        links: &Links,
        view: &ExecutionView,
        refused: Option<String>,
        now: Timestamp,
    ) -> Self {
        let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
        let failed = failed_step(&view.steps).map(|index| &view.steps[index]);
        let focus = running_records(view).first().copied().or(failed);
        let details = match focus {
            Some(step) => links.step(pipeline, id, &step.name),
            None => links.execution_information(pipeline, id),
        };
        let mut banner = Self {
            id: id.to_owned(),
            label: view.execution.label().to_owned(),
            execution_href: None,
            status: view.execution.status.clone(),
            strong: super::fmt::status_word(view.execution.status.as_str()).into_owned(),
            rest: String::new(),
            since: None,
            now,
            lines: Vec::new(),
            by: None,
            has_reason: false,
            details,
            acts: Acts::of(links, pipeline, &view.execution, view.ended_in_fail_step()),
            refused,
        };
        banner.tell(view, failed);
        banner
    }

    /// The same with who brought the execution where it is.
    pub fn with(self, by: Option<By>) -> Self {
        Self { by, ..self }
    }

    /// Changes when what the ledger adds to it does.
    pub fn version(&self) -> String {
        let by = self.by.as_ref();
        by.map_or_else(String::new, |by| format!("{} {}", by.did, by.at))
    }

    /// The banner on a page of the pipeline: it names the execution and leads to it.
    pub fn elsewhere(
        links: &Links,
        view: &ExecutionView,
        refused: Option<String>,
        now: Timestamp,
    ) -> Self {
        let href = links.execution(&view.pipeline.name, view.execution.id());
        Self {
            execution_href: Some(href.clone()),
            details: href,
            ..Self::of(links, view, refused, now)
        }
    }

    /// *Run again* is what is wanted most where nothing else applies after a failure.
    pub fn again_class(&self) -> &'static str {
        let failed = matches!(
            self.status,
            ExecutionStatus::Failed | ExecutionStatus::CompletedWithFailures
        );
        if failed && self.acts.retry.is_none() {
            "small primary"
        } else {
            "small"
        }
    }

    fn tell(&mut self, view: &ExecutionView, failed: Option<&StepRecord>) {
        let execution = &view.execution;
        let took = match (execution.created, execution.modified) {
            (Some(from), Some(to)) => Some(duration_text(seconds_between(from, to))),
            _ => None,
        };
        match &execution.status {
            ExecutionStatus::Executing => {
                self.since = execution.created;
                self.lines.push(running_line(view));
            }
            ExecutionStatus::Stopping => {
                self.since = None;
                self.lines.push(holding_line(view));
            }
            ExecutionStatus::Failed => {
                if let Some(step) = failed {
                    self.strong = format!("{} failed", step.name);
                    self.rest = after(step);
                    self.reason(step.failure_reason.as_deref());
                } else {
                    self.rest = took.map(|t| format!("after {t}")).unwrap_or_default();
                    self.reason(execution.failure_reason.as_deref());
                }
            }
            ExecutionStatus::CompletedWithFailures => {
                self.rest = took.map(|t| format!("in {t}")).unwrap_or_default();
                if let Some(step) = failed {
                    let reason = step
                        .failure_reason
                        .as_deref()
                        .unwrap_or("no reason was given");
                    self.reason(Some(&format!("{} failed: {reason}", step.name)));
                }
            }
            ExecutionStatus::Stopped => {
                self.rest = took.map(|t| format!("after {t}")).unwrap_or_default();
                self.lines.extend(done_line(view));
            }
            ExecutionStatus::Succeeded | ExecutionStatus::Other(_) => {
                self.rest = took.map(|t| format!("in {t}")).unwrap_or_default();
                self.lines.extend(done_line(view));
            }
        }
    }

    fn reason(&mut self, reason: Option<&str>) {
        if let Some(reason) = reason {
            self.lines.insert(0, reason.to_owned());
            self.has_reason = true;
        }
    }
}

fn running_records(view: &ExecutionView) -> Vec<&StepRecord> {
    view.steps
        .iter()
        .filter(|step| step.status.is_running())
        .collect()
}

fn running_line(view: &ExecutionView) -> String {
    let running: Vec<&str> = running_records(view)
        .iter()
        .map(|step| step.name.as_str())
        .collect();
    let what = match running.as_slice() {
        [] => "No step is running at this moment".to_owned(),
        [one] => format!("{one} is running"),
        [first, second] => format!("{first} and {second} are running"),
        [first, rest @ ..] => format!("{first} and {} more are running", rest.len()),
    };
    match done_line(view) {
        Some(done) => format!("{what} · {done}"),
        None => what,
    }
}

fn done_line(view: &ExecutionView) -> Option<String> {
    let (done, all) = view.progress.as_ref()?.done_of();
    Some(format!("{done} of {all} steps done"))
}

fn holding_line(view: &ExecutionView) -> String {
    let holding = holding_stop(view.definition.as_deref(), &view.steps);
    match holding.first().map(|index| &view.steps[*index]) {
        Some(step) if step.metadata.member == Some("Lambda") => {
            format!("Waiting for the Lambda function of {} to end", step.name)
        }
        Some(step) => match &step.metadata.callback_token {
            Some(token) => format!(
                "Held by the Callback step {} until it is answered with the token {token}",
                step.name
            ),
            None => format!("Held by {} until it is answered", step.name),
        },
        None => match running_records(view).first() {
            Some(step) => format!("Waiting for {} to stop", step.name),
            None => "Waiting for its last step to stop".to_owned(),
        },
    }
}

fn after(step: &StepRecord) -> String {
    let attempts = match step.attempts {
        ..=1 => String::new(),
        n => format!(", {n} attempts"),
    };
    match (step.started, step.ended) {
        (Some(from), Some(to)) => {
            format!(
                "after {}{attempts}",
                duration_text(seconds_between(from, to))
            )
        }
        _ => attempts.trim_start_matches(", ").to_owned(),
    }
}
