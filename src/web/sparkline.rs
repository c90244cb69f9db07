//! A pipeline's last executions as a sparkline of bars: the height is how long each took, the shape and
//! colour its status. Each is a link to its execution, and one element: a list has a thousand of them.

use jiff::Timestamp;

use super::fmt::{duration_text, seconds_taken, utc_text};
use super::texts::{lists as texts, status};
use crate::catalog::ExecutionBrief;
use crate::domain::ExecutionStatus;

/// Heights of the shortest and of the highest bar, in pixels. The style sheet has a class for each height between them.
const BAR_HEIGHTS_PX: (i64, i64) = (5, 23);

/// One execution.
pub struct Bar {
    /// Its page.
    pub href: String,
    /// What its tooltip says. The time in it is UTC; the script puts it into the reader's zone.
    pub title: String,
    /// The style of its shape, which is another for each status, so that they differ without colour.
    pub class: &'static str,
    /// Its height in pixels.
    pub height: i64,
}

/// The sparkline of one row.
pub struct Sparkline {
    /// Its accessible name.
    pub label: String,
    /// A bar for each execution.
    pub bars: Vec<Bar>,
}

/// Draws executions, oldest first; `href` makes the address of each by its ID.
pub fn draw(recent: &[ExecutionBrief], href: impl Fn(&str) -> String, now: Timestamp) -> Sparkline {
    let seconds: Vec<i64> = recent.iter().map(|e| length(e, now)).collect();
    let longest = seconds.iter().copied().max().unwrap_or(0).max(1);
    let bars = recent.iter().zip(&seconds).map(|(execution, taken)| Bar {
        href: href(execution.id()),
        title: texts::recent_execution(
            execution.status.as_str(),
            execution.created.map(utc_text).as_deref(),
            &duration_text(*taken),
            execution.failure.as_ref(),
        ),
        class: kind(&execution.status),
        height: height(*taken, longest),
    });
    Sparkline {
        label: label(recent),
        bars: bars.collect(),
    }
}

/// The height of the bar of what took so long, beside what took longest.
fn height(seconds: i64, longest: i64) -> i64 {
    let (low, high) = BAR_HEIGHTS_PX;
    low + ((high - low) as f64 * seconds as f64 / longest as f64).round() as i64
}

fn length(execution: &ExecutionBrief, now: Timestamp) -> i64 {
    let running = execution.status.is_running();
    let seconds = seconds_taken(execution.created, execution.modified, running, now);
    seconds.unwrap_or_default().max(0)
}

fn kind(status: &ExecutionStatus) -> &'static str {
    match status {
        ExecutionStatus::Succeeded => "ok",
        ExecutionStatus::Failed | ExecutionStatus::CompletedWithFailures => "bad",
        ExecutionStatus::Stopped | ExecutionStatus::Stopping => "stop",
        ExecutionStatus::Executing => "run",
        ExecutionStatus::Other(_) => "idle",
    }
}

fn label(recent: &[ExecutionBrief]) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for execution in recent.iter().rev() {
        let word = status::lower_case(execution.status.as_str());
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    texts::recent_executions(recent.len(), &counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_has_every_height() {
        let style = include_str!("../../static/components.css");
        let (low, high) = BAR_HEIGHTS_PX;
        for px in low..=high {
            let rule = format!(".h{px}::before {{ height: {px}px; }}");
            assert!(style.contains(&rule), "{rule}");
        }
        assert_eq!((height(0, 1), height(1, 1)), BAR_HEIGHTS_PX);
        assert_eq!((height(30, 60), height(i64::MAX, i64::MAX)), (14, high));
    }
}
