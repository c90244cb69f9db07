//! Names to prefill the create form with.

use jiff::Timestamp;

use sluicegate_definition::{MAX_EXECUTION_NAME_CHARS, check_execution_name};

/// Names with a counter that are tried before one with the time of day.
const MAX_COUNTED_NAMES: u32 = 20;
/// Characters after the pipeline's part at most: `-2026-11-23-140211`.
const MAX_SUFFIX_CHARS: usize = 18;

/// Names for an execution of this pipeline that starts now, in order of preference: the pipeline and the
/// day, the same with a counter, and last with the time of day. All follow the rule for names.
pub fn candidates(pipeline: &str, now: Timestamp) -> impl Iterator<Item = String> {
    let base = format!("{}-{}", shortened(pipeline), now.strftime("%Y-%m-%d"));
    let timed = format!("{base}-{}", now.strftime("%H%M%S"));
    let counted = base.clone();
    std::iter::once(base)
        .chain((2..=MAX_COUNTED_NAMES).map(move |n| format!("{counted}-{n}")))
        .chain(std::iter::once(timed))
}

/// The pipeline's name, cut between words where it is too long to be followed by a day and a time.
fn shortened(pipeline: &str) -> String {
    const MAX_CHARS: usize = MAX_EXECUTION_NAME_CHARS - MAX_SUFFIX_CHARS;
    let name = match check_execution_name(pipeline) {
        Ok(()) => pipeline.to_owned(),
        Err(error) => error.suggestion.unwrap_or_else(|| "execution".to_owned()),
    };
    if name.len() <= MAX_CHARS {
        return name;
    }
    // A valid name is ASCII, so that any index is a boundary.
    let cut = &name[..MAX_CHARS];
    let words = match cut.rfind('-') {
        Some(at) if at >= MAX_CHARS / 2 => &cut[..at],
        _ => cut,
    };
    words.trim_end_matches('-').to_owned()
}
