//! The ledger's rows: written once, never changed.

mod activity;
mod records;
mod retention;
mod rows;
mod trail;

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::Outcome;
use super::body::{Author, intent_body, outcome_body};
use super::intent::{Intent, pairs};
use super::record::{Draft, Event};
use crate::database::{DatabaseError, Pools};

pub(super) use rows::OutcomeColumns;
use rows::{Row, select};
pub(super) use trail::{Moment, Page};

/// An intent that was written down, and what is known to have come of it.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub id: i64,
    pub intent: Intent,
    pub outcome: Option<Outcome>,
    /// When the outcome was written down, in milliseconds since 1970, and how it became known.
    pub learnt: Option<(i64, KnownBy)>,
}

/// How an outcome became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownBy {
    /// SageMaker answered the call.
    Answer,
    /// The answer was lost, and SageMaker was asked what is there.
    Looking,
}

impl KnownBy {
    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Looking => "looking",
        }
    }
}

/// What became known of an intent.
#[derive(Debug, Clone)]
pub(super) struct Learnt {
    pub outcome: Outcome,
    pub known_by: KnownBy,
    /// How long SageMaker took to answer, in milliseconds; `None` where its answer was lost.
    pub took: Option<u64>,
}

impl Learnt {
    /// From SageMaker's answer, which took so many milliseconds.
    pub(super) fn answered(outcome: Outcome, took: u64) -> Self {
        Self {
            outcome,
            known_by: KnownBy::Answer,
            took: Some(took),
        }
    }

    /// From looking at what is there.
    pub(super) fn by_looking(outcome: Outcome) -> Self {
        Self {
            outcome,
            known_by: KnownBy::Looking,
            took: None,
        }
    }
}

/// The ledger's database. Clones share its connections.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pools: Pools,
    /// The name of the chain that is written here.
    writer: Arc<str>,
}

impl Store {
    /// The store over these pools; its chain begins now if there is none.
    pub(super) async fn open(pools: Pools, now: Timestamp) -> Result<Self, DatabaseError> {
        let writer = records::writer(&pools, now).await;
        let writer = writer.map_err(|error| pools.error(error))?;
        Ok(Self {
            pools,
            writer: writer.into(),
        })
    }

    /// The key that signs tickets, made now if there is none.
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
        author: &Author,
    ) -> Result<Recorded, DatabaseError> {
        let committed = async {
            let mut work = self.begin().await?;
            let id = insert_intent(&mut work, &intent).await?;
            let draft = draft_of_intent(id, &intent, author);
            records::append(&mut work, &self.writer, draft).await?;
            work.commit().await?;
            Ok(id)
        };
        match committed.await {
            Ok(id) => Ok(Recorded {
                id,
                intent,
                outcome: None,
                learnt: None,
            }),
            Err(error) => Err(self.pools.error(error)),
        }
    }

    /// Appends what came of an intent. The first outcome stands.
    pub(super) async fn conclude(
        &self,
        recorded: &Recorded,
        at: Timestamp,
        learnt: &Learnt,
    ) -> Result<(), DatabaseError> {
        let at = at.as_millisecond();
        let committed = async {
            let mut work = self.begin().await?;
            if insert_outcome(&mut work, recorded.id, at, learnt).await? {
                let draft = draft_of_outcome(recorded.id, &recorded.intent, at, learnt);
                records::append(&mut work, &self.writer, draft).await?;
            }
            work.commit().await
        };
        committed.await.map_err(|error| self.pools.error(error))
    }

    /// The intent a ticket's nonce led to.
    pub(super) async fn by_nonce(&self, nonce: &str) -> Result<Option<Recorded>, DatabaseError> {
        let found: Result<Option<Row>, _> = sqlx::query_as(select!("WHERE i.nonce = ?"))
            .bind(nonce)
            .fetch_optional(&self.pools.reader)
            .await;
        match found {
            Ok(row) => Ok(row.map(|row| row.0)),
            Err(error) => Err(self.pools.error(error)),
        }
    }

    /// Every intent without an outcome, oldest first.
    pub(super) async fn unsettled(&self) -> Result<Vec<Recorded>, DatabaseError> {
        let found = sqlx::query_as(select!("WHERE o.intent_id IS NULL ORDER BY i.id"))
            .fetch_all(&self.pools.reader)
            .await;
        self.all(found)
    }

    /// Everything done, or tried, to an execution, newest first; its start too.
    pub(super) async fn of_execution(
        &self,
        workspace: &str,
        execution_arn: &str,
    ) -> Result<Vec<Recorded>, DatabaseError> {
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
        self.all(found)
    }

    /// Who started which of these executions: pairs of execution key and person.
    pub(super) async fn starters(
        &self,
        workspace: &str,
        execution_keys: impl Iterator<Item = String>,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT o.execution_key, i.person FROM outcomes o JOIN intents i ON i.id = o.intent_id WHERE i.action = 'start' AND i.workspace = ",
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

    /// Whether an outcome names this execution as the one that a start led to.
    pub(super) async fn is_claimed(&self, execution_arn: &str) -> Result<bool, DatabaseError> {
        let found: Result<Option<(i64,)>, _> = sqlx::query_as(
            "SELECT i.id FROM outcomes o JOIN intents i ON i.id = o.intent_id WHERE o.execution_key = ? AND i.action = 'start' LIMIT 1",
        )
        .bind(execution_key(execution_arn))
        .fetch_optional(&self.pools.reader)
        .await;
        match found {
            Ok(row) => Ok(row.is_some()),
            Err(error) => Err(self.pools.error(error)),
        }
    }

    fn all(&self, found: Result<Vec<Row>, sqlx::Error>) -> Result<Vec<Recorded>, DatabaseError> {
        match found {
            Ok(rows) => Ok(rows.into_iter().map(|row| row.0).collect()),
            Err(error) => Err(self.pools.error(error)),
        }
    }

    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pools.writer.begin_with("BEGIN IMMEDIATE").await
    }
}

