//! Rows of the database as the columns they hold.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::domain::{Action, ParameterValue};
use crate::ledger::intent::{IntentColumns, RecordedIntent};
use crate::ledger::outcome::{Outcome, OutcomeColumns};
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

/// A row of [`select!`].
pub(super) struct Row {
    pub id: i64,
    pub intent: IntentColumns,
    pub outcome: Option<OutcomeColumns>,
}

impl Row {
    /// The intent, and what came of it where that is known.
    pub(super) fn read(self) -> Result<(RecordedIntent, Option<Outcome>), sqlx::Error> {
        let Self {
            id,
            intent,
            outcome,
        } = self;
        let (action, recorded_at) = (intent.action, intent.recorded_at);
        let intent = intent
            .intent()
            .ok_or_else(|| invalid("recorded_at", &recorded_at.to_string()))?;
        let outcome = outcome.map(|columns| columns.outcome(action)).transpose();
        let outcome = outcome.map_err(|(column, value)| invalid(column, &value))?;
        Ok((RecordedIntent { id, intent }, outcome))
    }
}

impl<'r> FromRow<'r, SqliteRow> for Row {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            intent: intent(row)?,
            outcome: outcome(row)?,
        })
    }
}

fn intent(row: &SqliteRow) -> Result<IntentColumns, sqlx::Error> {
    let action: &str = row.try_get("action")?;
    let text: &str = row.try_get("parameters")?;
    let parameters: Vec<(String, String)> =
        serde_json::from_str(text).map_err(|_| invalid("parameters", text))?;
    Ok(IntentColumns {
        nonce: row.try_get("nonce")?,
        digest: row.try_get("digest")?,
        recorded_at: row.try_get("recorded_at")?,
        person: row.try_get("person")?,
        action: Action::parse(action).ok_or_else(|| invalid("action", action))?,
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

fn outcome(row: &SqliteRow) -> Result<Option<OutcomeColumns>, sqlx::Error> {
    let Some(kind) = row.try_get("kind")? else {
        return Ok(None);
    };
    Ok(Some(OutcomeColumns {
        recorded_at: row.try_get("outcome_at")?,
        kind,
        known_by: row.try_get("known_by")?,
        execution_arn: row.try_get("outcome_arn")?,
        failure: row.try_get("failure")?,
        operation: row.try_get("operation")?,
        code: row.try_get("code")?,
        message: row.try_get("message")?,
        request_id: row.try_get("request_id")?,
    }))
}

fn invalid(column: &str, value: &str) -> sqlx::Error {
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
