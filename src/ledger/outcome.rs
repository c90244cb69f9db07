//! What came of an action: as a value, and as the columns of its row. Pure.

use super::intent::operation;
use super::record::digest;
use crate::domain::{ASSUME_ROLE, Action, AwsError, AwsErrorKind, ExecutionStatus, Service};

/// Keeps the digests of outcome rows apart from all others.
const OUTCOME_ROW_LABEL: &str = "sluicegate outcome row 1";

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// SageMaker carried it out.
    Done {
        /// The execution started or acted on.
        execution_arn: String,
        /// The service's request id; `None` where the answer was lost and a lookup found it done.
        request_id: Option<String>,
    },
    /// AWS refused it.
    Refused(AwsError),
    /// The answer was lost, and a lookup showed that it was not carried out.
    NotFound(NotFoundReason),
}

/// What a lookup found instead of the effect of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFoundReason {
    /// Start: no execution of that name has begun since.
    NoExecutionWithThatName,
    /// SageMaker no longer knows the execution.
    NoSuchExecution,
    /// The execution is in the status that the action should have changed.
    StatusUnchanged(ExecutionStatus),
    /// Stop: the execution ended before it could be stopped.
    EndedFirst(ExecutionStatus),
    /// The sentence that version 1 of the ledger kept in its place.
    Sentence(String),
}

/// How an outcome became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownBy {
    /// SageMaker answered the call.
    Answer,
    /// The answer was lost, and a lookup showed it.
    Lookup,
}

/// An outcome, and how it became known.
#[derive(Debug, Clone)]
pub(super) struct KnownOutcome {
    pub outcome: Outcome,
    pub known_by: KnownBy,
    /// How long SageMaker took to answer, in milliseconds; `None` where the answer was lost.
    pub answered_in_ms: Option<u64>,
}

/// The row of an outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OutcomeColumns {
    /// When it was written, in milliseconds since 1970.
    pub recorded_at: i64,
    pub kind: String,
    pub known_by: String,
    pub execution_arn: Option<String>,
    /// Refused: the code of the [`AwsErrorKind`].
    pub failure: Option<String>,
    /// Refused: the call that was refused.
    pub operation: Option<String>,
    /// Refused: AWS's own code. Not found: the code of the [`NotFoundReason`].
    pub code: Option<String>,
    /// Refused: AWS's own message. Not found: the execution's status, as SageMaker spells it.
    pub message: Option<String>,
    pub request_id: Option<String>,
}

impl NotFoundReason {
    /// The code in the database and in the audit trail.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoExecutionWithThatName => "no_execution_with_that_name",
            Self::NoSuchExecution => "no_such_execution",
            Self::StatusUnchanged(_) => "status_unchanged",
            Self::EndedFirst(_) => "ended_first",
            Self::Sentence(_) => "sentence_of_version_1",
        }
    }

    /// The status that the lookup found, where the reason is one.
    pub fn status(&self) -> Option<&ExecutionStatus> {
        match self {
            Self::StatusUnchanged(status) | Self::EndedFirst(status) => Some(status),
            Self::NoExecutionWithThatName | Self::NoSuchExecution | Self::Sentence(_) => None,
        }
    }

    /// Reads a code and a status back; `None` where they are not a reason.
    pub(super) fn read(code: &str, status: Option<&str>) -> Option<Self> {
        let status = status.map(ExecutionStatus::parse);
        match code {
            "no_execution_with_that_name" => Some(Self::NoExecutionWithThatName),
            "no_such_execution" => Some(Self::NoSuchExecution),
            "status_unchanged" => status.map(Self::StatusUnchanged),
            "ended_first" => status.map(Self::EndedFirst),
            _ => None,
        }
    }
}

impl KnownBy {
    /// The word in the database and in the audit trail.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Lookup => "looking",
        }
    }
}

impl KnownOutcome {
    /// From SageMaker's answer, which took so many milliseconds.
    pub(super) fn answered(outcome: Outcome, milliseconds: u64) -> Self {
        Self {
            outcome,
            known_by: KnownBy::Answer,
            answered_in_ms: Some(milliseconds),
        }
    }

    /// From a lookup.
    pub(super) fn by_lookup(outcome: Outcome) -> Self {
        Self {
            outcome,
            known_by: KnownBy::Lookup,
            answered_in_ms: None,
        }
    }

