//! An execution and its steps as one: they come from several calls, and a page that took the status from one and the
//! steps from another would contradict itself.

use jiff::{SignedDuration, Timestamp};

use super::pending::expected_status;
use super::store::StoredSteps;
use crate::domain::{Action, Execution, ExecutionStatus, StepRecord, mark_reruns};

/// How long after its end an execution is still shown as it was while its last steps cannot be read.
const STEPS_LAG_MAX: SignedDuration = SignedDuration::from_secs(60);

/// An execution with steps that belong to its status.
#[derive(Debug, Clone)]
pub(super) struct AsOne {
    pub(super) execution: Execution,
    /// The steps that started; `None` where they are not known.
    pub(super) steps: Option<Vec<StepRecord>>,
    /// Whether a call has returned a later state of the execution, whose steps are not known yet.
    pub(super) is_behind: bool,
}

/// Whether steps that were read while the execution had this status belong to an earlier state of it: it has ended
/// since.
pub(super) fn is_behind(execution: &Execution, status_of_steps: Option<&ExecutionStatus>) -> bool {
    status_of_steps.is_some_and(|status| *status != execution.status)
        && !execution.status.is_running()
}

/// Puts an execution and its steps together.
///
/// Where it has ended since its steps were read, it is shown as it was then: steps that still run would contradict
/// the end, and how they ended is not known. If that lasts, its steps count as not known at all. Where it was resumed
/// or retried since, the steps that have to run again are marked.
pub(super) fn as_one(execution: Execution, steps: Option<StoredSteps>, now: Timestamp) -> AsOne {
    let is_behind = is_behind(
        &execution,
        steps.as_ref().and_then(|steps| steps.status.as_ref()),
    );
    let Some(StoredSteps {
        mut records,
        status,
        modified,
    }) = steps
    else {
        return AsOne {
            execution,
            steps: None,
            is_behind,
        };
    };
    // Without it, an earlier version of the console read them.
    let Some(status) = status else {
        return AsOne {
            execution,
            steps: Some(records),
            is_behind,
        };
    };
    if !is_behind {
        if status.is_terminal() {
            let before = records.clone();
            mark_reruns((&status, &before), &execution.status, &mut records);
        }
        return AsOne {
            execution,
            steps: Some(records),
            is_behind,
        };
    }
    let has_ended_long_ago = execution
        .modified
        .is_some_and(|ended| now.duration_since(ended) > STEPS_LAG_MAX);
    if has_ended_long_ago {
        return AsOne {
            execution,
            steps: None,
            is_behind: true,
        };
    }
    let failure_reason = execution.failure_reason.filter(|_| status.is_terminal());
    AsOne {
        execution: Execution {
            status,
            modified,
            failure_reason,
            ..execution
        },
        steps: Some(records),
        is_behind: true,
    }
}

impl AsOne {
    /// The same after an action that was accepted, and whose effect SageMaker has not reported yet: in the status that
    /// it leads to, with the steps marked that have to run again.
    pub(super) fn after(mut self, action: Action) -> Self {
        let status = expected_status(action);
        if let Some(steps) = &mut self.steps {
            let before = steps.clone();
            mark_reruns((&self.execution.status, &before), &status, steps);
        }
        if status == ExecutionStatus::Executing {
            self.execution.failure_reason = None;
        }
        self.execution.status = status;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ExecutionStatus, StepStatus};

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    fn now(second: i64) -> Timestamp {
        at(second).expect("a time")
    }

    fn execution(status: ExecutionStatus, modified: i64) -> Execution {
        Execution {
            created: at(0),
            modified: at(modified),
            ..Execution::new("arn:e", status)
        }
    }

    fn stored(status: ExecutionStatus, modified: i64, step: StepStatus) -> Option<StoredSteps> {
        Some(StoredSteps {
            records: vec![StepRecord {
                started: at(1),
                ..StepRecord::new("Train", step)
            }],
            status: Some(status),
            modified: at(modified),
        })
    }

    use ExecutionStatus as S;

    #[test]
    fn an_end_waits_for_the_steps_that_belong_to_it() {
        let steps = stored(S::Executing, 1, StepStatus::Executing);
        let one = as_one(execution(S::Stopped, 9), steps.clone(), now(9));
        assert_eq!(one.execution.status, S::Executing);
        assert_eq!(one.execution.modified, at(1));
        assert!(one.is_behind);
        let late = as_one(execution(S::Stopped, 9), steps, now(99));
        assert_eq!((late.execution.status, late.steps), (S::Stopped, None));
        let steps = stored(S::Stopped, 9, StepStatus::Stopped);
        let one = as_one(execution(S::Stopped, 9), steps, now(9));
        assert_eq!((one.execution.status, one.is_behind), (S::Stopped, false));
    }

    #[test]
    fn what_is_running_again_has_steps_left_over() {
        let steps = stored(S::Stopped, 1, StepStatus::Stopped);
        let one = as_one(execution(S::Executing, 9), steps, now(9));
        assert_eq!(one.execution.status, S::Executing);
        assert!(one.steps.unwrap()[0].is_left_over);
    }

    #[test]
    fn an_accepted_resume_has_steps_left_over_before_it_is_reported() {
        let steps = stored(S::Stopped, 1, StepStatus::Stopped);
        let one = as_one(execution(S::Stopped, 1), steps, now(9)).after(Action::Resume);
        assert_eq!(one.execution.status, S::Executing);
        assert!(one.steps.unwrap()[0].is_left_over);
    }

    #[test]
    fn an_accepted_stop_keeps_the_steps_as_they_are() {
        let steps = stored(S::Executing, 1, StepStatus::Executing);
        let one = as_one(execution(S::Executing, 1), steps, now(9)).after(Action::Stop);
        assert_eq!(one.execution.status, S::Stopping);
        assert!(!one.steps.unwrap()[0].is_left_over);
    }

    #[test]
    fn steps_that_were_never_read_are_not_known() {
        let one = as_one(execution(S::Succeeded, 9), None, now(9));
        assert_eq!((one.steps, one.is_behind), (None, false));
    }
}
