//! What filters of executions can ask for, over all executions that somebody may see: found by going from one value of an
//! index to the next, so that it takes as long as there are values, and not executions.

use sqlx::{QueryBuilder, Sqlite};

use super::base::{Sql, Store};
use super::failure_text;
use super::tags::only;
use crate::catalog::visible::VisiblePipelines;

/// The most values of a field that are suggested.
const MAX_SUGGESTED: i64 = 30;

impl Store {
    /// The names of the pipelines.
    pub(in crate::catalog) async fn suggested_pipelines(
        &self,
        visible: &VisiblePipelines,
    ) -> Sql<Vec<String>> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT name FROM pipelines WHERE gone IS NULL AND workspace = ");
        sql.push_bind(self.workspace.clone());
        only(&mut sql, "arn", visible);
        sql.push(" ORDER BY name LIMIT ").push_bind(MAX_SUGGESTED);
        sql.build_query_scalar().fetch_all(self.reader()).await
    }

    /// The user profiles that started executions.
    pub(in crate::catalog) async fn suggested_starters(
        &self,
        visible: &VisiblePipelines,
    ) -> Sql<Vec<String>> {
        let column = "e.created_by_profile";
        let mut sql = self.distinct(column, column, visible);
        sql.build_query_scalar().fetch_all(self.reader()).await
    }

    /// The names of the steps that failed.
    pub(in crate::catalog) async fn suggested_failed_steps(
        &self,
        visible: &VisiblePipelines,
    ) -> Sql<Vec<String>> {
        let mut sql = self.distinct("e.failed_step_key", "e.failure", visible);
        let failures: Vec<Option<String>> =
            sql.build_query_scalar().fetch_all(self.reader()).await?;
        let failures = failures.iter().flatten();
        let failures = failures.filter_map(|text| failure_text::read(text));
        Ok(failures
            .filter_map(|failure| Some(failure.step?.name))
            .collect())
    }

    /// The query of the first values of a column that an index leads to, each as another column shows it in one row.
    pub(super) fn distinct(
        &self,
        column: &'static str,
        shown: &'static str,
        visible: &VisiblePipelines,
    ) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("WITH RECURSIVE found (value) AS (SELECT ");
        self.push_one(&mut sql, column, column, visible, " IS NOT NULL");
        sql.push(" UNION ALL SELECT ");
        self.push_one(&mut sql, column, column, visible, " > found.value");
        sql.push(" FROM found WHERE found.value IS NOT NULL) SELECT ");
        self.push_one(&mut sql, shown, column, visible, " = found.value");
        sql.push(" FROM found WHERE found.value IS NOT NULL LIMIT ");
        sql.push_bind(MAX_SUGGESTED);
        sql
    }

    /// Adds what the first execution shows whose column holds to a condition.
    fn push_one(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        shown: &'static str,
        column: &'static str,
        visible: &VisiblePipelines,
        condition: &'static str,
    ) {
        sql.push("(SELECT ").push(shown);
        sql.push(" FROM executions e WHERE e.workspace = ")
            .push_bind(self.workspace.clone());
        sql.push(" AND ").push(column).push(condition);
        // Not by the index of a pipeline's executions, which has the values in no order.
        only(sql, "(e.pipeline_arn || '')", visible);
        sql.push(" ORDER BY ").push(column).push(" LIMIT 1)");
    }
}