    /// The row of it, written at this time (milliseconds since 1970).
    pub(super) fn columns(&self, recorded_at: i64) -> OutcomeColumns {
        let blank = OutcomeColumns {
            recorded_at,
            known_by: self.known_by.as_str().to_owned(),
            ..OutcomeColumns::default()
        };
        match self.outcome.clone() {
            Outcome::Done {
                execution_arn,
                request_id,
            } => OutcomeColumns {
                kind: "done".to_owned(),
                execution_arn: Some(execution_arn),
                request_id,
                ..blank
            },
            Outcome::Refused(error) => OutcomeColumns {
                kind: "refused".to_owned(),
                failure: Some(error_kind_code(error.kind).to_owned()),
                operation: Some(error.operation.to_owned()),
                // Without a code and a request id, AWS never answered: the text is the console's own.
                message: (error.code.is_some() || error.request_id.is_some())
                    .then_some(error.message),
                code: error.code,
                request_id: error.request_id,
                ..blank
            },
            Outcome::NotFound(reason) => OutcomeColumns {
                kind: "not_found".to_owned(),
                code: Some(reason.code().to_owned()),
                message: reason.status().map(|status| status.as_str().to_owned()),
                ..blank
            },
        }
    }
}

impl OutcomeColumns {
    /// One digest of all columns.
    pub(super) fn digest(&self) -> String {
        digest(
            OUTCOME_ROW_LABEL,
            [
                Some(self.recorded_at.to_string().as_str()),
                Some(&self.kind),
                Some(&self.known_by),
                self.execution_arn.as_deref(),
                self.failure.as_deref(),
                self.operation.as_deref(),
                self.code.as_deref(),
                self.message.as_deref(),
                self.request_id.as_deref(),
            ],
        )
    }

    /// The outcome of an action whose row this is.
    ///
    /// # Errors
    /// The name and the value of the column that no version writes.
    pub(super) fn outcome(self, action: Action) -> Result<Outcome, (&'static str, String)> {
        match self.kind.as_str() {
            "done" => Ok(Outcome::Done {
                execution_arn: self.execution_arn.unwrap_or_default(),
                request_id: self.request_id,
            }),
            "refused" => {
                let code = self.failure.unwrap_or_default();
                let kind = error_kind(&code).ok_or(("failure", code))?;
                Ok(Outcome::Refused(AwsError {
                    code: self.code,
                    request_id: self.request_id,
                    ..refusal(
                        kind,
                        self.operation.as_deref(),
                        action,
                        self.message.as_deref(),
                    )
                }))
            }
            "not_found" => {
                let Some(code) = self.code else {
                    let sentence = self.message.unwrap_or_default();
                    return Ok(Outcome::NotFound(NotFoundReason::Sentence(sentence)));
                };
                let reason = NotFoundReason::read(&code, self.message.as_deref());
                reason.map(Outcome::NotFound).ok_or(("code", code))
            }
            _ => Err(("kind", self.kind)),
        }
    }
}

/// Every kind of error, to read its code back.
const ERROR_KINDS: [AwsErrorKind; 15] = [
    AwsErrorKind::NotFound,
    AwsErrorKind::Refused,
    AwsErrorKind::Conflict,
    AwsErrorKind::LimitExceeded,
    AwsErrorKind::AccessDenied,
    AwsErrorKind::Throttled,
    AwsErrorKind::BadCredentials,
    AwsErrorKind::NoCredentials,
    AwsErrorKind::NoRegion,
    AwsErrorKind::Unreachable,
    AwsErrorKind::TimedOut,
    AwsErrorKind::UnknownOperation,
    AwsErrorKind::Service,
    AwsErrorKind::Garbled,
    AwsErrorKind::Incomplete,
];

/// The code that stands for a kind of error in the database and in the audit trail.
fn error_kind_code(kind: AwsErrorKind) -> &'static str {
    match kind {
        AwsErrorKind::NotFound => "not_found",
        AwsErrorKind::Refused => "refused",
        AwsErrorKind::Conflict => "conflict",
        AwsErrorKind::LimitExceeded => "limit_exceeded",
        AwsErrorKind::AccessDenied => "access_denied",
        AwsErrorKind::Throttled => "throttled",
        AwsErrorKind::BadCredentials => "bad_credentials",
        AwsErrorKind::NoCredentials => "no_credentials",
        AwsErrorKind::NoRegion => "no_region",
        AwsErrorKind::Unreachable => "unreachable",
        AwsErrorKind::TimedOut => "timed_out",
        AwsErrorKind::UnknownOperation => "unknown_operation",
        AwsErrorKind::Service => "service",
        AwsErrorKind::Garbled => "garbled",
        AwsErrorKind::Incomplete => "incomplete",
    }
}

/// The error of a call of an action, or of the one that it needed first, without a code and a request
/// id.
pub(super) fn refusal(
    kind: AwsErrorKind,
    called: Option<&str>,
    action: Action,
    message: Option<&str>,
) -> AwsError {
    let (service, operation) = match called {
        Some(ASSUME_ROLE) => (Service::TokenService, ASSUME_ROLE),
        _ => (Service::SageMaker, operation(action)),
    };
    AwsError::new(service, operation, kind, message.unwrap_or_default())
}

/// Reads such a code back.
pub(super) fn error_kind(code: &str) -> Option<AwsErrorKind> {
    ERROR_KINDS
        .into_iter()
        .find(|kind| error_kind_code(*kind) == code)
}

#[cfg(test)]
mod tests;
