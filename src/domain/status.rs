//! Statuses as SageMaker spells them, open to ones it adds later, and the actions each allows.

use std::fmt;

/// The status of an execution (API: `PipelineExecutionStatus`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExecutionStatus {
    /// Steps are running or about to.
    Executing,
    /// A stop was asked for; running steps are being ended, a Callback or Lambda step may hold it.
    Stopping,
    /// Ended by a stop; can be resumed.
    Stopped,
    /// Ended because a step failed.
    Failed,
    /// Every reachable step succeeded.
    Succeeded,
    /// Steps failed, and each failure was handled by a step triggered by it.
    CompletedWithFailures,
    /// A status this version does not know, kept as it came.
    Other(String),
}

impl ExecutionStatus {
    /// The statuses known today, in the order people scan for them.
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
    /// Ended well.
    Succeeded,
    /// A status this version does not know, kept as it came.
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
    /// Go on with a stopped execution (`RetryPipelineExecution`).
    Resume,
    /// Run a failed execution again from its failed step (`RetryPipelineExecution`).
    Retry,
}

impl Action {
    /// The word in addresses, tickets and the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::Retry => "retry",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Start, Self::Stop, Self::Resume, Self::Retry]
            .into_iter()
            .find(|action| action.as_str() == word)
    }

    /// Whether the action still applies to an execution in this state; if not, the sentence that
    /// tells why.
    ///
    /// `ended_in_fail_step` is whether a Fail step ended the execution: the service refuses to
    /// retry those ("You cannot retry a pipeline execution ending with a FailStep", developer
    /// guide, Fail step).
    pub fn applies(
        self,
        status: &ExecutionStatus,
        ended_in_fail_step: bool,
    ) -> Result<(), &'static str> {
        use ExecutionStatus as S;
        match (self, status) {
            (Self::Start, _) | (Self::Stop, S::Executing) | (Self::Resume, S::Stopped) => Ok(()),
            (Self::Retry, S::Failed) if ended_in_fail_step => Err(
                "This execution was ended by a Fail step, and SageMaker does not retry those. Use Run again.",
            ),
            (Self::Retry, S::Failed) => Ok(()),
            (Self::Stop, S::Stopping) => Err("This execution is already stopping."),
            (_, S::Stopped) => Err("This execution has already stopped."),
            (_, S::Failed) => Err("This execution has already failed."),
            (_, S::Succeeded) => Err("This execution has already succeeded."),
            (_, S::CompletedWithFailures) => {
                Err("This execution has completed with failures; use Run again.")
            }
            (_, S::Executing) => Err("This execution is running again already."),
            (_, S::Stopping) => Err("This execution is still stopping; wait until it has stopped."),
            (_, S::Other(_)) => Err("This execution is in a status that allows no action here."),
        }
    }
}

/// The actions to offer for an execution, the first being the one most wanted. *Run again* is no
/// call of its own (it opens the create form) and is offered for any that ended.
pub fn offered(status: &ExecutionStatus, ended_in_fail_step: bool) -> Vec<Action> {
    [Action::Stop, Action::Resume, Action::Retry]
        .into_iter()
        .filter(|action| action.applies(status, ended_in_fail_step).is_ok())
        .collect()
}
