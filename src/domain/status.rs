//! Statuses as SageMaker spells them, open to ones it adds later, and the actions that each allows.

use std::fmt;

/// The status of an execution (API: `PipelineExecutionStatus`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExecutionStatus {
    /// Steps are running or about to.
    Executing,
    /// A stop was requested; running steps are being ended, a Callback or Lambda step may delay it.
    Stopping,
    /// Ended by a stop; can be resumed.
    Stopped,
    /// Ended because a step failed.
    Failed,
    /// Every reachable step succeeded.
    Succeeded,
    /// Steps failed, and each failure was handled by a step triggered by it.
    CompletedWithFailures,
    /// A status that this version does not know, as it came.
    Other(String),
}

impl ExecutionStatus {
    /// The statuses that this version knows, in the order people look for them.
    pub const KNOWN: [ExecutionStatus; 6] = [
        Self::Executing,
        Self::Stopping,
        Self::Failed,
        Self::Stopped,
        Self::CompletedWithFailures,
        Self::Succeeded,
    ];

    /// Reads the service's spelling.
    pub fn parse(text: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|status| status.as_str() == text)
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    /// The service's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Executing => "Executing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
            Self::CompletedWithFailures => "CompletedWithFailures",
            Self::Other(text) => text,
        }
    }

    /// Whether the execution may still change by itself. An unknown status counts as settled.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Executing | Self::Stopping)
    }

    /// Whether the execution has ended.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Stopped | Self::Failed | Self::Succeeded | Self::CompletedWithFailures
        )
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The status of a step that started (API: `StepStatus`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StepStatus {
    /// Being prepared.
    Starting,
    /// Running.
    Executing,
    /// Being ended by a stop.
    Stopping,
    /// Ended by a stop.
    Stopped,
    /// Ended with a failure.
    Failed,
    /// Succeeded.
    Succeeded,
    /// A status that this version does not know, as it came.
    Other(String),
}

impl StepStatus {
    const KNOWN: [StepStatus; 6] = [
        Self::Starting,
        Self::Executing,
        Self::Stopping,
        Self::Stopped,
        Self::Failed,
        Self::Succeeded,
    ];

    /// Reads the service's spelling.
    pub fn parse(text: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|status| status.as_str() == text)
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    /// The service's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Starting => "Starting",
            Self::Executing => "Executing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
            Self::Other(text) => text,
        }
    }

    /// Whether the step may still change by itself.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Starting | Self::Executing | Self::Stopping)
    }
}

/// What a person can do to an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Start an execution of a pipeline (`StartPipelineExecution`).
    Start,
    /// End a running execution (`StopPipelineExecution`).
    Stop,
    /// Continue a stopped execution (`RetryPipelineExecution`).
    Resume,
    /// Run a failed execution again from its failed step (`RetryPipelineExecution`).
    Retry,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Start, Self::Stop, Self::Resume, Self::Retry];

    /// The word in addresses, tickets and the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::Retry => "retry",
        }
    }

    /// The action of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }

    /// Whether the action applies to an execution in this status; if not, why.
    ///
    /// `ended_in_fail_step` is whether a Fail step ended the execution: the service refuses to
    /// retry those ("You cannot retry a pipeline execution ending with a FailStep", developer
    /// guide, Fail step).
    pub fn applies(
        self,
        status: &ExecutionStatus,
        ended_in_fail_step: bool,
    ) -> Result<(), NotApplicable> {
        use ExecutionStatus as S;
        match (self, status) {
            (Self::Start, _) | (Self::Stop, S::Executing) | (Self::Resume, S::Stopped) => Ok(()),
            (Self::Retry, S::Failed) if ended_in_fail_step => Err(NotApplicable::EndedInFailStep),
            (Self::Retry, S::Failed) => Ok(()),
            (Self::Stop, S::Stopping) => Err(NotApplicable::AlreadyStopping),
            (_, S::Stopped) => Err(NotApplicable::AlreadyStopped),
            (_, S::Failed) => Err(NotApplicable::AlreadyFailed),
            (_, S::Succeeded) => Err(NotApplicable::AlreadySucceeded),
            (_, S::CompletedWithFailures) => Err(NotApplicable::CompletedWithFailures),
            (_, S::Executing) => Err(NotApplicable::AlreadyExecuting),
            (_, S::Stopping) => Err(NotApplicable::StillStopping),
            (_, S::Other(_)) => Err(NotApplicable::UnknownStatus),
        }
    }
}

/// Why an action does not apply to an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotApplicable {
    /// A retry of an execution that a Fail step ended.
    EndedInFailStep,
    /// A stop of an execution that is stopping.
    AlreadyStopping,
    /// It has stopped.
    AlreadyStopped,
    /// It has failed.
    AlreadyFailed,
    /// It has succeeded.
    AlreadySucceeded,
    /// It has completed, and handled the failures of its steps.
    CompletedWithFailures,
    /// A resume or retry of an execution that runs.
    AlreadyExecuting,
    /// A resume or retry of an execution that is still stopping.
    StillStopping,
    /// It has a status that this version does not know.
    UnknownStatus,
}

impl NotApplicable {
    /// Every reason.
    const ALL: [Self; 9] = [
        Self::EndedInFailStep,
        Self::AlreadyStopping,
        Self::AlreadyStopped,
        Self::AlreadyFailed,
        Self::AlreadySucceeded,
        Self::CompletedWithFailures,
        Self::AlreadyExecuting,
        Self::StillStopping,
        Self::UnknownStatus,
    ];

    /// The reason of this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }

    /// The stable code, for logs and the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EndedInFailStep => "ended_in_fail_step",
            Self::AlreadyStopping => "already_stopping",
            Self::AlreadyStopped => "already_stopped",
            Self::AlreadyFailed => "already_failed",
            Self::AlreadySucceeded => "already_succeeded",
            Self::CompletedWithFailures => "completed_with_failures",
            Self::AlreadyExecuting => "already_executing",
            Self::StillStopping => "still_stopping",
            Self::UnknownStatus => "unknown_status",
        }
    }
}

impl fmt::Display for NotApplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The actions to offer for an execution, the one most wanted first. *Run again* is not an API call
/// (it opens the create form) and is offered for every execution that has ended. A retry is offered
/// once it is known that no Fail step ended the execution (`None` where it is not known), so that
/// nothing that is offered is withdrawn.
pub fn offered(status: &ExecutionStatus, ended_in_fail_step: Option<bool>) -> Vec<Action> {
    let may_not_be_retried = ended_in_fail_step != Some(false);
    [Action::Stop, Action::Resume, Action::Retry]
        .into_iter()
        .filter(|action| action.applies(status, may_not_be_retried).is_ok())
        .collect()
}
