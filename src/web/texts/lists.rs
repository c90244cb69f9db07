//! Lists of pipelines, executions and steps, and the facts on their pages.

use std::borrow::Cow;
use std::fmt::Write;

use super::failure::failure;
use super::status::word;
use super::{Sentence, count, grouped};
use crate::catalog::{ListGap, PipelineState, UnreadSteps};
use crate::domain::{Failure, Named, ParameterValue};

/// Characters of a reason in a tooltip: an account's list has a thousand of them.
const MAX_REASON_CHARS: usize = 120;

/// How many pipelines match, of how many, and how many executions run.
pub fn pipelines(matching: u64, all: u64, executing: u64) -> String {
    let found = if matching == all {
        count(all, "pipeline", "pipelines")
    } else {
        format!(
            "{} of {}",
            grouped(matching),
            count(all, "pipeline", "pipelines")
        )
    };
    match executing {
        0 => found,
        running => format!(
            "{found} · {} running",
            count(running, "execution", "executions")
        ),
    }
}

/// What is counted beside its number, which is that of what is known by now where the list is not whole.
pub fn executions_noun(total: u64, is_partial: bool) -> &'static str {
    match (total, is_partial) {
        (1, false) => "execution",
        (_, false) => "executions",
        (1, true) => "execution so far",
        (_, true) => "executions so far",
    }
}

/// What keeps a list of executions from being whole.
pub fn list_gap(gap: ListGap) -> &'static str {
    match gap {
        ListGap::Filling { .. } => {
            "Older executions are still being read from SageMaker; they appear here as they arrive."
        }
        ListGap::NotListed => {
            "Some executions are missing: SageMaker's search does not return them, and they cannot be listed."
        }
        ListGap::NotSearchable => {
            "Executions cannot be searched at SageMaker: they are read pipeline by pipeline, so that changes of \
             earlier ones may be missing."
        }
    }
}

/// That a list that asks for the failed step or the reason may lack executions whose steps are not known.
pub fn unread_steps(unread: &UnreadSteps) -> &'static str {
    match (unread.is_reading, unread.since) {
        (true, _) => {
            "The steps of older executions are still being read from SageMaker; those that match appear here as they arrive."
        }
        (false, Some(_)) => {
            "The steps of older executions are known only where somebody opened them, so some that match may be missing."
        }
        (false, None) => {
            "The steps of executions are known only where somebody opened them, so some that match may be missing."
        }
    }
}

/// The title of a page instead of a file whose filter is wrong.
pub const WRONG_FILTER: &str = "The filter is wrong";

/// That a file of a list would not have all of its rows.
pub fn to_be_cut(limit: u64) -> String {
    format!(
        "A file has the first {} (server.export_limit)",
        grouped(limit)
    )
}

/// That a file has not all rows.
pub fn cut(limit: u64, total: u64) -> String {
    format!(
        "Cut after {} of {} executions (server.export_limit)",
        grouped(limit),
        grouped(total)
    )
}

/// How many steps match, of how many.
pub fn steps(matching: u64, all: u64) -> String {
    if matching == all {
        count(all, "step", "steps")
    } else {
        format!("{} of {}", grouped(matching), count(all, "step", "steps"))
    }
}

/// Which rows of a list a page shows: `101–200 of 1,999`.
pub fn shown_rows(first: u64, last: u64, total: u64) -> String {
    format!("{}–{} of {}", grouped(first), grouped(last), grouped(total))
}

/// Parameters with their values, each on a line of its own.
pub fn parameter_values(values: &[ParameterValue]) -> String {
    let lines = values
        .iter()
        .map(|given| format!("{}: {}", given.name, given.value));
    lines.collect::<Vec<_>>().join("\n")
}

/// How many parameters of an execution differ from their defaults.
pub fn changed_parameters(changed: usize) -> String {
    match changed {
        0 => String::new(),
        some => format!("{some} changed"),
    }
}

/// The statuses of a pipeline's last executions: `Last 10: 9 succeeded, 1 failed`.
pub fn recent_executions(executions: usize, by_status: &[(String, usize)]) -> String {
    let parts: Vec<String> = by_status
        .iter()
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    format!("Last {executions}: {}", parts.join(", "))
}

/// One of them, in a tooltip: `Failed · 27 Nov 2026 01:30 UTC · 38m 05s · Train · no capacity`. The script finds the time
/// between the first two dots.
pub fn recent_execution(
    status: &str,
    began: Option<&str>,
    duration: &str,
    failed: Option<&Failure>,
) -> String {
    let (word, began) = (word(status), began.unwrap_or("–"));
    let mut text = format!("{word} · {began} · {duration}");
    if let Some(failed) = failed {
        let reason = failure(failed).plain();
        let _ = write!(text, " · {}", shortened(&reason, MAX_REASON_CHARS));
    }
    text
}

/// The beginning of a text that is longer than so many characters.
fn shortened(text: &str, max_chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
        None => Cow::Borrowed(text),
    }
}

/// That no pipeline is in a state.
pub fn no_pipeline(state: PipelineState) -> &'static str {
    match state {
        PipelineState::Running => "Nothing is running",
        PipelineState::Failing => "No pipeline is failing",
        PipelineState::NeverRun => "Every pipeline has run",
    }
}

/// The part of a graph that is drawn where the whole would be too large.
pub fn partly_drawn(steps: (usize, usize), edges: (usize, usize)) -> String {
    format!(
        "This graph is too large to draw in full. It shows the first {} of {} steps and {} of {} edges.",
        steps.0, steps.1, edges.0, edges.1
    )
}

/// The steps that another one waits for, each with the condition.
pub fn runs_after(steps: &[(Named, Option<&str>)]) -> Sentence {
    let mut list = Sentence::default();
    for (step, condition) in steps {
        if !list.is_empty() {
            list = list.words(", ");
        }
        list = list.name(step);
        if let Some(condition) = condition {
            list = list.words(format!(" ({condition})"));
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_in_a_tooltip_has_the_beginning_of_its_reason() {
        let failed = Failure {
            step: None,
            reason: Some("é".repeat(200)),
        };
        let shown = recent_execution("Failed", Some("27 Nov"), "38m 05s", Some(&failed));
        let reason = "é".repeat(MAX_REASON_CHARS);
        assert_eq!(shown, format!("Failed · 27 Nov · 38m 05s · {reason}…"));
        let shown = recent_execution("CompletedWithFailures", None, "0s", None);
        assert_eq!(shown, "Completed with failures · – · 0s");
    }

    #[test]
    fn pipelines_are_counted_with_the_filter_and_what_runs() {
        assert_eq!(pipelines(1, 1, 0), "1 pipeline");
        assert_eq!(pipelines(2, 12, 0), "2 of 12 pipelines");
        assert_eq!(pipelines(12, 12, 3), "12 pipelines · 3 executions running");
        assert_eq!(pipelines(1_200, 5_000, 0), "1,200 of 5,000 pipelines");
        assert_eq!(shown_rows(101, 200, 1_999), "101–200 of 1,999");
    }
}
