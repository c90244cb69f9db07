//! Lists of executions: counts by status, and pages.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::filtered::{ExecutionFilter, asks_for_status, chosen, total};
use super::lists::{ListPage, count, offset, pages};
use super::order::Order;
use super::rows::{StoredExecution, push_in, timestamp};
use super::tags::only;
use crate::access::Tags;
use crate::catalog::execution_query::{ExecutionQuery, PageKey, PipelineLabel};
use crate::catalog::views::EXECUTIONS_PER_PAGE;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::{ExecutionStatus, Named};

/// How many executions there are of each status.
pub(in crate::catalog) type StatusCounts = Vec<(ExecutionStatus, u64)>;

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Beside the execution of the page key; at the first one without a key.
    Key,
    /// Behind so many.
    Offset(i64),
}

impl Store {
    /// How many executions of each status match everything but what is asked of statuses.
    pub(in crate::catalog) async fn count_executions(
        &self,
        filter: &ExecutionFilter<'_>,
    ) -> Sql<StatusCounts> {
        let mut sql = QueryBuilder::new("SELECT e.status, COUNT(*) FROM executions e");
        self.push_filter(&mut sql, filter);
        sql.push(" GROUP BY e.status, e.status_rank ORDER BY e.status_rank, e.status");
        let found: Vec<(String, i64)> = sql.build_query_as().fetch_all(self.reader()).await?;
        let counts = found.into_iter();
        let counts =
            counts.map(|(status, number)| (ExecutionStatus::parse(&status), count(number)));
        Ok(counts.collect())
    }

    /// One page of the executions that match, of which there are so many by status.
    pub(in crate::catalog) async fn list_executions(
        &self,
        filter: &ExecutionFilter<'_>,
        query: &ExecutionQuery,
        counts: &StatusCounts,
    ) -> Sql<ListPage<StoredExecution>> {
        let statuses = chosen(filter.groups, counts.iter().map(|(status, _)| status));
        let total = total(filter.groups, counts);
        let (page, pages) = pages(query.page, total, EXECUTIONS_PER_PAGE);
        let mut rows = Vec::new();
        if query.page_key.is_some() {
            rows = self
                .executions_at(filter, query, &statuses, Place::Key, EXECUTIONS_PER_PAGE)
                .await?;
        }
        if rows.is_empty() {
            let place = Place::Offset(offset(page, EXECUTIONS_PER_PAGE));
            rows = self
                .executions_at(filter, query, &statuses, place, EXECUTIONS_PER_PAGE)
                .await?;
        }
        Ok(ListPage {
            rows,
            total,
            page,
            pages,
        })
    }

    /// So many of the executions that match, from the first or after the page key on.
    pub(in crate::catalog) async fn some_executions(
        &self,
        filter: &ExecutionFilter<'_>,
        query: &ExecutionQuery,
        limit: u32,
    ) -> Sql<Vec<StoredExecution>> {
        let counts = match asks_for_status(filter.groups) {
            true => self.count_executions(filter).await?,
            false => Vec::new(),
        };
        let statuses = chosen(filter.groups, counts.iter().map(|(status, _)| status));
        self.executions_at(filter, query, &statuses, Place::Key, limit)
            .await
    }

    /// So many of the executions that match and have one of these statuses, from a place in their order on.
    async fn executions_at(
        &self,
        filter: &ExecutionFilter<'_>,
        query: &ExecutionQuery,
        statuses: &[&ExecutionStatus],
        place: Place,
        limit: u32,
    ) -> Sql<Vec<StoredExecution>> {
        let key = query.page_key.as_ref().filter(|_| place == Place::Key);
        let is_backward = matches!(key, Some(PageKey::Before(_)));
        let mut order = Order::new(query.sort, query.descending, filter.now);
        if is_backward {
            order = order.reversed();
        }
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        self.push_matching(&mut sql, filter, statuses);
        if let Some(key) = key {
            order.push_after(&mut sql, self, filter.among, key);
        }
        order.push(&mut sql);
        sql.push(" LIMIT ").push_bind(i64::from(limit));
        if let Place::Offset(offset) = place {
            sql.push(" OFFSET ").push_bind(offset);
        }
        let mut rows = self.numbered(sql).await?;
        if is_backward {
            rows.reverse();
        }
        Ok(rows)
    }