/// What an execution is found by: answers differ in the case of an ARN's pipeline part.
pub(super) fn execution_key(arn: &str) -> String {
    arn.to_lowercase()
}

async fn insert_intent(work: &mut SqliteConnection, intent: &Intent) -> Result<i64, sqlx::Error> {
    let parameters = serde_json::json!(pairs(&intent.parameters)).to_string();
    let done = sqlx::query(
        "INSERT INTO intents (nonce, digest, recorded_at, person, action, workspace, pipeline_name, pipeline_arn, execution_arn, execution_key, display_name, description, parameters, copied_from, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&intent.nonce)
    .bind(&intent.digest)
    .bind(intent.at.as_millisecond())
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
    at: i64,
    learnt: &Learnt,
) -> Result<bool, sqlx::Error> {
    let told = OutcomeColumns::of(&learnt.outcome);
    let done = sqlx::query(
        "INSERT INTO outcomes (intent_id, recorded_at, kind, known_by, execution_arn, execution_key, failure, operation, code, message, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(at)
    .bind(told.kind)
    .bind(learnt.known_by.as_str())
    .bind(told.execution_arn)
    .bind(told.execution_arn.map(execution_key))
    .bind(told.failure)
    .bind(told.operation)
    .bind(told.code)
    .bind(told.message)
    .bind(told.request_id)
    .execute(work)
    .await?;
    Ok(done.rows_affected() > 0)
}

fn draft_of_intent<'a>(id: i64, intent: &'a Intent, author: &Author) -> Draft<'a> {
    Draft {
        at: intent.at.as_millisecond(),
        event: Event::Intent,
        intent_id: Some(id),
        person: Some(&intent.person),
        action: Some(intent.action.as_str()),
        workspace: Some(&intent.workspace),
        pipeline: Some(&intent.pipeline_name),
        body: intent_body(intent, author),
    }
}

fn draft_of_outcome<'a>(id: i64, intent: &'a Intent, at: i64, learnt: &Learnt) -> Draft<'a> {
    let Learnt {
        outcome,
        known_by,
        took,
    } = learnt;
    Draft {
        at,
        event: Event::Outcome,
        body: outcome_body(intent, at, outcome, *known_by, *took),
        ..draft_of_intent(id, intent, &Author::default())
    }
}
