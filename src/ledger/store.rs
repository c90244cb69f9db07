//! The ledger's rows: written once, never changed.

mod activity;
mod records;
mod retention;
mod rows;
mod trail;

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::body::{Attribution, intent_draft, outcome_draft};
use super::intent::{Intent, IntentColumns, RecordedIntent};
use super::outcome::{KnownOutcome, Outcome, OutcomeColumns};
use super::record::Draft;
use super::request::pairs;
use crate::database::{DatabaseError, Pools};

pub(super) use activity::PipelineTitles;
use rows::{Row, select};
pub(super) use trail::{ReadPool, ReadQueryError, RecordPage, Rows, Snapshot, undecodable};

/// An intent that is in the database, and what came of it where that is known.
pub(super) type Found = (RecordedIntent, Option<Outcome>);

/// The ledger's database. Clones share its connections.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pools: Pools,
    /// The name of this database's chain.
    writer: Arc<str>,
}

impl Store {
    /// The store over these pools; begins a chain if there is none.
    pub(super) async fn open(pools: Pools, now: Timestamp) -> Result<Self, DatabaseError> {
        let writer = records::writer(&pools, now).await;
        let writer = writer.map_err(|error| pools.error(error))?;
        Ok(Self {
            pools,
            writer: writer.into(),
        })
    }

    /// The key that signs tickets, generated now if there is none.
    pub(super) async fn ticket_key(&self, now: Timestamp) -> Result<Vec<u8>, DatabaseError> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh)
            .map_err(|error| self.pools.error(sqlx::Error::Io(error.into())))?;
        let key = async {
            let mut work = self.begin().await?;
            sqlx::query(
                "INSERT INTO ticket_keys (id, secret, made_at) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
            )
            .bind(&fresh[..])
            .bind(now.as_millisecond())
            .execute(&mut *work)
            .await?;
            let (key,): (Vec<u8>,) = sqlx::query_as("SELECT secret FROM ticket_keys WHERE id = 1")
                .fetch_one(&mut *work)
                .await?;
            work.commit().await?;
            Ok(key)
        };
        key.await.map_err(|error| self.pools.error(error))
    }

    /// Commits an intent; nothing may be called before this has succeeded.
    pub(super) async fn record(
        &self,
        intent: Intent,
        attribution: &Attribution,
    ) -> Result<RecordedIntent, DatabaseError> {
        let columns = intent.columns();
        let committed = async {
            let mut work = self.begin().await?;
            let id = insert_intent(&mut work, &columns).await?;
            let draft = intent_draft(id, &columns, attribution);
            records::append(&mut work, &self.writer, draft).await?;
            work.commit().await?;
            Ok(id)
        };
        match committed.await {
            Ok(id) => Ok(RecordedIntent { id, intent }),
            Err(error) => Err(self.pools.error(error)),
        }
    }

    /// Appends what came of an intent. The first outcome stays.
    pub(super) async fn conclude(
        &self,
        recorded: &RecordedIntent,
        at: Timestamp,
        known: &KnownOutcome,
    ) -> Result<(), DatabaseError> {
        let intent = recorded.intent.columns();
        let outcome = known.columns(at.as_millisecond());
        let committed = async {
            let mut work = self.begin().await?;
            if insert_outcome(&mut work, recorded.id, &outcome).await? {
                let draft = outcome_draft(recorded.id, &intent, &outcome, known.answered_in_ms);
                records::append(&mut work, &self.writer, draft).await?;
            }
            work.commit().await
        };
        committed.await.map_err(|error| self.pools.error(error))
    }

    /// Appends records of no intent: all of them, or none.
    pub(super) async fn append(&self, drafts: Vec<Draft>) -> Result<(), DatabaseError> {
        let committed = async {
            let mut work = self.begin().await?;
            for draft in drafts {
                records::append(&mut work, &self.writer, draft).await?;
            }
            work.commit().await
        };
        committed.await.map_err(|error| self.pools.error(error))
    }

    /// The intent a ticket's nonce led to.
    pub(super) async fn by_nonce(&self, nonce: &str) -> Result<Option<Found>, DatabaseError> {
        let found = sqlx::query_as(select!("WHERE i.nonce = ?"))
            .bind(nonce)
            .fetch_all(&self.pools.reader)
            .await;
        Ok(self.found(found)?.pop())
    }

    /// Every intent without an outcome, oldest first.
    pub(super) async fn unsettled(&self) -> Result<Vec<RecordedIntent>, DatabaseError> {
        let found = sqlx::query_as(select!("WHERE o.intent_id IS NULL ORDER BY i.id"))
            .fetch_all(&self.pools.reader)
            .await;
        let found = self.found(found)?;
        Ok(found.into_iter().map(|(recorded, _)| recorded).collect())
    }

    /// Everything done, or tried, to an execution, newest first; its start too.
    pub(super) async fn of_execution(
        &self,
        workspace: &str,
        execution_arn: &str,
    ) -> Result<Vec<Found>, DatabaseError> {
        let key = execution_key(execution_arn);
        let found = sqlx::query_as(select!(
            "WHERE i.workspace = ?1 AND i.id IN (
                SELECT id FROM intents WHERE workspace = ?1 AND execution_key = ?2
                UNION SELECT intent_id FROM outcomes WHERE execution_key = ?2
            ) ORDER BY i.id DESC"
        ))
        .bind(workspace)
        .bind(key)
        .fetch_all(&self.pools.reader)
        .await;
        self.found(found)
    }

    /// Who started which of these executions: pairs of execution key and person.
    pub(super) async fn starters(
        &self,
        workspace: &str,
        execution_keys: impl Iterator<Item = String>,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT o.execution_key, i.person
             FROM outcomes o JOIN intents i ON i.id = o.intent_id
             WHERE i.action = 'start' AND i.workspace = ",
        );
        query
            .push_bind(workspace.to_owned())
            .push(" AND o.execution_key IN (");
        let mut keys = query.separated(", ");
        for key in execution_keys {
            keys.push_bind(key);
        }
        query.push(")");
        query
            .build_query_as()
            .fetch_all(&self.pools.reader)
            .await
            .map_err(|error| self.pools.error(error))
    }

    /// Who started which executions of a workspace: keys of executions, each with the person.
    pub(super) async fn all_starters(
        &self,
        workspace: &str,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        sqlx::query_as(
            "SELECT o.execution_key, i.person FROM outcomes o JOIN intents i ON i.id = o.intent_id
             WHERE i.action = 'start' AND i.workspace = ? AND o.execution_key IS NOT NULL",
        )
        .bind(workspace)
        .fetch_all(&self.pools.reader)
        .await
        .map_err(|error| self.pools.error(error))
    }

    /// Whether an outcome names this execution as the one that a start led to.
    pub(super) async fn is_claimed(&self, execution_arn: &str) -> Result<bool, DatabaseError> {
        let found: Result<Option<(i64,)>, _> = sqlx::query_as(
            "SELECT i.id FROM outcomes o JOIN intents i ON i.id = o.intent_id
             WHERE o.execution_key = ? AND i.action = 'start' LIMIT 1",
        )
        .bind(execution_key(execution_arn))
        .fetch_optional(&self.pools.reader)
        .await;
        match found {
            Ok(row) => Ok(row.is_some()),
            Err(error) => Err(self.pools.error(error)),
        }
    }

    fn found(&self, rows: Result<Vec<Row>, sqlx::Error>) -> Result<Vec<Found>, DatabaseError> {
        rows.and_then(|rows| rows.into_iter().map(Row::read).collect())
            .map_err(|error| self.pools.error(error))
    }

    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pools.writer.begin_with("BEGIN IMMEDIATE").await
    }
}

