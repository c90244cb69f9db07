//! A pipeline's last executions as a sparkline of bars: the height is how long each took, the shape and
//! colour its status. Each is a link to its execution.

use jiff::Timestamp;

use super::fmt::{duration_text, seconds_taken, utc_text};
use super::texts::{lists as texts, status};
use crate::catalog::ExecutionBrief;
use crate::domain::ExecutionStatus;

/// Width of a bar, in units.
const BAR_WIDTH: f32 = 8.0;
/// Distance between the left edges of two bars, in units.
const BAR_SPACING: f32 = 10.0;
/// Height of the sparkline, in units.
const HEIGHT: f32 = 24.0;
/// Height of the shortest bar, in units.
const MIN_BAR_HEIGHT: f32 = 5.0;

/// One execution.
pub struct Bar {
    /// Its page.
    pub href: String,
    /// What its tooltip says.
    pub title: String,
    /// When it began, for the script, which puts the reader's zone into the title.
    pub at: Option<Timestamp>,
    /// The style of its shape.
    pub class: &'static str,
    /// SVG path data of its shape.
    pub d: String,
    /// The left edge of its column, in units.
    pub x: f32,
}

/// The sparkline of one row, 98 × 24 units.
pub struct Sparkline {
    /// Its accessible name.
    pub label: String,
    /// A bar for each execution.
    pub bars: Vec<Bar>,
}

/// Draws executions, oldest first; `href` makes the address of each by its ID.
pub fn draw(recent: &[ExecutionBrief], href: impl Fn(&str) -> String, now: Timestamp) -> Sparkline {
    let seconds: Vec<i64> = recent.iter().map(|e| length(e, now)).collect();
    let longest = seconds.iter().copied().max().unwrap_or(0).max(1) as f32;
    let first = (98.0 - BAR_SPACING * recent.len() as f32 + (BAR_SPACING - BAR_WIDTH)).max(0.0);
    let bars = recent.iter().enumerate().map(|(index, execution)| {
        let height =
            MIN_BAR_HEIGHT + (HEIGHT - MIN_BAR_HEIGHT - 1.0) * (seconds[index] as f32 / longest);
        let x = first + BAR_SPACING * index as f32;
        let class = kind(&execution.status);
        Bar {
            href: href(execution.id()),
            title: texts::recent_execution(
                execution.status.as_str(),
                execution.created.map(utc_text).as_deref(),
                &duration_text(seconds[index]),
                execution.failure.as_ref(),
            ),
            at: execution.created,
            class,
            d: shape(class, x, height),
            x,
        }
    });
    Sparkline {
        label: label(recent),
        bars: bars.collect(),
    }
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

/// A failed bar has a notch in its top, a stopped one a separate lid, and a running one is hollow, so
/// that they differ without colour.
fn shape(class: &str, x: f32, height: f32) -> String {
    let top = HEIGHT - height;
    match class {
        "bad" => format!(
            "M{x:.0} {top:.1}l{h:.0} 3.5 {h:.0}-3.5V{HEIGHT:.0}h-{BAR_WIDTH:.0}z",
            h = BAR_WIDTH / 2.0
        ),
        "stop" => format!(
            "M{x:.0} {top:.1}h{BAR_WIDTH:.0}v1.6h-{BAR_WIDTH:.0}zM{x:.0} {:.1}h{BAR_WIDTH:.0}V{HEIGHT:.0}h-{BAR_WIDTH:.0}z",
            top + 3.0
        ),
        "run" => format!(
            "M{:.1} {:.1}h{w:.1}V{b:.1}h-{w:.1}z",
            x + 0.8,
            top + 0.8,
            w = BAR_WIDTH - 1.6,
            b = HEIGHT - 0.8
        ),
        _ => format!("M{x:.0} {top:.1}h{BAR_WIDTH:.0}V{HEIGHT:.0}h-{BAR_WIDTH:.0}z"),
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
