//! The status banner of an execution, and the entries of its steps.

use super::Sentence;
use crate::domain::{Action, ExecutionStatus, Metric, Named, StepCounts, StepRecord, StepResource};

/// `Train failed`.
pub fn step_failed(step: &Named) -> Sentence {
    Sentence::default().name(step).words(" failed")
}

/// A failed step with its reason.
pub fn step_failed_because(step: &Named, reason: Option<&str>) -> Sentence {
    step_failed(step).words(match reason {
        Some(reason) => format!(": {reason}"),
        None => " (no reason given)".to_owned(),
    })
}

/// How long an execution ran that did not succeed.
pub fn after(duration: &str) -> String {
    format!("after {duration}")
}

/// How long an execution took.
pub fn within(duration: &str) -> String {
    format!("in {duration}")
}

/// How long a failed step ran, and how often it was tried.
pub fn failed_after(duration: Option<&str>, attempts: i32) -> String {
    let attempts = (attempts > 1).then(|| format!("{attempts} attempts"));
    let parts: Vec<String> = duration.map(after).into_iter().chain(attempts).collect();
    parts.join(", ")
}

/// The steps that run.
pub fn running(steps: &[Named]) -> Sentence {
    let named = |step: &Named| Sentence::default().name(step);
    match steps {
        [] => "Starting the next step…".into(),
        [one] => named(one).words(" is running"),
        [first, second] => named(first)
            .words(" and ")
            .name(second)
            .words(" are running"),
        [first, rest @ ..] => named(first).words(format!(" and {} more are running", rest.len())),
    }
}

/// That a step waits for an answer from outside SageMaker; since when follows.
pub fn awaits_answer(step: &Named) -> Sentence {
    Sentence::default().name(step).words(" waits for an answer")
}

/// A registered model, with its approval status where that is known: `CustomerChurnModels v24, pending approval`.
pub fn model(model: &str, approval: Option<&str>) -> String {
    match approval {
        Some(approval) => format!("{model}, {approval}"),
        None => model.to_owned(),
    }
}

/// A metric and its value.
pub fn metric(metric: &Metric) -> String {
    format!("{} {}", metric.name, metric.value)
}

/// What an execution made: `Registered CustomerChurnModels v24, pending approval · validation:auc 0.8368`.
pub fn made(models: &[String], metrics: &[String]) -> Option<Sentence> {
    let registered = match models {
        [] => None,
        models => Some(format!("Registered {}", models.join("; "))),
    };
    let parts: Vec<&str> = registered
        .iter()
        .chain(metrics)
        .map(String::as_str)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · ").into())
}

/// How many steps of the definition are done.
pub fn steps_done(counts: StepCounts) -> String {
    let StepCounts { done, skipped, all } = counts;
    let steps = if all == 1 { "step" } else { "steps" };
    match skipped {
        0 => format!("{done} of {all} {steps} done"),
        _ => format!("{done} of {all} {steps} done, {skipped} skipped"),
    }
}

/// Two facts on one line.
pub fn joined(first: Sentence, second: &str) -> Sentence {
    first.words(format!(" · {second}"))
}

/// What keeps an execution in Stopping.
pub enum StopWaitsFor<'a> {
    /// A step that waits for something outside SageMaker.
    Holding(&'a StepRecord, Named),
    /// A running step.
    Running(Named),
    /// A step that is not known.
    Unknown,
}

/// What an execution in Stopping waits for.
pub fn stopping(waits_for: &StopWaitsFor<'_>) -> Sentence {
    match waits_for {
        StopWaitsFor::Holding(step, named)
            if step.metadata.resource() == Some(StepResource::LambdaFunction) =>
        {
            let start = Sentence::from("Waiting for the Lambda function of ");
            start.name(named).words(" to finish")
        }
        StopWaitsFor::Holding(step, named) => {
            let start = Sentence::from("Waiting for an answer to the Callback step ");
            match &step.metadata.callback_token {
                Some(token) => start.name(named).words(format!(" (token {token})")),
                None => start.name(named),
            }
        }
        StopWaitsFor::Running(named) => {
            Sentence::from("Waiting for ").name(named).words(" to stop")
        }
        StopWaitsFor::Unknown => "Waiting for the last step to stop".into(),
    }
}

/// What somebody did that brought an execution into its status, before the name of the person:
/// `Stopped by`. `None` where the action does not explain the status.
pub fn last_action(action: Action, status: &ExecutionStatus) -> Option<&'static str> {
    use ExecutionStatus as S;
    match (action, status) {
        (Action::Stop, S::Stopping) => Some("Stop requested by"),
        (Action::Stop, S::Stopped) => Some("Stopped by"),
        (Action::Resume, S::Executing) => Some("Resumed by"),
        (Action::Retry, S::Executing) => Some("Retried by"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_names_its_time_and_its_attempts_where_they_are_known() {
        assert_eq!(failed_after(Some("3m 05s"), 1), "after 3m 05s");
        assert_eq!(failed_after(Some("48s"), 2), "after 48s, 2 attempts");
        assert_eq!(failed_after(None, 3), "3 attempts");
        assert_eq!(failed_after(None, 0), "");
    }

    #[test]
    fn steps_that_are_skipped_are_counted_beside_those_that_are_done() {
        let counts = |done, skipped, all| steps_done(StepCounts { done, skipped, all });
        assert_eq!(counts(0, 0, 1), "0 of 1 step done");
        assert_eq!(counts(2, 0, 6), "2 of 6 steps done");
        assert_eq!(counts(4, 2, 6), "4 of 6 steps done, 2 skipped");
    }

    #[test]
    fn what_was_made_is_the_model_and_how_good_it_is() {
        let metric = metric(&Metric {
            name: "auc".into(),
            value: 0.8368,
            at: None,
        });
        let model = model("ChurnModels v24", Some("pending approval"));
        let shown = |models: &[String], metrics: &[String]| {
            made(models, metrics).map(|sentence| sentence.plain())
        };
        assert_eq!(
            shown(std::slice::from_ref(&model), std::slice::from_ref(&metric)).as_deref(),
            Some("Registered ChurnModels v24, pending approval · auc 0.8368")
        );
        assert_eq!(shown(&[], &[metric]).as_deref(), Some("auc 0.8368"));
        assert_eq!(shown(&[], &[]), None);
    }

    #[test]
    fn running_steps_are_named_until_there_are_three() {
        let steps = ["A", "B", "C"].map(|name| Named::new(name, None));
        let shown = |count| running(&steps[..count]).plain();
        assert_eq!(shown(1), "A is running");
        assert_eq!(shown(2), "A and B are running");
        assert_eq!(shown(3), "A and 2 more are running");
    }
}
