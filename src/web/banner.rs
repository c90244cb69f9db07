//! The status banner: what an execution is doing, what it made or what went wrong, what can be done about it.

mod facts;

use jiff::Timestamp;

use super::console_links::log_link;
use super::fmt::{duration_text, seconds_between};
use super::links::Links;
use super::texts::Sentence;
use super::texts::banner::{self as texts, StopWaitsFor};
use super::texts::failure::hint as hint_text;
use super::texts::status;
use super::visit::Visit;
use crate::catalog::ExecutionView;
use crate::domain::{
    Action, Execution, ExecutionStatus, FailedStep, FailedStepKind, Failure, JobDetail, KnownCause,
    Named, StepRecord, failed_step, holding_stop, offered,
};
use crate::ledger::Outcome;

/// The actions that apply to an execution, as addresses of their confirmations.
#[derive(Debug, Clone, Default)]
pub struct ActionLinks {
    /// Stop it.
    pub stop: Option<String>,
    /// Resume it.
    pub resume: Option<String>,
    /// Retry it.
    pub retry: Option<String>,
    /// Run it again: opens the create form, filled from it.
    pub run_again: Option<String>,
}

impl ActionLinks {
    /// The actions that apply to this execution of this pipeline: none while the last one is pending.
    pub fn of(
        links: &Links,
        pipeline: &str,
        execution: &Execution,
        pending: Option<Action>,
        ended_in_fail_step: Option<bool>,
    ) -> Self {
        let id = execution.id();
        let mut actions = Self::default();
        if pending.is_some() {
            return actions;
        }
        for action in offered(&execution.status, ended_in_fail_step) {
            let href = Some(links.action(pipeline, id, action));
            match action {
                Action::Stop => actions.stop = href,
                Action::Resume => actions.resume = href,
                Action::Retry => actions.retry = href,
                Action::Start => {}
            }
        }
        if execution.status.is_terminal() {
            actions.run_again = Some(links.run_again(pipeline, id));
        }
        actions
    }

    /// Without those that SageMaker would have to know the execution for, where it no longer does (`is_gone`).
    pub fn of_known(self, is_gone: bool) -> Self {
        match is_gone {
            true => Self {
                run_again: self.run_again,
                ..Self::default()
            },
            false => self,
        }
    }
}

/// The last action on an execution.
pub struct LastAction {
    /// What was done: `Stopped by`.
    pub label: &'static str,
    /// By whom.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// The reason they gave.
    pub reason: Option<String>,
}

impl LastAction {
    /// The last action on an execution, where it explains its status. A ledger that cannot be read
    /// takes only this away.
    pub async fn of(visit: &Visit, ws: &str, execution: &Execution) -> Option<Self> {
        let ledger = visit.ledger();
        let entries = ledger.of_execution(visit.scope(), ws, &execution.arn).await;
        let entry = entries.ok()?.into_iter().next()?;
        let label = texts::last_action(entry.action, &execution.status)?;
        matches!(entry.outcome, Some(Outcome::Done { .. })).then(|| Self {
            label,
            person: entry.person,
            at: entry.at,
            reason: entry.reason,
        })
    }
}

/// The banner of one execution.
pub struct Banner {
    /// What the execution is called.
    pub execution: Named,
    /// Its address, where the banner is on a page of the pipeline.
    pub execution_href: Option<String>,
    /// Its status.
    pub status: ExecutionStatus,
    /// The accepted action that leads to it, until SageMaker reports the status.
    pub pending: Option<Action>,
    /// The most important fact.
    pub headline: Sentence,
    /// What follows it, unless a running time does.
    pub detail: String,
    /// When it started, while it runs.
    pub since: Option<Timestamp>,
    /// Since when it waits for somebody's answer, where all that runs waits for one.
    pub waiting_since: Option<Timestamp>,
    /// The time of rendering.
    pub now: Timestamp,
    /// Further facts, a paragraph each.
    pub lines: Vec<Sentence>,
    /// The action of this console that brought it into its status, if one did.
    pub last_action: Option<LastAction>,
    /// Whether the first of `lines` is the reason for a failure.
    pub has_reason: bool,
    /// What that reason is recognised as, and what usually helps.
    pub hint: Option<String>,
    /// Where more is shown: the step that runs or failed, else the execution or its information.
    pub details: String,
    /// The step that `details` shows.
    pub shown_step: Option<Named>,
    /// The log of the failed step.
    pub log: Option<String>,
    /// The actions that apply.
    pub actions: ActionLinks,
    /// Why the person who looks may not act, where they may not.
    pub cannot_act: Option<String>,
}