    /// The numbers of the executions that match and have one of these statuses.
    fn push_matching(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        filter: &ExecutionFilter,
        statuses: &[&ExecutionStatus],
    ) {
        sql.push("SELECT e.number FROM executions e");
        self.push_filter(sql, filter);
        if asks_for_status(filter.groups) {
            let texts: Vec<&str> = statuses.iter().map(|one| one.as_str()).collect();
            sql.push(" AND ");
            push_in(sql, "e.status", &texts);
        }
    }

    /// The rows of the numbers that a query finds, in its order.
    async fn numbered(&self, mut numbers: QueryBuilder<Sqlite>) -> Sql<Vec<StoredExecution>> {
        let numbers: Vec<i64> = numbers
            .build_query_scalar()
            .fetch_all(self.reader())
            .await?;
        let mut sql = QueryBuilder::new("SELECT * FROM executions WHERE ");
        push_in(&mut sql, "number", &numbers);
        let rows: Vec<StoredExecution> = sql.build_query_as().fetch_all(self.reader()).await?;
        let mut rows: HashMap<i64, StoredExecution> =
            rows.into_iter().map(|row| (row.number, row)).collect();
        let in_order = numbers.iter().filter_map(|number| rows.remove(number));
        Ok(in_order.collect())
    }

    /// When the newest of these pipelines' executions began.
    pub(in crate::catalog) async fn newest_start(
        &self,
        visible: &VisiblePipelines,
    ) -> Sql<Option<Timestamp>> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT e.created FROM executions e WHERE e.workspace = ");
        sql.push_bind(self.workspace.clone());
        only(&mut sql, "e.pipeline_arn", visible);
        sql.push(" AND e.created IS NOT NULL ORDER BY e.created DESC, e.arn LIMIT 1");
        let row = sql.build().fetch_optional(self.reader()).await?;
        row.map_or(Ok(None), |row| timestamp(&row, "created"))
    }

    /// What the visible pipelines are called and tagged.
    pub(in crate::catalog) async fn pipeline_labels(
        &self,
        visible: &VisiblePipelines,
    ) -> Sql<Vec<PipelineLabel>> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT p.arn, p.name, p.display_name, t.tags FROM pipelines p \
             LEFT JOIN pipeline_tags t ON t.workspace = p.workspace AND t.pipeline_arn = p.arn \
             WHERE p.workspace = ",
        );
        sql.push_bind(self.workspace.clone());
        only(&mut sql, "p.arn", visible);
        let rows = sql.build().fetch_all(self.reader()).await?;
        let label = |row: &SqliteRow| {
            let tags: Option<&str> = row.try_get("tags")?;
            let tags: Option<Tags> = tags.and_then(|text| serde_json::from_str(text).ok());
            Ok(PipelineLabel {
                arn: row.try_get("arn")?,
                name: row.try_get("name")?,
                display_name: row.try_get("display_name")?,
                tags: tags.unwrap_or_default(),
            })
        };
        rows.iter().map(label).collect()
    }

    /// What pipelines are called, by their ARNs.
    pub(in crate::catalog) async fn named_pipelines(
        &self,
        arns: &[&str],
    ) -> Sql<HashMap<String, Named>> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT arn, name, display_name FROM pipelines WHERE workspace = ");
        sql.push_bind(self.workspace.clone());
        sql.push(" AND ");
        push_in(&mut sql, "arn", arns);
        let rows = sql.build().fetch_all(self.reader()).await?;
        let named = |row: &SqliteRow| {
            let named = Named::new(row.try_get("name")?, row.try_get("display_name")?);
            Ok((row.try_get("arn")?, named))
        };
        rows.iter().map(named).collect()
    }
}
