//! Lists of executions: counts by status, and pages.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::began::Began;
use super::filtered::{
    Among, ExecutionFilter, asks_beyond_status, asks_for_status, asks_for_time, chosen, push_among,
    total,
};
use super::kept_counts::{Counted, CountedPipelines, StatusCounts};
use super::lists::{ListPage, count, offset, pages};
use super::order::Order;
use super::rows::{StoredExecution, push_in, timestamp};
use super::tags::only;
use crate::access::Tags;
use crate::catalog::execution_query::{ExecutionQuery, ExecutionSort, PageKey, PipelineLabel};
use crate::catalog::views::EXECUTIONS_PER_PAGE;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::{ExecutionStatus, Named};

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// With the first one.
    First,
    /// Beside the execution of this number, on the side of the page key.
    Beside(i64),
    /// Behind so many.
    Offset(i64),
    /// It ends before so many, the last of all.
    FromEnd(i64),
}

impl Place {
    /// Where a page begins behind so many of these, and how many it has: found from the end that is nearer.
    fn of_page(page: u32, total: u64) -> (Self, u32) {
        let before = offset(page, EXECUTIONS_PER_PAGE);
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        let behind = total - before - i64::from(EXECUTIONS_PER_PAGE);
        let left = u32::try_from(total - before).unwrap_or(0);
        match before > 0 && behind < before {
            true => (Self::FromEnd(behind.max(0)), left.min(EXECUTIONS_PER_PAGE)),
            false => (Self::Offset(before), EXECUTIONS_PER_PAGE),
        }
    }
}

impl Store {
    /// How many executions of each status match everything but what is asked of statuses.
    pub(in crate::catalog) async fn count_executions(
        &self,
        filter: &ExecutionFilter<'_>,
    ) -> Sql<StatusCounts> {
        // What is written while they are counted counts as a change that came later.
        let changes = self.changes();
        let counted = counted_by(filter);
        let known = counted
            .as_ref()
            .and_then(|counted| self.kept_counts.get(changes, counted));
        if let Some(known) = known {
            return Ok(known);
        }
        let counts = match asks_beyond_status(filter.groups) {
            true => self.counted(filter).await?,
            false => self.kept(filter).await?,
        };
        if let Some(counted) = counted {
            self.kept_counts.put(changes, counted, counts.clone());
        }
        Ok(counts)
    }

    /// Counts what matches, a number for each status that occurs.
    async fn counted(&self, filter: &ExecutionFilter<'_>) -> Sql<StatusCounts> {
        let ever = ExecutionFilter {
            began: Began::Ever,
            ..*filter
        };
        let statuses = self.kept(&ever).await?;
        if statuses.is_empty() {
            return Ok(statuses);
        }
        let statuses = statuses.into_iter().map(|(status, _)| status);
        let statuses: Vec<ExecutionStatus> = statuses.collect();
        let row = self
            .counting(filter, &statuses)
            .build()
            .fetch_one(self.reader())
            .await?;
        let mut counts = StatusCounts::new();
        for (column, status) in statuses.into_iter().enumerate() {
            counts.push((status, count(row.try_get(column)?)));
        }
        counts.retain(|(_, number)| *number > 0);
        Ok(counts)
    }