impl Banner {
    /// The banner on the execution's own pages.
    pub fn of(
        links: &Links,
        view: &ExecutionView,
        cannot_act: Option<String>,
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
            execution: view.execution.named(),
            execution_href: None,
            status: view.execution.status.clone(),
            pending: view.pending,
            headline: status::execution(&view.execution.status, view.pending)
                .into_owned()
                .into(),
            detail: String::new(),
            since: None,
            waiting_since: None,
            now,
            lines: Vec::new(),
            last_action: None,
            has_reason: false,
            hint: None,
            details,
            shown_step: focus.map(|step| named(view, step)),
            log: failed_log(&view.execution.status, failed),
            actions: match view.pipeline.gone {
                Some(_) => ActionLinks::default(),
                None => ActionLinks::of(
                    links,
                    pipeline,
                    &view.execution,
                    view.pending,
                    view.ended_in_fail_step,
                )
                .of_known(view.gone.is_some()),
            },
            cannot_act: cannot_act.filter(|_| view.pipeline.gone.is_none()),
        };
        banner.describe(view, failed);
        banner
    }

    /// With what the execution made, as far as that is known.
    #[must_use]
    pub fn with_products(mut self, products: &[JobDetail]) -> Self {
        if let Some(made) = facts::made(products) {
            self.lines.insert(0, made);
        }
        self
    }

    /// Whether it says how long the execution took, or runs.
    pub fn has_duration(&self) -> bool {
        let took_all = self.status != ExecutionStatus::Failed && !self.detail.is_empty();
        self.since.is_some() || took_all
    }

    /// With the last action on the execution.
    pub fn with_last_action(self, last_action: Option<LastAction>) -> Self {
        Self {
            last_action,
            ..self
        }
    }

    /// Changes whenever what is added to it does.
    pub fn version(&self) -> String {
        let last_action = self.last_action.as_ref();
        let last_action =
            last_action.map_or_else(String::new, |by| format!("{} {}", by.label, by.at));
        format!("{last_action} {:?}", self.lines)
    }

    /// The banner on a page of the pipeline: it names the execution and links to it.
    pub fn on_pipeline(
        links: &Links,
        view: &ExecutionView,
        cannot_act: Option<String>,
        now: Timestamp,
    ) -> Self {
        let href = links.execution(&view.pipeline.name, view.execution.id());
        Self {
            execution_href: Some(href.clone()),
            details: href,
            shown_step: None,
            ..Self::of(links, view, cannot_act, now)
        }
    }

    /// *Run again* is the primary action where no other one applies after a failure.
    pub fn run_again_class(&self) -> &'static str {
        let failed = matches!(
            self.status,
            ExecutionStatus::Failed | ExecutionStatus::CompletedWithFailures
        );
        if failed && self.actions.retry.is_none() {
            "small primary"
        } else {
            "small"
        }
    }

    fn describe(&mut self, view: &ExecutionView, failed: Option<&StepRecord>) {
        let execution = &view.execution;
        let took = match (execution.created, execution.modified) {
            (Some(from), Some(to)) => Some(duration_text(seconds_between(from, to))),
            _ => None,
        };
        let after = || took.as_deref().map(texts::after).unwrap_or_default();
        let within = || took.as_deref().map(texts::within).unwrap_or_default();
        match &execution.status {
            ExecutionStatus::Executing => match facts::awaited(view) {
                Some(awaited) if view.pending.is_none() => self.describe_awaited(view, awaited),
                _ => {
                    self.since = execution.created.filter(|_| view.pending.is_none());
                    self.lines.push(running_line(view));
                }
            },
            ExecutionStatus::Stopping => self.lines.push(stopping_line(view)),
            ExecutionStatus::Failed => {
                let own = view.definition.as_deref();
                let failure = Failure::of(execution, own, &view.steps);
                self.hint = hint(&failure);
                match (failed, failure.step) {
                    (Some(step), Some(failed)) => self.describe_failed(view, step, &failed),
                    _ => self.detail = after(),
                }
                self.add_reason(failure.reason.map(Sentence::from));
            }
            ExecutionStatus::CompletedWithFailures => {
                self.detail = within();
                if let Some(step) = failed {
                    let reason = step.failure_reason.as_deref();
                    let step = named(view, step);
                    self.add_reason(Some(texts::step_failed_because(&step, reason)));
                }
            }
            ExecutionStatus::Stopped => {
                self.detail = after();
                self.lines.extend(done_line(view).map(Sentence::from));
            }
            ExecutionStatus::Succeeded | ExecutionStatus::Other(_) => {
                self.detail = within();
                self.lines.extend(done_line(view).map(Sentence::from));
            }
        }
    }

    /// A Callback step waits for an answer from outside SageMaker, often a person's.
    fn describe_awaited(&mut self, view: &ExecutionView, step: &StepRecord) {
        self.headline = texts::awaits_answer(&named(view, step));
        self.waiting_since = step.started;
        self.lines
            .extend(facts::description(view, step).map(Sentence::from));
        self.lines.extend(done_line(view).map(Sentence::from));
    }

    fn describe_failed(&mut self, view: &ExecutionView, record: &StepRecord, step: &FailedStep) {
        match &step.kind {
            FailedStepKind::Work => {
                self.headline = texts::step_failed(&step.named);
                self.detail = failed_after(record);
            }
            // It takes no time, and did what it is for.
            FailedStepKind::Fail(check) => {
                self.headline = facts::stopped_by(view, &step.named, check.as_ref());
            }
        }
    }

    fn add_reason(&mut self, reason: Option<Sentence>) {
        if let Some(reason) = reason {
            self.lines.insert(0, reason);
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

fn named(view: &ExecutionView, step: &StepRecord) -> Named {
    step.named(view.definition.as_deref())
}

fn running_line(view: &ExecutionView) -> Sentence {
    let running = running_records(view).into_iter();
    let running: Vec<Named> = running.map(|step| named(view, step)).collect();
    let running = texts::running(&running);
    match done_line(view) {
        Some(done) => texts::joined(running, &done),
        None => running,
    }
}

fn done_line(view: &ExecutionView) -> Option<String> {
    Some(texts::steps_done(view.progress.as_ref()?.counts()))
}

fn stopping_line(view: &ExecutionView) -> Sentence {
    let holding = holding_stop(view.definition.as_deref(), &view.steps);
    let waits_for = match holding.first() {
        Some(&index) => {
            let step = &view.steps[index];
            StopWaitsFor::Holding(step, named(view, step))
        }
        None => match running_records(view).first() {
            Some(step) => StopWaitsFor::Running(named(view, step)),
            None => StopWaitsFor::Unknown,
        },
    };
    texts::stopping(&waits_for)
}

/// What helps against the failure of a step, where its cause is one that recurs.
fn hint(failure: &Failure) -> Option<String> {
    let is_work = |step: &FailedStep| step.kind == FailedStepKind::Work;
    let reason = failure.reason.as_deref();
    let cause = KnownCause::of(reason.filter(|_| failure.step.as_ref().is_some_and(is_work))?)?;
    Some(hint_text(&cause))
}

fn failed_log(status: &ExecutionStatus, failed: Option<&StepRecord>) -> Option<String> {
    let has_failed = matches!(
        status,
        ExecutionStatus::Failed | ExecutionStatus::CompletedWithFailures
    );
    let failed = failed.filter(|_| has_failed)?;
    Some(log_link(&failed.metadata)?.href)
}

fn failed_after(step: &StepRecord) -> String {
    let took = match (step.started, step.ended) {
        (Some(from), Some(to)) => Some(duration_text(seconds_between(from, to))),
        _ => None,
    };
    texts::failed_after(took.as_deref(), step.attempts)
}
