//! Steps of a resumed or retried execution that still have to run again.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{ExecutionStatus, StepRecord, StepStatus};

/// Marks the `records` of a running execution that are left over from before it was resumed or retried. SageMaker goes
/// on listing them until the steps start again.
///
/// `before` is what was known of the execution earlier: its status and its records. A record is left over where it has
/// not changed since the execution had ended, or since it was marked.
pub fn mark_reruns(
    before: (&ExecutionStatus, &[StepRecord]),
    status: &ExecutionStatus,
    records: &mut [StepRecord],
) {
    let (status_before, before) = before;
    let has_ended = status_before.is_terminal();
    let mut known: HashMap<&str, Vec<&StepRecord>> = HashMap::new();
    for record in before {
        if has_ended || record.is_left_over {
            known.entry(&record.name).or_default().push(record);
        }
    }
    for record in records {
        let is_unchanged = |known: &&StepRecord| {
            known.status == record.status
                && is_same_time(known.started, record.started)
                && is_same_time(known.ended, record.ended)
        };
        record.is_left_over = status.is_running()
            && matches!(record.status, StepStatus::Stopped | StepStatus::Failed)
            && known
                .get(record.name.as_str())
                .is_some_and(|known| known.iter().any(is_unchanged));
    }
}

/// Whether two times are the same, as far as they are stored: in microseconds.
fn is_same_time(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    one.map(Timestamp::as_microsecond) == other.map(Timestamp::as_microsecond)
}
