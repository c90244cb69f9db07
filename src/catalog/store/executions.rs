//! Executions: storing what calls returned of them, and finding single ones.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite, SqliteConnection};

use super::base::{Sql, Store, Writing};
use super::changes::Changed;
use super::columns::EXECUTION_COLUMNS;
use super::details::{put_text, search_text};
use super::merge::{ReadSource, merged};
use super::rows::StoredExecution;
use crate::domain::Execution;

/// Executions whose rows are read by one statement.
const ROWS_PER_STATEMENT: usize = 500;

/// Writes a row whole. Which definition it runs by stays; how it ended is unknown again once its
/// status changes, and its steps have to be read again once anything has.
static PUT: LazyLock<String> = LazyLock::new(|| {
    let names = EXECUTION_COLUMNS.map(|(name, _)| name);
    let updates = names.map(|name| format!("{name} = excluded.{name}"));
    let unless = |columns: &[&str], same: &str| {
        let kept = columns.iter().map(|name| {
            format!("{name} = CASE WHEN {same} THEN executions.{name} ELSE excluded.{name} END")
        });
        kept.collect::<Vec<_>>().join(", ")
    };
    let same_status = "excluded.status = executions.status";
    let ends = [
        "fail_step",
        "failure",
        "failed_step_key",
        "reason_key",
        "end_modified",
    ];
    let same_state =
        format!("{same_status} AND excluded.modified IS NOT DISTINCT FROM executions.modified");
    format!(
        "INSERT INTO executions (workspace, changed, detailed, {}) VALUES (?, ?, 1{}) \
         ON CONFLICT (workspace, arn) DO UPDATE SET {}, {}, {}, gone = NULL, \
         changed = excluded.changed \
         RETURNING number, detailed",
        names.join(", "),
        ", ?".repeat(names.len()),
        updates.join(", "),
        unless(&ends, same_status),
        unless(&["steps_read", "jobs_read"], &same_state),
    )
});

/// What a known row becomes by what a call returned; `None` where it stays as it is. A list and a description return only
/// what is there.
fn row_after(known: &StoredExecution, read: &Execution, source: ReadSource) -> Option<Execution> {
    let is_back = known.gone.is_some() && source != ReadSource::Search;
    merged(&known.execution, read, source).or_else(|| is_back.then(|| known.execution.clone()))
}

impl Store {
    /// Stores executions, each that names its pipeline, in one transaction. An older time of change
    /// never overwrites a newer one, and what is known already is not written again. What was gone and
    /// is there again loses its mark. Returns the ARNs of those that a summary contradicts and that only
    /// a description can settle.
    pub(in crate::catalog) async fn put_executions(
        &self,
        read: &[Execution],
        source: ReadSource,
    ) -> Sql<Vec<String>> {
        let mut reader = self.reader().acquire().await?;
        let known = self.known_executions(&mut reader, read).await?;
        drop(reader);
        let contradicts = |one: &&Execution| {
            source == ReadSource::Summary
                && known.get(&one.arn).is_some_and(|known| {
                    let known = &known.execution;
                    known.modified.is_some() && known.status != one.status
                })
        };
        let contradicted = read.iter().filter(contradicts);
        let contradicted = contradicted.map(|one| one.arn.clone()).collect();
        let is_news = |one: &&Execution| match known.get(&one.arn) {
            Some(known) => row_after(known, one, source).is_some(),
            None => one.pipeline_arn.is_some(),
        };
        let news: Vec<Execution> = read.iter().filter(is_news).cloned().collect();
        if !news.is_empty() {
            self.write_executions(news, source).await?;
        }
        Ok(contradicted)
    }

    async fn write_executions(&self, news: Vec<Execution>, source: ReadSource) -> Sql<()> {
        let arns = news.iter().map(|one| one.arn.as_str());
        let mut writing = self.write_about(Changed::executions(arns)).await?;
        // Read once more: another answer may have been stored meanwhile.
        let mut known = self.known_executions(&mut writing, &news).await?;
        for one in news {
            let before = known.get(&one.arn);
            let row = match before {
                Some(before) => row_after(before, &one, source),
                None => Some(one),
            };
            let Some(row) = row else { continue };
            let before = before.map(|before| &before.execution);
            self.put_execution(&mut writing, &row, before).await?;
            if let Some(written) = self.execution_by(&mut writing, &row.arn).await? {
                known.insert(row.arn.clone(), written);
            }
        }
        self.commit(writing).await
    }

    async fn known_executions(
        &self,
        connection: &mut SqliteConnection,
        read: &[Execution],
    ) -> Sql<HashMap<String, StoredExecution>> {
        let mut known = HashMap::with_capacity(read.len());
        for some in read.chunks(ROWS_PER_STATEMENT) {
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
                query.build_query_as().fetch_all(&mut *connection).await?;
            let rows = rows.into_iter();
            known.extend(rows.map(|row| (row.execution.arn.clone(), row)));
        }
        Ok(known)
    }

    /// Writes a row and what is made of it; of one that is known, what differs from `before`.
    async fn put_execution(
        &self,
        writing: &mut Writing,
        row: &Execution,
        before: Option<&Execution>,
    ) -> Sql<()> {
        use sqlx::Arguments;
        let mut values = SqliteArguments::default();
        let bound = values
            .add(&self.workspace)
            .and_then(|()| values.add(writing.change))
            .and_then(|()| {
                let mut columns = EXECUTION_COLUMNS.iter();
                columns.try_for_each(|(_, bind)| bind(row, &mut values))
            });
        bound.map_err(sqlx::Error::Encode)?;
        let (number, is_detailed): (i64, bool) =
            sqlx::query_as_with(AssertSqlSafe(PUT.as_str()), values)
                .fetch_one(&mut **writing)
                .await?;
        let written = before.filter(|_| is_detailed);
        if written.is_none_or(|written| search_text(written) != search_text(row)) {
            put_text(writing, number, row).await?;
        }
        if written.is_none_or(|written| written.parameters != row.parameters) {
            let parameters = row.parameters.as_deref().unwrap_or_default();
            self.put_parameters(writing, number, parameters).await?;
        }
        Ok(())
    }

    /// The execution of this ARN.
    pub(in crate::catalog) async fn execution(&self, arn: &str) -> Sql<Option<StoredExecution>> {
        let mut reader = self.reader().acquire().await?;
        self.execution_by(&mut reader, arn).await
    }

    pub(super) async fn execution_by(
        &self,
        connection: &mut SqliteConnection,
        arn: &str,
    ) -> Sql<Option<StoredExecution>> {
        sqlx::query_as("SELECT * FROM executions WHERE workspace = ? AND arn = ?")
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(connection)
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

    /// The newest executions of a pipeline whose time of change no call returned.
    pub(in crate::catalog) async fn without_times(&self, pipeline_arn: &str) -> Sql<Vec<String>> {
        let sql = "SELECT arn FROM executions WHERE workspace = ? AND pipeline_arn = ? \
                   AND modified IS NULL AND gone IS NULL ORDER BY created DESC LIMIT 20";
        sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(pipeline_arn)
            .fetch_all(self.reader())
            .await
    }

    /// Notes which definition an execution runs by.
    pub(in crate::catalog) async fn set_definition(&self, arn: &str, hash: &str) -> Sql<()> {
        let sql = "UPDATE executions SET definition_hash = ?, changed = ? \
                   WHERE workspace = ? AND arn = ?";
        let mut writing = self.write_about(Changed::executions([arn])).await?;
        sqlx::query(sql)
            .bind(hash)
            .bind(writing.change)
            .bind(&self.workspace)
            .bind(arn)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }
}
