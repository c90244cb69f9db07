//! The query behind the activity pages.

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite};

use super::Store;
use crate::database::DatabaseError;
use crate::domain::Action;
use crate::domain::search::{SearchQuery, SearchText};
use crate::ledger::activity_query::{ACTIVITY_PAGE_ROWS, ActivityQuery, OutcomeKind};
use crate::ledger::activity_scope::ActivityScope;
use crate::ledger::record::{Body, Record};

/// The display names of pipelines, by their names; one name can be that of pipelines in several workspaces.
pub(in crate::ledger) type PipelineTitles = HashMap<String, Vec<String>>;

/// A record of an intent or a rejected request, and the body of its outcome's record.
struct Row(Record, Option<Body>);

impl<'r> FromRow<'r, SqliteRow> for Row {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let outcome: Option<&str> = row.try_get("outcome_body")?;
        let outcome = outcome.map(|text| serde_json::from_str(text).unwrap_or_default());
        Ok(Self(Record::from_row(row)?, outcome))
    }
}

impl Store {
    /// The pipelines that somebody acted on: workspace and name.
    pub(in crate::ledger) async fn pipelines(
        &self,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        sqlx::query_as("SELECT DISTINCT workspace, pipeline_name FROM intents")
            .fetch_all(&self.pools.reader)
            .await
            .map_err(|error| self.pools.error(error))
    }

    /// The pipelines that records are about: workspace and name.
    pub(in crate::ledger) async fn recorded_pipelines(
        &self,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        let sql = "SELECT DISTINCT workspace, pipeline FROM records \
                   WHERE workspace IS NOT NULL AND pipeline IS NOT NULL";
        sqlx::query_as(sql)
            .fetch_all(&self.pools.reader)
            .await
            .map_err(|error| self.pools.error(error))
    }

    /// Those of the names which a search finds, themselves or by their titles, as a JSON list; `None` where it finds
    /// every record.
    async fn matching(
        &self,
        names: &'static str,
        search: &SearchQuery,
        titles: &PipelineTitles,
    ) -> Result<Option<String>, DatabaseError> {
        if search.is_empty() {
            return Ok(None);
        }
        let names: Result<Vec<Option<String>>, _> = sqlx::query_scalar(names)
            .fetch_all(&self.pools.reader)
            .await;
        let mut names = names.map_err(|error| self.pools.error(error))?;
        names.retain(|name| {
            let name = name.as_deref();
            name.is_some_and(|name| {
                let titles = titles.get(name).into_iter().flatten();
                let text = SearchText::default().name(name);
                search.matches(&text.names(titles.map(String::as_str)))
            })
        });
        Ok(Some(serde_json::json!(names).to_string()))
    }

    /// One row more than a page has, if there are as many. Of rejected requests also some that this
    /// reader may turn out not to see.
    pub(in crate::ledger) async fn activity(
        &self,
        scope: &ActivityScope,
        query: &ActivityQuery,
        titles: &PipelineTitles,
    ) -> Result<Vec<(Record, Option<Body>)>, DatabaseError> {
        let people = "SELECT DISTINCT person FROM records";
        let no_titles = PipelineTitles::new();
        let people = self
            .matching(people, &query.person_like, &no_titles)
            .await?;
        let pipelines = "SELECT DISTINCT pipeline FROM records";
        let pipelines = self
            .matching(pipelines, &query.pipeline_like, titles)
            .await?;
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT r.*, ro.body AS outcome_body FROM records r
             LEFT JOIN outcomes o ON o.intent_id = r.intent_id
             LEFT JOIN records ro ON ro.intent_id = r.intent_id AND ro.event = 'outcome'
             WHERE r.writer = ",
        );
        sql.push_bind(self.writer.to_string());
        visible_to(&mut sql, scope);
        for (column, names) in [(" AND r.person", people), (" AND r.pipeline", pipelines)] {
            if let Some(names) = names {
                sql.push(column).push(" IN (SELECT value FROM json_each(");
                sql.push_bind(names).push("))");
            }
        }
        filtered(&mut sql, query);
        let one_more = i64::try_from(ACTIVITY_PAGE_ROWS + 1).unwrap_or(i64::MAX);
        sql.push(" ORDER BY r.seq DESC LIMIT ").push_bind(one_more);
        let found: Result<Vec<Row>, _> = sql.build_query_as().fetch_all(&self.pools.reader).await;
        let found = found.map_err(|error| self.pools.error(error))?;
        Ok(found
            .into_iter()
            .map(|Row(record, outcome)| (record, outcome))
            .collect())
    }
}

/// Actions on the pipelines that the person may see, and rejected requests that they may.
fn visible_to(sql: &mut QueryBuilder<Sqlite>, scope: &ActivityScope) {
    sql.push(" AND ((r.event = 'intent'");
    if let Some(visible) = scope.visible() {
        let mut visible = visible.peekable();
        if visible.peek().is_none() {
            sql.push(" AND 0");
        } else {
            sql.push(" AND (r.workspace, r.pipeline) IN (");
            sql.push_values(visible, |mut pair, (workspace, pipeline)| {
                pair.push_bind(workspace.to_owned())
                    .push_bind(pipeline.to_owned());
            });
            sql.push(")");
        }
    }
    sql.push(") OR (r.event = 'denied'");
    if !scope.is_admin() {
        sql.push(" AND r.person = ")
            .push_bind(scope.person().to_owned());
    }
    sql.push("))");
}

fn filtered(sql: &mut QueryBuilder<Sqlite>, query: &ActivityQuery) {
    for (column, text) in [
        (" AND r.workspace = ", query.workspace.as_deref()),
        (" AND r.pipeline = ", query.pipeline.as_deref()),
        (" AND r.action = ", query.action.map(Action::as_str)),
    ] {
        if let Some(text) = text {
            sql.push(column).push_bind(text.to_owned());
        }
    }
    for (column, number) in [
        (
            " AND r.recorded_at >= ",
            query.from.map(|at| at.as_millisecond()),
        ),
        (
            " AND r.recorded_at < ",
            query.to.map(|at| at.as_millisecond()),
        ),
        (" AND r.seq < ", query.before),
    ] {
        if let Some(number) = number {
            sql.push(column).push_bind(number);
        }
    }
    match query.outcome {
        None => {}
        Some(OutcomeKind::Denied) => {
            sql.push(" AND r.event = 'denied'");
        }
        Some(OutcomeKind::Open) => {
            sql.push(" AND r.event = 'intent' AND o.intent_id IS NULL");
        }
        Some(kind) => {
            sql.push(" AND o.kind = ").push_bind(kind.as_str());
        }
    }
}
