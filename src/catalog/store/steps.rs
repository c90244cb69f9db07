//! Step records as JSON text: they are only ever read as a whole.

use serde::{Deserialize, Serialize};

use super::base::{Sql, Store, micros, time};
use super::rows::json;
use crate::domain::{CacheHit, Iteration, StepMember, StepMetadata, StepRecord, StepStatus};

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

impl Store {
    /// Stores the steps of an execution that started.
    pub(in crate::catalog) async fn put_steps(&self, arn: &str, records: &[StepRecord]) -> Sql<()> {
        let stored: Vec<Stored> = records.iter().map(Stored::from).collect();
        let sql = "INSERT INTO steps (workspace, execution_arn, records) VALUES (?, ?, ?) \
                   ON CONFLICT (workspace, execution_arn) DO UPDATE SET records = excluded.records";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(arn)
            .bind(json(&stored))
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// The steps of an execution that started, in start order; `None` where they were never read.
    pub(in crate::catalog) async fn steps(&self, arn: &str) -> Sql<Option<Vec<StepRecord>>> {
        let sql = "SELECT records FROM steps WHERE workspace = ? AND execution_arn = ?";
        let text: Option<String> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(self.reader())
            .await?;
        let Some(text) = text else {
            return Ok(None);
        };
        let stored: Vec<Stored> =
            serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Some(stored.into_iter().map(StepRecord::from).collect()))
    }
}
