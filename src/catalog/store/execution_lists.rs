//! Lists of executions: counts by status, and pages.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::filtered::{ExecutionFilter, asks_for_status, chosen, total};
use super::lists::{ListPage, count, offset, pages};
use super::order::Order;
use super::rows::{StoredExecution, json, timestamp};
use super::tags::only;
use crate::access::Tags;
use crate::catalog::execution_query::{ExecutionQuery, PageKey, PipelineLabel};
use crate::catalog::views::EXECUTIONS_PER_PAGE;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::{ExecutionStatus, Named};

/// How many executions there are of each status.
pub(in crate::catalog) type StatusCounts = Vec<(ExecutionStatus, u64)>;

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
        let order = Order::new(query.sort, query.descending, filter.now);
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        let mut rows = Vec::new();
        if let Some(key) = &query.page_key {
            self.push_matching(&mut sql, filter, &statuses);
            let order = match key {
                PageKey::After(_) => order,
                PageKey::Before(_) => order.reversed(),
            };
            order.push_after(&mut sql, self, filter.among, key);
            order.push(&mut sql);
            sql.push(" LIMIT ")
                .push_bind(i64::from(EXECUTIONS_PER_PAGE));
            rows = self.numbered(sql).await?;
            if matches!(key, PageKey::Before(_)) {
                rows.reverse();
            }
        }
        if rows.is_empty() {
            let order = Order::new(query.sort, query.descending, filter.now);
            let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
            self.push_matching(&mut sql, filter, &statuses);
            order.push(&mut sql);
            sql.push(" LIMIT ")
                .push_bind(i64::from(EXECUTIONS_PER_PAGE));
            sql.push(" OFFSET ")
                .push_bind(offset(page, EXECUTIONS_PER_PAGE));
            rows = self.numbered(sql).await?;
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
        counts: &StatusCounts,
        limit: u32,
    ) -> Sql<Vec<StoredExecution>> {
        let statuses = chosen(filter.groups, counts.iter().map(|(status, _)| status));
        let order = Order::new(query.sort, query.descending, filter.now);
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        self.push_matching(&mut sql, filter, &statuses);
        if let Some(key) = &query.page_key {
            order.push_after(&mut sql, self, filter.among, key);
        }
        order.push(&mut sql);
        sql.push(" LIMIT ").push_bind(i64::from(limit));
        self.numbered(sql).await
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
            sql.push(" AND e.status IN (SELECT value FROM json_each(");
            let texts: Vec<&str> = statuses.iter().map(|one| one.as_str()).collect();
            sql.push_bind(json(&texts)).push("))");
        }
    }

    /// The rows of the numbers that a query finds, in its order.
    async fn numbered(&self, mut numbers: QueryBuilder<Sqlite>) -> Sql<Vec<StoredExecution>> {
        let numbers: Vec<i64> = numbers
            .build_query_scalar()
            .fetch_all(self.reader())
            .await?;
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT * FROM executions WHERE number IN (SELECT value FROM json_each(",
        );
        sql.push_bind(json(&numbers)).push("))");
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
        sql.push(" AND arn IN (SELECT value FROM json_each(")
            .push_bind(json(&arns))
            .push("))");
        let rows = sql.build().fetch_all(self.reader()).await?;
        let named = |row: &SqliteRow| {
            let named = Named::new(row.try_get("name")?, row.try_get("display_name")?);
            Ok((row.try_get("arn")?, named))
        };
        rows.iter().map(named).collect()
    }
}
