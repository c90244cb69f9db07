//! The list of pipelines: search, filter, sort and page, all in SQL.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::matching::{TextPart, push_contains, push_match};
use super::rows::{brief, pipeline};
use super::tags::{only, tag_text};
use crate::access::Tags;
use crate::catalog::views::{
    ExecutionBrief, PIPELINES_PER_PAGE, PipelineCounts, PipelineQuery, PipelineRow, PipelineSort,
    PipelineState, RECENT_EXECUTIONS,
};
use crate::catalog::visible::VisiblePipelines;
use crate::domain::search::SearchQuery;

/// One page of a list, and how many pages there are.
#[derive(Debug, Clone)]
pub(in crate::catalog) struct ListPage<T> {
    pub(in crate::catalog) rows: Vec<T>,
    pub(in crate::catalog) total: u64,
    pub(in crate::catalog) page: u32,
    pub(in crate::catalog) pages: u32,
}

/// The page to give, and how many there are.
pub(super) fn pages(asked: u32, total: u64, per_page: u32) -> (u32, u32) {
    let pages = total.div_ceil(u64::from(per_page)).max(1);
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    (asked.clamp(1, pages), pages)
}

pub(super) fn offset(page: u32, per_page: u32) -> i64 {
    i64::from(page - 1) * i64::from(per_page)
}

pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// What a list of pipelines is ordered by.
fn sort_key(sort: PipelineSort) -> &'static str {
    match sort {
        // Display names of pipelines are ASCII too (API: `PipelineName`).
        PipelineSort::Name => "COALESCE(LOWER(NULLIF(p.display_name, '')), p.name_key)",
        PipelineSort::Modified => "COALESCE(p.modified, 0)",
        PipelineSort::Status => {
            "CASE WHEN COALESCE(r.running, 0) > 0 THEN -1 ELSE COALESCE((SELECT e.status_rank \
             FROM executions e WHERE e.workspace = p.workspace AND e.pipeline_arn = p.arn \
             ORDER BY e.created DESC, e.arn LIMIT 1), 99) END"
        }
        PipelineSort::LastExecution => {
            "COALESCE((SELECT MAX(e.created) FROM executions e \
             WHERE e.workspace = p.workspace AND e.pipeline_arn = p.arn), p.last_execution, 0)"
        }
    }
}

/// The tags that are searched for, as they are written in a query.
fn matching_tags(tags: Option<String>, search: &SearchQuery) -> Vec<String> {
    let tags = tags.filter(|_| !search.is_empty());
    let tags: Tags = tags
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let texts = tags.iter().map(|(key, value)| tag_text(key, value));
    texts.filter(|text| search.hits_in(text)).collect()
}

fn direction(descending: bool) -> &'static str {
    if descending { " DESC" } else { " ASC" }
}

/// The status of a pipeline's last execution.
const LAST_STATUS: &str = "(SELECT e.status FROM executions e WHERE e.workspace = p.workspace \
                           AND e.pipeline_arn = p.arn ORDER BY e.created DESC, e.arn LIMIT 1)";

/// Adds their tags to pipelines, where these are known.
const WITH_TAGS: &str =
    "LEFT JOIN pipeline_tags t ON t.workspace = p.workspace AND t.pipeline_arn = p.arn";

