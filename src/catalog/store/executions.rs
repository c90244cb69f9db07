//! Executions: keeping what calls told of them, and finding single ones.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::rows::{StoredExecution, json, parameters_to};
use super::tags::only;
use super::{Sql, Store, fold, micros};
use crate::catalog::visible::Sight;
use crate::domain::{Execution, ExecutionStatus};

/// Which call told of an execution, and with it how much it is to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalog) enum Source {
    /// A list of summaries: tells no time of change, so it only changes what nothing better told.
    Summary,
    /// The search index, which may lag: of the same time of change, an end is believed before
    /// a beginning.
    Search,
    /// A description: true at the moment it was asked.
    Describe,
}

const PUT: &str = "INSERT INTO executions (workspace, arn, id, pipeline_arn, display_name, \
    label_key, description, status, status_rank, running, failure_reason, created, modified, \
    created_by_profile, created_by_arn, modified_by_profile, modified_by_arn, version, \
    parameters, max_parallel_steps, selected_steps, source_execution_arn, experiment, \
    search_text) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT (workspace, arn) DO UPDATE SET display_name = excluded.display_name, \
    label_key = excluded.label_key, description = excluded.description, \
    status = excluded.status, status_rank = excluded.status_rank, running = excluded.running, \
    failure_reason = excluded.failure_reason, \
    created = COALESCE(excluded.created, executions.created), \
    modified = COALESCE(excluded.modified, executions.modified), \
    created_by_profile = excluded.created_by_profile, \
    created_by_arn = excluded.created_by_arn, \
    modified_by_profile = excluded.modified_by_profile, \
    modified_by_arn = excluded.modified_by_arn, \
    version = COALESCE(excluded.version, executions.version), \
    parameters = COALESCE(excluded.parameters, executions.parameters), \
    max_parallel_steps = excluded.max_parallel_steps, \
    selected_steps = excluded.selected_steps, \
    source_execution_arn = excluded.source_execution_arn, \
    experiment = COALESCE(excluded.experiment, executions.experiment), \
    search_text = excluded.search_text, \
    fail_step = CASE WHEN excluded.status = executions.status THEN executions.fail_step END \
    WHERE executions.modified IS NULL ";

impl Source {
    /// When a row that is known already is overwritten.
    fn put(self) -> &'static str {
        match self {
            Self::Summary => "",
            Self::Search => {
                "OR excluded.modified > executions.modified \
                 OR (excluded.modified = executions.modified \
                     AND (executions.running = 1 OR excluded.running = 0))"
            }
            Self::Describe => "OR excluded.modified >= executions.modified",
        }
    }
}

/// What is known of an execution, as far as it decides whether to write it again.
struct Known {
    execution: Execution,
}

impl Known {
    fn says_the_same(&self, told: &Execution) -> bool {
        let known = &self.execution;
        known.modified == told.modified
            && known.status == told.status
            && known.display_name == told.display_name
            && known.description == told.description
            && (told.parameters.is_none() || known.parameters == told.parameters)
    }
}

impl Store {
    /// Keeps executions, each that names its pipeline, in one transaction. An older time of change
    /// never overwrites a newer one, and what is known already is not written again. Tells the
    /// ARNs of those that a summary contradicts and that only a description can settle.
    pub(in crate::catalog) async fn put_executions(
        &self,
        told: &[Execution],
        source: Source,
    ) -> Sql<Vec<String>> {
        let known = self.known_executions(told).await?;
        let mut doubtful = Vec::new();
        let mut news = Vec::new();
        for one in told {
            match known.get(&one.arn) {
                Some(known) if known.says_the_same(one) => {}
                Some(known) if source == Source::Summary && known.execution.modified.is_some() => {
                    if known.execution.status != one.status {
                        doubtful.push(one.arn.clone());
                    }
                }
                Some(known) => {
                    let mut one = one.clone();
                    one.parameters = one.parameters.or(known.execution.parameters.clone());
                    news.push(one);
                }
                None => news.push(one.clone()),
            }
        }
        if !news.is_empty() {
            let mut writing = self.write().await?;
            for one in &news {
                self.put_execution(&mut writing, one, source).await?;
            }
            writing.commit().await?;
        }
        Ok(doubtful)
    }

    async fn known_executions(&self, told: &[Execution]) -> Sql<HashMap<String, Known>> {
        let mut known = HashMap::with_capacity(told.len());
        for some in told.chunks(500) {
            let mut query: QueryBuilder<Sqlite> =
                QueryBuilder::new("SELECT * FROM executions WHERE workspace = ");
            query.push_bind(self.workspace.clone());
            query.push(" AND arn IN (");
            let mut list = query.separated(", ");
            for one in some {
                list.push_bind(one.arn.clone());
            }
            query.push(")");
            let rows: Vec<StoredExecution> =
                query.build_query_as().fetch_all(self.reader()).await?;
            for StoredExecution { execution, .. } in rows {
                known.insert(execution.arn.clone(), Known { execution });
            }
        }
        Ok(known)
    }

