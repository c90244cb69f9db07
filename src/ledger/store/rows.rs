//! Rows of the database and what they say, in both directions.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::{KnownBy, Recorded};
use crate::domain::{ASSUME_ROLE, Action, AwsError, AwsErrorKind, ParameterValue, Service};
use crate::ledger::Outcome;
use crate::ledger::intent::{Intent, operation};
use crate::ledger::record::Record;

/// The statement that reads intents `i` with their outcomes `o`.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT i.*, o.kind, o.failure, o.operation, o.code, o.message, o.request_id, ",
            "o.execution_arn AS outcome_arn, o.recorded_at AS outcome_at, o.known_by ",
            "FROM intents i LEFT JOIN outcomes o ON o.intent_id = i.id ",
            $tail
        )
    };
}
pub(super) use select;

/// The words that stand for kinds of failure in the database.
const FAILURES: [(AwsErrorKind, &str); 15] = [
    (AwsErrorKind::NotFound, "not_found"),
    (AwsErrorKind::Refused, "refused"),
    (AwsErrorKind::Conflict, "conflict"),
    (AwsErrorKind::LimitExceeded, "limit_exceeded"),
    (AwsErrorKind::AccessDenied, "access_denied"),
    (AwsErrorKind::Throttled, "throttled"),
    (AwsErrorKind::BadCredentials, "bad_credentials"),
    (AwsErrorKind::NoCredentials, "no_credentials"),
    (AwsErrorKind::NoRegion, "no_region"),
    (AwsErrorKind::Unreachable, "unreachable"),
    (AwsErrorKind::TimedOut, "timed_out"),
    (AwsErrorKind::UnknownOperation, "unknown_operation"),
    (AwsErrorKind::Service, "service"),
    (AwsErrorKind::Garbled, "garbled"),
    (AwsErrorKind::Incomplete, "incomplete"),
];

/// An outcome in the words of its row.
#[derive(Default)]
pub(in crate::ledger) struct OutcomeColumns<'a> {
    pub kind: &'static str,
    pub execution_arn: Option<&'a str>,
    pub failure: Option<&'static str>,
    pub operation: Option<&'static str>,
    pub code: Option<&'a str>,
    pub message: Option<&'a str>,
    pub request_id: Option<&'a str>,
}

impl<'a> OutcomeColumns<'a> {
    pub(in crate::ledger) fn of(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Done {
                execution_arn,
                request_id,
            } => Self {
                kind: "done",
                execution_arn: Some(execution_arn),
                request_id: request_id.as_deref(),
                ..Self::default()
            },
            Outcome::Refused(failure) => Self {
                kind: "refused",
                failure: FAILURES
                    .into_iter()
                    .find(|(kind, _)| *kind == failure.kind)
                    .map(|(_, word)| word),
                operation: Some(failure.operation),
                code: failure.code.as_deref(),
                message: Some(&failure.message),
                request_id: failure.request_id.as_deref(),
                ..Self::default()
            },
            Outcome::NotFound { why } => Self {
                kind: "not_found",
                message: Some(why),
                ..Self::default()
            },
        }
    }
}

/// A row of [`select!`].
pub(super) struct Row(pub Recorded);

impl<'r> FromRow<'r, SqliteRow> for Row {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let word: &str = row.try_get("action")?;
        let action = Action::parse(word).ok_or_else(|| odd("action", word))?;
        Ok(Self(Recorded {
            id: row.try_get("id")?,
            intent: intent(row, action)?,
            outcome: outcome(row, action)?,
            learnt: learnt(row)?,
        }))
    }
}

fn intent(row: &SqliteRow, action: Action) -> Result<Intent, sqlx::Error> {
    let text: &str = row.try_get("parameters")?;
    let parameters: Vec<(String, String)> =
        serde_json::from_str(text).map_err(|_| odd("parameters", text))?;
    let at: i64 = row.try_get("recorded_at")?;
    Ok(Intent {
        nonce: row.try_get("nonce")?,
        digest: row.try_get("digest")?,
        at: Timestamp::from_millisecond(at).map_err(|_| odd("recorded_at", &at.to_string()))?,
        person: row.try_get("person")?,
        action,
        workspace: row.try_get("workspace")?,
        pipeline_name: row.try_get("pipeline_name")?,
        pipeline_arn: row.try_get("pipeline_arn")?,
        execution_arn: row.try_get("execution_arn")?,
        display_name: row.try_get("display_name")?,
        description: row.try_get("description")?,
        parameters: parameters
            .into_iter()
            .map(|(name, value)| ParameterValue { name, value })
            .collect(),
        copied_from: row.try_get("copied_from")?,
        reason: row.try_get("reason")?,
    })
}

fn learnt(row: &SqliteRow) -> Result<Option<(i64, KnownBy)>, sqlx::Error> {
    let Some(at) = row.try_get("outcome_at")? else {
        return Ok(None);
    };
    let known_by = match row.try_get("known_by")? {
        "answer" => KnownBy::Answer,
        "looking" => KnownBy::Looking,
        other => return Err(odd("known_by", other)),
    };
    Ok(Some((at, known_by)))
}

fn outcome(row: &SqliteRow, action: Action) -> Result<Option<Outcome>, sqlx::Error> {
    let Some(kind) = row.try_get::<Option<&str>, _>("kind")? else {
        return Ok(None);
    };
    let message = || row.try_get::<Option<String>, _>("message");
    let request_id = row.try_get("request_id")?;
    Ok(Some(match kind {
        "done" => Outcome::Done {
            execution_arn: row.try_get("outcome_arn")?,
            request_id,
        },
        "refused" => {
            let word: &str = row.try_get("failure")?;
            let known = FAILURES.into_iter().find(|(_, known)| *known == word);
            let (kind, _) = known.ok_or_else(|| odd("failure", word))?;
            let (service, operation) = match row.try_get("operation")? {
                Some(ASSUME_ROLE) => (Service::TokenService, ASSUME_ROLE),
                _ => (Service::SageMaker, operation(action)),
            };
            Outcome::Refused(AwsError {
                service,
                kind,
                operation,
                code: row.try_get("code")?,
                message: message()?.unwrap_or_default(),
                request_id,
            })
        }
        "not_found" => Outcome::NotFound {
            why: message()?.unwrap_or_default(),
        },
        other => return Err(odd("kind", other)),
    }))
}

fn odd(column: &str, value: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds {value:?}").into())
}

impl<'r> FromRow<'r, SqliteRow> for Record {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            writer: row.try_get("writer")?,
            seq: row.try_get("seq")?,
            recorded_at: row.try_get("recorded_at")?,
            event: row.try_get("event")?,
            intent_id: row.try_get("intent_id")?,
            person: row.try_get("person")?,
            action: row.try_get("action")?,
            workspace: row.try_get("workspace")?,
            pipeline: row.try_get("pipeline")?,
            body: row.try_get("body")?,
            prev: row.try_get("prev")?,
            hash: row.try_get("hash")?,
        })
    }
}
