//! Steps of a resumed or retried execution that still have to run again.

use std::collections::HashMap;

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
            (known.started, known.ended, &known.status)
                == (record.started, record.ended, &record.status)
        };
        record.is_left_over = status.is_running()
            && matches!(record.status, StepStatus::Stopped | StepStatus::Failed)
            && known
                .get(record.name.as_str())
                .is_some_and(|known| known.iter().any(is_unchanged));
    }
}