/// The key an execution is found by: answers differ in the case of an ARN's pipeline part.
pub(super) fn execution_key(arn: &str) -> String {
    arn.to_lowercase()
}

async fn insert_intent(
    work: &mut SqliteConnection,
    intent: &IntentColumns,
) -> Result<i64, sqlx::Error> {
    let parameters = serde_json::json!(pairs(&intent.parameters)).to_string();
    let done = sqlx::query(
        "INSERT INTO intents (nonce, digest, recorded_at, person, action, workspace, pipeline_name,
             pipeline_arn, execution_arn, execution_key, display_name, description, parameters,
             copied_from, reason)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&intent.nonce)
    .bind(&intent.digest)
    .bind(intent.recorded_at)
    .bind(&intent.person)
    .bind(intent.action.as_str())
    .bind(&intent.workspace)
    .bind(&intent.pipeline_name)
    .bind(&intent.pipeline_arn)
    .bind(&intent.execution_arn)
    .bind(intent.execution_arn.as_deref().map(execution_key))
    .bind(&intent.display_name)
    .bind(&intent.description)
    .bind(parameters)
    .bind(&intent.copied_from)
    .bind(&intent.reason)
    .execute(work)
    .await?;
    Ok(done.last_insert_rowid())
}

/// Whether there was none before.
async fn insert_outcome(
    work: &mut SqliteConnection,
    id: i64,
    outcome: &OutcomeColumns,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO outcomes (intent_id, recorded_at, kind, known_by, execution_arn,
             execution_key, failure, operation, code, message, request_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(outcome.recorded_at)
    .bind(&outcome.kind)
    .bind(&outcome.known_by)
    .bind(&outcome.execution_arn)
    .bind(outcome.execution_arn.as_deref().map(execution_key))
    .bind(&outcome.failure)
    .bind(&outcome.operation)
    .bind(&outcome.code)
    .bind(&outcome.message)
    .bind(&outcome.request_id)
    .execute(work)
    .await?;
    Ok(done.rows_affected() > 0)
}
