//! What an action will do to an execution.

use crate::catalog::ExecutionView;
use crate::domain::{Action, Named, StepRecord, StepStatus, holding_stop};
use crate::web::links::Links;
use crate::web::texts::actions as texts;

/// Steps that are named; more are only counted.
const MAX_NAMED_STEPS: usize = 12;

/// A step that the action affects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedStep {
    /// What it is called.
    pub named: Named,
    /// Its status.
    pub status: StepStatus,
    /// Why it needs attention.
    pub note: Option<String>,
}

/// The content of a confirmation.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The question.
    pub question: &'static str,
    /// The button.
    pub button: &'static str,
    /// Whether the button warns.
    pub danger: bool,
    /// What will happen.
    pub effect: &'static str,
    /// The heading above the steps.
    pub heading: &'static str,
    /// The affected steps.
    pub steps: Vec<AffectedStep>,
    /// How many more there are.
    pub more: usize,
    /// What else to know.
    pub remarks: Vec<&'static str>,
    /// The create form filled from the execution, where that is the alternative.
    pub run_again: Option<String>,
}

impl Confirmation {
    /// What this action will do to this execution.
    pub fn of(action: Action, view: &ExecutionView, links: &Links) -> Self {
        let steps = affected_steps(action, view);
        let create_form = || links.run_again(&view.pipeline.name, view.execution.id());
        Self {
            question: texts::question(action),
            button: texts::button(action),
            danger: action == Action::Stop,
            effect: texts::effect(action, steps.len()),
            heading: texts::affected_steps(action),
            more: steps.len().saturating_sub(MAX_NAMED_STEPS),
            steps: steps.into_iter().take(MAX_NAMED_STEPS).collect(),
            remarks: vec![texts::remark(action)],
            run_again: (action == Action::Retry).then(create_form),
        }
    }
}

fn affected_steps(action: Action, view: &ExecutionView) -> Vec<AffectedStep> {
    let affects = |step: &StepRecord| match action {
        Action::Start => false,
        Action::Stop => step.status.is_running(),
        Action::Resume => matches!(step.status, StepStatus::Stopped | StepStatus::Stopping),
        Action::Retry => step.status == StepStatus::Failed,
    };
    let holding = match action {
        Action::Stop => holding_stop(view.definition.as_deref(), &view.steps),
        _ => Vec::new(),
    };
    view.steps
        .iter()
        .enumerate()
        .filter(|(_, step)| affects(step))
        .map(|(index, step)| AffectedStep {
            named: step.named(view.definition.as_deref()),
            status: step.status.clone(),
            note: holding.contains(&index).then(|| texts::holds_stop(step)),
        })
        .collect()
}