impl Store {
    /// How many visible pipelines there are, how many match, and how many of those are in which state.
    pub(in crate::catalog) async fn count_pipelines(
        &self,
        search: &SearchQuery,
        visible: &VisiblePipelines,
    ) -> Sql<PipelineCounts> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT COUNT(*) AS known, COALESCE(SUM(p.matches), 0) AS matching, \
             COALESCE(SUM(p.matches AND r.running > 0), 0) AS running, \
             COALESCE(SUM(p.matches AND p.last_status = 'Failed'), 0) AS failing, \
             COALESCE(SUM(p.matches AND p.last_status IS NULL AND p.last_execution IS NULL), 0) AS never_run, \
             COALESCE(SUM(p.matches * r.running), 0) AS executing \
             FROM (SELECT p.arn, p.last_execution, ",
        );
        sql.push(LAST_STATUS).push(" AS last_status, ");
        self.push_pipeline_match(&mut sql, search);
        sql.push(" AS matches FROM pipelines p ")
            .push(WITH_TAGS)
            .push(" WHERE p.gone IS NULL AND p.workspace = ")
            .push_bind(self.workspace.clone());
        only(&mut sql, "p.arn", visible);
        sql.push(
            ") p LEFT JOIN (SELECT pipeline_arn, COUNT(*) AS running FROM executions \
             WHERE workspace = ",
        );
        sql.push_bind(self.workspace.clone());
        sql.push(" AND running = 1 GROUP BY pipeline_arn) r ON r.pipeline_arn = p.arn");
        let row = sql.build().fetch_one(self.reader()).await?;
        let counted = |column| Ok::<_, sqlx::Error>(count(row.try_get(column)?));
        Ok(PipelineCounts {
            all: counted("known")?,
            matching: counted("matching")?,
            running: counted("running")?,
            failing: counted("failing")?,
            never_run: counted("never_run")?,
            executing: counted("executing")?,
        })
    }

    /// One page of the visible pipelines that match, each with its newest executions.
    pub(in crate::catalog) async fn list_pipelines(
        &self,
        query: &PipelineQuery,
        visible: &VisiblePipelines,
        total: u64,
    ) -> Sql<ListPage<PipelineRow>> {
        let (page, pages) = pages(query.page, total, PIPELINES_PER_PAGE);
        let mut sql = self.matching_pipelines(query, visible);
        sql.push(" ORDER BY ").push(sort_key(query.sort));
        sql.push(direction(query.descending));
        sql.push(", p.name_key, p.arn LIMIT ");
        sql.push_bind(i64::from(PIPELINES_PER_PAGE));
        sql.push(" OFFSET ")
            .push_bind(offset(page, PIPELINES_PER_PAGE));
        let found = sql.build().fetch_all(self.reader()).await?;
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            rows.push(PipelineRow {
                pipeline: pipeline(row)?,
                last: None,
                running: row.try_get("running")?,
                recent: Vec::new(),
                matching_tags: matching_tags(row.try_get("tags")?, &query.search),
            });
        }
        self.fill_recent(&mut rows).await?;
        Ok(ListPage {
            rows,
            total,
            page,
            pages,
        })
    }

    /// The visible pipelines that match, each with how many of its executions run now.
    fn matching_pipelines(
        &self,
        query: &PipelineQuery,
        visible: &VisiblePipelines,
    ) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new(
            "SELECT p.*, t.tags, COALESCE(r.running, 0) AS running FROM pipelines p LEFT JOIN \
             (SELECT pipeline_arn, COUNT(*) AS running FROM executions WHERE workspace = ",
        );
        sql.push_bind(self.workspace.clone());
        sql.push(" AND running = 1 GROUP BY pipeline_arn) r ON r.pipeline_arn = p.arn ");
        sql.push(WITH_TAGS)
            .push(" WHERE p.gone IS NULL AND p.workspace = ")
            .push_bind(self.workspace.clone());
        sql.push(" AND ");
        self.push_pipeline_match(&mut sql, &query.search);
        match query.state {
            None => {}
            Some(PipelineState::Running) => {
                sql.push(" AND r.running > 0");
            }
            Some(PipelineState::Failing) => {
                sql.push(" AND ").push(LAST_STATUS).push(" = 'Failed'");
            }
            Some(PipelineState::NeverRun) => {
                sql.push(" AND p.last_execution IS NULL AND ")
                    .push(LAST_STATUS)
                    .push(" IS NULL");
            }
        }
        only(&mut sql, "p.arn", visible);
        sql
    }

    /// Whether a pipeline matches; it is also found by the id of one of its executions.
    fn push_pipeline_match(&self, sql: &mut QueryBuilder<Sqlite>, search: &SearchQuery) {
        let contains = |sql: &mut QueryBuilder<Sqlite>, part, text: &str| {
            let column = match part {
                TextPart::Whole => "(p.search_text || COALESCE(t.search_text, ''))",
                TextPart::Words => "p.search_words",
            };
            push_contains(sql, column, text);
        };
        push_match(sql, search, "p.arn", contains, |sql, word| {
            let Some(id) = &word.id else { return };
            sql.push(" OR p.arn IN (SELECT pipeline_arn FROM executions WHERE workspace = ");
            sql.push_bind(self.workspace.clone());
            sql.push(" AND id = ").push_bind(id.clone()).push(")");
        });
    }

    /// Gives each pipeline its newest executions: one statement, which for each pipeline reads only
    /// the head of its part of the index.
    async fn fill_recent(&self, rows: &mut [PipelineRow]) -> Sql<()> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push(
                "SELECT * FROM (SELECT id, pipeline_arn, display_name, status, created, modified, failure \
                 FROM executions WHERE workspace = ",
            );
            sql.push_bind(self.workspace.clone());
            sql.push(" AND pipeline_arn = ")
                .push_bind(row.pipeline.arn.clone());
            sql.push(" ORDER BY created DESC, arn LIMIT ")
                .push_bind(RECENT_EXECUTIONS as i64);
            sql.push(") AS newest");
        }
        if rows.is_empty() {
            return Ok(());
        }
        let mut recent: HashMap<String, Vec<ExecutionBrief>> = HashMap::new();
        for row in sql.build().fetch_all(self.reader()).await? {
            let pipeline: String = row.try_get("pipeline_arn")?;
            recent.entry(pipeline).or_default().push(brief(&row)?);
        }
        for row in rows {
            row.recent = recent.remove(&row.pipeline.arn).unwrap_or_default();
            // Oldest first, as strips are read.
            row.recent.sort_by_key(|one| one.created);
            row.last = row.recent.last().cloned();
        }
        Ok(())
    }
}
