//! Step records as JSON text: they are only ever read as a whole.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::base::{Sql, Store, micros, time};
use super::changes::Changed;
use super::rows::{StoredExecution, json};
use crate::domain::{
    CacheHit, Execution, ExecutionStatus, Iteration, StepMember, StepMetadata, StepRecord,
    StepStatus,
};

#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    display_name: Option<String>,
    description: Option<String>,
    started: Option<i64>,
    ended: Option<i64>,
    status: String,
    attempts: i32,
    failure_reason: Option<String>,
    cache_source: Option<String>,
    reused_from: Option<String>,
    iteration: Option<(String, i64, Option<String>)>,
    member: Option<String>,
    arn: Option<String>,
    outcome: Option<String>,
    callback_token: Option<String>,
    facts: Vec<(String, String)>,
    #[serde(default)]
    is_left_over: bool,
}

impl From<&StepRecord> for Stored {
    fn from(record: &StepRecord) -> Self {
        let record = record.clone();
        let metadata = record.metadata;
        Self {
            name: record.name,
            display_name: record.display_name,
            description: record.description,
            started: record.started.map(micros),
            ended: record.ended.map(micros),
            status: record.status.as_str().to_owned(),
            attempts: record.attempts,
            failure_reason: record.failure_reason,
            cache_source: record.cache_hit.map(|hit| hit.source_execution_arn),
            reused_from: record.reused_from,
            iteration: record.iteration.map(|of| (of.parent, of.index, of.item)),
            member: metadata.member.map(|member| member.to_string()),
            arn: metadata.arn,
            outcome: metadata.outcome,
            callback_token: metadata.callback_token,
            facts: metadata.facts,
            is_left_over: record.is_left_over,
        }
    }
}

impl From<Stored> for StepRecord {
    fn from(stored: Stored) -> Self {
        Self {
            name: stored.name,
            display_name: stored.display_name,
            description: stored.description,
            started: stored.started.and_then(time),
            ended: stored.ended.and_then(time),
            status: StepStatus::parse(&stored.status),
            attempts: stored.attempts,
            failure_reason: stored.failure_reason,
            cache_hit: stored.cache_source.map(|source_execution_arn| CacheHit {
                source_execution_arn,
            }),
            reused_from: stored.reused_from,
            iteration: stored.iteration.map(|(parent, index, item)| Iteration {
                parent,
                index,
                item,
            }),
            metadata: StepMetadata {
                member: stored.member.as_deref().map(StepMember::parse),
                arn: stored.arn,
                outcome: stored.outcome,
                callback_token: stored.callback_token,
                facts: stored.facts,
            },
            is_left_over: stored.is_left_over,
        }
    }
}

/// The steps of an execution that started, in start order, and what it was like when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::catalog) struct StoredSteps {
    pub(in crate::catalog) records: Vec<StepRecord>,
    /// The execution's status; `None` where an earlier version of the console read them.
    pub(in crate::catalog) status: Option<ExecutionStatus>,
    /// When the execution had last changed.
    pub(in crate::catalog) modified: Option<Timestamp>,
}

/// The records as JSON, and the execution's status and time of change as they were read.
type StepsRow = (String, Option<String>, Option<i64>);

impl Store {
    /// Stores the steps that started of an execution, as it is now. What is known already is not written again.
    pub(in crate::catalog) async fn put_steps(
        &self,
        execution: &Execution,
        records: &[StepRecord],
    ) -> Sql<()> {
        let stored: Vec<Stored> = records.iter().map(Stored::from).collect();
        let row = (
            json(&stored),
            Some(execution.status.as_str().to_owned()),
            execution.modified.map(micros),
        );
        let mut reader = self.reader().acquire().await?;
        if self.steps_row(&mut reader, &execution.arn).await?.as_ref() == Some(&row) {
            return Ok(());
        }
        drop(reader);
        let sql = "INSERT INTO steps \
                   (workspace, execution_arn, records, execution_status, execution_modified) \
                   VALUES (?, ?, ?, ?, ?) \
                   ON CONFLICT (workspace, execution_arn) DO UPDATE SET \
                   records = excluded.records, execution_status = excluded.execution_status, \
                   execution_modified = excluded.execution_modified";
        let mut writing = self.write_about(Changed::details(&execution.arn)).await?;
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(&execution.arn)
            .bind(row.0)
            .bind(row.1)
            .bind(row.2)
            .execute(&mut *writing)
            .await?;
        self.put_step_rows(&mut writing, execution, records).await?;
        self.commit(writing).await
    }

    /// The steps of an execution; `None` where they were never read.
    pub(in crate::catalog) async fn steps(&self, arn: &str) -> Sql<Option<StoredSteps>> {
        let mut reader = self.reader().acquire().await?;
        self.steps_by(&mut reader, arn).await
    }

    /// The status that an execution had when its steps were read; `None` where that is not known.
    pub(in crate::catalog) async fn status_of_steps(
        &self,
        arn: &str,
    ) -> Sql<Option<ExecutionStatus>> {
        let sql = "SELECT execution_status FROM steps WHERE workspace = ? AND execution_arn = ?";
        let status: Option<Option<String>> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(self.reader())
            .await?;
        Ok(status.flatten().as_deref().map(ExecutionStatus::parse))
    }

    /// An execution and its steps, both as they were stored at one moment.
    pub(in crate::catalog) async fn execution_with_steps(
        &self,
        arn: &str,
    ) -> Sql<Option<(StoredExecution, Option<StoredSteps>)>> {
        let mut reading = self.reader().begin().await?;
        let Some(execution) = self.execution_by(&mut reading, arn).await? else {
            return Ok(None);
        };
        let steps = self.steps_by(&mut reading, arn).await?;
        Ok(Some((execution, steps)))
    }

    pub(super) async fn steps_by(
        &self,
        connection: &mut SqliteConnection,
        arn: &str,
    ) -> Sql<Option<StoredSteps>> {
        let Some((records, status, modified)) = self.steps_row(connection, arn).await? else {
            return Ok(None);
        };
        let records: Vec<Stored> =
            serde_json::from_str(&records).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Some(StoredSteps {
            records: records.into_iter().map(StepRecord::from).collect(),
            status: status.as_deref().map(ExecutionStatus::parse),
            modified: modified.and_then(time),
        }))
    }

    async fn steps_row(
        &self,
        connection: &mut SqliteConnection,
        arn: &str,
    ) -> Sql<Option<StepsRow>> {
        let sql = "SELECT records, execution_status, execution_modified FROM steps \
                   WHERE workspace = ? AND execution_arn = ?";
        sqlx::query_as(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(connection)
            .await
    }
}
