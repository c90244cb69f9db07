//! Names to prefill the create form with.

use jiff::Timestamp;

use sluicegate_definition::{EXECUTION_NAME_MAX, check_execution_name};

/// How many counted names are tried before the time of day makes one.
const COUNTED: u32 = 20;
/// What follows the pipeline's part at most: `-2026-11-23-140211`.
const TAIL: usize = 18;

/// Names for an execution of this pipeline that begins now, the best first: the pipeline and the day,
/// then with a counter, at last with the time of day. All keep the rule for names.
pub fn candidates(pipeline: &str, now: Timestamp) -> impl Iterator<Item = String> {
    let base = format!("{}-{}", shortened(pipeline), now.strftime("%Y-%m-%d"));
    let timed = format!("{base}-{}", now.strftime("%H%M%S"));
    let counted = base.clone();
    std::iter::once(base)
        .chain((2..=COUNTED).map(move |n| format!("{counted}-{n}")))
        .chain(std::iter::once(timed))
}

/// The pipeline's name, cut between words where it is too long to be followed by a day and a time.
fn shortened(pipeline: &str) -> String {
    const ROOM: usize = EXECUTION_NAME_MAX - TAIL;
    let name = match check_execution_name(pipeline) {
        Ok(()) => pipeline.to_owned(),
        Err(fault) => fault.suggestion.unwrap_or_else(|| "execution".to_owned()),
    };
    if name.len() <= ROOM {
        return name;
    }
    // A valid name is ASCII, so that any index is a boundary.
    let cut = &name[..ROOM];
    let whole = match cut.rfind('-') {
        Some(at) if at >= ROOM / 2 => &cut[..at],
        _ => cut,
    };
    whole.trim_end_matches('-').to_owned()
}