    async fn put_execution(
        &self,
        writing: &mut SqliteConnection,
        told: &Execution,
        source: Source,
    ) -> Sql<()> {
        let Some(pipeline_arn) = &told.pipeline_arn else {
            return Ok(());
        };
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(PUT);
        query.push(source.put());
        query
            .build()
            .bind(&self.workspace)
            .bind(&told.arn)
            .bind(told.id())
            .bind(pipeline_arn)
            .bind(&told.display_name)
            .bind(fold(told.label()))
            .bind(&told.description)
            .bind(told.status.as_str())
            .bind(rank(&told.status))
            .bind(told.status.is_running())
            .bind(&told.failure_reason)
            .bind(told.created.map(micros))
            .bind(told.modified.map(micros))
            .bind(&told.created_by.user_profile)
            .bind(&told.created_by.iam_arn)
            .bind(&told.modified_by.user_profile)
            .bind(&told.modified_by.iam_arn)
            .bind(told.version)
            .bind(told.parameters.as_deref().map(parameters_to))
            .bind(told.max_parallel_steps)
            .bind(json(&told.selected_steps))
            .bind(&told.source_execution_arn)
            .bind(&told.experiment)
            .bind(search_text(told))
            .execute(writing)
            .await?;
        Ok(())
    }

    /// The execution of this ARN.
    pub(in crate::catalog) async fn execution(&self, arn: &str) -> Sql<Option<StoredExecution>> {
        sqlx::query_as("SELECT * FROM executions WHERE workspace = ? AND arn = ?")
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(self.reader())
            .await
    }

    /// The execution of this id, of this pipeline.
    pub(in crate::catalog) async fn execution_with_id(
        &self,
        pipeline_arn: &str,
        id: &str,
    ) -> Sql<Option<StoredExecution>> {
        let sql = "SELECT * FROM executions \
                   WHERE workspace = ? AND id = ? AND pipeline_arn = ? LIMIT 1";
        sqlx::query_as(sql)
            .bind(&self.workspace)
            .bind(id)
            .bind(pipeline_arn)
            .fetch_optional(self.reader())
            .await
    }

    /// The ids and ARNs of the executions known to run, newest first, of one pipeline or of all.
    pub(in crate::catalog) async fn running(
        &self,
        pipeline_arn: Option<&str>,
    ) -> Sql<Vec<(String, String)>> {
        let sql = "SELECT id, arn FROM executions WHERE workspace = ?1 AND running = 1 \
                   AND (?2 IS NULL OR pipeline_arn = ?2) ORDER BY created DESC, arn";
        sqlx::query_as(sql)
            .bind(&self.workspace)
            .bind(pipeline_arn)
            .fetch_all(self.reader())
            .await
    }

    /// The newest executions of a pipeline of which no call told the time of change.
    pub(in crate::catalog) async fn without_times(&self, pipeline_arn: &str) -> Sql<Vec<String>> {
        let sql = "SELECT arn FROM executions WHERE workspace = ? AND pipeline_arn = ? \
                   AND modified IS NULL ORDER BY created DESC LIMIT 20";
        sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(pipeline_arn)
            .fetch_all(self.reader())
            .await
    }

    /// Notes which definition an execution runs by.
    pub(in crate::catalog) async fn set_definition(&self, arn: &str, hash: &str) -> Sql<()> {
        let sql = "UPDATE executions SET definition_hash = ? WHERE workspace = ? AND arn = ?";
        sqlx::query(sql)
            .bind(hash)
            .bind(&self.workspace)
            .bind(arn)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// Notes whether a Fail step ended an execution.
    pub(in crate::catalog) async fn set_fail_step(&self, arn: &str, ended: bool) -> Sql<()> {
        let sql = "UPDATE executions SET fail_step = ? WHERE workspace = ? AND arn = ?";
        sqlx::query(sql)
            .bind(ended)
            .bind(&self.workspace)
            .bind(arn)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// Forgets an execution that SageMaker no longer knows.
    pub(in crate::catalog) async fn forget_execution(&self, arn: &str) -> Sql<()> {
        let mut writing = self.write().await?;
        for sql in [
            "DELETE FROM steps WHERE workspace = ? AND execution_arn = ?",
            "DELETE FROM executions WHERE workspace = ? AND arn = ?",
        ] {
            sqlx::query(sql)
                .bind(&self.workspace)
                .bind(arn)
                .execute(&mut *writing)
                .await?;
        }
        writing.commit().await
    }

    /// Whether an execution of any pipeline in sight has exactly this display name.
    pub(in crate::catalog) async fn display_name_taken(
        &self,
        name: &str,
        sight: &Sight,
    ) -> Sql<bool> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT EXISTS (SELECT 1 FROM executions WHERE workspace = ");
        sql.push_bind(self.workspace.clone());
        sql.push(" AND display_name = ").push_bind(name.to_owned());
        only(&mut sql, "pipeline_arn", sight);
        sql.push(")");
        sql.build_query_scalar().fetch_one(self.reader()).await
    }
}

fn rank(status: &ExecutionStatus) -> i64 {
    let known = ExecutionStatus::KNOWN.iter();
    let place = known.into_iter().position(|known| known == status);
    place.unwrap_or(ExecutionStatus::KNOWN.len()) as i64
}

fn search_text(told: &Execution) -> String {
    let mut text = fold(told.id());
    let names = [&told.display_name, &told.description];
    let values = told.parameters.iter().flatten().map(|given| &given.value);
    for part in names.into_iter().flatten().chain(values) {
        text.push('\n');
        text.push_str(&fold(part));
    }
    text
}
