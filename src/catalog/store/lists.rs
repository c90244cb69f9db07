//! The list of pipelines: search, filter, sort and page, all in SQL.

use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::matching::{TextPart, push_contains, push_match};
use super::rows::{failure_of, pipeline};
use super::tags::{only, tag_text};
use super::values::time;
use crate::access::Tags;
use crate::catalog::views::{
    ExecutionBrief, PIPELINES_PER_PAGE, PipelineCounts, PipelineQuery, PipelineRow, PipelineSort,
    PipelineState,
};
use crate::catalog::visible::VisiblePipelines;
use crate::domain::search::SearchQuery;
use crate::domain::{ExecutionStatus, Named};

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
            "CASE WHEN s.running > 0 THEN -1 ELSE COALESCE(s.last_rank, 99) END"
        }
        PipelineSort::LastExecution => "COALESCE(s.last_created, p.last_execution, 0)",
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

/// Adds to pipelines their tags, where these are known, and what is kept of their executions, where they have any.
const WITH_TAGS_AND_SUMMARY: &str = "LEFT JOIN pipeline_tags t ON t.workspace = p.workspace AND t.pipeline_arn = p.arn \
     LEFT JOIN pipeline_summaries s ON s.workspace = p.workspace AND s.pipeline_arn = p.arn";

impl Store {
    /// How many visible pipelines there are, how many match, and how many of those are in which state.
    pub(in crate::catalog) async fn count_pipelines(
        &self,
        search: &SearchQuery,
        visible: &VisiblePipelines,
    ) -> Sql<PipelineCounts> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT COUNT(*) AS known, COALESCE(SUM(p.matches), 0) AS matching, \
             COALESCE(SUM(p.matches AND p.running > 0), 0) AS running, \
             COALESCE(SUM(p.matches AND p.last_status = 'Failed'), 0) AS failing, \
             COALESCE(SUM(p.matches AND p.last_status IS NULL AND p.last_execution IS NULL), 0) AS never_run, \
             COALESCE(SUM(p.matches * p.running), 0) AS executing \
             FROM (SELECT p.last_execution, s.last_status, COALESCE(s.running, 0) AS running, ",
        );
        self.push_pipeline_match(&mut sql, search);
        sql.push(" AS matches FROM pipelines p ")
            .push(WITH_TAGS_AND_SUMMARY)
            .push(" WHERE p.gone IS NULL AND p.workspace = ")
            .push_bind(self.workspace.clone());
        only(&mut sql, "p.arn", visible);
        sql.push(") p");
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
            let recent: Option<&str> = row.try_get("recent")?;
            let recent = recent.map_or_else(Vec::new, recent_from);
            rows.push(PipelineRow {
                pipeline: pipeline(row)?,
                last: recent.last().cloned(),
                running: row.try_get("running")?,
                recent,
                matching_tags: matching_tags(row.try_get("tags")?, &query.search),
            });
        }
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
            "SELECT p.*, t.tags, s.recent, COALESCE(s.running, 0) AS running FROM pipelines p ",
        );
        sql.push(WITH_TAGS_AND_SUMMARY)
            .push(" WHERE p.gone IS NULL AND p.workspace = ")
            .push_bind(self.workspace.clone());
        sql.push(" AND ");
        self.push_pipeline_match(&mut sql, &query.search);
        match query.state {
            None => {}
            Some(PipelineState::Running) => {
                sql.push(" AND s.running > 0");
            }
            Some(PipelineState::Failing) => {
                sql.push(" AND s.last_status = 'Failed'");
            }
            Some(PipelineState::NeverRun) => {
                sql.push(" AND p.last_execution IS NULL AND s.last_status IS NULL");
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
}

/// What is kept of an execution in the summary of its pipeline: ID, display name, status, times and failure.
type KeptBrief = (
    String,
    Option<String>,
    String,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// The newest executions of a pipeline, oldest first, as its summary keeps them.
fn recent_from(text: &str) -> Vec<ExecutionBrief> {
    let kept: Vec<KeptBrief> = serde_json::from_str(text).unwrap_or_default();
    let briefs = kept.into_iter();
    briefs
        .map(|(id, display_name, status, created, modified, failure)| {
            let status = ExecutionStatus::parse(&status);
            ExecutionBrief {
                named: Named::by_id(&id, display_name.as_deref()),
                created: created.and_then(time),
                modified: modified.and_then(time),
                failure: failure_of(&status, failure.as_deref()),
                status,
            }
        })
        .collect()
}
