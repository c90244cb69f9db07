//! A pipeline's last executions as a strip of bars: the height tells how long each took, the shape
//! and colour how it ended.

use std::fmt::Write;

use jiff::Timestamp;

use super::fmt::{seconds_between, status_word};
use crate::catalog::ExecutionBrief;
use crate::domain::ExecutionStatus;

const BAR: f32 = 8.0;
const STEP: f32 = 10.0;
const HEIGHT: f32 = 24.0;
const LEAST: f32 = 5.0;

/// All bars of one kind, as one path.
pub struct Shape {
    /// The style of the bars.
    pub class: &'static str,
    /// SVG path data.
    pub d: String,
}

/// The strip of one row, 98 × 24 units.
pub struct Strip {
    /// The same in words.
    pub label: String,
    /// At most one shape a kind.
    pub shapes: Vec<Shape>,
}

/// Draws the strip of executions, oldest first.
pub fn draw(recent: &[ExecutionBrief], now: Timestamp) -> Strip {
    let seconds: Vec<i64> = recent.iter().map(|e| length(e, now)).collect();
    let longest = seconds.iter().copied().max().unwrap_or(0).max(1) as f32;
    let mut shapes: Vec<Shape> = Vec::new();
    let first = (98.0 - STEP * recent.len() as f32 + (STEP - BAR)).max(0.0);
    for (index, execution) in recent.iter().enumerate() {
        let height = LEAST + (HEIGHT - LEAST - 1.0) * (seconds[index] as f32 / longest);
        let x = first + STEP * index as f32;
        let class = kind(&execution.status);
        let shape = match shapes.iter_mut().find(|shape| shape.class == class) {
            Some(shape) => shape,
            None => {
                shapes.push(Shape {
                    class,
                    d: String::new(),
                });
                let last = shapes.len() - 1;
                &mut shapes[last]
            }
        };
        bar(&mut shape.d, class, x, height);
    }
    Strip {
        label: label(recent),
        shapes,
    }
}

fn length(execution: &ExecutionBrief, now: Timestamp) -> i64 {
    let end = if execution.status.is_running() {
        Some(now)
    } else {
        execution.modified
    };
    match (execution.created, end) {
        (Some(from), Some(to)) => seconds_between(from, to).max(0),
        _ => 0,
    }
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

/// A failed bar has a notch cut into its top, a stopped one a flat lid apart from it, a running one
/// is hollow: told apart without colour.
fn bar(d: &mut String, class: &str, x: f32, height: f32) {
    let top = HEIGHT - height;
    let _ = match class {
        "bad" => write!(
            d,
            "M{x:.0} {top:.1}l{h:.0} 3.5 {h:.0}-3.5V{HEIGHT:.0}h-{BAR:.0}z",
            h = BAR / 2.0
        ),
        "stop" => write!(
            d,
            "M{x:.0} {top:.1}h{BAR:.0}v1.6h-{BAR:.0}zM{x:.0} {:.1}h{BAR:.0}V{HEIGHT:.0}h-{BAR:.0}z",
            top + 3.0
        ),
        "run" => write!(
            d,
            "M{:.1} {:.1}h{w:.1}V{b:.1}h-{w:.1}z",
            x + 0.8,
            top + 0.8,
            w = BAR - 1.6,
            b = HEIGHT - 0.8
        ),
        _ => write!(d, "M{x:.0} {top:.1}h{BAR:.0}V{HEIGHT:.0}h-{BAR:.0}z"),
    };
}

fn label(recent: &[ExecutionBrief]) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for execution in recent.iter().rev() {
        let word = status_word(execution.status.as_str()).to_lowercase();
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    format!("Last {}: {}", recent.len(), parts.join(", "))
}
