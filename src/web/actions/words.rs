//! What an action will do to an execution, in sentences.

use crate::catalog::ExecutionView;
use crate::domain::{Action, StepRecord, StepStatus, holding_stop};
use crate::web::links::Links;

/// Steps named one by one; the rest is counted.
const STEPS_TOLD: usize = 12;

/// A step that the action touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: StepStatus,
    /// What is special about it.
    pub note: Option<String>,
}

/// A confirmation's words.
#[derive(Debug, Clone)]
pub struct Words {
    /// The question.
    pub question: &'static str,
    /// The button.
    pub verb: &'static str,
    /// Whether the button warns.
    pub danger: bool,
    /// What will happen.
    pub sentence: String,
    /// What stands above the steps.
    pub heading: &'static str,
    /// The steps it touches.
    pub steps: Vec<Touched>,
    /// How many more there are.
    pub more: usize,
    /// What else to know.
    pub remarks: Vec<String>,
    /// The create form filled from the execution, where that is the other way.
    pub again: Option<String>,
}

/// The title of a confirmation.
pub fn title(action: Action) -> &'static str {
    match action {
        Action::Start => "Create execution",
        Action::Stop => "Stop this execution?",
        Action::Resume => "Resume this execution?",
        Action::Retry => "Retry this execution?",
    }
}

/// The title where there is nothing to confirm.
pub fn gone(action: Action) -> &'static str {
    match action {
        Action::Start => "There is nothing to create",
        Action::Stop => "There is nothing to stop",
        Action::Resume => "There is nothing to resume",
        Action::Retry => "There is nothing to retry",
    }
}

impl Words {
    /// What this action will do to this execution.
    pub fn of(action: Action, view: &ExecutionView, links: &Links) -> Self {
        match action {
            Action::Start | Action::Stop => stop(view),
            Action::Resume => resume(view),
            Action::Retry => retry(view, links),
        }
    }

    fn touching(self, steps: Vec<Touched>) -> Self {
        Self {
            more: steps.len().saturating_sub(STEPS_TOLD),
            steps: steps.into_iter().take(STEPS_TOLD).collect(),
            ..self
        }
    }
}

fn stop(view: &ExecutionView) -> Words {
    let holding = holding_stop(view.definition.as_deref(), &view.steps);
    let note = |index: usize, step: &StepRecord| holding.contains(&index).then(|| hold(step));
    let running: Vec<Touched> = view
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.status.is_running())
        .map(|(index, step)| touched(step, note(index, step)))
        .collect();
    let sentence = match running.len() {
        0 => "No step is running at this moment. No further step will start.",
        1 => "The running step will be stopped, and no further step will start.",
        _ => "The running steps will be stopped, and no further step will start.",
    };
    Words {
        question: title(Action::Stop),
        verb: "Stop execution",
        danger: true,
        sentence: sentence.to_owned(),
        heading: "Running now",
        steps: Vec::new(),
        more: 0,
        remarks: vec![
            "What finished steps made stays. A stopped execution can be resumed from where it stopped.".to_owned(),
        ],
        again: None,
    }
    .touching(running)
}

/// What keeps an execution in Stopping.
fn hold(step: &StepRecord) -> String {
    if step.metadata.member == Some("Lambda") {
        return "The execution waits in Stopping until its Lambda function has ended.".to_owned();
    }
    match &step.metadata.callback_token {
        Some(token) => format!(
            "This Callback holds the execution in Stopping until it is answered, with the token {token}."
        ),
        None => "This Callback holds the execution in Stopping until it is answered.".to_owned(),
    }
}

fn resume(view: &ExecutionView) -> Words {
    let stopped = of_status(view, &[StepStatus::Stopped, StepStatus::Stopping]);
    let (sentence, heading) = if stopped.is_empty() {
        (
            "It continues from where it stopped, with the steps that have not started yet.",
            "",
        )
    } else {
        (
            "It continues from where it stopped. Steps that were stopped begin anew; steps that succeeded are not run again.",
            "Run again first",
        )
    };
    Words {
        question: title(Action::Resume),
        verb: "Resume execution",
        danger: false,
        sentence: sentence.to_owned(),
        heading,
        steps: Vec::new(),
        more: 0,
        remarks: vec!["Parameters and definition stay those it began with.".to_owned()],
        again: None,
    }
    .touching(stopped)
}

fn retry(view: &ExecutionView, links: &Links) -> Words {
    let failed = of_status(view, &[StepStatus::Failed]);
    let sentence = match failed.len() {
        0 => "It runs again from where it failed. Steps that succeeded are not run again.",
        1 => "It runs again from the failed step. Steps that succeeded are not run again.",
        _ => "It runs again from the failed steps. Steps that succeeded are not run again.",
    };
    Words {
        question: title(Action::Retry),
        verb: "Retry execution",
        danger: false,
        sentence: sentence.to_owned(),
        heading: "Runs again from",
        steps: Vec::new(),
        more: 0,
        remarks: vec![
            "Parameters and definition stay those it began with. To change them, run it again as a new execution.".to_owned(),
        ],
        again: Some(links.run_again(&view.pipeline.name, view.execution.id())),
    }
    .touching(failed)
}

fn of_status(view: &ExecutionView, statuses: &[StepStatus]) -> Vec<Touched> {
    view.steps
        .iter()
        .filter(|step| statuses.contains(&step.status))
        .map(|step| touched(step, None))
        .collect()
}

fn touched(step: &StepRecord, note: Option<String>) -> Touched {
    Touched {
        name: step.name.clone(),
        status: step.status.clone(),
        note,
    }
}
