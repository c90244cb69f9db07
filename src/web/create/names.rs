//! Names to prefill the create form with.

use jiff::Timestamp;

/// Names with a counter that are tried before one with the time of day.
const MAX_COUNTED_NAMES: u32 = 999;

/// Names for an execution that starts now, in order of preference: the day (in UTC), the same with a counter, and last
/// with the time of day. None repeats the pipeline's name, beside which it always stands.
pub fn candidates(now: Timestamp) -> Vec<String> {
    let day = format!("run-{}", now.strftime("%Y-%m-%d"));
    let timed = format!("{day}-{}", now.strftime("%H%M%S"));
    let mut names = vec![day.clone()];
    names.extend((2..=MAX_COUNTED_NAMES).map(|number| format!("{day}-{number}")));
    names.push(timed);
    names
}