    /// The query of what matches of each of these statuses. It groups nothing, so that it reads what is the least to read.
    pub(super) fn counting(
        &self,
        filter: &ExecutionFilter,
        statuses: &[ExecutionStatus],
    ) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT ");
        for (index, status) in statuses.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            sql.push("COUNT(*) FILTER (WHERE e.status = ");
            sql.push_bind(status.as_str().to_owned()).push(")");
        }
        sql.push(" FROM executions e");
        self.push_filter(&mut sql, filter);
        sql
    }

    /// How many there are of each status, whatever the filter asks of anything but the pipelines and their beginning.
    async fn kept(&self, filter: &ExecutionFilter<'_>) -> Sql<StatusCounts> {
        let mut sql = self.summing(filter);
        let found: Vec<(String, i64)> = sql.build_query_as().fetch_all(self.reader()).await?;
        let counts = found.into_iter();
        let counts =
            counts.map(|(status, number)| (ExecutionStatus::parse(&status), count(number)));
        Ok(counts.collect())
    }

    /// The query of the counts that are kept, less what began later where that is not asked for.
    pub(super) fn summing(&self, filter: &ExecutionFilter) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new(
            "SELECT c.status, SUM(c.executions) FROM (SELECT e.status, e.status_rank, ",
        );
        let (kept, less) = match filter.began {
            Began::Ever => (true, vec![]),
            Began::Until(until) => (true, vec![Began::After(until), Began::Unknown]),
            Began::After(_) | Began::Unknown => (false, vec![]),
        };
        if kept {
            sql.push("e.executions FROM execution_counts e WHERE e.workspace = ");
            sql.push_bind(self.workspace.clone());
            push_among(&mut sql, filter.among);
        } else {
            sql.push("1 AS executions FROM executions e");
            self.push_filter(&mut sql, filter);
        }
        for began in less {
            sql.push(" UNION ALL SELECT e.status, e.status_rank, -1 FROM executions e");
            self.push_filter(&mut sql, &ExecutionFilter { began, ..*filter });
        }
        sql.push(") c GROUP BY c.status HAVING SUM(c.executions) > 0");
        sql.push(" ORDER BY MIN(c.status_rank), c.status");
        sql
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
        if let Some(place) = self.beside(filter, query).await? {
            rows = self
                .executions_at(filter, query, &statuses, place, EXECUTIONS_PER_PAGE)
                .await?;
        }
        if rows.is_empty() {
            let (place, length) = Place::of_page(page, total);
            rows = self
                .executions_at(filter, query, &statuses, place, length)
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
        let place = match &query.page_key {
            None => Place::First,
            Some(_) => match self.beside(filter, query).await? {
                Some(place) => place,
                None => return Ok(Vec::new()),
            },
        };
        self.executions_at(filter, query, &statuses, place, limit)
            .await
    }

    /// The place of the page key, where there is one: one that is hidden is like one that is not there.
    async fn beside(
        &self,
        filter: &ExecutionFilter<'_>,
        query: &ExecutionQuery,
    ) -> Sql<Option<Place>> {
        let Some(key) = &query.page_key else {
            return Ok(None);
        };
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT e.number FROM executions e WHERE e.workspace = ");
        sql.push_bind(self.workspace.clone());
        sql.push(" AND e.id = ").push_bind(key.id().to_owned());
        push_among(&mut sql, filter.among);
        sql.push(" LIMIT 1");
        let number: Option<i64> = sql
            .build_query_scalar()
            .fetch_optional(self.reader())
            .await?;
        Ok(number.map(Place::Beside))
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
        let (sql, is_backward) = self.selecting(filter, query, statuses, place, limit);
        let mut rows = self.numbered(sql).await?;
        if is_backward {
            rows.reverse();
        }
        Ok(rows)
    }

    /// The query of their numbers, and whether it finds the last of them first.
    pub(super) fn selecting(
        &self,
        filter: &ExecutionFilter,
        query: &ExecutionQuery,
        statuses: &[&ExecutionStatus],
        place: Place,
        limit: u32,
    ) -> (QueryBuilder<Sqlite>, bool) {
        let is_backward = match place {
            Place::First | Place::Offset(_) => false,
            Place::Beside(_) => matches!(query.page_key, Some(PageKey::Before(_))),
            Place::FromEnd(_) => true,
        };
        // The indexes of other orders have nothing that filters compare.
        let is_indexed = !asks_beyond_status(filter.groups);
        let mut order = Order::new(query.sort, query.descending, filter.now, is_indexed);
        if is_backward {
            order = order.reversed();
        }
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        self.push_matching(&mut sql, filter, query.sort, statuses);
        if let Place::Beside(number) = place {
            order.push_after(&mut sql, number);
        }
        order.push(&mut sql);
        sql.push(" LIMIT ").push_bind(i64::from(limit));
        if let Place::Offset(offset) | Place::FromEnd(offset) = place {
            sql.push(" OFFSET ").push_bind(offset);
        }
        (sql, is_backward)
    }

    /// The numbers of the executions that match and have one of these statuses.
    fn push_matching(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        filter: &ExecutionFilter,
        sort: ExecutionSort,
        statuses: &[&ExecutionStatus],
    ) {
        sql.push("SELECT e.number FROM executions e");
        self.push_filter(sql, filter);
        if !asks_for_status(filter.groups) {
            return;
        }
        sql.push(" AND ");
        match statuses {
            // One index has those of a status by time, and nothing else.
            [one] if sort == ExecutionSort::Started && !asks_beyond_status(filter.groups) => {
                sql.push("e.status = ").push_bind(one.as_str().to_owned());
            }
            _ => {
                let texts: Vec<&str> = statuses.iter().map(|one| one.as_str()).collect();
                push_in(sql, "e.status", &texts);
            }
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

/// What a filter counts; `None` where that depends on the time of counting.
fn counted_by(filter: &ExecutionFilter) -> Option<Counted> {
    (!asks_for_time(filter.groups)).then(|| Counted {
        among: match filter.among {
            Among::Pipeline(arn) => CountedPipelines::One(arn.to_owned()),
            Among::Visible(visible) => CountedPipelines::Visible(visible.clone()),
        },
        groups: filter.groups.clone(),
        starters: filter.starters.to_vec(),
        began: filter.began,
    })
}
